"""Dates as feeds write them: ISO 8601 and RFC 822, and nothing believed that can't be."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate
from zoneinfo import ZoneInfo

from newsroom.local_time import in_utc

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No web page is older."""

AHEAD = timedelta(minutes=5)
"""How far a wire's clock may run ahead of ours without a word."""

_LARGEST_OFFSET = timedelta(hours=14)

_ISO = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_NAMED_UTC = re.compile(r"\s*(?:UTC|GMT|Z|[+-]00:?00)$", re.IGNORECASE)
_BLANK_BEFORE_OFFSET = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}$)")
_COMMENT = re.compile(r"\s*\([^()]{0,40}\)$")
_ZONE = re.compile(
    r"\s*(?:(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})|(?<=[\d\s])(?P<name>[A-Za-z][\w/]*))$"
)
_HOURS = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7,
}  # fmt: skip
"""The zones that RFC 822 names. Others mean different things in different countries (BST, IST)."""


class BadDate(ValueError):  # noqa: N818  (what the feed says is bad, not the program)
    """Not a date that can be believed; the text says why."""


def read_date(text: str, zone: ZoneInfo, now: datetime) -> tuple[datetime, tuple[str, ...]]:
    """The moment (UTC) that `text` names, and what is doubtful of it.

    A moment in the future is told as it stands: it is for the checks to hold its story.

    Args:
        text: as the feed has it.
        zone: of times that name none.
        now: a date more than `AHEAD` after it is doubtful.

    Raises:
        BadDate: it can't be read, or is out of all bounds.
    """
    said = _COMMENT.sub("", " ".join(text[:80].split()))
    doubts: list[str] = []
    try:
        moment = _iso(said) if _ISO.match(said) else _rfc822(said)
        if moment.tzinfo is None:
            moment, doubts = in_utc(moment, zone, by=now + AHEAD), [f"no time zone, read as {zone.key}"]
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadDate(f"saw {said!r}; wanted a date as of RFC 822 or ISO 8601, with a known zone") from None
    if moment < EARLIEST:
        raise BadDate(f"saw {said!r}; wanted a date after {EARLIEST.year}")
    if moment > now + AHEAD:
        doubts.append(f"saw {said!r}, which is in the future")
    return moment, tuple(doubts)


def _iso(said: str) -> datetime:
    in_utc = _NAMED_UTC.search(said)
    if in_utc and in_utc.start() > len("2026-01-01"):
        said = said[: in_utc.start()] + "+00:00"
    return datetime.fromisoformat(_BLANK_BEFORE_OFFSET.sub("", said))


def _rfc822(said: str) -> datetime:
    found = _ZONE.search(said)
    parts = parsedate(said[: found.start()] if found else said)
    if parts is None:
        raise ValueError(said)
    moment = datetime(*parts[:6])  # noqa: DTZ001  (the zone follows, or the wire's own is put in)
    if found is None:
        return moment
    return moment.replace(tzinfo=UTC) - _offset(found)


def _offset(zone: re.Match[str]) -> timedelta:
    """How far a zone lies east of Greenwich; a name that nobody knows, or too many do, is an error."""
    name = zone["name"]
    if name:
        if name.upper() not in _HOURS:
            raise ValueError(name)
        return timedelta(hours=_HOURS[name.upper()])
    offset = timedelta(hours=int(zone["hours"]), minutes=int(zone["minutes"]))
    if offset > _LARGEST_OFFSET:
        raise ValueError(zone[0])
    return -offset if zone["sign"] == "-" else offset
