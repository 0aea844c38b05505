"""A feed's bytes to text: byte order mark, header, declaration; a guess is told as one."""

import codecs
import contextlib
import re
import unicodedata
from dataclasses import dataclass, replace

from charset_normalizer import from_bytes

from newsroom.fetch.errors import NotAFeed

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_WIDE = (
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
"""How UTF-16 without a byte order mark begins (XML 1.0, appendix F)."""

_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")

# WHATWG Encoding Standard, 4.2: what these labels mean on the web.
_WEB_MEANING = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
}

MAX_BROKEN_SHARE = 0.0005
"""More characters than this that can't be decoded: the text is not what it says it is."""

_GUESS_BYTES = 200_000


@dataclass(frozen=True)
class Decoded:
    """The text, and what is doubtful about how it was read; `guessed` where nothing named its charset."""

    text: str
    warnings: tuple[str, ...] = ()
    guessed: bool = False


def decode(data: bytes, header: str | None) -> Decoded:
    """Read `data` as its byte order mark, the HTTP `header` or its own declaration says; else guess.

    UTF-8 that decodes without a fault is UTF-8, whatever is said: other text all but never does.

    Raises:
        NotAFeed: `bad_charset`: no charset gives clean text.
    """
    for mark, charset in (*_BOMS, *_WIDE):
        if data.startswith(mark):
            skipped = len(mark) if (mark, charset) in _BOMS else 0
            return _whole(data[skipped:], charset, None)
    declared = _DECLARED.match(data[:1000])
    named = [known for name in (header, declared and declared[1].decode()) if (known := _known(name))]
    if strict := _strict(data, "utf-8", named):
        return strict
    for charset in named:
        if strict := _strict(data, charset, named):
            return strict
    if "utf-8" in named or not named:
        return _mostly(data) or _guessed(data)
    return _guessed(data)


def _strict(data: bytes, charset: str, named: list[str]) -> Decoded | None:
    if charset == "utf-8" and b"\x1b$" in data and any(name.startswith("iso2022") for name in named):
        return None  # seven-bit Japanese is valid UTF-8 as well
    try:
        text = data.decode(charset)
    except UnicodeDecodeError:
        return None
    if text.isascii() or not named or named[0] == charset:
        return Decoded(text)
    return Decoded(text, (f"charset: saw {named[0]} named, but the bytes are {charset}",))


def _whole(data: bytes, charset: str, warning: str | None) -> Decoded:
    text = data.decode(charset, "replace")
    broken = text.count("\ufffd")
    if broken > 2 + MAX_BROKEN_SHARE * len(text):
        raise NotAFeed("bad_charset", f"charset: {broken} characters are no {charset}; wanted clean text")
    told = [warning] if warning else []
    if broken:
        told.append(f"charset: {broken} characters are no {charset}")
    return Decoded(text, tuple(told))


def _mostly(data: bytes) -> Decoded | None:
    """UTF-8 with a fault or two; None when it is another charset."""
    try:
        return _whole(data, "utf-8", None)
    except NotAFeed:
        return None


def _guessed(data: bytes) -> Decoded:
    best = from_bytes(data[:_GUESS_BYTES], steps=5, chunk_size=1024).best()
    if best is None:
        raise NotAFeed("bad_charset", "charset: the bytes are clean text in no charset; wanted UTF-8")
    charset = best.encoding
    if _is_latin(str(best)):
        # Which Latin charset it is can't be told from the bytes; nearly always it is the web's own.
        with contextlib.suppress(UnicodeDecodeError):
            data.decode("cp1252")
            charset = "cp1252"
    told = _whole(data, charset, f"charset: guessed {charset}; wanted one that is named and fits")
    return replace(told, guessed=True)


def _is_latin(text: str) -> bool:
    letters = [character for character in text if not character.isascii() and character.isalpha()][:500]
    return 2 * sum("LATIN" in unicodedata.name(letter, "") for letter in letters) >= len(letters)


def _known(name: str | None) -> str | None:
    """Python's name for a charset as the web means it; None when there is no such text encoding."""
    try:
        found = codecs.lookup((name or "").strip()).name
        "".encode(found)
    except (LookupError, ValueError, TypeError):
        return None
    # What could be read this far as ASCII is not UTF-16, whatever it says (HTML, 13.2.3.2).
    if found.startswith(("utf-16", "utf-32", "utf-8")):
        return "utf-8"
    return _WEB_MEANING.get(found, found)
