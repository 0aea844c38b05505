"""Pages to read: those of the sample wire, and small ones made for one question."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsroom.config import Configuration, Feed, Holder, Rights, TopicMap, Wire, load
from newsroom.extract.document import Document
from newsroom.extract.page import read
from newsroom.fetch.feed import read_feed
from newsroom.story import Item, Story
from samplewire import Sample
from samplewire.agenda import Published
from samplewire.feeds import CONTENT_TYPES, Channel, write
from samplewire.pages import page
from samplewire.sites import FEEDS

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
BASE = "http://127.0.0.1:8099"

PROSE = (
    "The council of the harbor town met on Tuesday to decide whether the old ferry should sail at night.",
    "It was the third meeting in a month, and the first that ended before the last bus had left the square.",
    "“We have waited long enough for somebody else to pay,” said the mayor, who has rowed across twice.",
    "The operators say that a crossing costs more than it brings in, and that the light at the pier is weak.",
    "A decision is expected in the autumn, when the boats have been taken out of the water and counted.",
)
"""A story's paragraphs, long enough to be taken for one."""

WIRE = Wire(
    id="tests",
    provider="Harbor News",
    aliases=("HN", "The-Harbor-Wire"),
    timezone="America/Denver",
    feeds=(
        Feed(id="main", url="https://wire.example/feed"),
        Feed(id="sport", url="https://wire.example/sport", topic="Sport", language="es"),
    ),
    rights=Rights(holders=(Holder(name="Harbor News", aliases=("Harbor News, Inc.",)),)),
)
TOPICS = TopicMap(
    id="tests", version="1", labels={"World": ("medtop:20000638",), "Sport": ("medtop:15000000",)}
)


@pytest.fixture(scope="session")
def shipped() -> Configuration:
    return load(Path(__file__).resolve().parents[3] / "include" / "config")


@pytest.fixture
def entry() -> Callable[..., Item]:
    """An entry of the tests' wire."""

    def made(**said: Any) -> Item:
        fixed = {"key": "k", "wire": "tests", "feed": "main", "digest": "d", "raw_key": "raw/tests/00/0"}
        return Item(**{**fixed, **said})

    return made


@pytest.fixture(scope="session")
def markup() -> Callable[..., str]:
    """A news page: `above` and `below` stand in the article around its prose, `after` at the page's end."""

    def made(*, head: str = "", above: str = "", below: str = "", after: str = "", body: str = "") -> str:
        prose = body or "".join(f"<p>{text}</p>\n" for text in PROSE)
        return (
            f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>{head}</head><body><main><article>"
            f"{above}<div class='story'>{prose}</div>{below}</article></main>{after}</body></html>"
        )

    return made


@pytest.fixture(scope="session")
def document() -> Callable[..., Document]:
    """A document of the tests' wire, from the page's markup."""

    def made(
        html: str | bytes | None, url: str | None = "https://site.example/a/story", **said: Any
    ) -> Document:
        known = {"charset": "utf-8", "item": None, "wire": WIRE, "topics": TOPICS, "now": NOW}
        data = html.encode() if isinstance(html, str) else html
        return Document(url=url, html=data, **{**known, **said})

    return made


@pytest.fixture
def story(markup: Callable[..., str], document: Callable[..., Document]) -> Callable[..., Story]:
    """A story of the tests' wire, read from a page with these parts."""

    def made(
        url: str | None = "https://site.example/a/story",
        item: Item | None = None,
        learned: frozenset[str] = frozenset(),
        **parts: str,
    ) -> Story:
        return read(document(markup(**parts), url, item=item, learned=learned))

    return made


@pytest.fixture
def prose() -> tuple[str, ...]:
    """The paragraphs of the tests' pages."""
    return PROSE


@pytest.fixture
def published() -> Callable[[Sample], Published]:
    """The sample as it came out an hour before the tests' now."""
    at = NOW - timedelta(hours=1)
    return lambda sample: Published(sample, 7, at, at, at)


@pytest.fixture
def sample_document(
    shipped: Configuration, published: Callable[[Sample], Published]
) -> Callable[..., Document]:
    """A sample's story as the desk gets it: its feed's entry, and the page where the feed has but a link."""

    def made(sample: Sample, html: str | None = None) -> Document:
        one, wire = published(sample), shipped.wires[sample.wire]
        site_feed = next(feed for feed in FEEDS if (feed.wire, feed.id) == (sample.wire, sample.feed))
        feed = next(feed for feed in wire.feeds if feed.id == sample.feed)
        entry = read_feed(
            write(Channel(site_feed, (one,), BASE, NOW)),
            kind=feed.kind,
            content_type=CONTENT_TYPES[site_feed.kind],
            charset="utf-8",
            url=BASE + site_feed.path,
            wire=wire,
            feed=feed,
            raw_key="raw/sample/00/0",
            now=NOW,
        ).items[0]
        shown = (html or page(one, (), BASE)).encode() if feed.content == "page" else None
        return Document(entry.url, shown, "utf-8", entry, wire, shipped.topics_of(wire), NOW)

    return made
