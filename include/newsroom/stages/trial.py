"""A trial: one page, feed entry or wire's document, read as a wire's story would be, with nothing stored."""

from pathlib import Path
from urllib.parse import urlsplit

from newsroom.config import Configuration, Feed, Rights, Wire
from newsroom.extract.document import Document
from newsroom.fetch.errors import shown
from newsroom.fetch.feed import FeedDocument, NotAFeed, read_feed
from newsroom.fetch.http import Client, FetchError, Response
from newsroom.fetch.robots import Robots
from newsroom.stages import now
from newsroom.stages.fetch import needs_page

NOWHERE = Feed(id="trial", url="http://trial.invalid/")
"""The feed of what comes from no feed."""

UNKNOWN_WIRE = Wire(id="trial", provider="(no wire)", feeds=(NOWHERE,), rights=Rights())
"""The wire of what comes from no wire: the house rules judge it."""


def wire_of(configuration: Configuration, wire: str) -> Wire:
    """The wire of this id.

    Raises:
        LookupError: there is none; the text lists the known ones.
    """
    if wire not in configuration.wires:
        known = ", ".join(sorted(configuration.wires)) or "none"
        raise LookupError(f"wire: saw {wire!r}; wanted one of: {known}")
    return configuration.wires[wire]


def document_of(configuration: Configuration, wire: Wire, source: str, number: int = 1) -> Document:
    """The page, or the feed's entry `number` (from 1), as a document to read.

    Raises:
        LookupError: the file or URL can't be had, or the feed has no such entry.
    """
    if urlsplit(source).scheme not in ("http", "https"):
        return _from_file(configuration, wire, Path(source), number)
    with Client(configuration.house.user_agent, wire.politeness) as client:
        response = _get(client, wire, source)
        feed = _as_feed(response.body, wire, response.final_url, response)
        if not feed:
            return _page(configuration, wire, response)
        return _whole(configuration, wire, client, _entry(configuration, wire, feed, number))


def _whole(configuration: Configuration, wire: Wire, client: Client, document: Document) -> Document:
    """The entry with what it links to, where that has its text."""
    item = document.item
    if item and item.url and needs_page(item, wire.feeds[0].content):
        return _page(configuration, wire, _get(client, wire, item.url), document)
    return document


def _from_file(configuration: Configuration, wire: Wire, path: Path, number: int) -> Document:
    try:
        body = path.read_bytes()
    except OSError as error:
        raise LookupError(f"{path}: {error.strerror}; wanted a URL or a file that can be read") from None
    feed = _as_feed(body, wire, NOWHERE.url)
    if feed:
        document = _entry(configuration, wire, feed, number)
        if document.item is None or document.item.document is None:
            return document
        with Client(configuration.house.user_agent, wire.politeness) as client:
            return _whole(configuration, wire, client, document)
    topics = configuration.topics_of(wire)
    return Document(url=None, html=body, charset=None, item=None, wire=wire, topics=topics, now=now())


def _get(client: Client, wire: Wire, url: str) -> Response:
    try:
        if wire.politeness.robots == "obey" and not Robots(client).allows(url):
            raise LookupError(f"{shown(url)}: robots.txt of its host forbids it")
        return client.get(url)
    except FetchError as error:
        raise LookupError(f"{shown(url)}: {error.code}: {error.reason}") from None


def _as_feed(body: bytes, wire: Wire, url: str, response: Response | None = None) -> FeedDocument | None:
    """The bytes as a feed, or None when they are a page."""
    try:
        return read_feed(
            body,
            kind="auto",
            content_type=response.content_type if response else None,
            charset=response.charset if response else None,
            url=url,
            wire=wire,
            feed=NOWHERE,
            raw_key="",
            now=now(),
        )
    except NotAFeed:
        return None


def _entry(configuration: Configuration, wire: Wire, feed: FeedDocument, number: int) -> Document:
    if number > len(feed.items):
        raise LookupError(f"entry {number}: the feed has {len(feed.items)}")
    item = feed.items[number - 1]
    topics = configuration.topics_of(wire)
    return Document(url=item.url, html=None, charset=None, item=item, wire=wire, topics=topics, now=now())


def _page(
    configuration: Configuration, wire: Wire, response: Response, entry: Document | None = None
) -> Document:
    return Document(
        url=response.final_url,
        html=response.body,
        charset=response.charset,
        item=entry.item if entry else None,
        wire=wire,
        topics=configuration.topics_of(wire),
        now=now(),
    )
