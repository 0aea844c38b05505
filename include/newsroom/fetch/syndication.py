"""RSS and Atom, by feedparser: given well-formed XML only, in memory, and told to leave HTML alone."""

import html
import io
from collections.abc import Mapping
from typing import Any

import feedparser

from newsroom.fetch.entry import Entry
from newsroom.fetch.errors import NotAFeed


def read_syndication(xml: bytes, url: str) -> tuple[list[Entry], str | None, tuple[str, ...]]:
    """The entries of a feed, its title, and what is doubtful.

    Args:
        xml: UTF-8 that `outline` let pass: feedparser takes quadratic time over hostile XML.
        url: the base of links.

    Raises:
        NotAFeed: feedparser finds no feed in it.
    """
    try:
        found = feedparser.parse(
            io.BytesIO(xml),  # never bytes: feedparser takes them for the name of a file first
            response_headers={"content-type": "text/xml; charset=utf-8", "content-location": url},
            sanitize_html=False,  # ours comes last, by an allow-list; theirs loses what the reader needs
            resolve_relative_uris=False,
        )
    except Exception as error:  # noqa: BLE001  (its parser raises what it likes on odd input)
        raise NotAFeed("malformed_feed", f"feed: its reader fails on it ({type(error).__name__})") from None
    version = str(found.get("version") or "")
    if not version:
        raise NotAFeed("not_a_feed", "feed: saw XML that is neither RSS nor Atom")
    warnings = ("feed: its XML breaks the rules of namespaces",) if found.get("bozo") else ()
    channel = found.feed
    language = _text(channel, "language")
    entries = [_entry(entry, version, language) for entry in found.entries]
    return entries, _text(channel, "title"), warnings


def _entry(entry: Any, version: str, language: str | None) -> Entry:
    detail = _mapping(entry, "title_detail")
    published, updated = _text(entry, "published"), _text(entry, "updated")
    if not published and version.startswith("rss"):
        published = updated  # Dublin Core's date is the one date that RSS 1.0 has
    summary = _markup(_text(entry, "summary"), _mapping(entry, "summary_detail"))
    content = _content(entry)
    if any(_text(entry, "summary") == _text(one, "value") for one in _many(entry, "content")):
        summary = None  # feedparser puts the content in its stead
    return Entry(
        guid=_text(entry, "id"),
        link=_text(entry, "link"),
        title=_text(entry, "title"),
        title_is_html=detail.get("type") != "text/plain" or version.startswith("rss"),
        author=_authors(entry),
        summary=summary,
        content=content,
        rights=_text(entry, "rights"),
        language=_text(entry, "language") or _text(detail, "language") or language,
        categories=tuple(_text(tag, "label") or _text(tag, "term") or "" for tag in _many(entry, "tags")),
        published=published,
        updated=updated,
    )


def _authors(entry: Any) -> str | None:
    names = [name for author in _many(entry, "authors") if (name := _text(author, "name"))]
    return ", ".join(dict.fromkeys(names)) or _text(entry, "author")


def _content(entry: Any) -> str | None:
    """The entry's full text: the longest of its contents that is text at all."""
    texts = [
        _markup(_text(content, "value"), content)
        for content in _many(entry, "content")
        if "html" in str(content.get("type")) or str(content.get("type")).startswith("text/")
    ]
    return max((text for text in texts if text), key=len, default=None)


def _markup(text: str | None, detail: Mapping[str, Any]) -> str | None:
    """A text as HTML; one that says it is plain is escaped."""
    if text and detail.get("type") == "text/plain":
        return html.escape(text, quote=False)
    return text


def _text(record: Any, name: str) -> str | None:
    """What stands there, and not what feedparser puts in its stead (`updated` for `published`)."""
    value = dict.get(record, name)
    return value.strip() or None if isinstance(value, str) else None


def _many(record: Any, name: str) -> list[Any]:
    value = dict.get(record, name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _mapping(record: Any, name: str) -> Mapping[str, Any]:
    value = dict.get(record, name)
    return value if isinstance(value, dict) else {}
