"""A file's bytes as the entries in them: a feed, a wire's document, or a page; all of it, or why not."""

from dataclasses import dataclass
from datetime import datetime

from newsroom.config import Feed, Wire
from newsroom.fetch.feed import FeedDocument, NotAFeed, read_stored
from newsroom.folder.archive import archive_of
from newsroom.folder.page import is_page
from newsroom.story import Item, digest


@dataclass(frozen=True)
class Place:
    """Whose a file is, what it is called, where its bytes lie, and when it is read."""

    wire: Wire
    feed: Feed
    name: str
    raw_key: str
    now: datetime


def read_file(body: bytes, place: Place) -> FeedDocument:
    """The entries of a file; a page is one entry, which its file's name names.

    A page's entry says nothing but its digest, which is that of the bytes.

    Raises:
        NotAFeed: it is an archive, cut off, too much, without a story, or of another kind; `code` says which.
    """
    if kind := archive_of(body):
        raise NotAFeed("archive", f"saw a {kind} file; wanted the document itself: nothing is unpacked")
    if is_page(body):
        return FeedDocument((_page(body, place),))
    document = _read(body, place)
    most = place.wire.politeness.max_items
    if not document.complete:
        raise NotAFeed("truncated_feed", "its end, or an entry, is missing; wanted the whole document")
    if len(document.items) > most:
        wanted = f"wanted {most} at most, or a higher `politeness: max_items:`"
        raise NotAFeed("too_many_entries", f"saw more than {most} entries; {wanted}")
    if not document.items and not document.deleted:
        told = "; ".join(document.warnings) or "it has no entries"
        raise NotAFeed("no_story", f"saw no story in it ({told}); wanted a text item")
    return document


def page_key(place: Place) -> str:
    """The key of a page's entry: the same name is the same page."""
    return digest(f"{place.wire.id}\n{place.feed.id}\n{place.name}")[:32]


def _page(body: bytes, place: Place) -> Item:
    return Item(
        key=page_key(place),
        wire=place.wire.id,
        feed=place.feed.id,
        digest=digest(body),
        raw_key="",
    )


def _read(body: bytes, place: Place) -> FeedDocument:
    # One more than allowed, so that more is seen, not cut off.
    politeness = place.wire.politeness
    roomy = politeness.model_copy(update={"max_items": politeness.max_items + 1})
    wire = place.wire.model_copy(update={"politeness": roomy})
    return read_stored(body, charset=None, wire=wire, feed=place.feed, raw_key=place.raw_key, now=place.now)
