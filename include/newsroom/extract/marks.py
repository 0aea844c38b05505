"""A wire's own marks: lines and signs that are for desks, not for readers."""

import re
from collections.abc import Sequence

_WIRE_TAG = re.compile(r"(?:The[- ])?[A-Z][\w.&]*(?:[- ][A-Z][\w.&]*)?[- ]Wire(?:\s*[™®])?", re.IGNORECASE)
_EDITORS_NOTE = re.compile(
    r"^\W*(?:editor(?:’|')?s(?:’|')?\s+note|eds?(?:\.|:|\s+note)|nota\s+del?\s+(?:editor|redactor|la\s+redacci[oó]n))\s*[:.–—-]\s*(?P<note>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_SIGNAL = re.compile(
    r"^\W*(?P<signal>URGENT|URGENTE|EILMELDUNG|BREAKING(?:\s+NEWS)?|BULLETIN|FLASH|ALERT|CORRECT(?:ED|ION)|UPDATE\s*\d*|EXCLUSIVE|REFILE"
    r"|WRAPUP\s*\d*|ADVISORY|KILL)\b\s*[-–—:]+\s*(?=\S)"
)
"""At a headline's start, in capitals."""


def is_wire_tag(line: str) -> bool:
    """Whether `line` is a wire's tag, as `The-CNN-Wire`."""
    return len(line) < 40 and _WIRE_TAG.fullmatch(line.strip()) is not None


def editors_note(lines: Sequence[str]) -> str | None:
    """What a line `Editor's note: …` among these says; the line itself is the readers', too."""
    return next((match["note"].strip() for line in lines if (match := _EDITORS_NOTE.match(line))), None)


def signals(headline: str) -> tuple[str, ...]:
    """What a headline is marked as, in capitals before it: `URGENT - …`."""
    match = _SIGNAL.match(headline)
    return (" ".join(match["signal"].split()).lower(),) if match else ()
