"""Dates as pages show them to people: `June 10, 2026 6:00 AM MDT`, `10. Juni 2026, 06:00 Uhr`."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from newsroom.local_time import in_utc

MAX_LINE = 240
"""Characters: a longer line is prose, and a date in it is the prose's."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar enero ene janvier janv gennaio janeiro jänner januari",
            "feb february februar febrero février fevrier févr febbraio fevereiro februari",
            "mar march märz maerz marzo mars março maart",
            "apr april abril abr avril avr aprile",
            "may mai mayo maggio maio mei maj",
            "jun june juni junio juin giugno junho",
            "jul july juli julio juillet juil luglio julho",
            "aug august agosto ago août aout augustus augusti",
            "sep sept september septiembre setiembre septembre settembre setembro",
            "oct october oktober octubre octobre ottobre outubro okt",
            "nov november noviembre novembre novembro",
            "dec december dezember diciembre décembre decembre dicembre dezembro dez dic",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_END = r"(?:\b|(?=[0-2]?\d:[0-5]\d))"
"""Where a year ends; a page may set the time right behind it: `3 de mayo de 202221:25`."""
DATES = (
    re.compile(
        rf"\b(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}{_END}", re.IGNORECASE
    ),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+)?(?P<month>{_MONTH})\.?,?\s+(?:de[l]?\s+)?{_YEAR}{_END}",
        re.IGNORECASE,
    ),
    re.compile(rf"\b{_YEAR}(?P<between>[-/])(?P<month>\d\d)(?P=between)(?P<day>\d\d)\b"),
    re.compile(rf"\b(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}{_END}"),
    re.compile(rf"\b(?P<day>1[3-9]|2\d|3[01])/(?P<month>0?[1-9]|1[0-2])/{_YEAR}{_END}"),
    re.compile(rf"\b(?P<month>0?[1-9]|1[0-2])/(?P<day>1[3-9]|2\d|3[01])/{_YEAR}{_END}"),
    re.compile(rf"{_YEAR}\s?年\s?(?P<month>\d{{1,2}})\s?月\s?(?P<day>\d{{1,2}})\s?日"),
)
SLASHED = re.compile(rf"\b(?P<one>\d{{1,2}})/(?P<other>\d{{1,2}})/{_YEAR}{_END}")
"""Two numbers and a year, either of which may be the day."""

_TIME = re.compile(
    r"(?<![\d.:])(?P<hour>[01]?\d|2[0-3])(?:[:.h](?P<minute>[0-5]\d)(?!\d|\.\d))?\s*(?P<half>[ap]\.?m\b\.?)?(?:\s*(?P<zone>UTC|GMT|[ECMP][DS]?T|BST|CES?T)\b)?",
    re.IGNORECASE,
)
ZONES = {
    "UTC": 0, "GMT": 0, "BST": 1, "CET": 1, "CEST": 2, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7,
    "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
AMERICAN = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
"""How American newsrooms write a zone whatever the season."""


def read_visible_date(line: str, zone: ZoneInfo) -> datetime | None:
    """The first date in `line`, with the time beside it, in UTC; `zone` is of times that name none.

    A day without a time is its first minute. One of digits and slashes is none where it may be two days: 7/6.
    Never raises.
    """
    if len(line) > MAX_LINE:
        return None
    for pattern in DATES:
        if match := pattern.search(line):
            return _moment(match, line, zone)
    return None


def read_slashed_date(text: str, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The one or two moments that a date of digits and slashes may be, in UTC. Never raises."""
    match = SLASHED.search(text[:MAX_LINE])
    if match is None:
        return ()
    one, other = int(match["one"]), int(match["other"])
    readings = (
        _placed_day(match, month, day, text, zone)
        for month, day in dict.fromkeys([(one, other), (other, one)])
    )
    return tuple(moment for moment in readings if moment is not None)


def _moment(match: re.Match[str], line: str, zone: ZoneInfo) -> datetime | None:
    month = match["month"].lower().rstrip(".")
    number = int(month) if month.isdigit() else MONTHS[month]
    return _placed_day(match, number, int(match["day"]), line, zone)


def _placed_day(match: re.Match[str], month: int, day: int, line: str, zone: ZoneInfo) -> datetime | None:
    """The day that was found in `line`, with the time beside it."""
    try:
        local = datetime(int(match["year"]), month, day)  # noqa: DTZ001  (the zone follows)
        clock = _clock(line[match.end() : match.end() + 40]) or _clock(
            line[max(0, match.start() - 30) : match.start()]
        )
        if clock is None:
            return in_utc(local, zone)
        return _placed(local + clock[0], clock[1], zone)
    except (ValueError, OverflowError):
        return None


def _placed(local: datetime, name: str, zone: ZoneInfo) -> datetime:
    if name in ZONES:
        return local.replace(tzinfo=UTC) - timedelta(hours=ZONES[name])
    return in_utc(local, ZoneInfo(AMERICAN[name]) if name in AMERICAN else zone)


def _clock(text: str) -> tuple[timedelta, str] | None:
    """The first time of day in `text` and its zone's name; a bare number is none."""
    for match in _TIME.finditer(text):
        if match["minute"] is None and match["half"] is None:
            continue
        hour = int(match["hour"])
        if match["half"]:
            hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
        return timedelta(hours=hour, minutes=int(match["minute"] or 0)), (match["zone"] or "").upper()
    return None
