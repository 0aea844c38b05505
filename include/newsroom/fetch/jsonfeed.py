"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

import html
import re
from typing import Any

from newsroom.fetch.entry import Entry
from newsroom.fetch.errors import NotAFeed
from newsroom.wireformat.json_tree import text_of

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1(?:\.\d)?")


def is_json_feed(value: Any) -> bool:
    """Whether a JSON value says that it is a JSON Feed."""
    version = value.get("version") if isinstance(value, dict) else None
    return isinstance(version, str) and _VERSION.fullmatch(version.strip()) is not None


def read_json_feed(feed: dict[str, Any], most: int) -> tuple[list[Entry], str | None, tuple[str, ...]]:
    """The first `most` entries of a feed, its title, and what is doubtful.

    Raises:
        NotAFeed: it is no feed.
    """
    items = feed.get("items")
    if not isinstance(items, list):
        raise NotAFeed("not_a_feed", "feed: saw a JSON Feed without `items`; wanted a list")
    warnings = []
    told = [item for item in items if isinstance(item, dict)]
    if len(told) < len(items):
        warnings.append(f"feed: {len(items) - len(told)} items are no objects, and were left out")
    if len(told) > most:
        warnings.append(
            f"feed: saw {len(told)} entries; only the first {most} are read (`politeness: max_items:`)"
        )
    language = _text(feed, "language")
    return [_entry(item, language) for item in told[:most]], _text(feed, "title"), tuple(warnings)


def _entry(item: dict[str, Any], language: str | None) -> Entry:
    own = item.get("_newsroom")
    return Entry(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        title_is_html=False,
        author=_authors(item),
        summary=_escaped(_text(item, "summary")),
        content=_text(item, "content_html") or _paragraphs(_text(item, "content_text")),
        rights=_text(own, "copyright") if isinstance(own, dict) else None,
        language=_text(item, "language") or language,
        categories=_tags(item),
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
    )


def _authors(item: dict[str, Any]) -> str | None:
    """Names of `authors`, or of 1.0's `author`."""
    told = item.get("authors")
    people = told if isinstance(told, list) else [item.get("author")]
    names = [name for one in people if isinstance(one, dict) and (name := _text(one, "name"))]
    return ", ".join(dict.fromkeys(names)) or None


def _tags(item: dict[str, Any]) -> tuple[str, ...]:
    tags = item.get("tags")
    return (
        tuple(_escaped(tag) or "" for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    )


def _paragraphs(text: str | None) -> str | None:
    """Plain text as HTML: a blank line parts paragraphs."""
    if not text:
        return None
    return "\n".join(
        f"<p>{html.escape(part, quote=False)}</p>" for part in re.split(r"\n\s*\n", text) if part.strip()
    )


def _escaped(text: str | None) -> str | None:
    return html.escape(text, quote=False) if text else None


def _text(record: dict[str, Any], name: str) -> str | None:
    """A string, or a number as one: ids are written as both."""
    return text_of(record.get(name))
