"""The zone by whose clock a page shows readers a moment that it tells machines in UTC."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from newsroom.extract.visible_date import MAX_LINE, read_visible_date

_CLOCK = re.compile(
    r"(?:(?<![\d:.])|(?<=\b19\d\d)|(?<=\b20\d\d))(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)(?!\d|\.\d)\s*(?P<half>[ap]\.?m\b)?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\b(?P<one>\d{1,2})[./-](?P<other>\d{1,2})[./-](?P<year>(?:19|20)\d\d)(?!\d)")
_FRACTIONS = frozenset({-210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825})
"""Minutes from UTC of the zones that are not whole hours (the IANA database, summer time included)."""

_WEST, _EAST = -12 * 60, 14 * 60


def shown_offset(moment: datetime, lines: Iterable[str]) -> timedelta | None:
    """How far from UTC the clock is by which a line shows `moment`: its minute on the day there.

    None where no line does, or one does in UTC; and for the first moment of a day, which tells the day alone.
    """
    utc = moment.astimezone(UTC)
    if utc.time() == time():
        return None
    for line in lines:
        if len(line) > MAX_LINE:
            continue
        days = set(_days(line))
        for minutes in _clocks(line) if days else ():
            behind = (minutes - (utc.hour * 60 + utc.minute)) % (24 * 60)
            for offset in (behind, behind - 24 * 60):
                there = timedelta(minutes=offset)
                if _is_zone(offset) and (utc + there).date() in days:
                    return there or None
    return None


def _is_zone(offset: int) -> bool:
    return _WEST <= offset <= _EAST and (offset % 60 == 0 or offset in _FRACTIONS)


def _clocks(line: str) -> Iterator[int]:
    """The times of day in `line`, in minutes."""
    for match in _CLOCK.finditer(line):
        hour = int(match["hour"])
        if match["half"]:
            hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
        yield hour * 60 + int(match["minute"])


def _days(line: str) -> Iterator[date]:
    """The days that `line` may name; 7/6 is two."""
    if (day := read_visible_date(line, ZoneInfo("UTC"))) is not None:
        yield day.date()
    for match in _DIGITS.finditer(line):
        one, other = int(match["one"]), int(match["other"])
        for month, number in ((one, other), (other, one)):
            try:
                yield date(int(match["year"]), month, number)
            except ValueError:
                continue
