"""Until when a story is embargoed, as wires write it: understood to the last word, or not at all.

A part that is left out (`noon`, a zone that nobody knows) could make it early: then nobody knows its end.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from newsroom.extract.machine_date import read_whole_machine_date
from newsroom.extract.visible_date import AMERICAN, DATES, MAX_LINE, ZONES, month_of
from newsroom.local_time import in_utc

_HALF = r"(?P<half>[ap])\.?\s?m\b\.?"
_CLOCKS = (
    re.compile(
        rf"(?<![\d:.])(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d))?(?![\d:])(?:\s*{_HALF})?",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<![\d:.])(?P<hour>0?[1-9]|1[0-2])\s*{_HALF}", re.IGNORECASE),
    re.compile(
        r"(?<![\d:.+-])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?=\s*(?:h(?:ou)?rs?\b|[A-Z]{2,4}\b))"
    ),
    re.compile(r"^\W*(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?=\W*$|[,\s]+[^\W\d])"),
    re.compile(r"\b(?P<noon>12\s+noon|noon|mediodía|midi)\b", re.IGNORECASE),
)
_OFFSET = re.compile(
    r"(?:\b(?:UTC|GMT)\s?[+-](?P<hours>\d{1,2})|[+-](?P<two>\d\d))(?::?(?P<minutes>[0-5]\d))?\b"
)
_LONG_ZONE = re.compile(
    r"\b(?P<where>Eastern|Central|Mountain|Pacific)(?:\s+(?P<season>Standard|Daylight))?(?:\s+Time)?\b",
    re.IGNORECASE,
)
_GERMAN = {"MEZ": 1, "MESZ": 2}
_OFFSETS = ZONES | _GERMAN
_ZONE = re.compile(rf"\b(?P<zone>{'|'.join([*_OFFSETS, *AMERICAN])})\b(?:\s+time\b)?")
_SAID = re.compile(
    r"\b(?:at|on|the|for|until|till?|to|before|after|release|publication|use|hours?|hrs|uhr|um|a\s+las?|las|alle|del?|el|le|à"
    r"|heures|h|bis|hasta|am|den|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?|lunes|martes|miércoles|jueves|viernes|sábado|domingo|montag|dienstag|mittwoch"
    r"|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b",
    re.IGNORECASE,
)
"""What stands between date and time and says no more."""


def read_embargo(text: str, zone: ZoneInfo) -> datetime | None:
    """The moment (UTC) that `text` names, all of it; None where any part is not understood. Never raises.

    A day without a time is its first minute. `zone` is of times that name none; a local time that exists
    twice, or not at all, is the later of what it may mean.
    """
    said = " ".join(text.split()).strip(" .,;:()[]*-–—")
    if len(said) > MAX_LINE:
        return None
    try:
        return read_whole_machine_date(said, zone) or _visible(said, zone)
    except (ValueError, OverflowError):
        return None


def _visible(said: str, zone: ZoneInfo) -> datetime | None:
    found = next(filter(None, (pattern.search(said) for pattern in DATES)), None)
    if found is None:
        return None
    day = datetime(int(found["year"]), month_of(found), int(found["day"]))  # noqa: DTZ001  (the zone follows)
    rest = _without(said, found)
    clock = next(filter(None, (pattern.search(rest) for pattern in _CLOCKS)), None)
    local = day + (_time_of_day(clock) if clock else timedelta())
    moment, left = _placed(local, _without(rest, clock), zone)
    return None if any(letter.isalnum() for letter in _SAID.sub(" ", left)) else moment


def _time_of_day(clock: re.Match[str]) -> timedelta:
    told = clock.groupdict()
    if told.get("noon"):
        return timedelta(hours=12)
    hour = int(told["hour"])
    if half := told.get("half"):
        if not 1 <= hour <= 12:
            raise ValueError(clock[0])
        hour = hour % 12 + (12 if half in "pP" else 0)
    return timedelta(hours=hour, minutes=int(told.get("minute") or 0), seconds=int(told.get("second") or 0))


def _placed(local: datetime, rest: str, zone: ZoneInfo) -> tuple[datetime, str]:
    """The moment in its zone, and what is left of the text without that."""
    if found := _OFFSET.search(rest):
        east = timedelta(hours=int(found["hours"] or found["two"]), minutes=int(found["minutes"] or 0))
        if east > timedelta(hours=14):
            raise ValueError(found[0])
        moment = local.replace(tzinfo=UTC) - (-east if "-" in found[0] else east)
        return moment, _without(rest, found)
    if found := _LONG_ZONE.search(rest):
        name = found["where"][0].upper() + (found["season"] or "")[:1].upper() + "T"
    elif found := _ZONE.search(rest):
        name = found["zone"]
    else:
        return in_utc(local, zone), rest
    if name in _OFFSETS:
        return local.replace(tzinfo=UTC) - timedelta(hours=_OFFSETS[name]), _without(rest, found)
    return in_utc(local, ZoneInfo(AMERICAN[name])), _without(rest, found)


def _without(text: str, found: re.Match[str] | None) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}" if found else text
