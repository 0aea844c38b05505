"""trafilatura on a parsed page, and where in the page the text stands that it chose."""

import logging
from collections.abc import Sequence
from typing import Any

from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from newsroom.extract.segment import Piece, folded

# It warns of every page that it gives up; we say so ourselves, with a reason.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

WHOLE_LINE_CHARS = 30
"""A text shorter than this is found only as a whole line: "Sport" stands inside of many sentences."""


_OPTIONS = Extractor(fast=True, comments=False, output_format="python")
"""Its fast mode loses nothing on news pages and takes half the time. Made once, as it reads a whole file."""


def extracted_lines(tree: Any) -> list[str] | None:
    """What trafilatura takes for the main text of `tree`, which stays as it is; None where it finds none."""
    found = bare_extraction(tree, options=_OPTIONS)
    if found is None or not found.text:
        return None
    return [line for line in found.text.split("\n") if line.strip(" -|")]


class Chosen:
    """Which texts are among `lines`."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Keep the lines in folded form."""
        self._lines = frozenset(folded(line) for line in lines)
        self._stream = "\n".join(self._lines)

    def has(self, key: str) -> bool:
        """Whether the text with this folded form was chosen, alone on a line or, if long, within one."""
        if not key:
            return False
        return key in self._lines or (len(key) > WHOLE_LINE_CHARS and key in self._stream)

    def share(self, piece: Piece) -> float:
        """How much of `piece` was chosen: 0 to 1."""
        key = piece.key
        if self.has(key):
            return 1.0
        if "\n" in piece.text:
            parts = [folded(line) for line in piece.text.split("\n")]
            whole = sum(map(len, parts))
            return sum(len(part) for part in parts if self.has(part)) / whole if whole else 0.0
        if len(key) <= 2 * WHOLE_LINE_CHARS:
            return 0.0
        return (self.has(key[: WHOLE_LINE_CHARS + 1]) + self.has(key[-WHOLE_LINE_CHARS - 1 :])) / 2
