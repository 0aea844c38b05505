"""Feeds: the entries of RSS, Atom, JSON Feed and sitemaps, and wires' own documents, as items; or why not."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from newsroom.config.wire import Feed, FeedKind, Wire
from newsroom.fetch.charset import decode
from newsroom.fetch.entry import Entry, Source, items_of, plain_line
from newsroom.fetch.errors import WANTED, NotAFeed
from newsroom.fetch.jsonfeed import is_json_feed, read_json_feed
from newsroom.fetch.outline import Deletion, outline
from newsroom.fetch.response import Response
from newsroom.fetch.sitemap import read_sitemap
from newsroom.fetch.syndication import read_syndication
from newsroom.story import Item
from newsroom.text import quoted
from newsroom.wireformat.ap_media import next_page
from newsroom.wireformat.document import BadDocument
from newsroom.wireformat.json_tree import all_said, load_json
from newsroom.wireformat.split import Split, format_of_json, format_of_xml, split_json, split_xml

__all__ = ["FeedDocument", "NotAFeed", "read_feed"]

_FEED_TYPES = ("xml", "json")
_ROOTS: dict[str, FeedKind] = {"rss": "rss", "RDF": "rss", "feed": "atom", "urlset": "sitemap"}
_SYNDICATION = {"rss", "atom"}


@dataclass(frozen=True)
class FeedDocument:
    """What a feed says.

    `items` are in the document's order. `deleted` is what Atom's tombstones name (RFC 6721).
    `complete` is False when the end or an entry is missing: the cursor must not move then.
    `next_page` is where a wire's listing goes on, as it is written there.
    """

    items: tuple[Item, ...]
    deleted: tuple[Deletion, ...] = ()
    complete: bool = True
    warnings: tuple[str, ...] = ()
    title: str | None = None
    next_page: str | None = None


@dataclass(frozen=True)
class _Read:
    """A document's entries, before they are items."""

    kind: FeedKind
    entries: list[Entry]
    title: str | None = None
    warnings: tuple[str, ...] = ()
    deleted: tuple[Deletion, ...] = ()
    complete: bool = True
    next_page: str | None = None


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
    """Read a feed, or a document of a wire's items, wherever its bytes come from.

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
        raise NotAFeed("not_a_feed", f"feed: saw an empty body; wanted {WANTED}")
    if not any(mark in body for mark in (b"<", b"{", b"[")):
        raise NotAFeed("not_a_feed", f"feed: saw {body[:40]!r}; wanted {WANTED}")
    decoded = decode(body, charset)
    read = _read(decoded.text.lstrip("\ufeff \t\r\n"), url, wire.politeness.max_items, kind)
    _check_kind(read.kind, kind)
    shared = decoded.warnings if decoded.guessed else ()
    items, doubts = items_of(read.entries, Source(wire, feed, url, raw_key, now, shared))
    warnings = (*decoded.warnings, *_about(read, kind, content_type), *read.warnings, *doubts)
    title = plain_line(read.title) if read.title else None
    return FeedDocument(items, read.deleted, read.complete, warnings, title or None, read.next_page)


def read_response(
    response: Response, *, url: str, wire: Wire, feed: Feed, raw_key: str, now: datetime
) -> FeedDocument:
    """Read a feed as its server sent it; else as `read_feed`.

    Raises:
        NotAFeed: the bytes are no feed, hostile, or cut off before the first entry.
    """
    return read_feed(
        response.body,
        kind=feed.kind,
        content_type=response.content_type,
        charset=response.charset,
        url=url,
        wire=wire,
        feed=feed,
        raw_key=raw_key,
        now=now,
    )


def read_stored(
    body: bytes, *, charset: str | None, wire: Wire, feed: Feed, raw_key: str, now: datetime
) -> FeedDocument:
    """Read a feed's bytes that were stored, or are a file's, which comes without a charset; as `read_feed`.

    Raises:
        NotAFeed: the bytes are no feed, hostile, or cut off before the first entry.
    """
    return read_feed(
        body,
        kind=feed.kind,
        content_type=None,
        charset=charset,
        url=feed.url,
        wire=wire,
        feed=feed,
        raw_key=raw_key,
        now=now,
    )


def _read(text: str, url: str, most: int, wanted: FeedKind) -> _Read:
    try:
        if text.startswith(("{", "[")):
            return _read_json(text, most, wanted)
        if kind := format_of_xml(text):
            return _items_of(split_xml(text, kind, most))
    except BadDocument as error:
        code = f"{error.code.removesuffix('_document')}_feed"
        raise NotAFeed(code, f"feed: {error.reason}") from None
    found = outline(text, most)
    if found.root == "urlset":
        return _Read("sitemap", read_sitemap(found.xml), None, found.warnings, found.deleted, found.complete)
    entries, title, doubts = read_syndication(found.xml, url)
    warnings = (*found.warnings, *doubts)
    return _Read(_ROOTS[found.root], entries, title, warnings, found.deleted, found.complete)


def _read_json(text: str, most: int, wanted: FeedKind) -> _Read:
    value = load_json(text)
    if value == [] and wanted == "ninjs":
        return _Read("ninjs", [])  # what such a wire answers when nothing has come
    if is_json_feed(value):
        entries, title, warnings = read_json_feed(value, most)
        return _Read("jsonfeed", entries, title, warnings)
    if kind := format_of_json(value):
        value, repeated = all_said(text, value)
        read = _items_of(split_json(value, kind, most))
        read = replace(read, warnings=(*read.warnings, *_repeated(repeated)))
        return replace(read, next_page=next_page(value)) if kind == "ap_media" else read
    raise NotAFeed("not_a_feed", f"feed: saw JSON that is none of a feed's; wanted {WANTED}")


def _repeated(names: tuple[str, ...]) -> Iterable[str]:
    """That names stand more than once in an object, if any do."""
    if names:
        some = ", ".join(map(quoted, names[:5]))
        yield f"json: saw more than one {some} in one object; wanted each name once; all of them were heard"


def _items_of(split: Split) -> _Read:
    """A wire's items as entries: each is its own document, or names the place of one."""
    entries = [
        Entry(
            guid=each.head.id,
            link=each.link,
            title=each.head.title,
            title_is_html=False,
            language=each.head.language,
            published=each.head.published,
            updated=each.head.updated,
            version=each.head.version,
            pubstatus=each.head.status,
            format=split.format if each.document is not None else None,
            document=each.document,
            document_digest=each.digest,
        )
        for each in split.slices
    ]
    return _Read(split.format, entries, None, split.warnings, complete=split.complete)


def _check_kind(seen: FeedKind, wanted: FeedKind) -> None:
    if wanted not in ("auto", seen) and not {seen, wanted} <= _SYNDICATION:
        raise NotAFeed("not_a_feed", f"feed: saw {seen}; wanted {wanted}, as the wire's file says (`kind:`)")


def _about(read: _Read, wanted: FeedKind, content_type: str | None) -> Iterable[str]:
    if wanted not in ("auto", read.kind):
        yield f"feed: saw {read.kind}; the wire's file says `kind: {wanted}`"
    if content_type and not any(part in content_type for part in _FEED_TYPES):
        yield f"feed: saw the content type {content_type}; wanted one of a feed"
    if not read.entries and not read.next_page:
        yield "feed: it has no entries"
