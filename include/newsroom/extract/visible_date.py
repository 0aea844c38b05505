"""Dates as pages show them to people: `June 10, 2026 6:00 AM MDT`, `10. Juni 2026, 06:00 Uhr`."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from newsroom.local_time import in_utc

MAX_LINE = 240
"""Characters: a longer line is prose, and a date in it is the prose's."""

_YEARS = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "jan feb mar apr may jun jul aug sept okt nov dez",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner februar maerz april mai juni juli august september oktober november dezember",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene feb mar abr may jun jul ago setiembre oct nov dic",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv févr mars avr mai juin juil aout sept oct nov déc",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts april maj juni juli august september oktober november december",
    "januar februar mars april mai juni juli august september oktober november desember",
    (
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta"
        " heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta"
    ),
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "ocak şubat mart nisan mayis haziran temmuz ağustos eylül ekim kasim aralik",
    "januari februari maret april mei juni juli agustus september oktober november desember",
)
"""The months as dates name them, a language a line; a Turkish ı is an i."""

_MONTHS = {name: number for year in _YEARS for number, name in enumerate(year.split(), 1)}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True)).replace("i", "[iı]")
_A_YEAR = re.compile(r"(?:19|20)\d\d")
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
    re.compile(rf"\b{_YEAR}(?P<between>[-/.])(?P<month>\d\d)(?P=between)(?P<day>\d\d)\b"),
    re.compile(rf"\b(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}{_END}"),
    re.compile(rf"\b(?P<day>1[3-9]|2\d|3[01])/(?P<month>0?[1-9]|1[0-2])/{_YEAR}{_END}"),
    re.compile(rf"\b(?P<month>0?[1-9]|1[0-2])/(?P<day>1[3-9]|2\d|3[01])/{_YEAR}{_END}"),
    re.compile(rf"{_YEAR}\s?[年년]\s?(?P<month>\d{{1,2}})\s?[月월]\s?(?P<day>\d{{1,2}})\s?[日일]"),
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


def read_visible_date(line: str, zone: ZoneInfo, by: datetime | None = None) -> datetime | None:
    """The first date in `line`, with the time beside it, in UTC; `zone` is of times that name none.

    `by` is when it was written at the latest, which tells an hour that comes twice (`local_time`). A day
    without a time is its first minute. One of digits and slashes is none where it may be two days: 7/6.
    Never raises.
    """
    match = find_date(line)
    return _moment(match, line, zone, by) if match else None


def find_date(line: str) -> re.Match[str] | None:
    """What one of `DATES` finds in `line`; nothing in prose, or without a year."""
    if len(line) > MAX_LINE or _A_YEAR.search(line) is None:
        return None
    return next((match for pattern in DATES if (match := pattern.search(line))), None)


def month_of(match: re.Match[str]) -> int:
    """The number of the month in what one of `DATES` has found."""
    month = match["month"].casefold().replace("ı", "i").replace("\u0307", "")
    return int(month) if month.isdigit() else _MONTHS[month]


def read_slashed_date(text: str, zone: ZoneInfo, by: datetime | None = None) -> tuple[datetime, ...]:
    """The one or two moments that a date of digits and slashes may be, in UTC, by then. Never raises."""
    match = SLASHED.search(text[:MAX_LINE])
    if match is None:
        return ()
    one, other = int(match["one"]), int(match["other"])
    readings = (
        _placed_day(match, month, day, text, zone, by)
        for month, day in dict.fromkeys([(one, other), (other, one)])
    )
    return tuple(moment for moment in readings if moment is not None)


def _moment(match: re.Match[str], line: str, zone: ZoneInfo, by: datetime | None) -> datetime | None:
    return _placed_day(match, month_of(match), int(match["day"]), line, zone, by)


def _placed_day(
    match: re.Match[str], month: int, day: int, line: str, zone: ZoneInfo, by: datetime | None
) -> datetime | None:
    """The day that was found in `line`, with the time beside it."""
    try:
        local = datetime(int(match["year"]), month, day)  # noqa: DTZ001  (the zone follows)
        clock = _clock(line[match.end() : match.end() + 40]) or _clock(
            line[max(0, match.start() - 30) : match.start()]
        )
        if clock is None:
            return in_utc(local, zone, by=by)
        return _placed(local + clock[0], clock[1], zone, by)
    except (ValueError, OverflowError):
        return None


def _placed(local: datetime, name: str, zone: ZoneInfo, by: datetime | None) -> datetime:
    if name in ZONES:
        return local.replace(tzinfo=UTC) - timedelta(hours=ZONES[name])
    return in_utc(local, ZoneInfo(AMERICAN[name]) if name in AMERICAN else zone, by=by)


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
