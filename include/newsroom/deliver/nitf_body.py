"""A story's XHTML body in the markup of NITF 3.6, which has fewer elements and tells their order."""

from collections.abc import Iterator

from lxml import etree
from lxml.builder import ElementMaker

from newsroom.deliver.markup import absolute_link, body_tree
from newsroom.story import Story

NITF = "http://iptc.org/std/NITF/2006-10-18/"

_NITF = ElementMaker(namespace=NITF, nsmap={None: NITF})
_HEADINGS = frozenset({"h2", "h3", "h4"})
_BLOCKS = _HEADINGS | {"p", "ul", "ol", "blockquote", "table"}
_PARTS = ("thead", "tfoot", "tbody")
"""A table's parts in NITF's order, each once."""


def body_blocks(story: Story) -> list[etree._Element]:
    """The body as the elements of a `body.content`.

    Raises:
        ValueError: it is not well-formed.
    """
    return list(_blocks(body_tree(story, "")))


def _blocks(parent: etree._Element) -> Iterator[etree._Element]:
    """What is in `parent` as blocks; text that stands between two of them is a paragraph."""
    loose = _NITF.p()
    _say(loose, parent.text)
    for child in parent:
        if _name(child) in _BLOCKS or _holds_blocks(child):
            yield from _said(loose)
            loose = _NITF.p()
            yield from _block(child)
        else:
            _inline(loose, child)
        _say(loose, child.tail)
    yield from _said(loose)


def _block(element: etree._Element) -> Iterator[etree._Element]:
    name = _name(element)
    if (name == "p" or name in _HEADINGS) and not _holds_blocks(element):
        made = _NITF.p() if name == "p" else _NITF.hl2()
        _fill(made, element)
        yield from _said(made)
    elif name in ("ul", "ol"):
        yield from _list(element, name)
    elif name == "blockquote":
        if inside := list(_blocks(element)):
            yield _NITF.bq(_NITF.block(*inside))
    elif name == "table":
        yield from _table(element)
    else:
        yield from _blocks(element)


def _list(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The list; what stands in it outside of its items is one more."""
    items: list[etree._Element] = []
    _stray(items, element.text)
    for child in element:
        items.append(_flow("li", child))
        _stray(items, child.tail)
    if items:
        yield _NITF(name, *items)


def _stray(items: list[etree._Element], text: str | None) -> None:
    if text and text.strip():
        items.append(_NITF.li(text))


def _table(table: etree._Element) -> Iterator[etree._Element]:
    """The table with each of its parts once; without a cell it is but its caption."""
    told = (" ".join("".join(map(str, each.itertext())).split()) for each in table.iterchildren("caption"))
    captions = [text for text in told if text]
    rows: dict[str, list[etree._Element]] = {name: [] for name in _PARTS}
    for row in table.iter("tr"):
        part = _name(row.getparent())
        cells = [_flow(_name(cell), cell) for cell in row if _name(cell) in ("td", "th")]
        if cells and _table_of(row) is table:
            rows[part if part in rows else "tbody"].append(_NITF.tr(*cells))
    if not any(rows.values()):
        yield from (_NITF.p(text) for text in captions)
        return
    # A body it must have; without rows of its own, the head's are all that there is.
    rows["tbody"] = rows["tbody"] or rows["thead"] or rows["tfoot"]
    made = _NITF.table()
    if captions:
        made.append(_NITF.caption(" ".join(captions)))
    parts = [name for name in _PARTS if rows[name] and (name == "tbody" or rows[name] is not rows["tbody"])]
    made.extend(_NITF(name, *rows[name]) for name in parts)
    yield made


def _table_of(row: etree._Element) -> etree._Element | None:
    return next(row.iterancestors("table"), None)


def _flow(name: str, element: etree._Element) -> etree._Element:
    """A list's item or a table's cell: text, and blocks where it has some."""
    made: etree._Element = _NITF(name)
    if _name(element) in _BLOCKS:
        made.extend(_block(element))
    elif _holds_blocks(element):
        made.extend(_blocks(element))
    else:
        _fill(made, element)
    return made


def _fill(made: etree._Element, element: etree._Element) -> None:
    _say(made, element.text)
    for child in element:
        _inline(made, child)
        _say(made, child.tail)


def _inline(made: etree._Element, element: etree._Element) -> None:
    """Add what is a part of a text; of any other element what is in it."""
    name = _name(element)
    if name == "br":
        made.append(_NITF.br())
    elif name == "a" and (link := absolute_link(element.get("href"))):
        _nest(made, _NITF.a(href=link), element)
    elif name == "em":
        _nest(made, _NITF.em(), element)
    elif name == "strong":
        _nest(made, _NITF.em({"class": "strong"}), element)
    else:
        _fill(made, element)


def _nest(made: etree._Element, child: etree._Element, element: etree._Element) -> None:
    _fill(child, element)
    made.append(child)


def _say(made: etree._Element, text: str | None) -> None:
    if not text:
        return
    if len(made):
        made[-1].tail = (made[-1].tail or "") + text
    else:
        made.text = (made.text or "") + text


def _said(made: etree._Element) -> Iterator[etree._Element]:
    """The element, if it says something."""
    if "".join(map(str, made.itertext())).strip():
        yield made


def _holds_blocks(element: etree._Element) -> bool:
    return any(_name(each) in _BLOCKS for each in element.iterdescendants())


def _name(element: etree._Element | None) -> str:
    return str(element.tag) if element is not None else ""
