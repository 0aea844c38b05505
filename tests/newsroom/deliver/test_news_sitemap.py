import html
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree
from trafilatura.sitemaps import SitemapObject
from usp.tree import sitemap_from_str

from newsroom.config import House, Partner
from newsroom.deliver import news_sitemap
from newsroom.deliver.edition import Edition
from newsroom.deliver.news_sitemap import NEWS, SITEMAP
from newsroom.deliver.release_check import check_news_sitemap
from newsroom.fetch.sitemap import read_sitemap

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")
S, N = f"{{{SITEMAP}}}", f"{{{NEWS}}}"


def edition(entries):
    return Edition(tuple(entries), NOON)


def locations(document):
    return [each.text for each in etree.fromstring(document).iter(f"{S}loc")]


def test_golden(house, partner, entries, make, golden):
    paged = [*entries, make("paged", url="https://wire.example/paged", language="zh-Hant")]
    golden("krdo.news-sitemap.xml", news_sitemap.render(house, partner, edition(paged)))


def test_only_the_pages_of_the_last_two_days(make):
    at = {"new": NOON - timedelta(hours=47), "old": NOON - timedelta(hours=48)}
    entries = [
        replace(make(name, url=f"https://wire.example/{name}"), published=published)
        for name, published in at.items()
    ]
    document = news_sitemap.render(HOUSE, PARTNER, edition([*entries, make("no page")]))
    assert locations(document) == ["https://wire.example/new"]


def test_three_readers_read_it(make):
    """Our own, that of trafilatura, and that of ultimate-sitemap-parser."""
    entry = make(url="https://wire.example/1?a=1&b=2", headline="Q&A: “a” <b> 🌊", language="en-US")
    document = news_sitemap.render(HOUSE, PARTNER, edition([entry]))
    (told,) = read_sitemap(document)
    assert (told.link, told.title, told.language) == (entry.story.url, "Q&A: “a” ‹b› 🌊", "en")
    assert (told.published, told.updated) == ("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z")
    second = SitemapObject("https://wire.example", "wire.example", [])
    second.content = document.decode()
    second.process()
    assert [html.unescape(url) for url in second.urls] == [entry.story.url]
    (page,) = sitemap_from_str(document.decode()).all_pages()
    assert (page.url, page.last_modified) == (entry.story.url, entry.modified)
    news = page.news_story
    assert news is not None
    assert (news.title, news.publish_date) == ("Q&A: “a” ‹b› 🌊", entry.published)
    assert (news.publication_name, news.publication_language) == ("Sample Newsource", "en")


def test_a_page_stands_once(make):
    twins = [make("a", url="https://wire.example/1"), make("b", url="https://wire.example/1")]
    document = news_sitemap.render(HOUSE, PARTNER, edition(twins))
    assert locations(document) == ["https://wire.example/1"]
    assert check_news_sitemap(document, edition(twins)) == ()


def test_an_empty_sitemap_is_one():
    document = news_sitemap.render(HOUSE, PARTNER, edition([]))
    assert locations(document) == []
    assert check_news_sitemap(document, edition([])) == ()


@pytest.mark.parametrize(
    ("tag", "wanted"),
    [
        ("en-US", "en"),
        ("es", "es"),
        ("zh", "zh-cn"),
        ("zh-Hant", "zh-tw"),
        ("zh-TW", "zh-tw"),
        ("fil", "fil"),
    ],
)
def test_language_is_iso_639_alone(tag, wanted):
    assert news_sitemap.news_language(tag) == wanted


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"</url>", b"", "news_sitemap.well_formed"),
        (b"urlset", b"urls", "news_sitemap.root"),
        (b"https://wire.example/1", b"/1", "news_sitemap.loc"),
        (b"https://wire.example/1", b"https://wire.example/2", "news_sitemap.pages"),
        (b"<news:language>en", b"<news:language>", "news_sitemap.language"),
        (b"<news:name>Sample Newsource", b"<news:name>", "news_sitemap.name"),
        (b"<news:title>Council votes on the reservoir", b"<news:title>", "news_sitemap.title"),
        (b"2026-11-20T10:00:00Z</news", b"2026-11-20</news", "news_sitemap.publication_date"),
    ],
)
def test_rules(make, old, new, rule):
    asked = edition([make(url="https://wire.example/1")])
    document = news_sitemap.render(HOUSE, PARTNER, asked)
    assert check_news_sitemap(document, asked) == ()
    assert document.count(old) >= 1
    assert rule in {broken.rule for broken in check_news_sitemap(document.replace(old, new), asked)}
