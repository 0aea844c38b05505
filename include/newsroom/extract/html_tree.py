"""HTML text as a tree, the only way in which any HTML is parsed here."""

from typing import Any

from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from newsroom.extract.document import Unreadable

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


def parse_html(text: str) -> Any:
    """`text` parsed as HTML, in UTF-8 whatever the document says: it is decoded already.

    Raises:
        Unreadable: `not_html`; `hostile_markup` where the parser stopped within the page.
    """
    parser = _parser()
    try:
        data = text.encode("utf-8", "replace").translate(None, _CONTROL)
        tree = document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable("not_html", f"page: saw what no HTML parser reads ({error}); wanted HTML") from None
    _check_whole(parser)
    if tree.tag != "html" or tree.find("body") is None:
        raise Unreadable("not_html", f"page: saw a <{tree.tag}> document without a body; wanted an HTML page")
    return tree


def _check_whole(parser: etree.HTMLParser) -> None:
    """Refuse a page that libxml2 has left at a limit of its own (256 levels of tags): the rest is missing."""
    last = parser.error_log.last_error
    if last is not None and last.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        seen = last.message.partition(",")[0]
        raise Unreadable(
            "hostile_markup",
            f"page: the parser stopped in line {last.line:,} ({seen}); wanted tags that are closed",
        )
