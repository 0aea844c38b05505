"""Which of two embargoes holds."""

from datetime import UTC, datetime


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
