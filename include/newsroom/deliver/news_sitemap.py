"""A Google News sitemap: the pages of the stories that were published in the last two days.

It tells of pages, so a story without a page of its own is not in it.
"""

from datetime import timedelta
from typing import Any

from lxml import etree

from newsroom.config import House, Partner
from newsroom.deliver.edition import Edition
from newsroom.deliver.element import add, document
from newsroom.deliver.entry import Entry, newest_first
from newsroom.deliver.markup import absolute_link, line, untagged_line
from newsroom.deliver.values import language_tag, rfc3339

VERSION = "2"
"""Raised with every change of what this module writes, so that feeds are written anew."""

CONTENT_TYPE = "application/xml; charset=utf-8"

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
NAMESPACES: dict[Any, str] = {None: SITEMAP, "news": NEWS}

RECENT = timedelta(days=2)
"""How old a story may be: Google asks to leave out what is older."""

_S, _N = f"{{{SITEMAP}}}", f"{{{NEWS}}}"


def render(_: House, partner: Partner, edition: Edition) -> bytes:
    """The sitemap as UTF-8 bytes; the same edition gives the same bytes.

    Raises:
        ValueError: a text holds what XML can't carry; `release_check` finds out whose it is.
    """
    root = etree.Element(f"{_S}urlset", nsmap=NAMESPACES)
    # A sitemap has no date of its own, and no two editions may have the same bytes.
    root.append(etree.Comment(f" {rfc3339(edition.made_at)} "))
    for link, entry in listed(edition):
        root.append(_page(link, entry, partner))
    return document(root)


def listed(edition: Edition) -> list[tuple[str, Entry]]:
    """The recent stories that have a page, with its address, each address once."""
    found: dict[str, Entry] = {}
    for entry in newest_first(edition.entries):
        link = absolute_link(entry.story.url)
        if link and entry.published > edition.made_at - RECENT:
            found.setdefault(link, entry)
    return list(found.items())


def news_language(tag: str) -> str:
    """A language as Google News takes it: ISO 639 alone, but for Chinese, which has two."""
    folded = tag.lower()
    if folded.startswith("zh"):
        return "zh-tw" if {"tw", "hk", "hant"} & set(folded.split("-")) else "zh-cn"
    return folded.split("-")[0]


def _page(link: str, entry: Entry, partner: Partner) -> etree._Element:
    story = entry.story
    page = etree.Element(f"{_S}url", nsmap=NAMESPACES)
    add(page, f"{_S}loc", link)
    add(page, f"{_S}lastmod", rfc3339(entry.modified))
    news = etree.SubElement(page, f"{_N}news")
    publication = etree.SubElement(news, f"{_N}publication")
    add(publication, f"{_N}name", line(story.provider))
    add(publication, f"{_N}language", news_language(language_tag(story) or partner.language))
    add(news, f"{_N}publication_date", rfc3339(entry.published))
    add(news, f"{_N}title", untagged_line(story.headline))
    return page
