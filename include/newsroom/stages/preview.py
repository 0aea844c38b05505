"""preview: what a partner would get by now, and why each other story is left out. Nothing is written."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from newsroom.config import Partner
from newsroom.deliver.choice import LOOKED_AT_FIRST, choose, entries_of
from newsroom.deliver.edition import Edition
from newsroom.deliver.product import LeftOut, ProductRules
from newsroom.deliver.release import release
from newsroom.deliver.round import Round
from newsroom.extract.media_topics import vocabulary
from newsroom.stages import Newsroom, now
from newsroom.stages.why import copy_ruling, reasons_filed, rulings_of
from newsroom.store.catalogue import AnyRevision
from newsroom.story import Verdict

Record = dict[str, Any]


@dataclass(frozen=True)
class Preview:
    """What the next delivery would make of the partner's feeds, a paused partner's too.

    `gets` are its stories, `left_out` every other one in view, with the first rule that keeps it back and its
    reason; newest first within each rule's stage. In view are the stories that the delivery looks at, the
    newest of every other wire, and the newest that are held or rejected. `documents` are the feeds by format,
    without what they would withdraw.
    """

    partner: Partner
    gets: list[Record]
    left_out: list[Record]
    documents: dict[str, bytes] = field(repr=False)

    @property
    def counts(self) -> dict[str, int]:
        """How many stories each rule keeps back, the most first."""
        return dict(Counter(each["rule"] for each in self.left_out).most_common())


def preview(room: Newsroom, partner_id: str) -> Preview:
    """Look at what the partner would get.

    Raises:
        LookupError: there is no such partner; the text lists the known ones.
        ReleaseError: a document would fail as a whole.
    """
    partner = room.partner(partner_id)
    found: list[Verdict] = []
    shared = Round(room.configuration, room.bucket, room.catalogue, now())
    selection = choose(partner, shared, unfiled=found.extend)
    made_at = now().replace(microsecond=0)
    entries = entries_of(partner.id, selection, shared)
    made = release(room.house, partner, Edition(entries, made_at))
    broken: dict[str, list[str]] = {}
    for each in made.broken:
        broken.setdefault(each.uri or "", []).append(f"{each.rule}: {each.reason}")
    for uri, reason in shared.unread(selection.taken).items():
        broken.setdefault(uri, []).append(f"unreadable: {reason}")
    looked_at = {row.uri for row in selection.taken} | {each.uri for each in selection.left_out}
    sent = room.catalogue.sent(partner.id, looked_at)
    return Preview(
        partner,
        gets=[
            {**_story(row), "new": row.n not in sent.get(row.uri, ())}
            for row in selection.taken
            if row.uri not in broken
        ],
        left_out=[
            *(
                _left(row, "broken", "; ".join(broken[row.uri]))
                for row in selection.taken
                if row.uri in broken
            ),
            *_left_by_delivery(room, partner, selection.left_out, found),
            *_of_other_wires(room, partner, looked_at),
            *_without_standing(room, partner),
        ],
        documents={str(name): body for name, body in made.documents.items()},
    )


def _left_by_delivery(
    room: Newsroom, partner: Partner, left: Sequence[LeftOut], found: Sequence[Verdict]
) -> Iterator[Record]:
    """What a delivery looks at and leaves out, as it would count it."""
    rows = {row.uri: row for row in room.catalogue.candidates_of([each.uri for each in left])}
    failures = {(verdict.uri, verdict.n): verdict.reasons for verdict in found}
    for each in left:
        reason = each.told
        if each.copy_of:
            reason = copy_ruling(room, partner, each.uri, each.copy_of).reason
        elif each.reason == "older":
            reason = f"it is not among the newest {partner.product.newest} that {partner.id} takes"
        elif each.reason == "partner_check":
            reasons = failures.get((each.uri, each.n)) or reasons_filed(room, partner, each.uri, each.n)
            reason = "; ".join(reasons) or each.told
        yield _left(rows[each.uri], each.reason, reason)


def _of_other_wires(room: Newsroom, partner: Partner, looked_at: set[str]) -> Iterator[Record]:
    rules = ProductRules(partner.product, vocabulary().broader)
    for row in room.catalogue.candidates(limit=LOOKED_AT_FIRST):
        blocking = next((ruling for ruling in rules.rulings(row) if not ruling.passes), None)
        if blocking and row.uri not in looked_at:
            yield _left(row, blocking.rule, blocking.reason)


def _without_standing(room: Newsroom, partner: Partner) -> Iterator[Record]:
    """Stories that no partner gets: none of their revisions passed or was released."""
    for uri in room.catalogue.without_standing(LOOKED_AT_FIRST):
        row, rulings = rulings_of(room, partner, uri)
        blocking = next((ruling for ruling in rulings if not ruling.passes), None)
        if blocking:
            yield _left(row, blocking.rule, blocking.reason)


def _left(row: AnyRevision, rule: str, reason: str) -> Record:
    return {**_story(row), "rule": rule, "reason": reason}


def _story(row: AnyRevision) -> Record:
    return {"uri": row.uri, "n": row.n, "wire": row.wire, "headline": row.headline}
