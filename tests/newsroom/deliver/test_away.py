"""A partner that was away gets all that it was due, once, and nothing that was killed meanwhile."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import feedparser
import pytest
import requests

from newsroom.deliver import change_feed

STORIES, BATCH, NEWEST = 200, 8, 20


@dataclass
class FeedReader:
    """A reader that follows RFC 5005: the feed, then each page before it that it does not know yet."""

    url: str
    has: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By id: when the story was modified, and its headline."""
    known: set[str] = field(default_factory=set)
    seen: list[str] = field(default_factory=list)

    def read(self) -> None:
        url: str | None = self.url
        self.seen = []
        while url and url not in self.known:
            feed = parsed(url)
            if url != self.url:
                assert "fh_archive" in feed.feed
                self.known.add(url)
            for entry in feed.entries:
                modified = entry.get("dcterms_modified") or entry.updated
                self.has[entry.id] = max(self.has.get(entry.id, ("", "")), (modified, entry.title))
                self.seen.append(entry.id)
            url = {link.rel: link.href for link in feed.feed.links}.get("prev-archive")


@dataclass
class ChangeReader:
    """A machine that reads changes.json, and takes from the feeds what it does not have."""

    url: str
    last: int = 0
    has: dict[str, int] = field(default_factory=dict)
    """By id: its version."""
    requests: int = 0

    def read(self) -> None:
        for each in self._new():
            assert each["seq"] == self.last + 1
            self.last = each["seq"]
            if each.get("remove"):
                self.has.pop(each["uri"], None)
            elif each["kind"] in ("entered", "updated"):
                assert each["version"] > self.has.get(each["uri"], 0), "told twice, or out of order"
                self.has[each["uri"]] = each["version"]

    def _new(self):
        url: str | None = self.url
        parts: list[list[dict[str, Any]]] = []
        while url:
            part = requests.get(url, timeout=10).json()
            self.requests += 1
            parts.insert(0, part["changes"])
            further = "previous" in part and part["changes"][0]["seq"] > self.last + 1
            url = f"{self.url.rsplit('/', 1)[0]}/{part['previous']}" if further else None
        return [each for part in parts for each in part if each["seq"] > self.last]


def parsed(url: str) -> feedparser.FeedParserDict:
    feed = feedparser.parse(requests.get(url, timeout=10).content)
    assert not feed.bozo
    return feed


@pytest.fixture
def busy(feeds, s3, monkeypatch):
    """A partner with a small feed over HTTP."""
    monkeypatch.setattr(change_feed, "PER_PAGE", 40)
    product = feeds.partner.product.model_copy(update={"newest": NEWEST})
    feeds.partner = feeds.partner.model_copy(update={"formats": ("rss", "atom"), "product": product})
    house = feeds.configuration.house.model_copy(update={"feeds_url": f"{s3.endpoint}/{s3.bucket}"})
    feeds.configure(house=house)
    return feeds


def send(feeds, numbers):
    """Stories come, and the feeds are brought up to date."""
    for n in numbers:
        moment = feeds.now + timedelta(seconds=n)
        feeds.file(feeds.story(f"{n}", headline=f"Story {n}", versioncreated=moment))
    feeds.tick()


def correct(feeds, identity):
    later = {"headline": f"Story {identity}, corrected", "versioncreated": feeds.now}
    feeds.file(feeds.story(identity, **later))
    feeds.tick()


def kill(feeds, identity):
    feeds.kill(identity)
    feeds.tick(withdraw_only=True)


MEANWHILE = {
    48: [(correct, "40")],
    104: [(kill, "7"), (kill, "90"), (correct, "3"), (correct, "50")],
    192: [(correct, "180"), (kill, "191")],
}
"""What happens after which story: to stories in the feed, and to such as have left it."""

KILLED = {"7", "90", "191"}
CORRECTED = {"40", "3", "50", "180"}


@pytest.mark.slow
def test_a_partner_that_was_away_gets_what_it_was_due_once(busy, s3):
    root = f"{s3.endpoint}/{s3.bucket}/partners/krdo"
    feeds = [FeedReader(f"{root}/rss.xml"), FeedReader(f"{root}/atom.xml")]
    machine = ChangeReader(f"{root}/changes.json")
    uris = {f"{n}": busy.story(f"{n}").uri for n in range(STORIES)}
    send(busy, range(BATCH))
    read_all(*feeds, machine)
    for first in range(BATCH, STORIES, BATCH):
        send(busy, range(first, first + BATCH))
        for happens, identity in MEANWHILE.get(first, ()):
            happens(busy, identity)
    read_all(*feeds, machine)
    killed = {uris[each] for each in KILLED}
    assert machine.has == {
        uri: 2 if identity in CORRECTED else 1 for identity, uri in uris.items() if uri not in killed
    }
    for reader in feeds:
        # It had story 7 before; that this must go is told by tombstones and by changes.json.
        assert set(reader.has) == set(machine.has) | {uris["7"]}
        assert killed.isdisjoint(reader.seen)
        assert {title for _, title in reader.has.values()} == {
            f"Story {each}, corrected" if each in CORRECTED else f"Story {each}"
            for each in uris
            if each not in KILLED - {"7"}
        }
    asked = machine.requests
    read_all(*feeds, machine)
    # The pages before are known; the last kill left its place empty.
    assert [len(reader.seen) for reader in feeds] == [NEWEST - 1, NEWEST - 1]
    assert machine.requests == asked + 1


def read_all(*readers):
    for reader in readers:
        reader.read()


@pytest.mark.slow
def test_each_story_stands_on_one_page_only(busy, s3):
    for first in range(0, 96, BATCH):
        send(busy, range(first, first + BATCH))
    pages = [key for key in busy.bucket.keys("partners/krdo/archive-") if key.endswith("-atom.xml")]
    ids = [entry.id for key in pages for entry in feedparser.parse(busy.bucket.get(key)).entries]
    assert len(ids) == len(set(ids))
    feed = {entry.id for entry in feedparser.parse(busy.bucket.get("partners/krdo/atom.xml")).entries}
    assert set(ids) | feed == {busy.story(f"{n}").uri for n in range(96)}
