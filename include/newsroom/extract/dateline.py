"""Datelines: where a story was written, for whom, and on which day, as wires put it before the first words.

A source in brackets and a dash make one: `WASHINGTON, May 8 (Reuters) - `. The source must be known, a
station's call sign, or the story's own wire: `Intelligenz (KI) - ` is none. A place may stand without a
source where its form is sure: `OTTAWA — `.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from newsroom.extract.sources import is_station, known_source

MAX_PLACE = 80
"""Characters before the bracket; what is longer is a sentence."""

_MONTH = (
    r"(?:jan(?:uary|vier|uar|\.)?|ene(?:ro)?|f[ée]v(?:rier|\.)?|feb(?:ruary|ruar|rero|braio|\.)?|fev(?:ereiro)?|gen(?:naio)?|mar(?:ch|s|zo|\.)?|märz|apr(?:il|\.)?|abr(?:il)?|avr(?:il|\.)?"
    r"|may|mai|mayo|maio|mag(?:gio)?|june?|juin|juni|junho|giu(?:gno)?|lug(?:lio)?|julho|jul(?:y|i|io|\.)?|juil(?:let|\.)?|junio|aug(?:ust|\.)?|ago(?:sto)?|ao[ûu]t|sept?(?:ember|embre|iembre|\.)?|set(?:iembre)?"
    r"|out(?:ubro)?|ott(?:obre)?|o[ck]t(?:ober|obre|ubre|\.)?|nov(?:ember|embre|iembre|\.)?|d[ée][cz](?:ember|embre|\.)?|dic(?:iembre)?)"
)
_DATE = (
    rf"(?:{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?|"
    rf"(?:le\s+)?\d{{1,2}}\.?\s+(?:de\s+)?{_MONTH}\.?(?:\s+(?:de\s+)?\d{{4}})?)"
)
_DASH = r"(?:--+|[–—―]+(?:\s?[–—―]+)?|-|_)"
_BRACKETED = re.compile(
    rf"^(?P<before>[^()\n]{{0,{MAX_PLACE}}}?)\s*(?:{_DASH}\s*)?\((?P<source>[^()\n]{{2,40}})\)\s*(?P<dash>[.:]?\s*{_DASH}|$)\s*",
)
_SOURCE_FIRST = re.compile(
    rf"^\((?P<source>[^()\n]{{2,40}})\)\s*{_DASH}\s*"
    rf"(?P<before>[A-ZÀ-Ý][A-ZÀ-Ý '’/-]{{1,40}},\s{_DATE})(?P<dash>\s*{_DASH})\s*",
    re.IGNORECASE,
)
"""As ANSA writes it: `(ANSA) - ROMA, 10 GIU - `."""

_PLACE_ALONE = re.compile(
    r"^(?P<before>[^\W\d_a-z](?:[^\W\d_a-z]|[.'’ /-]){1,30}?(?P<region>, [^\W\d_a-z][\w. ]{1,20})?)"
    r"(?P<dash>\s(?:[—–]|--)\s)(?=[^\W\d_a-z]|[\"“‘'])"
)
"""A city in capitals before a dash, and no source: `OTTAWA — The`, `VAIL, Colo. — The`."""

_CITIES = frozenset(
    (
        *(
            "ATLANTA",
            "BALTIMORE",
            "BOSTON",
            "CHICAGO",
            "CINCINNATI",
            "CLEVELAND",
            "DALLAS",
            "DENVER",
            "DETROIT",
        ),
        *(
            "HONOLULU",
            "HOUSTON",
            "INDIANAPOLIS",
            "LAS VEGAS",
            "LOS ANGELES",
            "MIAMI",
            "MILWAUKEE",
            "MINNEAPOLIS",
        ),
        *("NEW ORLEANS", "NEW YORK", "OKLAHOMA CITY", "PHILADELPHIA", "PHOENIX", "PITTSBURGH", "ST. LOUIS"),
        *("SALT LAKE CITY", "SAN ANTONIO", "SAN DIEGO", "SAN FRANCISCO", "SEATTLE", "WASHINGTON"),
        *("UNITED NATIONS", "CALGARY", "EDMONTON", "HALIFAX", "MONTREAL", "OTTAWA", "QUEBEC CITY", "REGINA"),
        *(
            "SASKATOON",
            "TORONTO",
            "VANCOUVER",
            "VICTORIA",
            "WINNIPEG",
            "ST. JOHN'S",
            "FREDERICTON",
            "CHARLOTTETOWN",
        ),
        *(
            "AMSTERDAM",
            "BAGHDAD",
            "BANGKOK",
            "BEIJING",
            "BEIRUT",
            "BERLIN",
            "BRUSSELS",
            "CAIRO",
            "DJIBOUTI",
            "DUBLIN",
        ),
        *(
            "GENEVA",
            "GIBRALTAR",
            "GUATEMALA CITY",
            "HAVANA",
            "HELSINKI",
            "HONG KONG",
            "ISLAMABAD",
            "ISTANBUL",
        ),
        *(
            "JERUSALEM",
            "JOHANNESBURG",
            "KUWAIT CITY",
            "LONDON",
            "LUXEMBOURG",
            "MACAU",
            "MADRID",
            "MEXICO CITY",
        ),
        *(
            "MILAN",
            "MONACO",
            "MOSCOW",
            "MUNICH",
            "NEW DELHI",
            "PANAMA CITY",
            "PARIS",
            "PRAGUE",
            "RIO DE JANEIRO",
        ),
        *(
            "ROME",
            "SAN MARINO",
            "SAO PAULO",
            "SHANGHAI",
            "SINGAPORE",
            "STOCKHOLM",
            "SYDNEY",
            "TOKYO",
            "VATICAN CITY",
        ),
        *("VIENNA", "ZURICH"),
    )
)
"""Cities that stand without their state or country in the style books of AP and The Canadian Press."""

_UNDASHED = re.compile(
    rf"^(?P<before>[^()\n]{{2,{MAX_PLACE}}}?{_DATE})\s*\((?P<source>[^()\n]{{2,40}})\)(?P<dash>\s+)(?=[^\W\d_])",
    re.IGNORECASE,
)
_UNBRACKETED = re.compile(r"^(?P<before>)(?P<source>[^()\n—–-]{2,40}?)\s*(?P<dash>\s[–—]+|\s--)\s+")
_WIRE_SLASHES = re.compile(
    rf"^(?P<before>[^()\n/]{{2,{MAX_PLACE}}}?(?:/[^()\n/ ]+)?[^()\n/]{{0,40}}?)\s*{_DASH}?\s*"
    rf"/(?P<source>[A-Z][A-Za-z -]{{2,30}})/\s*(?P<dash>{_DASH})\s*"
)
_DATED = re.compile(rf"^(?:(?P<place>.*?),\s*)?(?P<date>{_DATE})$", re.IGNORECASE)
_SMALL = frozenset(
    [
        "de",
        "del",
        "la",
        "las",
        "los",
        "le",
        "les",
        "el",
        "al",
        "am",
        "an",
        "der",
        "die",
        "das",
        "den",
        "do",
        "da",
        "dos",
        "of",
        "on",
        "in",
        "the",
        "and",
        "und",
        "y",
        "et",
        "e",
        "sur",
        "sous",
        "upon",
        "a",
        "à",
        "zu",
        "im",
        "bei",
        "ob",
        "d",
        "di",
        "van",
        "von",
        "st",
    ]
)
"""Words that stand in lower case within a place's name."""


_MAY_BEGIN = re.compile(r"[(/–—―]|--|\s-")
"""A bracket, slash or dash: every dateline has one in its first characters."""


@dataclass(frozen=True)
class Dateline:
    """A dateline: `text` as printed without its dash, place, source as written, date as written.

    `length` is how many characters of the line it takes, its dash and the blank after it included.
    """

    text: str
    place: str | None
    source: str | None
    date: str | None
    length: int


def read_dateline(line: str, own: Collection[str] = ()) -> Dateline | None:
    """The dateline that `line` begins with, or None; `own` are the names of the story's own wire.

    Never raises.
    """
    if not _MAY_BEGIN.search(line[: MAX_PLACE + 60]):
        return None
    for pattern in (_SOURCE_FIRST, _BRACKETED, _WIRE_SLASHES, _UNDASHED, _UNBRACKETED):
        if (match := pattern.match(line)) is None:
            continue
        source = " ".join(match["source"].split())
        if not (_is_own(source, own) or (pattern is not _UNBRACKETED and _is_source(source))):
            continue
        if (parts := _parts(match["before"])) is None:
            continue
        text = " ".join(line[: match.start("dash")].split()).rstrip(" -–—_")
        return Dateline(text, parts[0], source, parts[1], match.end())
    return _place_alone(line)


def _place_alone(line: str) -> Dateline | None:
    match = _PLACE_ALONE.match(line)
    if match is None:
        return None
    before = match["before"].strip()
    parts = _parts(before)
    if parts is None or not (match["region"] or before.replace("’", "'") in _CITIES):
        return None
    return Dateline(before, parts[0], None, parts[1], match.end())


def _is_own(name: str, own: Collection[str]) -> bool:
    return name.casefold() in {one.casefold() for one in own}


def _is_source(name: str) -> bool:
    """Whether the bracket holds a source; several are parted by a slash, a comma or `and`."""
    if known_source(name) or is_station(name):
        return True
    parts = [part.strip() for part in re.split(r"\s*(?:/|,|&|\band\b|\bund\b|\by\b)\s*", name)]
    return len(parts) > 1 and all(part and (known_source(part) or is_station(part)) for part in parts)


def _parts(before: str) -> tuple[str | None, str | None] | None:
    """Place and date of what stands before the bracket; None when it is neither."""
    before = " ".join(before.split()).strip(" ,-–—_")
    if not before:
        return None, None
    if match := _DATED.match(before):
        place = (match["place"] or "").strip(" ,") or None
        return (place, match["date"]) if place is None or _is_place(place) else None
    return (before, None) if _is_place(before) else None


def _is_place(text: str) -> bool:
    """Whether every word of `text` is written as in a place's name."""
    words = [word for word in re.split(r"[\s/]+|(?<=\w)-(?=\w)", text) if word]
    if not 1 <= len(words) <= 10 or re.search(r"[;:!?\"“”«»]|\d{3}", text):
        return False
    return (
        all(
            word[0].isupper()
            or word[0] in "'‘’("
            or word.lower().strip(".,'’") in _SMALL
            or word[:2] in ("d'", "l'", "d’", "l’")
            for word in words
        )
        and words[0][0].isalpha()
    )
