from datetime import UTC, datetime

import fastfeedparser
import feedparser_rs
import orjson
import pytest

from newsroom.config import House, Partner
from newsroom.deliver import jsonfeed
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.release_check import check_jsonfeed
from newsroom.fetch.jsonfeed import is_json_feed, read_json_feed

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GONE = Withdrawal("urn:uuid:6f0e3c1a-0b53-5f39-9a36-3f2b8f7f3d10", 3, NOON, "kill")
HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")


def edition(entries, withdrawals=()):
    return Edition(tuple(entries), NOON, tuple(withdrawals))


def test_golden(house, partner, entries, golden):
    golden("krdo.feed.json", jsonfeed.render(house, partner, edition(entries, [GONE])))


def test_our_own_reader_reads_it_back(house, partner, entries):
    feed = orjson.loads(jsonfeed.render(house, partner, edition(entries)))
    assert is_json_feed(feed)
    read, title, warnings = read_json_feed(feed, 10)
    assert (title, warnings) == ("Front Range Desk for KRDO", ())
    assert [entry.guid for entry in read] == [entries[n].uri for n in (1, 0, 2)]
    rich = read[1]
    assert rich.link == "https://wire.example/2026/11/20/river%20pact?id=7&lang=en"
    assert rich.author == "Ana Ortiz, Jo Lindqvist"
    assert rich.rights == "© 2026 Sample News Network. All rights reserved."
    assert "<h2>What changes</h2>" in (rich.content or "")
    assert (rich.published, rich.updated) == ("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z")
    assert rich.categories == ("environment", "Sample - Environment", "river", "drought")


def test_a_second_reader_sees_the_same(house, partner, entries):
    feed = fastfeedparser.parse(jsonfeed.render(house, partner, edition(entries, [GONE])).decode())
    assert {entry.id for entry in feed.entries} == {entry.uri for entry in entries}
    rich = next(entry for entry in feed.entries if "River" in entry.title)
    assert rich.link == "https://wire.example/2026/11/20/river%20pact?id=7&lang=en"
    assert "<h2>What changes</h2>" in rich.content[0]["value"]


def test_a_third_reader_sees_the_same(house, partner, entries):
    feed = feedparser_rs.parse(jsonfeed.render(house, partner, edition(entries, [GONE])))
    assert (feed.version, feed.bozo) == ("json11", False)
    assert {entry.id for entry in feed.entries} == {entry.uri for entry in entries}
    rich = next(entry for entry in feed.entries if "River" in entry.title)
    assert rich.link == "https://wire.example/2026/11/20/river%20pact?id=7&lang=en"
    assert [author.name for author in rich.authors] == ["Ana Ortiz", "Jo Lindqvist"]
    assert (rich.published, rich.updated) == ("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z")
    assert "<h2>What changes</h2>" in rich.content[0].value


def test_what_has_no_place_of_its_own_stands_in_the_extension(rich):
    told = jsonfeed.item(rich)["_newsroom"]
    assert told["copyrightholder"] == "Sample News Network"
    assert told["usageterms"] == "No archiving after 30 days."
    assert told["subject"] == [{"code": "medtop:06000000", "name": "environment"}]
    assert (told["dateline"], told["located"]) == ("PAGE, Arizona (AS) —", "Page, Arizona")
    assert [each.get("credit") for each in told["media"]] == ["Ana Ortiz/Agency Sur", "Other Pictures"]
    assert [each.get("copyright") for each in told["media"]] == [
        "© 2026 Sample News Network. All rights reserved.",
        None,
    ]


def test_what_was_taken_back_is_no_item_and_named(make):
    feed = orjson.loads(jsonfeed.render(HOUSE, PARTNER, edition([make("a")], [GONE])))
    assert [item["id"] for item in feed["items"]] == [make("a").uri]
    assert feed["_newsroom"]["withdrawn"] == [
        {"id": GONE.uri, "version": "3", "at": "2026-11-20T12:00:00Z", "note": "kill: remove"}
    ]


def test_order_given_does_not_matter(house, partner, entries):
    render = jsonfeed.render
    assert render(house, partner, edition(entries[::-1])) == render(house, partner, edition(entries))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b'"version": "https', b'"version": https', "jsonfeed.well_formed"),
        (b"version/1.1", b"version/2", "jsonfeed.root"),
        (b'"items"', b'"item"', "jsonfeed.root"),
        (b'"title": "Council votes on the reservoir"', b'"title": ""', "jsonfeed.title"),
        (b'"content_text"', b'"text"', "jsonfeed.content_text"),
        (b'"date_modified": "2026-11-20T11:00:00Z"', b'"date_modified": "Friday"', "jsonfeed.date_modified"),
        (b"<p>The council", b"<p style='x'>The council", "jsonfeed.content_html"),
        (b'"summary"', b'"url": "/relative", "summary"', "jsonfeed.link"),
        (b'"summary"', b'"attachments": [{"url": "https://a.example"}], "summary"', "jsonfeed.attachments"),
        (b'"note": "kill: remove"', b'"title": "Mayor named"', "jsonfeed.withdrawn"),
        (GONE.uri.encode(), b"urn:uuid:0", "jsonfeed.withdrawals"),
        (b'"id": "urn:uuid:', b'"id": "urn:x:', "jsonfeed.id"),
    ],
)
def test_rules(make, old, new, rule):
    asked = edition([make()], [GONE])
    document = jsonfeed.render(HOUSE, PARTNER, asked)
    assert check_jsonfeed(document, asked) == ()
    assert document.count(old) >= 1
    assert rule in {broken.rule for broken in check_jsonfeed(document.replace(old, new), asked)}
