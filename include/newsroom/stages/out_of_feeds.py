"""out_of_feeds: stories that left a partner's feed as their newer version may not go there; what mends it.

The partner had a version that the wire took back, and gets none in its place: the desk must see that for as
long as it lasts, not once.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any

from newsroom.clear.clearance import WITHDRAWS
from newsroom.clear.ruling import Ruling
from newsroom.config import Partner
from newsroom.deliver.choice import entries_of
from newsroom.deliver.edition import Edition
from newsroom.deliver.product import Selection
from newsroom.deliver.release import release
from newsroom.deliver.revised import stories_of
from newsroom.deliver.rights import rights_of, rights_of_candidate
from newsroom.deliver.round import Round
from newsroom.revise.kind import GRAVE, kind_since
from newsroom.stages import Newsroom, now
from newsroom.stages.why import rulings_of
from newsroom.store.catalogue import DeliveryRow, RevisionRow
from newsroom.store.order import in_order

Record = dict[str, Any]

LOOKED_BACK = timedelta(days=30)
"""How long ago a story may have left: what is older would be in few feeds by now."""

USUAL = frozenset({"kill", "older", "superseded"})
"""Why stories leave without anybody's having to mend anything, or as is told elsewhere."""

_ASK = (
    "ask the wire: its next version brings the story back, or, where it confirms this one, "
    "`newsroom release {uri} --reason …`"
)
_NEXT = "the wire's next version brings the story back"

MENDS = {
    "check": "mend the rule in checks/ and run `newsroom recheck`, or `newsroom release {uri} --reason …`",
    "ednote": _ASK,
    "embargo": _ASK,
    "expiry": _NEXT,
    "order": _NEXT,
    "partner_check": "mend the rule in checks/{checks}.yaml, and the next delivery judges it anew; "
    "or have the wire send a version that passes",
    "pubstatus": _ASK,
    "signals": _ASK,
    "unreadable": "restore its object in the bucket; the next delivery brings the story back",
}
"""What a person can do, by rule."""

BROKEN = "a document would be broken by it: tell an engineer; `newsroom partners preview {partner}` shows it"
AGREE = "agree on it; then change `licences:`, `publishes:` or `product:` in partners/{partner}.yaml"


def out_of_feeds(
    room: Newsroom, *, partners: Collection[str] | None = None, uri: str | None = None
) -> list[Record]:
    """Stories that a partner had in an earlier version and has no more, those that are corrected first.

    `had` is the revision that it had, `n` the one that may not go there, `since` when the story left,
    `taken_back` whether the partner was told to remove it, or may keep it; `reasons` the rules that keep it
    back, `mend` what a person can do.
    """
    gone = room.catalogue.gone(now() - LOOKED_BACK, but=USUAL, partners=partners, uri=uri)
    chains = room.catalogue.chains({row.uri for row in gone})
    found = [told for row in gone if (told := _told(room, row, in_order(chains.get(row.uri, ()))))]
    return sorted(found, key=lambda each: (each["kind"] not in GRAVE, -each["since"].timestamp()))


def _told(room: Newsroom, row: DeliveryRow, chain: list[RevisionRow]) -> Record | None:
    """None where no newer version is why it left, or where it may come back with the next delivery."""
    partner = room.configuration.partners.get(row.partner)
    later = chain[next((at for at, each in enumerate(chain, 1) if each.n == row.n), len(chain)) :]
    if partner is None or not any(row.left_at and each.stored_at <= row.left_at for each in later):
        return None
    asked, rulings = rulings_of(room, partner, row.uri)
    blocking = [each for each in rulings if not each.passes]
    if any(each.rule == "kill" for each in blocking):
        return None
    if not blocking:
        blocking = list(_broken(room, partner, row.uri))
    if not blocking:
        return None
    return {
        "uri": row.uri,
        "partner": row.partner,
        "headline": later[-1].headline,
        "kind": _kind(room, chain[-len(later) - 1 :]),
        "had": row.n,
        "n": later[-1].n,
        "since": row.left_at,
        "taken_back": row.reason in WITHDRAWS,
        "reasons": [f"{each.rule}: {each.reason}" for each in blocking],
        "mend": list(dict.fromkeys(_mend(partner, asked, each) for each in blocking)),
        "wire": asked.wire,
    }


def _kind(room: Newsroom, versions: list[RevisionRow]) -> str:
    """What the versions after the first of these are to it."""
    told = stories_of(room.bucket, versions)
    return kind_since([told[each.key] for each in versions if each.key in told]).kind


def _broken(room: Newsroom, partner: Partner, uri: str) -> Iterator[Ruling]:
    """What is wrong with the documents that the story would be in."""
    shared = Round(room.configuration, room.bucket, room.catalogue, now())
    rights = rights_of(partner, room.configuration)
    for row in room.catalogue.candidates_of([uri]):
        terms = rights.decide(rights_of_candidate(row), shared.now).terms
        if terms is None:
            return
        entries = entries_of(partner.id, Selection((row,), (), terms={uri: terms}), shared)
        for found in shared.unread([row]).values():
            yield Ruling(rule="unreadable", passes=False, reason=found)
        made = release(room.house, partner, Edition(entries, shared.now.replace(microsecond=0)))
        for each in made.broken:
            yield Ruling(rule=each.rule, passes=False, reason=each.reason)


def _mend(partner: Partner, row: RevisionRow, blocking: Ruling) -> str:
    if blocking.until:
        return f"it comes by itself, {blocking.until:%Y-%m-%d %H:%M}Z"
    mend = MENDS.get(blocking.rule, BROKEN if "." in blocking.rule else AGREE)
    return mend.format(partner=partner.id, checks=partner.checks, uri=row.uri)
