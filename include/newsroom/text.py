"""Clean text: what XML and JSON can carry, and nothing that hides or turns what a reader sees."""

import re
import unicodedata

_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters (C0 and C1)
    "\xad\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f\ufeff"  # soft hyphen, zero width, direction marks
    "\u061c\u202a-\u202e\u2066-\u2069"  # bidirectional overrides and isolates (UAX 9)
    "\ufff9-\ufffb\ud800-\udfff"  # annotation, lone surrogates
    "\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
"""Control characters, what XML 1.0 forbids, noncharacters, and what hides or reorders text."""

NO_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""For a character class: the scripts that part no words by spaces."""

_JOINERS = re.compile("[\u200c\u200d]+")
"""Zero width non-joiner and joiner: spelling in Persian and Indic scripts and in emoji, noise elsewhere."""

_JOINED = frozenset({"Lo", "Lm", "Mn", "Mc", "So", "Sk"})
"""General categories on both sides of a joiner that means something: letters without case, marks, emoji."""

MOST_QUOTED = 80
"""Characters of a value that a doubt quotes."""

_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n\t]+")
_ROUND_BREAKS = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean_line(text: str) -> str:
    """`text` as one line: NFC, no unfit characters, each run of white space one space, none at the ends."""
    return " ".join(_fit(text).split())


def clean_text(text: str) -> str:
    """`text` with its lines kept: NFC, no unfit characters, runs of spaces folded, at most one blank line.

    Tabs stay: they part the cells of a table's row.
    """
    lines = _SPACES.sub(" ", _LINE_ENDS.sub("\n", _fit(text)))
    return _BLANK_LINES.sub("\n\n", _ROUND_BREAKS.sub("\n", lines)).strip()


def quoted(text: str) -> str:
    """`text` in quotation marks, on one line, cut to what a sentence can hold."""
    line = clean_line(text[: 4 * MOST_QUOTED])
    return repr(line if len(line) <= MOST_QUOTED else f"{line[: MOST_QUOTED - 1]}…")


def _fit(text: str) -> str:
    """NFC before as well as after: it makes one character of another, and joins what stood apart."""
    kept = _UNFIT.sub("", unicodedata.normalize("NFC", text))
    return unicodedata.normalize("NFC", _JOINERS.sub(_joiner, kept))


def _joiner(found: re.Match[str]) -> str:
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    meant = all(side and unicodedata.category(side) in _JOINED for side in (before, after))
    return found[0][0] if meant else ""
