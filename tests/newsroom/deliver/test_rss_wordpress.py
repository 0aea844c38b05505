import re
from datetime import UTC, datetime
from io import BytesIO

import fastfeedparser
import feedparser
import pytest
from lxml import etree

from newsroom.config import House, Partner
from newsroom.deliver import rss, rss_wordpress
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.mediarss import MEDIA
from newsroom.deliver.release_check import check_rss_wordpress
from newsroom.story import Block, Media, Subject, paragraph

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")
GONE = Withdrawal("urn:uuid:6f0e3c1a-0b53-5f39-9a36-3f2b8f7f3d10", 3, NOON, "kill")


def edition(entries, withdrawals=()):
    return Edition(tuple(entries), NOON, tuple(withdrawals))


def item_of(entry):
    (item,) = etree.fromstring(rss_wordpress.render(HOUSE, PARTNER, edition([entry]))).iter("item")
    return item


def test_golden(house, partner, entries, golden):
    golden("krdo.wordpress.xml", rss_wordpress.render(house, partner, edition(entries)))


def test_two_readers_read_it(house, partner, entries):
    document = rss_wordpress.render(house, partner, edition(entries))
    feed = feedparser.parse(BytesIO(document))
    assert not feed.bozo
    second = fastfeedparser.parse(document.decode())
    for read in (feed, second):
        assert {entry.id for entry in read.entries} == {entry.uri for entry in entries}
    rich = next(entry for entry in feed.entries if "River" in entry.title)
    assert rich.author == "Ana Ortiz, Jo Lindqvist"
    assert rich.updated == "2026-11-20T11:00:00Z"
    assert {tag.term for tag in rich.tags} >= {"environment", "Sample - Environment", "river", "drought"}
    assert [(each.href, each.type, each.length) for each in rich.enclosures] == [
        ("https://img.example/gr%C3%BCn/dam.jpg?w=1200", "image/jpeg", "0")
    ]
    assert "<h2>What changes</h2>" in rich.content[0].value


def test_the_importers_pattern_finds_the_body_as_markup(make):
    """The pattern by which WordPress's own importer of RSS files takes the body."""
    block = Block(
        kind="paragraph", text="x", html='<p><a href="https://x.example/?q=]]>">a &lt; b ]]&gt;</a></p>'
    )
    document = rss_wordpress.render(
        HOUSE, PARTNER, edition([make(blocks=(paragraph("One."), block))])
    ).decode()
    (found,) = re.findall("<content:encoded>(.*?)</content:encoded>", document, re.DOTALL)
    assert found.startswith("<![CDATA[<p>One.</p>")
    assert found.count("]]>") == 1
    assert "a &lt; b ]]&gt;</a></p>" in found


def test_a_term_stands_once(make):
    subject = (Subject(code="medtop:06000000", name="Environment"),)
    entry = make(subject=subject, topics=("environment", "Water"), keywords=("water", "river"))
    assert [each.text for each in item_of(entry).iter("category")] == ["Environment", "Water", "river"]
    assert not any(each.attrib for each in item_of(entry).iter("category"))


def test_the_first_picture_is_the_featured_one(make):
    clip, picture = Media(url="https://i.example/a.mp4", kind="video"), Media(url="https://i.example/b")
    item = item_of(make(media=(clip, picture, Media(url="https://i.example/c.jpg"))))
    assert [each.get("url") for each in item.iter(f"{{{MEDIA}}}thumbnail")] == ["https://i.example/b"]
    assert item.find("enclosure") is None  # its type is not known, and an enclosure must tell it
    assert item_of(make()).find(f"{{{MEDIA}}}thumbnail") is None


def test_a_withdrawn_story_leaves(house, partner, make):
    asked = edition([make()], [GONE])
    document = rss_wordpress.render(house, partner, asked)
    assert GONE.uri.encode() not in document
    assert check_rss_wordpress(document, asked) == ()


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"</item>", b"", "well_formed"),
        (b"<title>Council votes on the reservoir", b"<title>", "title"),
        (b"<title>Front Range Desk for KRDO", b"<title>", "channel.title"),
        (b"<p>The council", b"<p onclick='x()'>The council", "body"),
        (b"urn:uuid:", b"urn:x:", "guid"),
        (b"2026-11-20T11:00:00Z", b"2026", "modified"),
    ],
)
def test_rules(make, old, new, rule):
    asked = edition([make()])
    document = rss_wordpress.render(HOUSE, PARTNER, asked)
    assert check_rss_wordpress(document, asked) == ()
    assert document.count(old) >= 1
    broken = check_rss_wordpress(document.replace(old, new), asked)
    assert f"rss_wordpress.{rule}" in {each.rule for each in broken}


def test_every_field_of_the_plain_feed_is_in_it(entries):
    plain, ours = rss.item(entries[0]), rss_wordpress.item(entries[0])
    assert {child.tag for child in plain} <= {child.tag for child in ours}
