from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import fastfeedparser
import feedparser
import pytest
from lxml import etree

from newsroom.config import House, Partner
from newsroom.deliver import rss_msn
from newsroom.deliver.dublin_core import DCTERMS
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.mediarss import MEDIA
from newsroom.deliver.release_check import check_rss_msn
from newsroom.deliver.rss_msn import MI

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")
GONE = Withdrawal("urn:uuid:6f0e3c1a-0b53-5f39-9a36-3f2b8f7f3d10", 3, NOON, "kill")
PAGE = "https://wire.example/1"
VALID, END = f"{{{DCTERMS}}}valid", f"{{{MI}}}expirationDate"
MODIFIED = f"{{{DCTERMS}}}modified"


def edition(entries, withdrawals=()):
    return Edition(tuple(entries), NOON, tuple(withdrawals))


def items(document):
    return list(etree.fromstring(document).iter("item"))


def test_golden(house, partner, entries, make, golden):
    paged = make("paged", url=PAGE, expires=NOON + timedelta(days=30))
    golden("krdo.msn.xml", rss_msn.render(house, partner, edition([*entries, paged], [GONE])))


def test_two_readers_read_it(house, partner, entries):
    document = rss_msn.render(house, partner, edition(entries, [GONE]))
    feed = feedparser.parse(BytesIO(document))
    assert not feed.bozo
    second = fastfeedparser.parse(document.decode())
    for read in (feed, second):
        assert {entry.id for entry in read.entries} == {entries[0].uri, GONE.uri}
    assert feed.entries[0].mi_expirationdate == "2026-11-20T12:00:00Z"


class Ingestion:
    """What MSN's published rules do with a feed: by id, updated date and expiration date."""

    def __init__(self):
        self.there, self.seen = {}, {}

    def poll(self, document, now):
        for item in items(document):
            guid, updated = item.findtext("guid"), item.findtext(MODIFIED)
            if guid in self.seen and updated <= self.seen[guid]:
                continue
            self.seen[guid] = updated
            ended = datetime.fromisoformat(item.findtext(END, "9999-12-31T00:00:00Z")) <= now
            self.there[guid] = None if ended else item.findtext("title")


@pytest.mark.parametrize("ahead", [timedelta(hours=-1), timedelta(minutes=4)])
def test_a_killed_story_is_taken_down_by_msns_rules(make, ahead):
    """Also where the wire's clock was ahead of ours."""
    msn = Ingestion()
    story = make(url=PAGE, versioncreated=NOON + ahead)
    msn.poll(rss_msn.render(HOUSE, PARTNER, edition([story])), NOON)
    assert msn.there == {story.uri: "Council votes on the reservoir"}
    killed = Withdrawal(story.uri, 2, NOON + timedelta(minutes=1), "kill")
    msn.poll(rss_msn.render(HOUSE, PARTNER, edition([], [killed])), NOON + timedelta(minutes=2))
    assert msn.there == {story.uri: None}
    lifted = replace(story, acts=2, renewed=NOON + timedelta(hours=1))
    msn.poll(rss_msn.render(HOUSE, PARTNER, edition([lifted])), NOON + timedelta(hours=1))
    assert msn.there == {story.uri: "Council votes on the reservoir"}


def test_an_end_that_is_known_is_told_ahead(make):
    (item,) = items(rss_msn.render(HOUSE, PARTNER, edition([make(url=PAGE, expires=NOON)])))
    assert item.findtext(VALID) == item.findtext(END) == "2026-11-20T12:00:00Z"
    (item,) = items(rss_msn.render(HOUSE, PARTNER, edition([make(url=PAGE)])))
    assert item.find(VALID) is None


def test_a_story_without_a_page_is_not_in_it(make):
    asked = edition([make("a"), make("b", url=PAGE)])
    document = rss_msn.render(HOUSE, PARTNER, asked)
    assert [item.findtext("link") for item in items(document)] == [PAGE]
    assert check_rss_msn(document, asked) == ()


def test_a_long_title_has_a_short_one_too(make):
    long = (
        "Seven states agree on cuts through 2040 and on a gauge that all of them share, after "
        + "talks " * 20
    )
    (item,) = items(rss_msn.render(HOUSE, PARTNER, edition([make(url=PAGE, headline=long)])))
    assert item.findtext("title") == long.strip()
    assert item.findtext(f"{{{MI}}}shortTitle") == "Seven states agree on cuts through 2040 and on a…"
    (item,) = items(rss_msn.render(HOUSE, PARTNER, edition([make(url=PAGE)])))
    assert item.find(f"{{{MI}}}shortTitle") is None


def test_each_picture_says_whether_our_licence_covers_it(house, partner, entries):
    (item,) = items(rss_msn.render(house, partner, edition(entries)))
    told = [
        (
            each.get("medium"),
            each.findtext(f"{{{MI}}}hasSyndicationRights"),
            each.findtext(f"{{{MEDIA}}}title"),
        )
        for each in item.iter(f"{{{MEDIA}}}content")
    ]
    assert told == [("image", "1", "The dam at dusk"), ("video", "0", None)]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"</item>", b"", "well_formed"),
        (b"<title>Council votes on the reservoir", b"<title>", "title"),
        (b"<title>Council votes on the reservoir", b"<title>" + b"word " * 40, "short_title"),
        (b"<link>https://wire.example/1</link>", b"", "link"),
        (b"&lt;p&gt;The council", b"&lt;p onclick='x()'&gt;The council", "body"),
        (GONE.uri.encode(), b"urn:uuid:0", "withdrawals"),
        (b"<mi:expirationDate>2026-11-20T12:00:00Z</mi:expirationDate>", b"", "end"),
        (b"<dcterms:valid>2026-11-20T12:00:00Z", b"<dcterms:valid>2026-11-21T12:00:00Z", "end"),
        (b"<dcterms:modified>2026-11-20T12:05:00Z", b"<dcterms:modified>2026-11-20T11:59:00Z", "end"),
        (b"<title>This story", b"<category>x</category><title>This story", "withdrawn"),
    ],
)
def test_rules(make, old, new, rule):
    asked = edition([make(url=PAGE)], [GONE])
    document = rss_msn.render(HOUSE, PARTNER, asked)
    assert check_rss_msn(document, asked) == ()
    assert document.count(old) >= 1
    broken = check_rss_msn(document.replace(old, new), asked)
    assert f"rss_msn.{rule}" in {each.rule for each in broken}
