"""A feed's XML in one linear pass, before a reader that trusts it: is it hostile, cut off, broken?"""

import re
from dataclasses import dataclass, field, replace
from typing import NamedTuple, NoReturn
from xml.parsers import expat

from newsroom.fetch.errors import WANTED, NotAFeed
from newsroom.wireformat.xml_text import DECLARATION, NOT_XML, put_right

MOST_DEPTH = 200
MOST_ATTRIBUTES = 200
"""Of nested elements, and of attributes on one: readers of feeds take quadratic time over more."""

ENTRIES = {"rss": "item", "RDF": "item", "feed": "entry", "urlset": "url"}
"""What an entry is called, by the root's name."""

_PARENTS = {"channel", *ENTRIES}
_CUT_OFF = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}

_ROOT_TAG = re.compile(r"<(?![?!])[^<>]{1,16000}>")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEAD = 20_000
_ENTRY_TAG = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(?P<end>/?)(?:[\w.-]+:)?(?P<name>item|entry|url)(?=[\s>/])[^<>]*>",
    re.DOTALL,
)


class Deletion(NamedTuple):
    """An entry that its feed says is deleted: the entry's id, and since when, as written."""

    ref: str
    when: str


@dataclass(frozen=True)
class Outline:
    """A feed's XML as UTF-8 that is well-formed, at most so many entries long.

    `complete` is False when the end, or an entry, is missing. `root` is the root's local name, `entries`
    how many it holds, `deleted` what Atom's tombstones name (RFC 6721).
    """

    xml: bytes
    root: str
    entries: int
    complete: bool = True
    deleted: tuple[Deletion, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass
class _Scan:
    """What one pass found."""

    root: str | None = None
    stack: list[str] = field(default_factory=list)
    ends: list[tuple[int, str]] = field(default_factory=list)
    deleted: list[Deletion] = field(default_factory=list)
    error: expat.ExpatError | None = None
    offset: int = 0

    @property
    def cut_off(self) -> bool:
        """Whether the text is fine as far as it goes."""
        return self.error is not None and self.error.code in _CUT_OFF


def outline(text: str, most: int) -> Outline:
    """The first `most` entries of a feed in XML, as far as they can be had.

    A lone `&` or `<` and the names that HTML gives to characters are put right; an entry that is broken
    otherwise is left out, and the rest is read.

    Raises:
        NotAFeed: `not_a_feed`, `hostile_feed`, `truncated_feed`, `malformed_feed`.
    """
    declared = DECLARATION.sub("", text, count=1)
    fit = NOT_XML.sub("", declared)
    warnings = ["text: control characters were left out"] if len(fit) < len(declared) else []
    data = fit.encode()
    scan = _scanned(data)
    if scan.error and not scan.cut_off:
        repaired = put_right(fit)
        again = _scanned(repaired.encode())
        if again.error is None or again.cut_off or len(again.ends) > len(scan.ends):
            fit, data, scan = repaired, repaired.encode(), again
            warnings.append("text: lone & or < and unknown entities were put right")
    root = _checked_root(scan, text)
    if scan.error and not scan.cut_off:
        return _salvaged(fit, scan, root, most, warnings)
    return _cut(data, scan, root, most, warnings)


def _scanned(data: bytes) -> _Scan:
    scan = _Scan()
    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = _refuse_doctype

    def start(name: str, attributes: dict[str, str]) -> None:
        scan.stack.append(name)
        if len(scan.stack) > MOST_DEPTH or len(attributes) > MOST_ATTRIBUTES:
            raise _hostile(f"<{name[:40]}> with {len(attributes)} attributes at depth {len(scan.stack)}")
        scan.root = scan.root or _local(name)
        if len(scan.stack) == 2 and _local(name) == "deleted-entry" and attributes.get("ref"):
            scan.deleted.append(Deletion(attributes["ref"], attributes.get("when", "")))

    def end(name: str) -> None:
        scan.stack.pop()
        if len(scan.stack) in (1, 2) and _is_entry(name, scan):
            at = data.find(b">", parser.CurrentByteIndex) + 1
            scan.ends.append((at, "".join(f"</{parent}>" for parent in reversed(scan.stack))))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        scan.error, scan.offset = error, parser.ErrorByteIndex
    return scan


def _is_entry(name: str, scan: _Scan) -> bool:
    return _local(name) == ENTRIES.get(scan.root or "") and _local(scan.stack[-1]) in _PARENTS


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_doctype(name: str, *_: object) -> NoReturn:
    if name.lower() == "html":
        raise NotAFeed("not_a_feed", f"feed: saw an HTML page; wanted {WANTED}")
    raise _hostile("<!DOCTYPE>")


def _hostile(seen: str) -> NotAFeed:
    return NotAFeed(
        "hostile_feed",
        f"feed: saw {seen}; wanted no document type and no entities, at most {MOST_DEPTH} nested elements"
        f" and {MOST_ATTRIBUTES} attributes on one",
    )


def _checked_root(scan: _Scan, text: str) -> str:
    if scan.root in ENTRIES:
        return scan.root
    seen = f"<{scan.root[:40]}>" if scan.root else repr(text[:40])
    if scan.root == "sitemapindex":
        seen = "an index of sitemaps; put one of the sitemaps it names into the wire's file"
    raise NotAFeed("not_a_feed", f"feed: saw {seen}; wanted {WANTED}")


def _cut(data: bytes, scan: _Scan, root: str, most: int, warnings: list[str]) -> Outline:
    """Keep what ends with the last entry that is whole and wanted."""
    found, cut_off = len(scan.ends), scan.cut_off
    if cut_off and not found:
        raise NotAFeed(
            "truncated_feed", f"feed: it is cut off after {len(data)} bytes, before its first entry ends"
        )
    if cut_off:
        warnings = [*warnings, f"feed: it is cut off after {len(data)} bytes; {found} entries are whole"]
    if found > most:
        warnings = [
            *warnings,
            f"feed: saw {found} entries; only the first {most} are read (`politeness: max_items:`)",
        ]
    if cut_off or found > most:
        at, closing = scan.ends[min(found, most) - 1]
        data = data[:at] + closing.encode()
    return Outline(data, root, min(found, most), not cut_off, tuple(scan.deleted), tuple(warnings))


def _salvaged(fit: str, scan: _Scan, root: str, most: int, warnings: list[str]) -> Outline:
    """The entries that are well-formed by themselves, under the bare root."""
    where = f"near byte {scan.offset}: {expat.errors.messages.get(scan.error.code) if scan.error else ''}"
    opening = _ROOT_TAG.search(_COMMENT.sub("", fit[:_HEAD]))
    whole, broken = _apart(fit, ENTRIES[root])
    if not whole or not opening:
        raise NotAFeed("malformed_feed", f"feed: it is no well-formed XML {where}, and no entry is whole")
    parents = [opening[0], "<channel>"] if root == "rss" else [opening[0]]
    names = [re.split(r"[\s>/]", parent[1:], maxsplit=1)[0] for parent in parents]
    closing = "".join(f"</{name}>" for name in reversed(names))
    data = "".join([*parents, *whole, closing]).encode()
    again = _scanned(data)
    if again.error:
        raise NotAFeed("malformed_feed", f"feed: it is no well-formed XML {where}")
    warning = (
        f"feed: it is no well-formed XML {where}; {broken} entries were left out, {len(whole)} are whole"
    )
    cut = _cut(data, again, root, most, [*warnings, warning])
    return replace(cut, complete=False, deleted=tuple(scan.deleted))


def _apart(fit: str, name: str) -> tuple[list[str], int]:
    """The well-formed entries of a text, and how many others there are."""
    whole, broken, start = [], 0, None
    for tag in _ENTRY_TAG.finditer(fit):
        if tag["name"] != name:
            continue
        if not tag["end"]:
            broken += start is not None
            start = tag.start()
        elif start is not None:
            entry = fit[start : tag.end()]
            if _scanned(entry.encode()).error:
                broken += 1
            else:
                whole.append(entry)
            start = None
    return whole, broken + (start is not None)
