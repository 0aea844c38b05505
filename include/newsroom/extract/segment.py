"""A page as a flat row of text blocks: what stands where, in which box, with which links and emphasis."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
"""Tags that end a line of text (HTML Living Standard, 15.3.3 and following: `display: block` and kin)."""

SKIPPED_TAGS = frozenset(
    [
        "applet",
        "area",
        "audio",
        "base",
        "button",
        "canvas",
        "datalist",
        "embed",
        "frame",
        "frameset",
        "head",
        "iframe",
        "input",
        "label",
        "link",
        "map",
        "math",
        "meta",
        "meter",
        "noembed",
        "noframes",
        "noscript",
        "object",
        "optgroup",
        "option",
        "output",
        "param",
        "progress",
        "rp",
        "rt",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "video",
    ]
)
"""Tags whose text no reader sees as part of the page's prose. `source` and `track` have none, but libxml2,
which does not know that they are empty, puts what follows into them: the picture itself."""

PICTURE_TAGS = frozenset({"img", "amp-img"})
STRONG_TAGS = frozenset({"b", "strong"})
EMPHASIS_TAGS = frozenset({"em", "i", "cite"})
CELL_TAGS = frozenset({"td", "th"})
HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

MAX_DEPTH = 240
"""libxml2 itself nests no deeper than 255; what is deeper is text without structure."""

_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffe\uffff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_NOT_LETTERS = re.compile(r"\W+")
_IN_LOWER_CASE = bytes(range(128)).lower() + bytes(range(128, 256))
_ASCII_NOT_LETTERS = bytes(code for code in range(128) if not (chr(code).isalnum() or chr(code) == "_"))


@dataclass(slots=True)
class Box:
    """A block element of the page, and the way down to it. `cells` is how many td and th are right in it."""

    tag: str
    names: str
    parent: "Box | None"
    depth: int
    hidden: bool = False
    number: int = 0
    cells: int = 0

    def chain(self) -> Iterator["Box"]:
        """This box and those around it, innermost first."""
        box: Box | None = self
        while box is not None:
            yield box
            box = box.parent


@dataclass(slots=True)
class Span:
    """A stretch of text in one style; a newline alone is a line break."""

    text: str
    href: str | None
    strong: bool
    emphasis: bool


@dataclass(slots=True)
class Piece:
    """One block of text. `text` is its plain text, a line each; `index` its place in the page."""

    box: Box
    spans: list[Span]
    text: str
    index: int = 0
    _key: str | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def key(self) -> str:
        """Its text in folded form."""
        if self._key is None:
            self._key = folded(self.text)
        return self._key

    @property
    def link_chars(self) -> int:
        """How many of its characters are links."""
        if len(self.spans) == 1:
            return len(self.spans[0].text) if self.spans[0].href is not None else 0
        return sum(len(span.text) for span in self.spans if span.href is not None)


@dataclass(slots=True)
class Picture:
    """An image element, and where it stands: after the piece with number `after` - 1."""

    element: Any
    box: Box
    after: int


@dataclass(slots=True)
class Segments:
    """The whole page: its text blocks and its pictures, in reading order."""

    pieces: list[Piece]
    pictures: list[Picture]


def clean_text(text: str) -> str:
    """Text as it may be stored: NFC, no control, bidi or zero-width characters, single spaces."""
    if text.isascii():
        if text.isprintable() and "  " not in text:
            return text
        words = " ".join(text.split())
        if words.isprintable():  # most text nodes, and far quicker so
            return f"{' ' * text[:1].isspace()}{words}{' ' * (text[-1:].isspace() and bool(words))}"
    else:
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return _SPACE.sub(" ", _CONTROL.sub("", text))


def folded(text: str) -> str:
    """Letters and digits only, in lower case: what stays the same however a text is laid out."""
    if text.isascii():  # six times as quick
        return text.encode().translate(_IN_LOWER_CASE, _ASCII_NOT_LETTERS).decode()
    return _NOT_LETTERS.sub("", text).lower()


def segments(tree: Any) -> Segments:
    """Walk `tree` (lxml) once; hidden parts are kept and marked on their box."""
    body = tree if tree.tag == "body" else tree.find("body")
    walk = _Walk()
    root = Box("body", "", None, 0)
    walk.children(body if body is not None else tree, root, None, strong=False, emphasis=False)
    walk.flush(root)
    return Segments(walk.pieces, walk.pictures)


class _Walk:
    """The state of one walk: the line that is being filled, and what is done."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.pictures: list[Picture] = []
        self._spans: list[Span] = []
        self._boxes = 0

    def children(self, element: Any, box: Box, href: str | None, *, strong: bool, emphasis: bool) -> None:
        """Read what is inside of `element`, whose nearest block is `box`."""
        # Most elements have no text of their own, most tails are blank: asked here, a call is saved.
        if text := element.text:
            self._say(text, href, strong, emphasis)
        for child in element:
            tag = child.tag
            if isinstance(tag, str):
                self._child(child, tag, box, href, strong, emphasis)
            if (tail := child.tail) and (self._spans or not tail.isspace()):
                self._say(tail, href, strong, emphasis)

    def _child(
        self,
        child: Any,
        tag: str,
        box: Box,
        href: str | None,
        strong: bool,
        emphasis: bool,
    ) -> None:
        if tag == "br":
            self._break(box)
        elif tag in BLOCK_TAGS:
            self.flush(box)
            inner = self._box(child, tag, box)
            if inner.depth < MAX_DEPTH:
                self.children(child, inner, href, strong=strong, emphasis=emphasis)
            self.flush(inner)
        elif tag in PICTURE_TAGS:
            self.pictures.append(Picture(child, box, len(self.pieces) + bool(self._spans)))
        elif tag not in SKIPPED_TAGS:
            if tag == "a":
                href = child.get("href") or href
            self.children(
                child,
                box,
                href,
                strong=strong or tag in STRONG_TAGS,
                emphasis=emphasis or tag in EMPHASIS_TAGS,
            )

    def _box(self, element: Any, tag: str, parent: Box) -> Box:
        self._boxes += 1
        if tag in CELL_TAGS:
            parent.cells += 1
        if not (pairs := element.items()):
            return Box(tag, "", parent, parent.depth + 1, parent.hidden, self._boxes)
        attributes = dict(pairs)
        names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
        hidden = parent.hidden or _hidden(attributes)
        return Box(tag, names, parent, parent.depth + 1, hidden, self._boxes)

    def _say(self, text: str, href: str | None, strong: bool, emphasis: bool) -> None:
        if not self._spans and text.isspace():
            return
        text = clean_text(text)
        if text:
            self._spans.append(Span(text, href, strong, emphasis))

    def _break(self, box: Box) -> None:
        """A line break; two in a row part paragraphs."""
        for span in reversed(self._spans):
            if span.text == "\n":
                self.flush(box)
                return
            if not span.text.isspace():
                self._spans.append(Span("\n", None, False, False))
                return

    def flush(self, box: Box) -> None:
        """End the line that is being filled; it belongs to `box`."""
        if not self._spans:
            return
        spans, self._spans = self._spans, []
        text = plain(spans)
        if text:
            self.pieces.append(Piece(box, spans, text, len(self.pieces)))


def plain(spans: list[Span]) -> str:
    """The text of `spans`: single spaces, lines parted by newlines."""
    whole = spans[0].text if len(spans) == 1 else "".join([span.text for span in spans])
    if "\n" not in whole:
        return " ".join(whole.split())
    lines = whole.split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _hidden(attributes: dict[str, str]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return style is not None and "display" in style and "display:none" in style.replace(" ", "").lower()
