"""why: whether a story may go out, and whether a partner gets it, rule by rule. Nothing is written."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from newsroom.clear.clearance import Clearance, clear
from newsroom.clear.facts import Facts, Taker, facts_of_chain
from newsroom.clear.ruling import Ruling
from newsroom.config import Partner
from newsroom.deliver.choice import choose
from newsroom.deliver.follow import followed, in_spite
from newsroom.deliver.mentions import mentions
from newsroom.deliver.partner_check import passed_by
from newsroom.deliver.product import ProductRules
from newsroom.deliver.rights import rights_of, rights_of_chain
from newsroom.deliver.round import Round
from newsroom.deliver.taker import takers
from newsroom.extract.media_topics import vocabulary
from newsroom.stages import Newsroom, now
from newsroom.store.catalogue import RevisionRow
from newsroom.store.order import in_order

Record = dict[str, Any]


def why(room: Newsroom, uri: str, partner_id: str) -> Record:
    """Whether the partner gets the story by now, and each rule's answer, the product's among them.

    Raises:
        LookupError: there is no such partner, or no story, or several, have such a uri.
    """
    partner = room.partner(partner_id)
    whole = room.whole_uri(uri)
    row, asked = rulings_of(room, partner, whole)
    rulings = (_enabled(partner), *asked)
    answer = Clearance(rulings=rulings)
    if answer.cleared:
        answer = Clearance(rulings=(*rulings, *_chosen(room, partner, whole)))
    there = [n for uri, n in room.catalogue.in_feed(partner.id) if uri == whole]
    return {
        "uri": whole,
        "n": row.n,
        "headline": row.headline,
        "partner": partner.id,
        "gets_it": answer.cleared,
        "until": answer.until,
        "in_its_feed": there[0] if there else None,
        "pushes": _pushes(room, partner, whole),
        "rules": records(answer.rulings),
    }


def _pushes(room: Newsroom, partner: Partner, uri: str) -> list[Record]:
    """What became of each message of the story to the partner's own servers, as things happened."""
    return [
        {
            "target": each.target,
            "act": each.act,
            "n": each.n or None,
            "state": each.state,
            "at": each.done_at or each.at,
            "reason": each.reason if each.state != "delivered" else None,
        }
        for each in room.catalogue.messages(partner=partner.id, uri=uri)
    ]


def rulings_of(room: Newsroom, partner: Partner, uri: str) -> tuple[RevisionRow, tuple[Ruling, ...]]:
    """The revision that stands for it, or would, and what each rule says of the partner's getting it."""
    row, facts = _facts(room, uri)
    mentioned = mentions(partner.product, room.bucket, room.catalogue, [row], note=False)
    product = ProductRules(partner.product, vocabulary().broader, mentioned)
    rulings = tuple(product.rulings(row))
    if followed(partner, room.bucket, room.catalogue, [row], note=False):
        rulings = tuple(in_spite(partner, ruling) for ruling in rulings)
    clearance = clear(facts, now(), taker=_taker(room, partner, row), more=_rights(room, partner, row, facts))
    return row, (*rulings, *clearance.rulings)


def clearance_of(room: Newsroom, uri: str) -> tuple[int, Clearance]:
    """The revision that stands for the story, or would if it were cleared, and the clearance of it."""
    row, facts = _facts(room, uri)
    return row.n, clear(facts, now())


def waits_for(room: Newsroom, uri: str, n: int) -> tuple[str, ...]:
    """Why this revision waits, a sentence for each rule that keeps it back."""
    _, facts = _facts(room, uri, n)
    return clear(facts, now()).reasons


def records(rulings: Iterable[Ruling]) -> list[Record]:
    """Rulings for people and programs."""
    return [
        {"rule": each.rule, "passes": each.passes, "reason": each.reason, "until": each.until}
        for each in rulings
    ]


def _facts(room: Newsroom, uri: str, n: int | None = None) -> tuple[RevisionRow, Facts]:
    """A revision of the story, by default the one that stands for it, else the newest; and its facts.

    Raises:
        LookupError: a kill is all there is of the story.
    """
    catalogue = room.catalogue
    chain, decisions = catalogue.chain(uri), catalogue.decisions(uri)
    if not chain:
        raise LookupError(f"{uri}: its kill is on record, but the story has not come; see `newsroom story`")
    standing = catalogue.standing(uri)
    if n is None:
        n = in_order(chain)[-1].n if standing is None else standing
    verdicts = catalogue.verdicts(uri)
    kill = catalogue.standing_kills([uri]).get(uri)
    facts = facts_of_chain(chain, n, verdicts=verdicts, decisions=decisions, kill=kill, standing=standing)
    return next(row for row in chain if row.n == n), facts


def reasons_filed(room: Newsroom, partner: Partner, uri: str, n: int) -> tuple[str, ...]:
    """Why the partner's own rules hold the revision, as they said last."""
    said = [
        verdict
        for verdict in room.catalogue.verdicts(uri)
        if (verdict.n, verdict.scope) == (n, f"partner:{partner.id}")
    ]
    return said[-1].reasons if said else ()


def _taker(room: Newsroom, partner: Partner, row: RevisionRow) -> Taker:
    """The partner as this revision meets it, with the reasons of its own rules."""
    passed = passed_by(partner, room.configuration, room.bucket, room.catalogue, [row], now(), judge=False)
    taker = takers(partner, room.catalogue, [row], passed)[row.uri, row.n]
    return replace(taker, failures=reasons_filed(room, partner, row.uri, row.n))


def _rights(room: Newsroom, partner: Partner, row: RevisionRow, facts: Facts) -> tuple[Ruling, ...]:
    chain = room.catalogue.chain(row.uri)
    story = rights_of_chain(chain, row.n, facts.newest, released=facts.decision == "release")
    return rights_of(partner, room.configuration).decide(story, now()).rulings


def _enabled(partner: Partner) -> Ruling:
    told = "is delivered to" if partner.enabled else "is paused: `enabled: false` in its file"
    return Ruling(rule="enabled", passes=partner.enabled, reason=f"{partner.id} {told}")


def _chosen(room: Newsroom, partner: Partner, uri: str) -> tuple[Ruling, ...]:
    """Whether a story that is cleared is the copy that the partner gets, and still fits into its feed."""
    selection = choose(partner, Round(room.configuration, room.bucket, room.catalogue, now()), judge=False)
    left = next((each for each in selection.left_out if each.uri == uri), None)
    if left and left.copy_of:
        return (copy_ruling(room, partner, uri, left.copy_of),)
    alone = Ruling(rule="duplicate", passes=True, reason=f"{partner.id} has no other copy of it")
    if left and left.reason == "per_day":
        return alone, Ruling(rule="per_day", passes=False, reason=left.told)
    most = partner.product.per_day
    bound = f"it is one of the {most} of its day" if most else "a day's stories are not bounded"
    taken = any(row.uri == uri for row in selection.taken)
    told = "it is" if taken else "it is not"
    reason = f"{told} among the newest {partner.product.newest} that {partner.id} takes"
    few = Ruling(rule="per_day", passes=True, reason=bound)
    return alone, few, Ruling(rule="newest", passes=taken, reason=reason)


def copy_ruling(room: Newsroom, partner: Partner, uri: str, copy_of: str) -> Ruling:
    """That the partner has, or gets, another copy of the story instead, or that one was killed; how found."""
    other = room.catalogue.chain(copy_of)[-1]
    group = {row.uri: row for row in room.catalogue.copies_of(uri)}
    found = group[uri] if group[uri].score is not None else group[copy_of]
    if room.catalogue.standing_kills([copy_of]):
        told = f"a copy of it from {other.wire} was killed: {copy_of}"
        mend = f"`newsroom release {uri}` lets it go out all the same"
        return Ruling(rule="killed_copy", passes=False, reason=f"{told} ({found.reason}); {mend}")
    has = room.catalogue.sent(partner.id, [copy_of])
    told = f"{partner.id} {'has' if has else 'gets'} a copy of it from {other.wire}: {copy_of}"
    return Ruling(rule="duplicate", passes=False, reason=f"{told} ({found.reason})")
