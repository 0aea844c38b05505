"""Which of several embargoes holds."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from newsroom.wireformat.document import Said


def latest(ends: Iterable[Said]) -> Said | None:
    """The embargo that ends last, the first of those that end at once; None where there is none."""
    found: Said | None = None
    for each in ends:
        if found is None or ends_later(each.text, found.text):
            found = each
    return found


def outlasts(until: str, said: Mapping[str, Said]) -> bool:
    """Whether a picture's embargo ends after the item that it goes with may be shown, by what that says."""
    ends = [said[name].text for name in ("embargoed", "versioncreated") if name in said]
    return all(ends_later(until, end) for end in ends)


def ends_later(one: str, other: str) -> bool:
    """Whether an embargo ends later than another; one whose end can't be read withholds, and is later."""
    first, second = _moment(one), _moment(other)
    return first is None or (second is not None and first > second)


def _moment(said: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
