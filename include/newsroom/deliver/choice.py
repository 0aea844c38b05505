"""Which stories a partner has by now: its product's newest ones that are cleared for it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from newsroom.clear.clearance import TAKEN_BACK, Clearance, clear
from newsroom.clear.facts import Taker, facts_of_candidate
from newsroom.clear.rights import PartnerRights, Terms
from newsroom.config import Configuration, Partner
from newsroom.deliver.daily import few_of_a_day
from newsroom.deliver.duplicates import Duplicate, copies_had, each_once
from newsroom.deliver.entry import Entry, newest_first, returned
from newsroom.deliver.follow import followed
from newsroom.deliver.mentions import mentions
from newsroom.deliver.partner_check import Unfiled, passed_by
from newsroom.deliver.product import LeftOut, ProductRules, Selection, fitting, take
from newsroom.deliver.revised import revised
from newsroom.deliver.rights import contracts_of, rights_of, rights_of_candidate
from newsroom.deliver.round import Round
from newsroom.deliver.taker import Passed, judged, newer_sent, takers
from newsroom.extract.media_topics import vocabulary
from newsroom.store.catalogue import CandidateRow, Catalogue, RevisionRow

LOOKED_AT_FIRST = 500
"""How many of the newest stories are looked at; more only if the product is not full with them."""

LOOKED_AT_MOST = 32_000
"""How many are at the most: a product that takes few stories shows those of some weeks, not of all years."""


def choose(
    partner: Partner,
    shared: Round,
    *,
    judge: bool = True,
    unfiled: Unfiled | None = None,
) -> Selection:
    """Choose the partner's stories; the archive is looked through only as far as it takes to fill its feed.

    What the partner's rules, as they stand, have not judged is judged and filed. With `unfiled`, which gets
    the verdicts, nothing is written; nor without `judge`, which leaves out what was not judged.
    """
    product, limit = partner.product, max(LOOKED_AT_FIRST, partner.product.newest)
    alike = (product, partner.licences, partner.publishes)
    note = judge and unfiled is None

    def judging(rows: Sequence[CandidateRow]) -> Passed | None:
        where = (shared.configuration, shared.bucket, shared.catalogue)
        return passed_by(partner, *where, rows, shared.now, judge=judge, unfiled=unfiled)

    def may_have(rows: Sequence[CandidateRow]) -> Iterator[CandidateRow]:
        ours, _ = fitting(_rules(partner, shared, rows, note=note), rows)
        known = takers(partner, shared.catalogue, ours, judging(ours))
        return (row for row in ours if looked.answer(row, shared.now, known[row.uri, row.n]).cleared)

    def once(cleared: Sequence[CandidateRow]) -> tuple[list[CandidateRow], list[Duplicate]]:
        return each_once(cleared, product.prefer, copies_had(partner.id, shared.catalogue, cleared, may_have))

    while True:
        looked = shared.once((*alike, limit), partial(_look, partner, shared, limit, note=note))
        looked = _following(partner, shared, looked, limit, note=note)
        unlike = _unlike(partner, shared, looked, judging(looked.ours))
        selection = looked.plain
        if unlike or looked.copies or looked.following or product.per_day:
            rows = shared.candidates(product.wires, limit)
            few = partial(few_of_a_day, partner.id, product, shared.catalogue, rows)
            clear_ = partial(_answer, looked, shared.now, unlike)
            chosen = take(product, looked.ours, clear=clear_, once=once, few=few)
            selection = looked.with_terms(chosen, shared.now)
        if len(selection.taken) >= product.newest or looked.whole or limit >= LOOKED_AT_MOST:
            return selection if looked.asked_by == partner.id else _untold(selection)
        limit *= 4


@dataclass(frozen=True)
class _Looked:
    """The newest stories as they meet every partner of one product that holds the same licences.

    `foreign` do not fit the product, `ours` do; `answers` are of a partner that has no rules of its own and
    was sent no other revision, and `plain` is what it gets where there are no `copies`. `revised` are those
    that do not fit by now, though an earlier version may have. `several` are the chains that have more
    revisions than one. `whole` says that there are no older stories. `following` are those of `ours` that
    only this partner takes, as it has an earlier version.
    """

    asked_by: str
    rights: PartnerRights
    ours: Sequence[CandidateRow]
    foreign: Sequence[LeftOut]
    revised: Sequence[CandidateRow]
    answers: Mapping[tuple[str, int], Clearance]
    several: Mapping[str, Sequence[RevisionRow]]
    copies: bool
    whole: bool
    plain: Selection
    following: frozenset[str] = frozenset()

    def answer(self, row: CandidateRow, now: datetime, taker: Taker) -> Clearance:
        """Whether this partner may have a revision."""
        return _cleared(self.rights, row, now, taker)

    def with_terms(self, chosen: Selection, now: datetime) -> Selection:
        """What was chosen, with the terms, and with what did not fit."""
        left_out = (*self.foreign, *chosen.left_out)
        return replace(chosen, left_out=left_out, terms=dict(_terms(self.rights, chosen.taken, now)))


def _look(partner: Partner, shared: Round, limit: int, *, note: bool) -> _Looked:
    rows = shared.candidates(partner.product.wires, limit)
    rules = _rules(partner, shared, rows, note=note)
    rights = PartnerRights(partner, shared.once("contracts", partial(contracts_of, shared.configuration)))
    ours, foreign = fitting(rules, rows)
    unfit = {each.uri for each in foreign}
    nobody = Taker(id=partner.id)
    answers = {(row.uri, row.n): _cleared(rights, row, shared.now, nobody) for row in ours}
    looked = _Looked(
        asked_by=partner.id,
        rights=rights,
        ours=ours,
        foreign=foreign,
        revised=[row for row in rows if row.n > 1 and row.uri in unfit],
        answers=answers,
        several=shared.chains_of_several(row.uri for row in ours),
        copies=any(row.head for row in ours),
        whole=len(rows) < limit,
        plain=Selection((), ()),
    )
    plain = take(partner.product, ours, clear=lambda row: answers[row.uri, row.n])
    return replace(looked, plain=looked.with_terms(plain, shared.now))


def _following(partner: Partner, shared: Round, looked: _Looked, limit: int, *, note: bool) -> _Looked:
    """The same for a partner that has earlier versions of what its product does not take as it is by now."""
    asked = looked.revised
    stay = followed(partner, shared.bucket, shared.catalogue, asked, note=note) if asked else set()
    if not stay:
        return looked
    ours = {row.uri for row in looked.ours} | stay
    rows = [row for row in shared.candidates(partner.product.wires, limit) if row.uri in ours]
    nobody = Taker(id=partner.id)
    more = {
        (row.uri, row.n): _cleared(looked.rights, row, shared.now, nobody) for row in rows if row.uri in stay
    }
    return replace(
        looked,
        ours=rows,
        foreign=[each for each in looked.foreign if each.uri not in stay],
        answers={**looked.answers, **more},
        several=shared.chains_of_several(ours),
        copies=any(row.head for row in rows),
        following=frozenset(stay),
    )


def _rules(partner: Partner, shared: Round, rows: Sequence[CandidateRow], *, note: bool) -> ProductRules:
    """What the product takes; its phrases are looked for where nothing else speaks against a story."""
    product, broader = partner.product, vocabulary().broader
    plain = ProductRules(product, broader)
    if not product.mentions and not product.not_mentions:
        return plain
    ours = [row for row in rows if all(ruling.passes for ruling in plain.rulings_by_row(row))]
    mentioned = mentions(product, shared.bucket, shared.catalogue, ours, note=note)
    return ProductRules(product, broader, mentioned)


def _cleared(
    rights: PartnerRights, row: CandidateRow, now: datetime, taker: Taker | None = None
) -> Clearance:
    more = rights.decide(rights_of_candidate(row), now).rulings
    return clear(facts_of_candidate(row), now, taker=taker, more=more)


def _answer(
    looked: _Looked, now: datetime, unlike: Mapping[tuple[str, int], Taker], row: CandidateRow
) -> Clearance:
    taker = unlike.get((row.uri, row.n))
    return looked.answer(row, now, taker) if taker else looked.answers[row.uri, row.n]


def _unlike(
    partner: Partner, shared: Round, looked: _Looked, passed: Passed | None
) -> dict[tuple[str, int], Taker]:
    """The partner as those revisions meet it which its own rules hold, or that it was sent newer ones of."""
    several = [row for row in looked.ours if row.uri in looked.several]
    newer = newer_sent(partner, shared.catalogue, several) if several else {}
    found: dict[tuple[str, int], Taker] = {}
    for row in looked.ours if passed is not None else several:
        says = judged(row, passed)
        if row.uri in newer or says not in ("no_rules", "passed"):
            found[row.uri, row.n] = Taker(id=partner.id, judged=says, has_newer=newer.get(row.uri))
    return found


def _untold(selection: Selection) -> Selection:
    """Without sentences, which name the partner that was looked at for first."""
    return replace(selection, left_out=tuple(replace(each, told="") for each in selection.left_out))


def _terms(
    rights: PartnerRights, taken: Iterable[CandidateRow], now: datetime
) -> Iterator[tuple[str, Terms]]:
    for row in taken:
        terms = rights.decide(rights_of_candidate(row), now).terms
        if terms:
            yield row.uri, terms


def entries_of(partner: str, selection: Selection, shared: Round) -> tuple[Entry, ...]:
    """What the partner gets, read from the bucket and shaped as its terms ask for, the newest first.

    What can't be read is missing, and `unread` in the round: it holds up no other.
    """
    left = shared.catalogue.leavings(partner, {row.uri for row in selection.taken}, TAKEN_BACK)
    entries = [returned(each, left.get(each.uri, ())) for each in shared.raw_entries(selection.taken)]
    several = shared.chains_of_several(entry.uri for entry in entries)
    again = [entry for entry in entries if entry.uri in several]
    again_told = revised(partner, shared.catalogue, shared.bucket, again) if again else ()
    told = {entry.uri: entry for entry in again_told}
    shown = (told.get(entry.uri, entry) for entry in entries)
    return tuple(newest_first(shared.shaped(entry, selection.terms[entry.uri]) for entry in shown))


def keep(partner: Partner, configuration: Configuration, catalogue: Catalogue, now: datetime) -> Selection:
    """What may stay in the partner's feed as it is: nothing new, no update, only withdrawals.

    Where the partner's file is gone nobody can say on what terms it has what it has, and nothing stays.
    """
    delivered = sorted(catalogue.delivered(partner.id), key=lambda row: row.n, reverse=True)
    return _still(rights_of(partner, configuration), delivered, now, {})


def still_cleared(
    partner: Partner, shared: Round, revisions: Collection[tuple[str, int]], rows: Iterable[CandidateRow]
) -> Selection:
    """Those of these revisions that stand for their stories, and that the partner may still publish.

    `rows` are what stands. It was sent them: neither its product nor its own rules are asked again, only what
    may end a story's use, and whether it was sent a newer one, though that one stands no more.
    """
    rights = PartnerRights(partner, shared.once("contracts", partial(contracts_of, shared.configuration)))
    standing = sorted((row for row in rows if (row.uri, row.n) in revisions), key=lambda row: row.uri)
    newer = newer_sent(partner, shared.catalogue, standing).items()
    unlike = {uri: Taker(id=partner.id, has_newer=n) for uri, n in newer}
    return _still(rights, standing, shared.now, unlike)


def _still(
    rights: PartnerRights, rows: Iterable[CandidateRow], now: datetime, unlike: Mapping[str, Taker]
) -> Selection:
    """Those of the revisions that may still be published, of a story the first, and why others may not."""
    taken: dict[str, CandidateRow] = {}
    left: list[LeftOut] = []
    changes: list[datetime] = []
    for row in rows:
        clearance = _cleared(rights, row, now, unlike.get(row.uri))
        if clearance.until:
            changes.append(clearance.until)
        if clearance.cleared:
            taken.setdefault(row.uri, row)
        else:
            left.append(LeftOut(row.uri, row.n, clearance.blocking[0].rule))
    terms = dict(_terms(rights, taken.values(), now))
    return Selection(tuple(taken.values()), tuple(left), min(changes, default=None), terms)
