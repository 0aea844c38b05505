"""Feeds: the entries of RSS, Atom, JSON Feed and news sitemaps as items; or why the bytes are no feed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from newsroom.config.wire import Feed, FeedKind, Wire
from newsroom.fetch.charset import decode
from newsroom.fetch.entry import Entry, Source, items_of, plain_line
from newsroom.fetch.errors import NotAFeed
from newsroom.fetch.jsonfeed import read_json_feed
from newsroom.fetch.outline import outline
from newsroom.fetch.sitemap import read_sitemap
from newsroom.fetch.syndication import read_syndication
from newsroom.story import Item

__all__ = ["FeedDocument", "NotAFeed", "read_feed"]

_FEED_TYPES = ("xml", "json")
_ROOTS: dict[str, FeedKind] = {"rss": "rss", "RDF": "rss", "feed": "atom", "urlset": "sitemap"}
_SYNDICATION = {"rss", "atom"}


@dataclass(frozen=True)
class FeedDocument:
    """What a feed says.

    `items` are in the document's order. `deleted` are the ids that Atom's tombstones name (RFC 6721).
    `complete` is False when the end or an entry is missing: the cursor must not move then.
    """

    items: tuple[Item, ...]
    deleted: tuple[str, ...] = ()
    complete: bool = True
    warnings: tuple[str, ...] = ()
    title: str | None = None


@dataclass(frozen=True)
class _Read:
    """A document's entries, before they are items."""

    kind: FeedKind
    entries: list[Entry]
    title: str | None = None
    warnings: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    complete: bool = True


def read_feed(  # noqa: PLR0913  (what is known of one poll)
    body: bytes,
    *,
    kind: FeedKind,
    content_type: str | None,
    charset: str | None,
    url: str,
    wire: Wire,
    feed: Feed,
    raw_key: str,
    now: datetime,
) -> FeedDocument:
    """Read a feed.

    Args:
        body: the bytes as they came.
        kind: what it should be; RSS and Atom pass for one another, `auto` takes any.
        content_type: of the HTTP header; the bytes decide, a strange type is told.
        charset: of the HTTP header.
        url: the base of relative links.
        wire: gives zone and caps.
        feed: whose items these are.
        raw_key: where `body` lies in the bucket.
        now: dates after it are not believed.

    Raises:
        NotAFeed: the bytes are no feed, hostile, or cut off before the first entry.
    """
    if not body.strip():
        raise NotAFeed("not_a_feed", "feed: saw an empty body; wanted RSS, Atom, JSON Feed or a news sitemap")
    if not any(mark in body for mark in (b"<", b"{")):
        raise NotAFeed(
            "not_a_feed", f"feed: saw {body[:40]!r}; wanted RSS, Atom, JSON Feed or a news sitemap"
        )
    decoded = decode(body, charset)
    read = _read(decoded.text.lstrip("\ufeff \t\r\n"), url, wire.politeness.max_items)
    _check_kind(read.kind, kind)
    shared = decoded.warnings if decoded.guessed else ()
    items, doubts = items_of(read.entries, Source(wire, feed, url, raw_key, now, shared))
    warnings = (*decoded.warnings, *_about(read, kind, content_type), *read.warnings, *doubts)
    title = plain_line(read.title) if read.title else None
    return FeedDocument(items, read.deleted, read.complete, warnings, title or None)


def _read(text: str, url: str, most: int) -> _Read:
    if text.startswith("{"):
        entries, title, warnings = read_json_feed(text, most)
        return _Read("jsonfeed", entries, title, warnings)
    found = outline(text, most)
    if found.root == "urlset":
        return _Read("sitemap", read_sitemap(found.xml), None, found.warnings, found.deleted, found.complete)
    entries, title, doubts = read_syndication(found.xml, url)
    warnings = (*found.warnings, *doubts)
    return _Read(_ROOTS[found.root], entries, title, warnings, found.deleted, found.complete)


def _check_kind(seen: FeedKind, wanted: FeedKind) -> None:
    if wanted not in ("auto", seen) and not {seen, wanted} <= _SYNDICATION:
        raise NotAFeed("not_a_feed", f"feed: saw {seen}; wanted {wanted}, as the wire's file says (`kind:`)")


def _about(read: _Read, wanted: FeedKind, content_type: str | None) -> Iterable[str]:
    if wanted not in ("auto", read.kind):
        yield f"feed: saw {read.kind}; the wire's file says `kind: {wanted}`"
    if content_type and not any(part in content_type for part in _FEED_TYPES):
        yield f"feed: saw the content type {content_type}; wanted one of a feed"
    if not read.entries:
        yield "feed: it has no entries"
