"""Losses as a person reads them: leaves of one path together, the first one's text beside it."""

from collections.abc import Iterable

from newsroom.text import clean_line
from newsroom.wireformat.document import Lost

SEEN = 120
"""How much of a text is shown, in characters."""


def told(leaves: Iterable[tuple[str, str]]) -> tuple[Lost, ...]:
    """Leaves (path without indexes, text), those of one path as one loss, in the order of the first."""
    found: dict[str, Lost] = {}
    for path, text in leaves:
        known = found.get(path)
        found[path] = Lost(path, _cut(text)) if known is None else Lost(path, known.value, known.count + 1)
    return tuple(found.values())


def _cut(text: str) -> str:
    line = clean_line(text[: 4 * SEEN])
    return line if len(line) <= SEEN else f"{line[: SEEN - 1]}…"
