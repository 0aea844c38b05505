"""At most so many stories of a day: those that the partner has, then the newest that it could get."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from newsroom.config import Product
from newsroom.store.catalogue import CandidateRow, Catalogue

TooMany = tuple[CandidateRow, str]
"""A story that the partner does not get, and the reason."""


def few_of_a_day(
    partner: str,
    product: Product,
    catalogue: Catalogue,
    rows: Sequence[CandidateRow],
    chosen: Sequence[CandidateRow],
) -> tuple[Sequence[CandidateRow], list[TooMany]]:
    """Part `chosen` into those that the product's `per_day` lets through, in their order, and the others.

    A story is of the day on which its first revision was filed here, whatever comes later. One that the
    partner was sent stays: no newer one takes its place. What is killed, or else was looked at among `rows`
    and not chosen, makes room.
    """
    if product.per_day is None or not chosen:
        return chosen, []
    uris = {row.uri for row in chosen}
    first = min(day_of(row.first_stored, product.zone) for row in chosen)
    has = catalogue.sent_of(partner, datetime.combine(first, time(), product.zone))
    gone = {row.uri for row in rows} - uris
    counts = {uri: stored for uri, stored in has.items() if uri not in gone}
    return part(chosen, product, frozenset(catalogue.sent(partner, uris)), counts)


def part(
    chosen: Sequence[CandidateRow],
    product: Product,
    sent: AbstractSet[str],
    has: Mapping[str, datetime],
) -> tuple[list[CandidateRow], list[TooMany]]:
    """As `few_of_a_day`; `sent` are those of `chosen` that the partner was sent, `has` all that count."""
    most, zone = product.per_day or 0, product.zone
    days: dict[date, set[str]] = {}
    for uri, stored in [*has.items(), *((row.uri, row.first_stored) for row in chosen if row.uri in sent)]:
        days.setdefault(day_of(stored, zone), set()).add(uri)
    others: dict[str, str] = {}
    waiting = [row for row in chosen if row.uri not in sent]
    for row in sorted(
        sorted(waiting, key=lambda row: row.uri), key=lambda row: row.first_stored, reverse=True
    ):
        day = day_of(row.first_stored, zone)
        of_day = days.setdefault(day, set())
        if len(of_day) < most:
            of_day.add(row.uri)
        else:
            others[row.uri] = f"at most {most} stories of a day are taken, and {day} ({zone.key}) has them"
    kept = [row for row in chosen if row.uri not in others]
    return kept, [(row, others[row.uri]) for row in chosen if row.uri in others]


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The day by this zone's calendar."""
    return moment.astimezone(zone).date()
