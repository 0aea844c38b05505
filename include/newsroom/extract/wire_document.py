"""A document in a wire's own format: the entry's own, what its link leads to, or both together."""

import re
from dataclasses import replace

from newsroom.extract import limits
from newsroom.extract.charset import decode
from newsroom.extract.document import Document, Unreadable
from newsroom.wireformat.document import TITLES, BadDocument, Dispatch, WireFormat, merged
from newsroom.wireformat.plain_text import paragraphs
from newsroom.wireformat.split import format_of, read_item, read_linked

_MAY_BE = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*[{\[]|<(?:[\w.-]{1,40}:)?(?:nitf|newsItem|packageItem|newsMessage)[\s/>]"
)
"""What a document of a wire has in its first bytes: a brace, or one of its roots."""

_FIRST_BYTES = 4_000


def dispatch_of(document: Document) -> Dispatch | None:
    """What a document in a wire's format says, the entry's own or the one it links to; None for a page.

    Raises:
        Unreadable: it is in such a format and can't be read.
    """
    item = document.item
    kind = _format(item.format) if item else None
    try:
        own = read_item(item.document, kind) if item and item.document and kind else None
        own = own.placed(TITLES[own.format]) if own else None
    except BadDocument as error:
        raise Unreadable(error.code, error.reason) from None
    try:
        linked = _linked(document, own)
    except (BadDocument, Unreadable) as error:
        if own is None or own.status == "usable":
            raise Unreadable(*_told(error)) from None
        # A hold or a kill must not wait for a text that can't be read.
        return replace(own, doubts=(*own.doubts, f"wire.rendition: {error}"))
    return merged(own, linked) if own and linked else own or linked


def _told(error: BadDocument | Unreadable) -> tuple[str, str]:
    if isinstance(error, Unreadable):
        return error.refusal.code, error.refusal.reason
    return error.code, error.reason


def _format(name: str | None) -> WireFormat | None:
    return next((known for known in TITLES if known == name), None)


def _linked(document: Document, own: Dispatch | None) -> Dispatch | None:
    """The document that lies behind the entry's link: a whole item, or the text of `own`."""
    if document.html is None or not (own or _MAY_BE.search(document.html[:_FIRST_BYTES])):
        return None
    limits.check_bytes(document.html)
    text = decode(document.html, document.charset).text.lstrip("\ufeff \t\r\n")
    if kind := format_of(text):
        wanted = own.head.id if own else document.item.guid if document.item else None
        linked = read_linked(text, kind, wanted)
        return linked.placed(TITLES[kind] if own is None else f"its {TITLES[kind]} rendition")
    if own is None:
        return None
    plain = (document.page.content_type or "").startswith("text/plain") if document.page else False
    body = paragraphs(text) if plain or "<" not in text else text
    return Dispatch(format=own.format, leaves=own.leaves, head=own.head, body=body)
