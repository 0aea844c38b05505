"""Body text in XML, NITF's or XHTML, as HTML; what is no prose (media, notes, scripts) stays where it is."""

from html import escape

from newsroom.wireformat.xml_text import parse_xml
from newsroom.wireformat.xml_tree import Tag, XmlTree

_AS = {
    "abstract": "div",
    "block": "div",
    "body.content": "div",
    "bq": "blockquote",
    "byline": "p",
    "caption": "p",
    "credit": "p",
    "custom-table": "div",
    "dateline": "p",
    "dd": "p",
    "dl": "div",
    "dt": "p",
    "fn": "div",
    "hl1": "h2",
    "hl2": "h2",
    "nitf-table": "div",
    "pre": "p",
}
"""NITF's blocks by the HTML that they are."""

_SAME = frozenset(
    (
        *(
            "a",
            "article",
            "b",
            "blockquote",
            "br",
            "div",
            "em",
            "figcaption",
            "figure",
            "h1",
            "h2",
            "h3",
            "h4",
        ),
        *(
            "h5",
            "h6",
            "i",
            "img",
            "li",
            "main",
            "ol",
            "p",
            "section",
            "strong",
            "table",
            "tbody",
            "td",
            "tfoot",
        ),
        *("th", "thead", "tr", "ul"),
    )
)
_STRONG = frozenset({"b", "bold", "strong"})
"""The classes by which NITF, which has but one emphasis, tells the stronger."""

_VOID = frozenset({"br", "img"})
_ATTRIBUTES = {"a": ("href",), "img": ("src", "width", "height")}

APART = frozenset(
    (
        *("classifier", "copyrite", "datasource", "head", "key-list", "media", "nitf-table-metadata", "note"),
        *("noscript", "script", "style", "title", "tobject"),
    )
)
"""What stands in a body and is no prose."""


def markup_of(tag: Tag) -> str:
    """What is in `tag` as HTML; the texts that it holds are taken."""
    parts: list[str] = []
    _inside(tag, parts)
    return "".join(parts)


def xhtml_body(html: Tag) -> str:
    """The body of an XHTML document, or of the part of one that `html` is."""
    return markup_of(html.first("body") or html)


def nitf_fragment(text: str) -> str:
    """NITF's markup, a whole document or a part of one, as HTML.

    Raises:
        BadDocument: it is no well-formed XML.
    """
    root = XmlTree(parse_xml(text if text.startswith("<nitf") else f"<block>{text}</block>").root).root
    return markup_of(root.first("body/body.content") or root)


def _inside(tag: Tag, parts: list[str]) -> None:
    """Append what is in `tag`; it may be as deep as a document."""
    element = tag.element
    broken = "<br>" if tag.name == "pre" else "\n"
    tag.tree.taken.add((element, None))
    parts.append(_text(element.text, broken))
    for child in element:
        if isinstance(child.tag, str):
            _child(Tag(tag.tree, child), parts)
        parts.append(_text(child.tail, broken))


def _child(tag: Tag, parts: list[str]) -> None:
    if tag.name in APART:
        return
    name = _AS.get(tag.name, tag.name if tag.name in _SAME else "")
    if name == "em" and (tag.peek("class") or "").lower() in _STRONG:
        tag.take("class")
        name = "strong"
    if name:
        parts.append(f"<{name}{_attributes(tag)}>")
    _inside(tag, parts)
    if name and name not in _VOID:
        parts.append(f"</{name}>")
    elif tag.name == "numer" and tag.element.getnext() is not None and _follows_bare(tag):
        parts.append("/")


def _follows_bare(numerator: Tag) -> bool:
    """Whether a fraction's denominator comes without the bar that may stand between."""
    return str(numerator.element.getnext().tag).rpartition("}")[2] == "denom"


def _attributes(tag: Tag) -> str:
    told = ((name, tag.attribute(name)) for name in _ATTRIBUTES.get(tag.name, ()))
    return "".join(f' {name}="{escape(said.text)}"' for name, said in told if said)


def _text(text: str | None, broken: str) -> str:
    return escape(text or "", quote=False).replace("\n", broken)
