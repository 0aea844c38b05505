"""Bytes to text: what the header says, else what the document says of itself, else a guess, told as one."""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from charset_normalizer import from_bytes

from newsroom.extract.document import Unreadable
from newsroom.extract.language import detected

_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})|<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w:.-]{2,40})",
    re.IGNORECASE,
)
_PRESCAN_BYTES = 4096
_GUESS_BYTES = 200_000

# WHATWG Encoding Standard, 4.2: what these labels mean on the web.
_WEB_MEANING = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
}

_SHIFTS = re.compile(rb"[\0\x1b]")
"""What makes of ASCII bytes other text: halves of UTF-16, and the escapes of ISO-2022."""

_LATIN = {
    "cp1250": frozenset({"bs", "cs", "hr", "hu", "pl", "ro", "sk", "sl", "sq"}),
    "cp1254": frozenset({"az", "tr"}),
    "cp1257": frozenset({"et", "lt", "lv"}),
    "cp1258": frozenset({"vi"}),
}
"""The languages in Latin letters that Windows writes in another charset than cp1252."""

_LANGUAGE = re.compile(rb"<html\b[^>]{0,500}?\blang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.IGNORECASE)
_TAG = re.compile(rb"<(?:script|style)\b[^<>]*>[^<]*|<[^<>]*>", re.IGNORECASE)
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")

MIXED_FROM = 3
MIXED_SHARE = 0.2
"""So many characters in UTF-8, and against all others, stand by no chance in a text that is in none."""

_WIDE = ("utf_16", "utf_32")

MAX_BROKEN_SHARE = 0.0005
"""More characters than this that could not be decoded: the text is not what it says it is."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Decoded:
    """A document's text, the charset it was read in, and whether that was a guess."""

    text: str
    charset: str
    guessed: bool


def decode(data: bytes, header: str | None) -> Decoded:
    """Read `data` as the byte order mark, the `header` or the document's declaration says; else guess.

    A charset that is named but wrong (most of it does not decode) is not believed.

    Raises:
        Unreadable: no charset gives clean text (`bad_charset`).
    """
    for bom, charset in _BOMS:
        if data.startswith(bom):
            return Decoded(data[len(bom) :].decode(charset, "replace"), charset, guessed=False)
    if (text := _utf8(data)) is not None:
        return Decoded(text, "utf-8", guessed=False)
    for name in (header, _declared(data)):
        named = _known(name)
        if named and (text := _clean(data, named)) is not None:
            return Decoded(text, named, guessed=False)
    if data.isascii() and not _SHIFTS.search(data):
        return Decoded(data.decode("ascii"), "ascii", guessed=False)
    return _guess(data)


def _utf8(data: bytes) -> str | None:
    """`data` as UTF-8: other text all but never decodes as such, while any bytes are text in Latin 1."""
    if data.isascii():
        return None  # ISO-2022-JP and UTF-7 are ASCII to look at
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _declared(data: bytes) -> str | None:
    found = _DECLARED.search(data, 0, _PRESCAN_BYTES)
    return (found[1] or found[2]).decode("ascii", "replace") if found else None


def _known(name: str | None) -> str | None:
    """Python's name for a charset as the web means it; None when there is no such text encoding."""
    if not name:
        return None
    try:
        info = codecs.lookup(name.strip())
        "".encode(info.name)
    except (LookupError, ValueError, TypeError):
        return None
    # A document that could be read this far as ASCII is not UTF-16, whatever it says (HTML, 13.2.3.2).
    if info.name.startswith(("utf-16", "utf-32")):
        return "utf-8"
    return _WEB_MEANING.get(info.name, info.name)


def _clean(data: bytes, charset: str) -> str | None:
    """`data` in `charset`, a few broken characters allowed; None when it does not fit."""
    try:
        return data.decode(charset)
    except (UnicodeDecodeError, LookupError):
        text = data.decode(charset, "replace")
    return text if text.count("\ufffd") <= 2 + MAX_BROKEN_SHARE * len(text) else None


def _guess(data: bytes) -> Decoded:
    best = from_bytes(data[:_GUESS_BYTES], steps=5, chunk_size=1024).best()
    charset = best.encoding if best else None
    if best is None:
        _refuse_mixed(data)
    elif not best.encoding.startswith(_WIDE) and _is_latin(str(best)):
        _refuse_mixed(data)
        charset = _latin_of(data)
    text = _clean(data, charset) if charset else None
    if charset is None or text is None:
        raise Unreadable(
            "bad_charset",
            "charset: the bytes are clean text in no charset that header, document or a guess names;"
            " wanted one that fits; ask the wire for the page's encoding",
        )
    return Decoded(text, charset, guessed=True)


def _is_latin(text: str) -> bool:
    """Whether most letters beyond ASCII are Latin: then the bytes do not tell which of a dozen charsets."""
    letters = [letter for letter in text if not letter.isascii() and letter.isalpha()][:500]
    latin = (letter in "ªºµ" or "LATIN" in unicodedata.name(letter, "") for letter in letters)
    return 2 * sum(latin) >= len(letters)


def _latin_of(data: bytes) -> str:
    """The charset that Windows, and so the web, has for the text's language."""
    prose = _TAG.sub(b" ", data[:_GUESS_BYTES]).decode("cp1252", "replace")
    named = _LANGUAGE.search(data, 0, _PRESCAN_BYTES)
    language = detected(prose) or (named[1].decode().lower() if named else "")
    return next((charset for charset, spoken in _LATIN.items() if language in spoken), "cp1252")


def _refuse_mixed(data: bytes) -> None:
    """Refuse bytes of which some are UTF-8 and others are not: no charset reads both.

    Raises:
        Unreadable: `bad_charset`.
    """
    fit = len(_UTF8.findall(data))
    others = len(_BEYOND_ASCII.findall(_UTF8.sub(b"", data)))
    if fit >= MIXED_FROM and fit >= MIXED_SHARE * others:
        raise Unreadable(
            "bad_charset",
            f"charset: saw {fit:,} characters in UTF-8 and {others:,} in another charset; wanted one charset;"
            " tell the wire",
        )
