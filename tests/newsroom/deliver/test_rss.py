import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO

import fastfeedparser
import feedparser
import pytest
from lxml import etree

from newsroom.config import House, Partner
from newsroom.deliver import rss
from newsroom.deliver.dublin_core import DC, DCTERMS
from newsroom.deliver.edition import Edition
from newsroom.deliver.mediarss import MEDIA
from newsroom.deliver.release_check import check_rss
from newsroom.story import Block, paragraph

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def edition(entries, withdrawals=()):
    return Edition(tuple(entries), NOON, tuple(withdrawals))


HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example", feeds_url="https://f.example")
PARTNER = Partner(id="krdo", name="KRDO")


def test_golden(house, partner, entries, golden):
    golden("krdo.rss.xml", rss.render(house, partner, edition(entries)))


def test_validator_rules(house, partner, entries, assert_valid):
    channel = assert_valid(rss.render(house, partner, edition(entries)))
    assert len(channel.findall("item")) == 3


def test_feedparser_reads_every_field_back(house, partner, entries):
    feed = feedparser.parse(BytesIO(rss.render(house, partner, edition(entries))))
    assert not feed.bozo
    assert feed.version == "rss20"
    assert feed.feed.language == "en"
    rich = next(entry for entry in feed.entries if "River" in entry.title)
    assert rich.id == entries[0].uri
    assert not rich.guidislink
    assert rich.link == "https://wire.example/2026/11/20/river%20pact?id=7&lang=en"
    assert rich.title == "River states sign pact; “a start,” says Q&A host of ‹i›Water Today‹/i›"
    assert [author.name for author in rich.authors] == ["Ana Ortiz", "Jo Lindqvist"]
    assert rich.publisher == "Sample Newsource"
    assert rich.rights == "© 2026 Sample News Network. All rights reserved."
    assert (rich.published, rich.updated) == ("Fri, 20 Nov 2026 10:00:00 GMT", "2026-11-20T11:00:00Z")
    terms = {(tag.term, tag.scheme, tag.label) for tag in rich.tags}
    assert ("environment", rss.MEDIATOPIC, None) in terms
    assert ("06000000", rss.MEDIATOPIC, "environment") in terms
    assert ("Sample - Environment", None, None) in terms
    assert [media["url"] for media in rich.media_content] == [
        "https://img.example/gr%C3%BCn/dam.jpg?w=1200",
        "https://img.example/clip.mp4",
    ]
    assert "<h2>What changes</h2>" in rich.content[0].value
    assert rich.summary == "Seven states agree on cuts through 2040 &amp; a shared gauge"


def test_a_second_reader_sees_the_same(house, partner, entries):
    feed = fastfeedparser.parse(rss.render(house, partner, edition(entries)).decode())
    assert {entry.id for entry in feed.entries} == {entry.uri for entry in entries}
    rich = next(entry for entry in feed.entries if "River" in entry.title)
    assert rich.link == "https://wire.example/2026/11/20/river%20pact?id=7&lang=en"
    assert "<h2>What changes</h2>" in rich.content[0]["value"]


def test_a_picture_of_someone_else_is_not_claimed(house, partner, entries, assert_valid):
    channel = assert_valid(rss.render(house, partner, edition(entries)))
    contents = list(channel.iter(f"{{{MEDIA}}}content"))
    claimed = {c.get("medium"): c.findtext(f"{{{MEDIA}}}copyright") for c in contents}
    assert claimed == {"image": "© 2026 Sample News Network. All rights reserved.", "video": None}


@pytest.mark.parametrize(
    ("license_", "told"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", ["https://creativecommons.org/licenses/by/4.0/"]),
        ("https://creativecommons.org.example/licenses/by/4.0/", []),
        ("CC BY", []),
    ],
)
def test_a_public_licence_is_told_where_readers_look_for_it(make, assert_valid, license_, told):
    document = rss.render(HOUSE, PARTNER, edition([make(license=license_)]))
    assert_valid(document)
    found = etree.fromstring(document).iter(f"{{{rss.CREATIVE_COMMONS}}}license")
    assert [each.text for each in found] == told


def test_order_given_does_not_matter(house, partner, entries):
    assert rss.render(house, partner, edition(entries[::-1])) == rss.render(house, partner, edition(entries))


def test_newest_change_first_and_named_as_the_build_date(house, partner, entries, assert_valid):
    channel = assert_valid(rss.render(house, partner, edition(entries)))
    changes = [item.findtext(f"{{{DCTERMS}}}modified", "") for item in channel.iterfind("item")]
    assert changes == sorted(changes, reverse=True)
    assert parsedate_to_datetime(channel.findtext("lastBuildDate", "")) == max(e.modified for e in entries)


def test_empty_feed_is_a_feed(house, partner, assert_valid):
    document = rss.render(house, partner, edition([]))
    channel = assert_valid(document)
    assert channel.findtext("lastBuildDate") == "Fri, 20 Nov 2026 12:00:00 GMT"
    assert not feedparser.parse(BytesIO(document)).bozo


@pytest.mark.parametrize(
    ("house", "link"),
    [
        (House(name="Desk", contact="desk@a.example"), "mailto:desk@a.example"),
        (House(name="Desk", contact="https://a.example/us"), "https://a.example/us"),
        (House(name="Desk", contact="a@b.example", site="https://a.example"), "https://a.example"),
    ],
)
def test_channel_always_has_a_link(house, link):
    root = etree.fromstring(rss.render(house, PARTNER, edition([])))
    assert root.findtext("channel/link") == link
    assert root.find(f"channel/{{{rss.ATOM}}}link") is None


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"authors": ("Ana", "Jo", "Ana")}, ("Ana", "Jo")),
        ({"byline": "By Ana", "source": "Reuters"}, ("By Ana",)),
        ({"source": "Reuters", "creditline": "CNN"}, ("Reuters",)),
        ({}, ("Sample Newsource",)),
    ],
)
def test_creator_is_the_author_else_who_stands_for_it(make, fields, wanted):
    assert rss.creators(make(**fields).story) == wanted


def test_a_subheadline_that_says_nothing_is_no_summary(make):
    assert rss.summary(make(subheadline="\u200b").story) == "The council voted on Friday."


def test_summary_is_cut_at_a_word(make):
    story = make(blocks=(paragraph("reservoir " * 60),)).story
    assert len(rss.summary(story)) <= rss.SUMMARY_CHARS
    assert rss.summary(story).endswith("reservoir…")


def test_nothing_is_left_of_scripts_and_odd_links(make, assert_valid):
    markup = (
        '<p onclick="x()">a<script>alert(1)</script><svg><a href="https://x.example">s</a></svg></p>'
        '<p><a href="javascript:x()">j</a> <a href="/rel">r</a> <a href="data:text/html,x">d</a>'
        '<iframe src="https://x.example"></iframe><base href="https://x.example"></p>'
    )
    entry = make(blocks=(Block(kind="paragraph", text="a", html=markup),), url="javascript:alert(1)")
    document = rss.render(HOUSE, PARTNER, edition([entry]))
    item = assert_valid(document).find("item")
    assert item is not None
    body = item.findtext(f"{{{rss.CONTENT}}}encoded", "")
    assert not re.search("script|onclick|svg|iframe|base|data:|/rel", body)
    assert item.find("link") is None
    assert check_rss(document, edition([entry])) == ()


def test_who_wrote_it_is_told_besides_its_authors_and_its_end_as_a_period(make, assert_valid):
    fields = {"authors": ("Ana",), "source": "Reuters", "wire_id": "R-1", "genre": "Analysis"}
    entry = make(**fields, copyrightyear=2026, expires=datetime(2026, 12, 24, 6, 0, tzinfo=UTC))
    document = rss.render(HOUSE, PARTNER, edition([entry]))
    assert_valid(document)
    (read,) = feedparser.parse(BytesIO(document)).entries
    assert (read.id, read.author) == (entry.uri, "Ana")
    assert (read.dc_source, read.dc_identifier, read.dc_type) == ("Reuters", "R-1", "Analysis")
    assert read.dcterms_datecopyrighted == "2026"
    assert read.validity_end == "2026-12-24T06:00:00Z"


@pytest.mark.parametrize(("said", "told"), [("es-MX", "es-MX"), ("English (US)", None), ("e\0n", None)])
def test_a_language_is_told_in_the_standards_form_or_not_at_all(make, assert_valid, said, told):
    channel = assert_valid(rss.render(HOUSE, PARTNER, edition([make(language=said)])))
    assert channel.findtext(f"item/{{{DC}}}language") == told
