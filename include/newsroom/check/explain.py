"""Reasons that a person can act on: what was seen, what was wanted, where it was looked for."""

import unicodedata
from collections.abc import Iterable, Sequence

from newsroom.story import Story

SEEN_LIMIT = 120
"""How much of a value a reason quotes, in characters: enough to find it, little enough to read."""

WHERE_LIMIT = 240
NAMES_LIMIT = 4
"""How many allowed values a reason lists; the configuration has them all."""

NOTHING = "nothing found"

_PLACES = {
    "body": "the story's blocks",
    "flags": "the reader's doubts",
    "pubstatus": "the wire's status of the story",
}
_UNTOLD = "the story as it was read"


def sentence(field: str, seen: str, wanted: str, where: str) -> str:
    """`copyrightnotice: nothing found; wanted a notice naming X; looked in the last 3 paragraphs`."""
    return f"{field}: {seen}; wanted {wanted}; {where}"


def saw(value: object) -> str:
    """A value as a reason quotes it: on one line, cut when it is long; `nothing found` without one."""
    text = cut(str(value), SEEN_LIMIT) if value is not None else ""
    return f"saw “{text}”" if text else NOTHING


def where(story: Story, fields: Sequence[str], *, found: bool) -> str:
    """`found in …` or `looked in …`, as the story's evidence for these fields tells."""
    told = dict.fromkeys(story.evidence[name] for name in fields if story.evidence.get(name))
    places = [cut(place, WHERE_LIMIT) for place in told] or [_PLACES.get(fields[0], _UNTOLD)]
    return f"{'found' if found else 'looked'} in {', '.join(places)}"


def either(names: Iterable[object]) -> str:
    """`A`, `A or B`, `A, B or C`; beyond a few, how many more there are."""
    texts = [str(name) for name in names]
    if len(texts) > NAMES_LIMIT:
        texts = [*texts[: NAMES_LIMIT - 1], f"one of {len(texts) - NAMES_LIMIT + 1} more"]
    return " or ".join(filter(None, (", ".join(texts[:-1]), texts[-1]))) if texts else ""


def cut(text: str, limit: int) -> str:
    """The text on one line without control characters, at most `limit` characters of it."""
    shown = "".join(c if c.isprintable() else " " for c in text[: 4 * limit])
    line = " ".join(unicodedata.normalize("NFC", shown).split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
