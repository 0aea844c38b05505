"""A wire's XML as a tree: looked through before any parser that trusts it; nothing fetched, no entity."""

import html.entities
import re
from dataclasses import dataclass
from html import escape
from typing import Any, NoReturn
from xml.parsers import expat

from lxml import etree

from newsroom.wireformat.document import BadDocument

MOST_DEPTH = 200
MOST_ATTRIBUTES = 200
MOST_ELEMENTS = 500_000
"""Of nested elements, of attributes on one, and of all elements."""

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""

DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")

MOST_FAULTS = 100_000
"""Of such as are put right; a text with more is no XML, and each costs a microsecond."""

LIBRARYS_MOST = 10_000_000
"""Characters that libxml2 takes in one text, comment or attribute."""

_LEXEME = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    r"|&(?:#(?P<code>\d{1,8}|[xX][0-9a-fA-F]{1,8});|(?P<name>[A-Za-z][A-Za-z0-9]{0,31});)?|<(?![A-Za-z_/!?])",
    re.DOTALL,
)
_PREDEFINED = {"amp", "lt", "gt", "quot", "apos"}
_CUT_OFF = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_ITEMS = frozenset({"newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"})
_SET = "itemSet"


@dataclass(frozen=True)
class Parsed:
    """A document's root. `complete` is False when its end, or an item, is missing."""

    root: Any
    complete: bool = True
    warnings: tuple[str, ...] = ()


class _TooManyFaultsError(Exception):
    """There are more than `MOST_FAULTS`."""


class _Scan:
    """What one pass found. `ends` are where items of an item set end, with what then closes the document."""

    def __init__(self, data: bytes) -> None:
        self.stack: list[str] = []
        self.elements = 0
        self.ends: list[tuple[int, str]] = []
        self.doctype: tuple[int, int] | None = None
        self.error: expat.ExpatError | None = None
        self._data = data
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EndDoctypeDeclHandler = self._doctype_ends
        self._parser.EntityDeclHandler = _refuse_entity
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            self.error = error

    @property
    def cut_off(self) -> bool:
        """Whether the text is fine as far as it goes."""
        return self.error is not None and self.error.code in _CUT_OFF

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.stack.append(name)
        self.elements += 1
        deep = len(self.stack) > MOST_DEPTH or len(attributes) > MOST_ATTRIBUTES
        if deep or self.elements > MOST_ELEMENTS:
            seen = f"{self.elements:,} elements, the last at depth {len(self.stack)}"
            raise _hostile(f"{seen} with {len(attributes)} attributes")

    def _end(self, name: str) -> None:
        self.stack.pop()
        if self.stack and _local(name) in _ITEMS and _local(self.stack[-1]) == _SET:
            closing = "".join(f"</{parent}>" for parent in reversed(self.stack))
            self.ends.append((self._after_tag(), closing))

    def _doctype_ends(self) -> None:
        end = self._after_tag()
        self.doctype = (self._data.rfind(b"<!DOCTYPE", 0, end), end)

    def _after_tag(self) -> int:
        return self._data.find(b">", self._parser.CurrentByteIndex) + 1


def parse_xml(text: str) -> Parsed:
    """The document's tree. A lone `&` or `<` and names of HTML's characters are put right, and told.

    Of a message that is cut off, the items that are whole are read. A document type is taken away unread.

    Raises:
        BadDocument: `hostile_document`: it declares entities, or is too deep or too large for any story;
            `malformed_document`, `truncated_document`.
    """
    text = DECLARATION.sub("", text, count=1)
    fit = NOT_XML.sub("", text)
    warnings = ["text: control characters were left out"] if len(fit) < len(text) else []
    data = fit.encode()
    scan = _Scan(data)
    if scan.doctype or (scan.error and not scan.cut_off):
        repaired = put_right(fit).encode()
        again = _Scan(repaired)
        if repaired != data and scan.error and not again.error:
            warnings.append("text: lone & or < and unknown entities were put right")
        data, scan = repaired, again
    if scan.cut_off:
        data, warning = _whole_items(data, scan)
        return Parsed(_tree(_without_doctype(data, scan)), complete=False, warnings=(*warnings, warning))
    if scan.error:
        raise BadDocument(
            "malformed_document", f"xml: it is not well-formed ({scan.error}); wanted XML that is"
        )
    return Parsed(_tree(_without_doctype(data, scan)), warnings=tuple(warnings))


def put_right(text: str) -> str:
    """A lone `&` or `<` escaped, a reference to an unfit character gone, an HTML entity as its character.

    A text with more than `MOST_FAULTS` of them is left as it is.
    """
    faults = 0

    def right(found: re.Match[str]) -> str:
        nonlocal faults
        made = _lexeme_put_right(found)
        faults += made != found[0]
        if faults > MOST_FAULTS:
            raise _TooManyFaultsError
        return made

    try:
        return _LEXEME.sub(right, text)
    except _TooManyFaultsError:
        return text


def _refuse_entity(name: str, *_: object) -> NoReturn:
    raise _hostile(f"an entity declared ({name[:40]})")


def _hostile(seen: str) -> BadDocument:
    return BadDocument(
        "hostile_document",
        f"xml: saw {seen}; wanted no entities, at most {MOST_DEPTH} nested elements,"
        f" {MOST_ATTRIBUTES} attributes on one and {MOST_ELEMENTS:,} elements",
    )


def _whole_items(data: bytes, scan: _Scan) -> tuple[bytes, str]:
    if not scan.ends:
        raise BadDocument(
            "truncated_document", f"xml: it is cut off after {len(data):,} bytes; wanted the whole item"
        )
    at, closing = scan.ends[-1]
    return (
        data[:at] + closing.encode(),
        f"feed: it is cut off after {len(data):,} bytes; {len(scan.ends)} items are whole",
    )


def _without_doctype(data: bytes, scan: _Scan) -> bytes:
    if not scan.doctype:
        return data
    start, end = scan.doctype
    return data[:start] + data[end:]


def _tree(data: bytes) -> Any:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        if "XML_PARSE_HUGE" in str(error) or "too big" in str(error):
            seen = f"a text, comment or attribute of more than {LIBRARYS_MOST:,} characters"
            raise BadDocument("hostile_document", f"xml: saw {seen}; wanted less in one") from None
        raise BadDocument(
            "malformed_document", f"xml: it can't be read ({error}); wanted well-formed XML"
        ) from None


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _lexeme_put_right(found: re.Match[str]) -> str:
    if found["code"]:
        code = found["code"]
        number = int(code[1:], 16) if code[0] in "xX" else int(code)
        fit = number <= 0x10FFFF and not NOT_XML.match(chr(number))
        return found[0] if fit else ""
    if name := found["name"]:
        return found[0] if name in _PREDEFINED else _named(name)
    return {"&": "&amp;", "<": "&lt;"}.get(found[0], found[0])


def _named(name: str) -> str:
    character = html.entities.html5.get(f"{name};")
    return escape(character, quote=False) if character else f"&amp;{name};"
