import json
import os
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from newsroom.config import House, Partner
from newsroom.deliver import ninjs_earlier
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.ninjs import story_item
from newsroom.deliver.release import RENDERERS
from newsroom.wireformat.ninjs import items_in, read_ninjs

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GONE = Withdrawal("urn:uuid:6f0e3c1a-0b53-5f39-9a36-3f2b8f7f3d10", 3, NOON, "kill")
HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")
LINES = ("ninjs_2_2", "ninjs_1_6")


def edition(entries, withdrawals=()):
    return Edition(tuple(entries), NOON, tuple(withdrawals))


def official(name, formats):
    folder = os.environ.get("NEWSROOM_SCHEMAS")
    if not folder:
        pytest.skip("NEWSROOM_SCHEMAS does not name the folder of official schemas")
    version = name.removeprefix("ninjs_").replace("_", ".")
    schema = json.loads(Path(folder, "ninjs", f"ninjs-schema_{version}.json").read_text(encoding="utf-8"))
    if version == "1.6":
        # Its own address, which "#" refers to, is one that nobody may fetch in a test.
        schema.pop("$id")
        return Draft7Validator(schema, format_checker=formats)
    return Draft202012Validator(schema, format_checker=formats)


@pytest.mark.parametrize("name", LINES)
def test_golden(house, partner, entries, golden, name):
    document = RENDERERS[name].render(house, partner, edition(entries, [GONE]))
    golden(f"krdo.{name}.json", document)


@pytest.mark.parametrize("name", LINES)
def test_valid_by_the_official_schema(house, partner, entries, make, name, schema_formats):
    validator = official(name, schema_formats)
    odd = make("odd", expires=NOON, license="CC BY", url=None)
    for asked in (edition([*entries, odd], [GONE]), edition([])):
        validator.validate(orjson.loads(RENDERERS[name].render(house, partner, asked)))


@pytest.mark.parametrize("name", LINES)
def test_our_own_reader_reads_it_back(house, partner, entries, name):
    feed = orjson.loads(RENDERERS[name].render(house, partner, edition(entries, [GONE])))
    read = {item["uri"]: read_ninjs(item) for item in items_in(feed) or ()}
    assert set(read) == {GONE.uri, *(entry.uri for entry in entries)}
    assert read[GONE.uri].status == "canceled"
    rich, story = read[entries[0].uri], entries[0].story
    said = {name: one.text for name, one in rich.said.items()}
    for field in (
        *("headline", "slugline", "byline", "located", "source", "provider"),
        *("copyrightholder", "copyrightnotice", "usageterms", "language"),
    ):
        assert said[field] == getattr(story, field)
    assert [author.text for author in rich.authors] == ["Ana Ortiz", "Jo Lindqvist"]
    assert "http://cv.iptc.org/newscodes/mediatopic/06000000" in {concept.code for concept in rich.concepts}
    assert [media.url for media in rich.media] == [
        "https://img.example/gr%C3%BCn/dam.jpg?w=1200",
        "https://img.example/clip.mp4",
    ]
    assert "<h2>What changes</h2>" in (rich.body or "")


def test_1_6_has_its_own_names(rich):
    item = ninjs_earlier.item_1_6(story_item(rich))
    assert item["representationtype"] == "complete"
    assert item["headline"] == rich.story.headline
    assert item["headline_sub"] == rich.story.subheadline
    assert item["subject"][0] == {
        "name": "environment",
        "rel": "about",
        "scheme": "http://cv.iptc.org/newscodes/mediatopic/",
        "code": "06000000",
    }
    assert {"name": "Agency Sur", "rel": "originator"} in item["infosource"]
    assert item["altids"] == {"wire": "NS-2026-1120-7"}
    assert item["embargoed"] == "2026-11-20T09:00:00Z"


@pytest.mark.parametrize(
    ("name", "old", "new", "rule"),
    [
        ("ninjs_2_2", b'"type": "composite"', b'"type": ', "well_formed"),
        ("ninjs_2_2", b'"type": "composite"', b'"type": "text"', "root"),
        ("ninjs_2_2", b'"headlines"', b'"heads"', "headline"),
        ("ninjs_2_2", b'"firstcreated"', b'"firstCreated"', "properties"),
        ("ninjs_2_2", b'"firstcreated"', b'"created"', "firstcreated"),
        ("ninjs_1_6", b'"headline": "Council votes on the reservoir"', b'"headline": ""', "headline"),
        ("ninjs_1_6", b'"body_text"', b'"body"', "body"),
        ("ninjs_1_6", b"<p>The council", b"<p style='x'>The council", "body"),
        ("ninjs_1_6", b'"ednote": "kill: remove"', b'"headline": "Mayor named"', "withdrawn"),
        ("ninjs_1_6", GONE.uri.encode(), b"urn:uuid:0", "withdrawals"),
        ("ninjs_1_6", b'"uri": "urn:uuid:', b'"uri": "urn:x:', "uri"),
        ("ninjs_1_6", b'"$standard"', b'"standard"', "root"),
    ],
)
def test_rules(make, name, old, new, rule):
    asked = edition([make()], [GONE])
    document = RENDERERS[name].render(HOUSE, PARTNER, asked)
    assert RENDERERS[name].check(document, asked) == ()
    assert document.count(old) >= 1
    seen = {broken.rule for broken in RENDERERS[name].check(document.replace(old, new), asked)}
    assert f"{name}.{rule}" in seen
