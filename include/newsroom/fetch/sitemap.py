"""News sitemaps (sitemaps.org 0.9 with Google's news extension 0.9)."""

from typing import Any

from lxml import etree

from newsroom.fetch.entry import Entry
from newsroom.fetch.errors import NotAFeed


def read_sitemap(xml: bytes) -> list[Entry]:
    """The entries of a sitemap.

    Args:
        xml: UTF-8 that `outline` let pass.

    Raises:
        NotAFeed: it can't be read.
    """
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.LxmlError, ValueError) as error:
        raise NotAFeed("malformed_feed", f"feed: the sitemap is no well-formed XML ({error})") from None
    return [_entry(url) for url in root if _name(url) == "url"]


def _entry(url: Any) -> Entry:
    said = {_name(child): child for child in url}
    news = {_name(child): child for child in said.get("news", ())}
    publication = {_name(child): child for child in news.get("publication", ())}
    keywords = _text(news.get("keywords")) or ""
    return Entry(
        link=_text(said.get("loc")),
        title=_text(news.get("title")),
        title_is_html=True,
        language=_text(publication.get("language")),
        categories=tuple(word.strip() for word in keywords.split(",") if word.strip()),
        published=_text(news.get("publication_date")),
        updated=_text(said.get("lastmod")),
    )


def _name(element: Any) -> str:
    """The local name; empty for a comment or an instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _text(element: Any) -> str | None:
    return ("".join(element.itertext()).strip() or None) if element is not None else None
