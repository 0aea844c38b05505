import io

import feedparser
import pytest
import requests
from lxml import etree

from samplewire import SampleWire
from samplewire.agenda import Published
from samplewire.sites import FEEDS, FeedSite

XML_FEEDS = [feed for feed in FEEDS if feed.kind in ("rss_links", "rss_full", "atom")]
NEWS = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}


def fetched(wire: SampleWire, feed: FeedSite) -> bytes:
    answer = requests.get(wire.url + feed.path, timeout=5)
    assert answer.status_code == 200
    return answer.content


def stories(wire: SampleWire, feed: FeedSite) -> list[Published]:
    return [one for one in wire.published if (one.sample.wire, one.sample.feed) == (feed.wire, feed.id)]


@pytest.mark.parametrize("advance", [0, 13 * 30, 13 * 30 + 24 * 180])
@pytest.mark.parametrize("feed", XML_FEEDS, ids=lambda feed: feed.id)
def test_feedparser_reads_it_without_complaint(wire, clock, feed, advance):
    clock.advance(advance)
    parsed = feedparser.parse(io.BytesIO(fetched(wire, feed)))
    assert not parsed.bozo
    assert parsed.version in ("rss20", "atom10")
    expected = stories(wire, feed)
    assert [entry.title for entry in parsed.entries] == [one.filled(one.sample.headline) for one in expected]
    assert [entry.link for entry in parsed.entries] == [wire.url_of(one.id) for one in expected]


@pytest.mark.parametrize("feed", XML_FEEDS, ids=lambda feed: feed.id)
def test_full_text_or_none(wire, feed):
    entries = feedparser.parse(io.BytesIO(fetched(wire, feed))).entries
    for entry, one in zip(entries, stories(wire, feed), strict=True):
        if feed.kind == "rss_links":
            assert "content" not in entry
        else:
            text = entry.content[0].value
            assert all(one.filled(paragraph) in text for paragraph in one.sample.paragraphs)
            assert entry.rights == one.notice
            assert entry.author


def test_guids_and_dates_never_churn(wire, clock):
    def seen() -> dict[str, tuple[str, str]]:
        found = {}
        for feed in XML_FEEDS:
            for entry in feedparser.parse(io.BytesIO(fetched(wire, feed))).entries:
                found[entry.link] = (entry.id, entry.published)
        return found

    before = seen()
    clock.advance(13 * 30)
    after = seen()
    assert len(set(after.values())) == len(after) > len(before)
    assert {link: after[link] for link in before} == before


def test_guids_do_not_hang_on_the_port(wire):
    for feed in XML_FEEDS:
        assert str(wire.port).encode() not in b"".join(
            entry.id.encode() for entry in feedparser.parse(io.BytesIO(fetched(wire, feed))).entries
        )


def test_a_stations_summary_is_glued(wire):
    feed = next(feed for feed in FEEDS if feed.id == "world")
    entry = next(
        entry
        for entry in feedparser.parse(io.BytesIO(fetched(wire, feed))).entries
        if entry.title.startswith("Cod commission")
    )
    assert entry.summary.startswith("Story by Reuters The head of the North Atlantic Cod Commission")
    assert "The post Cod commission" in entry.summary
    assert entry.author == "CNN Newssource"
    assert [tag.term for tag in entry.tags] == ["CNN - World"]


def test_json_feed_has_what_version_1_1_demands(wire):
    feed = next(feed for feed in FEEDS if feed.kind == "jsonfeed")
    answer = requests.get(wire.url + feed.path, timeout=5)
    document = answer.json()
    assert answer.headers["Content-Type"] == "application/feed+json"
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["title"]
    assert len(document["items"]) == len(stories(wire, feed)) > 0
    for item in document["items"]:
        assert item["id"]
        assert item["content_html"]
        assert item["_newsroom"]["copyright"].startswith("© ")


def test_news_sitemap_has_what_google_demands(wire):
    feed = next(feed for feed in FEEDS if feed.kind == "sitemap")
    root = etree.fromstring(fetched(wire, feed))
    urls = root.findall("s:url", NEWS)
    assert len(urls) == len(stories(wire, feed)) > 0
    for url in urls:
        assert requests.get(str(url.findtext("s:loc", namespaces=NEWS)), timeout=5).status_code == 200
        assert url.findtext("n:news/n:publication/n:language", namespaces=NEWS) == "en"
        assert url.findtext("n:news/n:publication_date", namespaces=NEWS)
        assert url.findtext("n:news/n:title", namespaces=NEWS)


def test_markup_in_a_story_does_not_break_a_feed(wire):
    # Every feed of the sample has entries whose text goes through CDATA or escaping.
    for feed in XML_FEEDS:
        etree.fromstring(fetched(wire, feed), etree.XMLParser(recover=False, resolve_entities=False))
