"""Dates as pages write them for machines: ISO 8601 and RFC 822, and the near misses of both."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from newsroom.extract.visible_date import read_visible_date
from newsroom.local_time import in_utc

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No web page is older."""

MAX_CHARS = 80

_ISO = re.compile(
    r"(?P<day>\d{4}-?\d{2}-?\d{2})(?:[T ]+(?P<time>\d{1,2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?)"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
_NAMED_UTC = frozenset({"Z", "UTC", "GMT"})


def read_machine_date(text: str, zone: ZoneInfo, by: datetime | None = None) -> datetime | None:
    """The moment that `text` names, in UTC, or None; `zone` is of times that name none. Never raises.

    `by` is when it was written at the latest, which tells an hour that comes twice (`local_time`). A day
    without a time is its first minute.
    """
    text = " ".join(text[:MAX_CHARS].split())
    try:
        moment = _iso(text) or _rfc822(text)
        if moment is None:
            return _sane(read_visible_date(text, zone, by))
        return _sane(moment.astimezone(UTC) if moment.tzinfo else in_utc(moment, zone, by=by))
    except (ValueError, OverflowError):
        return None


def read_whole_machine_date(text: str, zone: ZoneInfo) -> datetime | None:
    """The moment that `text` names as ISO 8601 and nothing besides, in UTC; else None."""
    whole = text if _ISO.fullmatch(text) else ""
    return read_machine_date(whole, zone)


def _sane(moment: datetime | None) -> datetime | None:
    return moment if moment is not None and moment >= EARLIEST else None


def _iso(text: str) -> datetime | None:
    match = _ISO.match(text)
    if match is None:
        return None
    clock, zone = match["time"], (match["zone"] or "").upper()
    if clock is None:
        return datetime.fromisoformat(match["day"])
    clock = f"0{clock}" if len(clock.split(":")[0]) == 1 else clock
    moment = datetime.fromisoformat(
        f"{match['day']}T{clock.replace(',', '.')}{'' if zone in _NAMED_UTC else zone}"
    )
    if moment.tzinfo is not None and abs(moment.utcoffset() or timedelta()) > timedelta(hours=14):
        return None
    return moment.replace(tzinfo=UTC) if zone in _NAMED_UTC else moment


def _rfc822(text: str) -> datetime | None:
    if not text[:3].isalpha() and not text[:1].isdigit():
        return None
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
