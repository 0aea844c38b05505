"""Feeds as wires write them, and as they should not."""

import pickle
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.config.wire import Feed, Politeness, Wire
from newsroom.fetch.feed import FeedDocument, NotAFeed, read_feed
from newsroom.story import digest
from samplewire.server import SampleWire

FEEDS = Path(__file__).parent / "feeds"
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
FEED = Feed(id="world", url="https://wire.example/feed/")
WIRE = Wire(
    id="wire_one",
    provider="Wire One",
    feeds=(FEED,),
    timezone="America/Denver",
    politeness=Politeness(max_items=50),
)
Reader = Callable[..., FeedDocument]


def read(body: bytes | str, **said: Any) -> FeedDocument:
    usual: dict[str, Any] = {
        "kind": "auto", "content_type": None, "charset": None, "url": FEED.url, "wire": WIRE, "feed": FEED,
        "raw_key": "raw/wire_one/ab/abc", "now": NOW,
    }  # fmt: skip
    return read_feed(body.encode() if isinstance(body, str) else body, **usual | said)


def refused(body: bytes | str, **said: Any) -> NotAFeed:
    with pytest.raises(NotAFeed) as caught:
        read(body, **said)
    return caught.value


def rss(*items: str, head: str = "") -> str:
    """RSS 2.0 with the modules that stations use."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        f' xmlns:atom="http://www.w3.org/2005/Atom">\n<channel><title>A &amp; B</title>{head}\n'
        + "\n".join(items)
        + "\n</channel></rss>\n"
    )


def item(number: int | str, more: str = "") -> str:
    return (
        f"<item><title>Story {number}</title><link>https://wire.example/{number}</link>"
        f'<guid isPermaLink="false">id-{number}</guid>{more}</item>'
    )


# What is read


def test_rss_two():
    told = read((FEEDS / "rss2.xml").read_bytes())
    (one,) = told.items
    assert (told.title, told.complete, told.warnings) == ("A & B", True, ())
    assert (one.title, one.url) == ("Cod & chips", "https://wire.example/story?a=1&b=2")
    assert one.guid == "https://wire.example/?p=7"
    assert one.key == digest("wire_one\nhttps://wire.example/?p=7")[:32]
    assert one.published == datetime(2026, 6, 15, 15, 30, tzinfo=UTC)
    assert one.updated == datetime(2026, 6, 15, 10, tzinfo=UTC)
    assert (one.author, one.rights, one.language) == ("Ada Byron, Bo Li", "© 2026 Wire", "es-MX")
    assert one.categories == ("CNN - World", "Fish")
    assert one.summary_html == "Short <b>text</b>"
    assert one.content_html == '<p onclick="x()">Long <a href="/x">text</a></p><script>y()</script>'
    assert (one.wire, one.feed, one.raw_key) == ("wire_one", "world", "raw/wire_one/ab/abc")


def test_rss_one():
    told = read((FEEDS / "rss1.xml").read_bytes())
    (one,) = told.items
    assert (one.guid, one.url) == ("https://wire.example/1", "https://wire.example/1")
    assert one.published == datetime(2026, 6, 15, 7, tzinfo=UTC)


def test_atom():
    told = read((FEEDS / "atom.xml").read_bytes())
    one, two = told.items
    assert told.deleted == (("tag:wire.example,2026:9", "2026-06-15T00:00:00Z"),)
    assert (one.title, one.url) == ("5 < 6 &amp; so on", "https://wire.example/base/story/1")
    assert (one.author, one.rights, one.language) == ("Ada, Bo", "© 2026", "fr")
    assert one.categories == ("World news",)
    assert one.content_html == "<p>Text &amp; more</p>"
    assert (one.published, one.updated) == (
        datetime(2026, 6, 15, 9, 0, 0, 500_000, tzinfo=UTC),
        datetime(2026, 6, 15, 9, 30, tzinfo=UTC),
    )
    assert (two.title, two.content_html, two.summary_html, two.language) == ("Two", "a &lt; b", None, "en")


def test_json_feed():
    body = (FEEDS / "feed.json").read_bytes()
    told = read(body, kind="jsonfeed", content_type="application/feed+json")
    one, two = told.items
    assert (one.guid, one.url, one.title) == ("7", "https://wire.example/7", "<b> & 😀")
    assert (one.content_html, one.categories, one.author) == ("<p>a &lt; b</p>\n<p>c</p>", ("X",), "Ada")
    assert (one.rights, one.language) == ("© 2026", "en")
    assert one.published == datetime(2026, 6, 15, 15, tzinfo=UTC)
    assert (two.guid, two.key) == (None, digest("wire_one\nhttps://wire.example/8")[:32])
    assert told.warnings == ("feed: 1 items are no objects, and were left out",)


def test_a_link_that_no_reader_understands():
    feed = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "http://[::1/"}]}'
    (one,) = read(feed).items
    assert one.url is None
    assert one.warnings == ("link: it is no http or https URL, and was left out",)


def test_a_news_sitemap():
    told = read((FEEDS / "sitemap.xml").read_bytes(), kind="sitemap")
    one = told.items[0]
    assert (one.url, one.title, one.language) == ("https://wire.example/1", "One & only", "en")
    assert one.categories == ("a", "b")
    assert one.published == datetime(2026, 6, 15, 9, tzinfo=UTC)
    assert one.updated == datetime(2026, 6, 15, 6, tzinfo=UTC)
    assert one.warnings == ("updated: no time zone, read as America/Denver",)


def test_full_text_may_stand_in_the_description():
    full = Feed(id="full", url=FEED.url, content="full_text")
    body = rss(item(1, "<description>&lt;p&gt;All of it&lt;/p&gt;</description>"))
    assert read(body, feed=full).items[0].content_html == "<p>All of it</p>"
    assert read(body).items[0].content_html is None


def test_every_feed_of_the_sample():
    with SampleWire(extra=60) as wire:
        for feed in ("world", "national", "general", "bulletins", "features", "sitemap", "bulk"):
            body = wire.answer(wire.feed_url(feed).removeprefix(wire.url)).body
            told = read(body, now=datetime.now(UTC), content_type="application/xml")
            assert told.complete, feed
            assert told.items, feed
            for one in told.items:
                assert one.url, feed
                assert one.title, feed
                assert one.published, feed
    assert len(told.items) == 50
    assert told.warnings == ("feed: saw 60 entries; only the first 50 are read (`politeness: max_items:`)",)


# Identity


def test_an_entry_that_changes_is_the_same_entry_with_another_digest():
    before, after = (read(rss(item(1, f"<description>{n}</description>"))).items[0] for n in (1, 2))
    assert before.key == after.key
    assert before.digest != after.digest
    assert read(rss(item(1, "<description>1</description>")), raw_key="k").items[0].digest == before.digest


def test_doubles():
    told = read(
        rss(
            item(1, "<pubDate>Mon, 15 Jun 2026 09:00:00 GMT</pubDate>"),
            item(2),
            item(1, "<pubDate>Mon, 15 Jun 2026 10:00:00 GMT</pubDate>"),
            item(2),
        )
    )
    assert [one.guid for one in told.items] == ["id-1", "id-2"]
    assert told.items[0].published == datetime(2026, 6, 15, 10, tzinfo=UTC)
    assert told.warnings == (
        "feed: 1 entries repeat the id of another and say something else; the newest stands",
    )


def test_an_id_that_names_several_stories_is_none():
    entries = [
        f"<item><guid>same</guid><link>https://wire.example/{n}</link><title>T{n}</title></item>"
        for n in (1, 2)
    ]
    told = read(rss(*entries))
    assert [one.guid for one in told.items] == [None, None]
    assert told.items[0].key == digest("wire_one\nhttps://wire.example/1")[:32]
    assert told.warnings == ("feed: 1 ids name several stories each; their links are taken as ids",)


def test_no_id_and_no_link():
    told = read(rss("<item><title>Only  this</title><pubDate>x</pubDate></item>", "<item></item>"))
    one, two = told.items
    assert one.key == digest("wire_one\nOnly this\nx")[:32]
    assert (one.guid, one.url, two.title) == (None, None, None)
    assert any(warning.startswith("id: ") for warning in one.warnings)


@pytest.mark.parametrize("guid", ["../../x", "a\\b", "g" * 5_000, "😀", "..%2f", "' OR 1=1"])
def test_an_id_stays_a_value(guid):
    (one,) = read(rss(f'<item><guid isPermaLink="false">{guid}</guid></item>')).items
    assert one.guid == guid
    assert len(one.key) == 32
    assert set(one.key) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://user:secret@wire.example/", None),
        ("mailto:a@b.example", None),
        ("https://wire.example/" + "a" * 5_000, None),
        ("../up", "https://wire.example/up"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("https://wire.example/a b", "https://wire.example/a%20b"),
        ("https://wire.example/?a=1&amp;copy=2", "https://wire.example/?a=1&copy=2"),
    ],
)
def test_links(link, url):
    (one,) = read(rss(f'<item><guid isPermaLink="false">1</guid><link>{link}</link></item>')).items
    assert one.url == url
    assert bool(one.warnings) == (url is None)


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("AT&amp;T", "AT&T"),
        ("Fish &amp;amp; Chips", "Fish & Chips"),
        ("&lt;b&gt;Bold&lt;/b&gt; a &lt; b", "Bold a < b"),
        ("&lt;/title&gt;&lt;script&gt;x", "</title><script>x"),
        ("a\u202eb\u200bc\u00add", "abcd"),
        ("two\n   lines", "two lines"),
        ("Jose\u0301", "José"),
    ],
)
def test_titles(title, wanted):
    assert read(rss(f"<item><title>{title}</title></item>")).items[0].title == wanted


# Broken, cut, hostile


def test_a_lone_ampersand_an_unknown_entity_and_a_lone_less_than():
    told = read(rss(item("AT&T &nbsp;caf&eacute; 1 < 2 &bogus; &#0;&#x1F600;"), item(2)))
    assert told.items[0].title == "Story AT&T café 1 < 2 &bogus; 😀"
    assert (len(told.items), told.complete) == (2, True)
    assert told.warnings == ("text: lone & or < and unknown entities were put right",)


def test_what_stands_in_cdata_is_left_alone():
    (one,) = read(rss(item(1, "<description><![CDATA[a & b &nbsp; <i>]]></description>"), head="&")).items
    assert one.summary_html == "a & b &nbsp; <i>"


def test_one_malformed_entry_costs_itself_only():
    told = read(rss(item(1), "<item><title>bad</wrong></item>", item(3), "<item><b x=1></b></item>", item(5)))
    assert [one.guid for one in told.items] == ["id-1", "id-3", "id-5"]
    assert not told.complete
    assert "2 entries were left out, 3 are whole" in told.warnings[0]


def test_a_malformed_head_costs_the_head_only():
    told = read("<!-- <x> & --><rss version='2.0'><channel><title>x</titel>" + item(1) + "</channel></rss>")
    assert [one.guid for one in told.items] == ["id-1"]
    assert not told.complete


@pytest.mark.parametrize("lost", [1, 20, 40, 60, 90, 120])
def test_a_feed_that_is_cut_off(lost):
    body = rss(item(1), item(2), item(3, "<description><![CDATA[text]]></description>"))
    told = read(body[: -lost - len("\n</channel></rss>\n")])
    assert [one.guid for one in told.items] == ["id-1", "id-2"]
    assert not told.complete
    assert "cut off" in told.warnings[0]


def test_a_feed_that_is_cut_off_behind_its_last_entry():
    told = read(rss(item(1))[:-8])
    assert (len(told.items), told.complete) == (1, False)


def test_a_feed_that_is_cut_off_before_its_first_entry():
    assert refused(rss(item(1))[:300]).code == "truncated_feed"
    assert refused('{"version": "https://jsonfeed.org/version/1.1", "items": [{').code == "malformed_feed"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n\t",
        b"Not Found",
        b"\xff\xd8\xff\xe0 a picture",
        b"<!DOCTYPE html><html><body><p>Sign in</p></body></html>",
        b"<!doctype html>\n<p>Just a moment...",
        b"<html><head><title>x</title></head></html>",
        b"<br>",
        b"{}",
        b'{"version": "https://jsonfeed.org/version/1.1"}',
        b'{"version": 1, "items": []}',
        b'<opml version="2.0"><body/></opml>',
        b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap/></sitemapindex>',
        b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
    ],
)
def test_what_is_no_feed(body):
    assert refused(body).code == "not_a_feed"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("rss", '{"version": "https://jsonfeed.org/version/1.1", "items": []}'),
        ("rss", "<urlset><url><loc>https://wire.example/</loc></url></urlset>"),
        ("jsonfeed", rss(item(1))),
        ("sitemap", rss(item(1))),
    ],
)
def test_another_kind_than_the_wires_file_says(kind, body):
    assert refused(body, kind=kind).code == "not_a_feed"


def test_rss_passes_for_atom_with_a_warning():
    told = read(rss(item(1)), kind="atom", content_type="text/html")
    assert told.warnings == (
        "feed: saw rss; the wire's file says `kind: atom`",
        "feed: saw the content type text/html; wanted one of a feed",
    )


def test_a_feed_without_entries_is_a_feed_with_a_warning():
    told = read(rss())
    assert (told.items, told.complete, told.warnings) == ((), True, ("feed: it has no entries",))


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
    + rss(item("&i;")).partition("?>")[2]
)


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>&x;</channel>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]><rss version="2.0"/>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/rss.dtd"><rss version="2.0"><channel/></rss>',
        rss("<item " + " ".join(f'a{n}="x"' for n in range(100_000)) + "/>"),
        rss("<a>" * 100_000 + "</a>" * 100_000),
        rss("<a>" * 100_000),
        rss("<item><title>" + "&" * 9 + "<b>" * 100_000 + "</item>"),
    ],
    ids=["bomb", "external", "parameter", "dtd", "attributes", "deep", "deep_open", "deep_after_repair"],
)
def test_hostile_feeds_are_refused_at_once(body):
    begun = time.process_time()
    assert refused(body).code == "hostile_feed"
    assert time.process_time() - begun < 1.0


def test_a_body_that_is_a_path_opens_no_file(tmp_path):
    path = tmp_path / "<feed>.xml"
    path.write_text(rss(item(1)))
    assert refused(str(path).encode()).code == "not_a_feed"


def test_many_entries_are_cut_before_they_are_read():
    body = rss(*(item(n, "<description>some text</description>") for n in range(20_000)))
    begun = time.process_time()
    told = read(body)
    assert time.process_time() - begun < 2.0
    assert [one.guid for one in told.items] == [f"id-{n}" for n in range(50)]
    assert told.warnings == (
        "feed: saw 20000 entries; only the first 50 are read (`politeness: max_items:`)",
    )


def test_many_entries_in_json():
    many = ",".join(f'{{"id": "{n}"}}' for n in range(60))
    told = read('{"version": "https://jsonfeed.org/version/1.1", "items": [' + many + "]}")
    assert len(told.items) == 50
    assert "only the first 50" in told.warnings[0]


def test_an_unknown_prefix_costs_nothing():
    told = read(rss(item(1, "<media:x>y</media:x>"), item(2)))
    assert [one.title for one in told.items] == ["Story 1", "Story 2"]
    assert told.warnings == ("feed: its XML breaks the rules of namespaces",)


def test_a_refusal_travels_between_processes():
    back = pickle.loads(pickle.dumps(refused("")))  # noqa: S301
    assert (back.code, back.reason) == (refused("").code, refused("").reason)


# Charsets


@pytest.mark.parametrize(
    ("charset", "header", "declared"),
    [
        ("utf-8", None, "utf-8"),
        ("utf-8", None, None),
        ("utf-8", "iso-8859-1", "utf-8"),
        ("utf-8", "utf-8", "iso-8859-1"),
        ("utf-8-sig", "latin-1", None),
        ("cp1252", "windows-1252", None),
        ("cp1252", "iso-8859-1", None),
        ("cp1252", None, "ISO-8859-1"),
        ("cp1252", "utf-8", "windows-1252"),
        ("utf-16", None, "utf-16"),
        ("utf-16-le", None, "utf-16"),
        ("utf-16-be", "utf-16", "utf-16"),
        ("cp1252", "x-unknown", "windows-1252"),
    ],
)
def test_charsets(charset, header, declared):
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    body = declaration + rss(item("“Señor” – café")).partition("?>")[2]
    assert read(body.encode(charset), charset=header).items[0].title == "Story “Señor” – café"


def test_japanese_in_seven_bits():
    body = rss(item("日本語のニュース")).replace("UTF-8", "ISO-2022-JP").encode("iso2022_jp")
    assert read(body).items[0].title == "Story 日本語のニュース"


def test_a_charset_that_is_wrong_is_guessed_and_told():
    text = "El señor García comió piña en la montaña; mañana irá también su compañero. " * 20
    told = read(rss(item(1, f"<description>{text}</description>")).encode("cp1252"), charset="utf-8")
    assert told.items[0].summary_html == text.strip()
    assert told.warnings == ("charset: guessed cp1252; wanted one that is named and fits",)
    assert told.items[0].warnings == told.warnings


def test_a_charset_that_is_not_latin_is_guessed():
    text = "Сегодня утром прошёл дождь, и рыбаки остались на берегу до самого обеда. " * 20
    told = read(rss(item(1, f"<description>{text}</description>")).encode("cp1251"))
    assert told.items[0].summary_html == text.strip()


def test_a_broken_character_or_two_are_told():
    body = rss(item("caf\u00e9"), item(2, "<description>" + "text " * 500 + "</description>")).encode()
    told = read(body + b"<!-- \xff -->")
    assert told.items[0].title == "Story café"
    assert told.warnings[0] == "charset: 1 characters are no utf-8"


def test_control_characters_are_left_out():
    told = read(rss(item("a\x00b\x0bc\x1b\ufffe")))
    assert told.items[0].title == "Story abc"
    assert told.warnings == ("text: control characters were left out",)


# Any bytes


TAGS = """
<rss version='2.0'>|<channel>|<item>|</item>|</channel></rss>|<title>|</title>|<link>|</link>|<link href='x'/>
|<feed xmlns='http://www.w3.org/2005/Atom'>|<entry>|</entry>|</feed>|<urlset>|<url>|<loc>|</loc>|</url>|</urlset>
|<guid>|</guid>|https://x.example/|javascript:x|<pubDate>|</pubDate>|Mon, 15 Jun 2026 09:00:00 GMT|<dc:date>
|<content type='xhtml'>|</content>|<div>|<![CDATA[|]]>|<!--|-->|&amp;|&nbsp;|&#xD800;|<|&|>|'
|<?xml version='1.0' encoding='utf-16'?>|<!DOCTYPE rss [|\x00|é|😀
|{"version": "https://jsonfeed.org/version/1.1", "items": [|{"id": 1}|, null|]}
|{"tags": [[]], "authors": {}, "url": ":", "date_published": "2026-99-99"}
"""
PIECES = st.lists(st.sampled_from(TAGS.replace("\n", "").split("|")) | st.text(max_size=8)).map("".join)


@settings(deadline=timedelta(seconds=2))
@given(
    PIECES.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(),
    st.sampled_from([None, "utf-16", "cp1252", "x"]),
)
def test_any_bytes_are_items_or_no_feed(body, charset):
    try:
        told = read(body, charset=charset)
    except NotAFeed:
        return
    for one in told.items:
        one.to_json()
    assert len({one.key for one in told.items}) == len(told.items)


@given(st.integers(0, 1_500), st.integers(0, 255))
def test_one_wrong_byte_costs_two_stories_at_most(at, byte):
    body = bytearray(rss(*(item(n, f"<description>text {n}</description>") for n in range(8))).encode())
    body[at % len(body)] = byte
    try:
        told = read(bytes(body))
    except NotAFeed:
        return
    whole = {f"id-{n}" for n in range(8)}
    assert len(whole - {one.guid for one in told.items}) <= 2
