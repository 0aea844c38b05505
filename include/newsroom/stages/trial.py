"""A trial: one page, feed entry or wire's document, read as a wire's story would be, with nothing stored."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from newsroom.airflow_connections import AsAirflowHas
from newsroom.config import Configuration, Feed, Rights, Wire
from newsroom.connections import Connections
from newsroom.extract.document import Document
from newsroom.fetch.api_key import origin_of
from newsroom.fetch.errors import shown
from newsroom.fetch.feed import FeedDocument, NotAFeed, read_feed
from newsroom.fetch.http import FetchError, Response
from newsroom.fetch.opening import open_client
from newsroom.fetch.robots import Robots
from newsroom.stages import now
from newsroom.stages.fetch import needs_page
from newsroom.stages.furniture import learned_keys
from newsroom.store.catalogue import Catalogue
from newsroom.story import Item

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


@dataclass(frozen=True)
class Furniture:
    """The keys of the lines that a wire's pages repeat, and a sentence that tells what is known of them."""

    keys: frozenset[str]
    told: str


def furniture_of(wire: Wire) -> Furniture:
    """What the catalogue has learned of the wire, if there is one; none is made for a trial."""
    if wire is UNKNOWN_WIRE:
        return _without("no wire is named; --wire names one")
    try:
        if not Catalogue.exists():
            return _without("there is no catalogue yet; NEWSROOM_CATALOGUE names another")
        catalogue = Catalogue.open()
    except (SQLAlchemyError, LookupError, OSError) as error:
        # The text of a database error may show the URL, and with it the password.
        return _without(f"the catalogue can't be opened ({type(error).__name__}); see `newsroom doctor`")
    try:
        keys = learned_keys(catalogue, wire)
    finally:
        catalogue.close()
    lines = f"{len(keys)} lines are" if len(keys) != 1 else "1 line is"
    return Furniture(keys, f"{lines} known that {wire.id}'s pages repeat; what stands of them is left out")


def _without(why: str) -> Furniture:
    return Furniture(frozenset(), f"read without what the wire's pages repeat: {why}")


@dataclass(frozen=True)
class Trial:
    """A trial of what a wire sends; `learned` are the keys of lines that its pages repeat."""

    configuration: Configuration
    wire: Wire
    learned: frozenset[str] = frozenset()
    connections: Connections = field(default_factory=AsAirflowHas)

    def document(self, source: str, number: int = 1) -> Document:
        """The page, or the feed's entry `number` (from 1), as a document to read.

        Raises:
            LookupError: the file or URL can't be had, or the feed has no such entry.
        """
        if urlsplit(source).scheme not in ("http", "https"):
            return self._from_file(Path(source), number)
        response = self._get(source)
        feed = _as_feed(response.body, self.wire, response.final_url, response)
        return self._whole(self._entry(feed, number)) if feed else self._page(response)

    def _from_file(self, path: Path, number: int) -> Document:
        try:
            body = path.read_bytes()
        except OSError as error:
            raise LookupError(f"{path}: {error.strerror}; wanted a URL or a file that can be read") from None
        feed = _as_feed(body, self.wire, NOWHERE.url)
        if not feed:
            return self._made(html=body)
        entry = self._entry(feed, number)
        return self._whole(entry) if entry.item and entry.item.document else entry

    def _whole(self, document: Document) -> Document:
        """The entry with what it links to, where that has its text."""
        item = document.item
        if item and item.url and needs_page(item, self.wire.feeds[0].content):
            return self._page(self._get(item.url), item)
        return document

    def _entry(self, feed: FeedDocument, number: int) -> Document:
        if number > len(feed.items):
            more = "; it goes on on another page" if feed.next_page else ""
            raise LookupError(f"entry {number}: the feed has {len(feed.items)}{more}")
        item = feed.items[number - 1]
        return self._made(url=item.url, item=item)

    def _page(self, response: Response, item: Item | None = None) -> Document:
        return self._made(url=response.final_url, html=response.body, charset=response.charset, item=item)

    def _made(
        self,
        *,
        url: str | None = None,
        html: bytes | None = None,
        charset: str | None = None,
        item: Item | None = None,
    ) -> Document:
        topics = self.configuration.topics_of(self.wire)
        return Document(
            url=url,
            html=html,
            charset=charset,
            item=item,
            wire=self.wire,
            topics=topics,
            now=now(),
            learned=self.learned,
        )

    def _get(self, url: str) -> Response:
        """What a URL gives; one at a feed's own server is asked with that feed's key."""
        try:
            feed = next((feed for feed in self.wire.feeds if _is_at(feed, url)), NOWHERE)
            with open_client(
                self.configuration.house.user_agent, self.wire, feed, self.connections
            ) as client:
                if self.wire.politeness.robots == "obey" and not Robots(client).allows(url):
                    raise LookupError(f"{shown(url)}: robots.txt of its host forbids it")
                return client.get(url)
        except FetchError as error:
            raise LookupError(f"{shown(url)}: {error.code}: {error.reason}") from None


def _is_at(feed: Feed, url: str) -> bool:
    return bool(feed.connection) and not feed.is_folder and origin_of(feed.url) == origin_of(url)


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
