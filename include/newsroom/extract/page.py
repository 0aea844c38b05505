"""read: one document becomes one Story, or is refused with a reason."""

from dataclasses import fields
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from newsroom.extract import limits
from newsroom.extract.body import Body, read_body, read_fragment
from newsroom.extract.charset import decode
from newsroom.extract.document import Document, Unreadable
from newsroom.extract.gate import doubts, wall_lines
from newsroom.extract.metadata import Metadata, read_metadata
from newsroom.extract.structured import Told, read_structured
from newsroom.story import Story, story_uri
from newsroom.web_address import canonical

__all__ = ["Document", "Unreadable", "read"]

_UNREAD_TAGS = ("script", "style", "svg", "noscript", "iframe", "object", "embed")
"""What neither the body nor the metadata is in, once the structured data is read."""


def read(document: Document) -> Story:
    """Read a page, or (with no page) an entry's own full text.

    The page is parsed once.

    Raises:
        Unreadable: there is no story in it, or it would hurt to read it; `refusal` says why.
    """
    tree, flags = _parsed(document)
    told = read_structured(tree)
    etree.strip_elements(tree, *_UNREAD_TAGS, with_tail=False)
    body = _body(tree, told, document)
    metadata = read_metadata(tree, told, body, document)
    walls = wall_lines(body.lines)
    story = body.without_lines({*metadata.taken, *walls})
    if not story.pieces:
        raise Unreadable("no_body", "body: saw only a byline or a notice; wanted the story's paragraphs")
    doubtful = doubts(story.blocks, (*(body.lines[i] for i in walls), *body.tail_lines), told)
    return _story(document, story, metadata, (*flags, *doubtful, *metadata.flags))


def _parsed(document: Document) -> tuple[Any, tuple[str, ...]]:
    """The document as a tree, and what is doubtful about its text."""
    flags: tuple[str, ...] = ()
    if document.html is not None:
        limits.check_bytes(document.html)
        decoded = decode(document.html, document.charset)
        text = decoded.text
        if decoded.guessed and not text.isascii():
            guess = f"charset.guessed: neither header nor page names one that fits; read as {decoded.charset}"
            flags = (guess,)
    else:
        content = document.item.content_html if document.item else None
        limits.check_bytes((content or "").encode())
        text = f"<html><body><div>{content}</div></body></html>"
    limits.check_markup(text)
    return _tree(text), flags


_CONTROL = bytes(code for code in range(0x20) if code not in b"\t\n\r")
"""What XML forbids; trafilatura gives a page up for a single one of them."""


_PARSER_OPTIONS: dict[str, Any] = {
    "collect_ids": False,
    "default_doctype": False,
    "encoding": "utf-8",
    "remove_comments": True,
    "remove_pis": True,
}


def _parser() -> etree.HTMLParser:
    """A parser whose elements are all of the one class that trafilatura asks for.

    lxml.html's own choice of a class by tag calls Python for every element.
    """
    parser = etree.HTMLParser(**_PARSER_OPTIONS)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


def _tree(text: str) -> Any:
    """`text` parsed as HTML, in UTF-8 whatever the document says: it is decoded already."""
    try:
        data = text.encode("utf-8", "replace").translate(None, _CONTROL)
        tree = document_fromstring(data, parser=_parser())
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable("not_html", f"page: saw what no HTML parser reads ({error}); wanted HTML") from None
    if tree.tag != "html" or tree.find("body") is None:
        raise Unreadable("not_html", f"page: saw a <{tree.tag}> document without a body; wanted an HTML page")
    return tree


def _body(tree: Any, told: Told, document: Document) -> Body:
    if document.html is None:
        return read_fragment(tree, document.wire, document.url)
    return read_body(tree, told, document.wire, document.url)


def _story(document: Document, body: Body, metadata: Metadata, flags: tuple[str, ...]) -> Story:
    item, wire = document.item, document.wire
    said = {field.name: getattr(metadata, field.name) for field in fields(metadata) if field.name != "taken"}
    wire_id = item.guid if item else None
    url = metadata.url or document.url
    identity = wire_id or (canonical(url) if url else "") or (item.key if item else "") or metadata.headline
    return Story(
        **said
        | {
            "uri": story_uri(wire.id, identity),
            "wire": wire.id,
            "provider": metadata.provider or wire.provider,
            "feed": item.feed if item else None,
            "wire_id": wire_id,
            "url": url,
            "blocks": body.blocks,
            "media": body.media,
            "flags": flags,
        }
    )
