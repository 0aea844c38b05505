"""Text blocks as clean XHTML: paragraphs, headings, quotes, lists and tables."""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from urllib.parse import urljoin, urlsplit

import nh3

from newsroom.extract.segment import HEADING_TAGS, Box, Piece, Span, plain
from newsroom.story import Block, BlockKind

TAGS = frozenset(
    [
        "p",
        "a",
        "em",
        "strong",
        "ul",
        "ol",
        "li",
        "blockquote",
        "h2",
        "h3",
        "br",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ]
)
"""What a story's XHTML may hold; everything else is gone."""

_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={"a": {"href"}},
    url_schemes={"http", "https"},
    link_rel=None,
    strip_comments=True,
)

_BREAK = re.compile(r"<br ?/?>")


def clean_html(fragment: str) -> str:
    """`fragment` with the tags of the allow-list only, as well-formed XHTML; the last change to it.

    A link is kept when it is http or https and names a host.
    """
    return _BREAK.sub("<br/>", _CLEANER.clean(fragment)).replace("&nbsp;", " ")


def blocks(pieces: Sequence[Piece], base: str | None) -> tuple[Block, ...]:
    """`pieces` as blocks: items of one list and cells of one table come together. `base` resolves links."""
    made: list[Block] = []
    for _, group in groupby(pieces, key=_whole):
        members = list(group)
        made.append(_MAKERS[_kind(members[0])](members, base))
    return tuple(block for block in made if block.text)


def span_lines(piece: Piece) -> list[list[Span]]:
    """The spans of `piece` line by line."""
    lines: list[list[Span]] = [[]]
    for span in piece.spans:
        if span.text == "\n":
            lines.append([])
        else:
            lines[-1].append(span)
    return lines


def lists_and_tables(pieces: Sequence[Piece]) -> Iterator[tuple[Box, Sequence[Piece]]]:
    """The outermost lists and tables of data among `pieces`, each with its box and all of its pieces."""
    known: dict[int, Box | None] = {}
    for _, group in groupby(pieces, key=lambda piece: _number(_outermost(piece.box, known), piece)):
        members = list(group)
        box = _outermost(members[0].box, known)
        if box is not None and any(_kind(piece) in ("list", "table") for piece in members):
            yield box, members


def _number(box: Box | None, piece: Piece) -> int:
    return box.number if box else -1 - piece.index


def _outermost(box: Box, known: dict[int, Box | None]) -> Box | None:
    """The same as `_container`, for many boxes: what stands around them is looked at once."""
    if box.number not in known:
        outer = _outermost(box.parent, known) if box.parent else None
        known[box.number] = outer or (box if box.tag in _LISTS | _TABLE else None)
    return known[box.number]


def cut_to_lines(piece: Piece, kept: Callable[[str], bool]) -> Piece | None:
    """`piece` with only those of its lines that are `kept`; None when none is."""
    lines = span_lines(piece)
    left = [line for line in lines if (text := plain(line)) and kept(text)]
    if len(left) == len(lines):
        return piece
    spans = [span for line in left for span in (Span("\n", None, False, False), *line)][1:]
    return replace(piece, spans=spans, text=plain(spans)) if spans else None


def _container(box: Box, tags: frozenset[str]) -> Box | None:
    found = None
    for around in box.chain():
        if around.tag in tags:
            found = around
    return found


_LISTS = frozenset({"ul", "ol"})
_TABLE = frozenset({"table"})
_QUOTE = frozenset({"blockquote"})


def _kind(piece: Piece) -> BlockKind:
    if piece.box.tag in HEADING_TAGS:
        return "heading"
    for around in piece.box.chain():
        match around.tag:
            case "li":
                return "list"
            case "blockquote":
                return "quote"
            case "td" | "th" if _is_data_table(around):
                return "table"
    return "paragraph"


def _is_data_table(cell: Box) -> bool:
    """Whether the cell stands in a row of several: a table of one column is layout."""
    row = cell.parent
    return row is not None and row.cells > 1


def _whole(piece: Piece) -> int:
    """What `piece` is a part of: equal for neighbours that are one block."""
    kind = _kind(piece)
    tags = {"list": _LISTS, "table": _TABLE, "quote": _QUOTE}.get(kind)
    outer = _container(piece.box, tags) if tags else None
    return outer.number if outer else -1 - piece.index


def _paragraph(members: list[Piece], base: str | None) -> Block:
    piece = members[0]
    return Block(kind="paragraph", text=piece.text, html=clean_html(f"<p>{_inline(piece.spans, base)}</p>"))


def _heading(members: list[Piece], base: str | None) -> Block:
    piece = members[0]
    level = 2 if piece.box.tag in ("h1", "h2") else 3
    plain_spans = [replace(span, strong=False) for span in piece.spans]
    markup = clean_html(f"<h{level}>{_inline(plain_spans, base)}</h{level}>")
    return Block(kind="heading", text=" ".join(piece.text.split("\n")), html=markup, level=level)


def _quote(members: list[Piece], base: str | None) -> Block:
    inner = "".join(f"<p>{_inline(piece.spans, base)}</p>" for piece in members)
    text = "\n".join(piece.text for piece in members)
    return Block(kind="quote", text=text, html=clean_html(f"<blockquote>{inner}</blockquote>"))


def _list(members: list[Piece], base: str | None) -> Block:
    outer = _container(members[0].box, _LISTS)
    tag = outer.tag if outer else "ul"
    items = []
    for _, group in groupby(members, key=lambda piece: _item(piece.box)):
        items.append("<br/>".join(_inline(piece.spans, base) for piece in group))
    text = "\n".join(piece.text for piece in members)
    markup = "".join(f"<li>{item}</li>" for item in items)
    return Block(kind="list", text=text, html=clean_html(f"<{tag}>{markup}</{tag}>"))


def _item(box: Box) -> int:
    return next((around.number for around in box.chain() if around.tag == "li"), box.number)


def _table(members: list[Piece], base: str | None) -> Block:
    rows = []
    lines = []
    for _, row in groupby(members, key=lambda piece: _row(piece.box)):
        cells = []
        texts = []
        for (_, tag), cell in groupby(row, key=lambda piece: _cell(piece.box)):
            parts = list(cell)
            inner = "<br/>".join(_inline(piece.spans, base) for piece in parts)
            cells.append(f"<{tag}>{inner}</{tag}>")
            texts.append(" ".join(" ".join(piece.text.split("\n")) for piece in parts))
        rows.append(f"<tr>{''.join(cells)}</tr>")
        lines.append("\t".join(texts))
    markup = clean_html(f"<table><tbody>{''.join(rows)}</tbody></table>")
    return Block(kind="table", text="\n".join(lines), html=markup)


def _row(box: Box) -> int:
    return next((around.number for around in box.chain() if around.tag == "tr"), box.number)


def _cell(box: Box) -> tuple[int, str]:
    cell = next(around for around in box.chain() if around.tag in ("td", "th"))
    return cell.number, cell.tag


_MAKERS: dict[BlockKind, Callable[[list[Piece], str | None], Block]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "quote": _quote,
    "list": _list,
    "table": _table,
}


def _inline(spans: Sequence[Span], base: str | None) -> str:
    """`spans` as markup; spaces at the ends and beside breaks are dropped."""
    parts: list[str] = []
    for (href, strong, emphasis, broken), run in groupby(spans, key=_style):
        if broken:
            parts.append("<br/>")
            continue
        text = html.escape("".join(span.text for span in run), quote=False)
        parts.append(_styled(text, _absolute(href, base), strong=strong, emphasis=emphasis))
    return _trimmed("".join(parts))


_LONE_SPACES = re.compile(r"\s{2,}")
_BESIDE_BREAK = re.compile(r"\s*<br/>\s*")


def _trimmed(markup: str) -> str:
    return _BESIDE_BREAK.sub("<br/>", _LONE_SPACES.sub(" ", markup)).strip().removesuffix("<br/>")


def _style(span: Span) -> tuple[str | None, bool, bool, bool]:
    if span.text == "\n":
        return None, False, False, True
    if span.text.isspace():
        return span.href, False, False, False
    return span.href, span.strong, span.emphasis, False


def _styled(text: str, href: str | None, *, strong: bool, emphasis: bool) -> str:
    """`text` in its tags, the spaces around it left outside of them."""
    inner = text.strip()
    if not inner:
        return text
    before, after = text[: text.index(inner)], text[text.index(inner) + len(inner) :]
    if emphasis:
        inner = f"<em>{inner}</em>"
    if strong:
        inner = f"<strong>{inner}</strong>"
    if href:
        inner = f'<a href="{html.escape(href)}">{inner}</a>'
    return f"{before}{inner}{after}"


def _absolute(href: str | None, base: str | None) -> str | None:
    return web_url(href, base) if href else None


def web_url(address: str, base: str | None) -> str | None:
    """`address` as an absolute http or https URL, resolved against `base`; None when it is none."""
    try:
        whole = urljoin(base or "", address.strip())
        parts = urlsplit(whole)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        return None
    return whole
