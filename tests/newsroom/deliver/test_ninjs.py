from datetime import UTC, datetime

import orjson
import pytest

from newsroom.config import House, Partner
from newsroom.deliver import ninjs
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.entry import Entry

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def edition(entries, withdrawals=()):
    return Edition(tuple(entries), NOON, tuple(withdrawals))


def house_at(url: str | None) -> House:
    return House(name="Desk", contact="a@b.example", feeds_url=url)


def own(item: ninjs.Json) -> ninjs.Json:
    """An association as the item that it is: without what only associations have."""
    return {key: value for key, value in item.items() if key not in {"name", "rel"}}


def test_golden(house, partner, entries, golden):
    golden("krdo.ninjs.json", ninjs.render(house, partner, edition(entries)))


def test_feed_and_each_story_on_its_own_are_valid(house, partner, entries, ninjs_schema):
    feed = ninjs.composite(house, partner, edition(entries))
    ninjs_schema.validate(feed)
    assert len(feed["associations"]) == 3
    for item in feed["associations"]:
        ninjs_schema.validate(own(item))
        for picture in item.get("associations", []):
            ninjs_schema.validate(own(picture))


def test_known_properties_are_the_schemas(ninjs_schema):
    defined = ninjs_schema.schema["$defs"]["ninjsType"]["properties"]
    assert {*defined, "name", "rel"} == ninjs.PROPERTIES


def test_single_story_is_the_association_without_its_name(house, partner, entries):
    feed = ninjs.composite(house, partner, edition(entries))
    for entry in entries:
        alone = ninjs.story_item(entry)
        assert alone in [own(item) for item in feed["associations"]]


def test_three_parties_have_three_fields(entries):
    item = ninjs.story_item(entries[0])
    assert item["infoSources"] == [
        {"name": "Agency Sur", "role": "originator"},
        {"name": "Sample Newsource", "role": "provider"},
        {"name": "Agency Sur via Sample Newsource", "role": "credit"},
    ]
    assert item["copyrightHolder"] == "Sample News Network"
    assert item["by"] == "By Ana Ortiz and Jo Lindqvist, Agency Sur"


def test_body_comes_as_text_and_as_xhtml(entries):
    plain, rich = ninjs.story_item(entries[0])["bodies"]
    assert (plain["contentType"], rich["contentType"]) == ("text/plain", "application/xhtml+xml")
    assert plain["value"].startswith(
        "Seven states signed a pact on Friday, 2 < 7 & counting.\n\nWhat changes"
    )
    assert plain["wordCount"] == len(plain["value"].split())
    assert "2 &lt; 7 &amp; counting" in rich["value"]
    assert "</a><br/> is online." in rich["value"]
    assert "<td>4\u00a0%</td>" in rich["value"]


def test_nothing_is_said_where_nothing_is_known(make):
    item = ninjs.story_item(make())
    absent = {"embargoedUntil", "urgency", "edNote", "located", "subjects", "associations", "rightsInfo"}
    assert absent.isdisjoint(item)
    assert None not in item.values()


def test_desk_learns_of_a_correction(make):
    assert ninjs.story_item(make(signals=("correction",)))["edNote"] == "Signal: correction."


def test_expiry_is_passed_on(make):
    item = ninjs.story_item(make(expires=datetime(2026, 6, 20, 12, tzinfo=UTC)))
    assert item["expires"] == "2026-06-20T12:00:00Z"


@pytest.mark.parametrize("urgency", [0, 10, -1])
def test_urgency_outside_of_the_scale_is_not_passed_on(make, urgency):
    assert "urgency" not in ninjs.story_item(make(urgency=urgency))


def test_update_keeps_uri_and_first_created(make):
    before, after = make(), make(n=2, headline="Council decides on the reservoir")
    older, newer = ninjs.story_item(before), ninjs.story_item(after)
    assert (older["uri"], older["firstCreated"]) == (newer["uri"], newer["firstCreated"])
    assert (older["version"], newer["version"]) == ("1", "2")


def test_feed_keeps_its_uri_when_it_moves(partner: Partner, entries: list[Entry]):
    feeds = [
        orjson.loads(
            ninjs.render(House(name="Desk", contact="a@b.example", feeds_url=url), partner, edition(entries))
        )
        for url in ("https://one.example", "https://two.example/x", None)
    ]
    assert len({feed["uri"] for feed in feeds}) == 1
    assert feeds[1]["renditions"][0]["href"] == "https://two.example/x/partners/krdo/ninjs.json"
    assert "renditions" not in feeds[2]


def test_empty_feed_is_valid(house, partner, ninjs_schema):
    ninjs_schema.validate(ninjs.composite(house, partner, edition([])))


def test_a_withdrawn_story_says_that_it_is_gone_and_nothing_else(ninjs_schema):
    uri = "urn:uuid:6f0e3c1a-0b53-5f39-9a36-3f2b8f7f3d10"
    item = ninjs.withdrawn_item(Withdrawal(uri, 4, NOON, "kill"))
    assert (item["uri"], item["version"], item["pubStatus"]) == (uri, "4", "canceled")
    assert item["edNote"] == "kill: remove"
    assert {"headlines", "bodies", "slugline", "by", "descriptions"}.isdisjoint(item)
    ninjs_schema.validate(own(item))
