"""Lines that recur across a wire's pages, each by a key, whatever its case, digits and spacing."""

import re
import unicodedata
from collections.abc import Iterator

from newsroom.story import Story, digest

MOST_WORDS = 40
"""A longer line is prose, though a wire should repeat it: the background of a long war."""

FROM_PAGES = frozenset({"the page", "the feed entry's full text"})
"""Where a story's body was found that had a site around it; a wire's own document has none."""

_DIGITS = re.compile(r"\d+")
_RIGHTS = re.compile(
    r"©|ⓒ|℗|\(c\)\s*\d{4}|\bcopyright\b|rights\s+reserved|derechos\s+reservados|droits\s+réservés"
    r"|rechte\s+vorbehalten|diritti\s+riservati|direitos\s+reservados",
    re.IGNORECASE,
)
"""A notice stays, in whatever form its wire writes it."""

_LETTER = re.compile(r"[^\W\d_]")


def line_key(line: str) -> str | None:
    """The key of a line that may be furniture; None for one that never is.

    Those are lines without letters, ones that are too long, and whatever speaks of rights.
    """
    words = line.split()
    if not 0 < len(words) <= MOST_WORDS or not _LETTER.search(line) or _RIGHTS.search(line):
        return None
    folded = unicodedata.normalize("NFKC", " ".join(words)).casefold()
    return digest(_DIGITS.sub("0", folded))[:32]


def keyed_lines(story: Story) -> dict[str, str]:
    """A story's lines by key, those that were taken away as furniture too; a heading is none of them."""
    if story.evidence.get("body") not in FROM_PAGES:
        return {}
    return {key: line for line in _lines(story) if (key := line_key(line))}


def _lines(story: Story) -> Iterator[str]:
    yield from story.furniture
    for block in story.blocks:
        if block.kind != "heading":
            yield from block.text.split("\n")
