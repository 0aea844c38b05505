"""Invented items in every format that wires send, beside these tests, and what reads them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsroom.config import Feed, Holder, Rights, TopicMap, Wire
from newsroom.config.wire import FeedKind
from newsroom.extract.document import Document
from newsroom.fetch.feed import FeedDocument, read_feed
from newsroom.story import Item

SAMPLES = Path(__file__).parent / "samples"
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
FEED = Feed(id="main", url="https://wire.example/feed")
WIRE = Wire(
    id="dispatch",
    provider="Northern Dispatch",
    aliases=("ND",),
    timezone="Europe/Oslo",
    feeds=(FEED,),
    rights=Rights(holders=(Holder(name="Northern Dispatch AS"),)),
)
TOPICS = TopicMap(
    id="dispatch",
    version="1",
    labels={
        "Industry": ("medtop:04000000",),
        "subj:04015003": ("medtop:20000337",),
        "aa11": ("medtop:20000337",),
        "i": ("medtop:16000000",),
    },
)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of the samples."""
    return SAMPLES


@pytest.fixture(scope="session")
def read() -> Callable[..., FeedDocument]:
    """Reads bytes as the wire's feed."""

    def made(
        body: bytes | str, kind: FeedKind = "auto", wire: Wire = WIRE, now: datetime = NOW
    ) -> FeedDocument:
        return read_feed(
            body.encode() if isinstance(body, str) else body,
            kind=kind,
            content_type=None,
            charset=None,
            url=FEED.url,
            wire=wire,
            feed=FEED,
            raw_key="raw/dispatch/00/0",
            now=now,
        )

    return made


@pytest.fixture(scope="session")
def document() -> Callable[..., Document]:
    """An entry as the extract stage gets it, with what its link gave if it has one."""

    def made(
        item: Item | None, linked: bytes | None = None, url: str | None = None, now: datetime = NOW
    ) -> Document:
        return Document(
            url=url or (item.url if item else None),
            html=linked,
            charset=None,
            item=item,
            wire=WIRE,
            topics=TOPICS,
            now=now,
        )

    return made
