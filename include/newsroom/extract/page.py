"""read: one document becomes one Story, or is refused with a reason."""

from dataclasses import fields
from typing import Any

from lxml import etree

from newsroom.extract import limits
from newsroom.extract.body import Body, read_body, read_fragment
from newsroom.extract.charset import decode
from newsroom.extract.document import Document, Unreadable
from newsroom.extract.gate import continuation, doubts, truncation, wall_lines
from newsroom.extract.html_tree import parse_html
from newsroom.extract.learned import learned_lines
from newsroom.extract.metadata import Metadata, read_metadata
from newsroom.extract.structure import web_url
from newsroom.extract.structured import Told, read_structured
from newsroom.extract.wire_document import dispatch_of
from newsroom.extract.wire_item import read_wire_item
from newsroom.story import Story, story_uri
from newsroom.web_address import canonical

__all__ = ["Document", "Unreadable", "read"]

_UNREAD_TAGS = ("script", "style", "svg", "noscript", "iframe", "object", "embed")
"""What neither the body nor the metadata is in, once the structured data is read."""


def read(document: Document) -> Story:
    """Read a page, a document in a wire's own format, or (with neither) an entry's own full text.

    The page is parsed once. One that holds nothing but a kill or a hold is a story without a body.

    Raises:
        Unreadable: there is no story in it, or it would hurt to read it; `refusal` says why.
    """
    if (dispatch := dispatch_of(document)) is not None:
        return read_wire_item(dispatch, document)
    tree, flags = _parsed(document)
    told = read_structured(tree)
    etree.strip_elements(tree, *_UNREAD_TAGS, with_tail=False)
    body = _body(tree, told, document)
    limits.check_length(sum(len(piece.text) for piece in body.pieces))
    metadata = read_metadata(tree, told, body, document)
    walls = wall_lines(body.lines)
    taken = {*metadata.taken, *walls}
    learned = learned_lines(body, metadata, taken, document.learned)
    story = body.without_lines({*taken, *learned.indexes})
    if not story.pieces and metadata.pubstatus == "usable":
        raise Unreadable("no_body", "body: saw only a byline or a notice; wanted the story's paragraphs")
    below = (*(body.lines[i] for i in walls), *body.tail_lines)
    doubtful = doubts(story.blocks, below, told, body.unread, metadata.headline) if story.blocks else ()
    flags = (*flags, *doubtful, *continuation(told, document.url), *learned.flags, *metadata.flags)
    return _story(document, story, metadata, flags).model_copy(update={"furniture": learned.lines})


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
        flags = (*flags, *truncation(text))
    else:
        content = document.item.content_html if document.item else None
        limits.check_bytes((content or "").encode())
        text = f"<html><body><div>{content}</div></body></html>"
    limits.check_markup(text)
    return parse_html(text), flags


def _body(tree: Any, told: Told, document: Document) -> Body:
    if document.html is None:
        return read_fragment(tree, document.wire, document.url)
    return read_body(tree, told, document.wire, _base(tree, document.url))


def _base(tree: Any, url: str | None) -> str | None:
    """What the page's links are relative to: its base element's address, else its own."""
    base = next((one.get("href") for one in tree.iter("base") if one.get("href")), None)
    return (web_url(base, url) if base else None) or url


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
