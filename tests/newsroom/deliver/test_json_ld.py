import csv
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from pyld import jsonld

from newsroom.config import House, Partner
from newsroom.deliver import json_ld
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.release_check import check_json_ld

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GONE = Withdrawal("urn:uuid:6f0e3c1a-0b53-5f39-9a36-3f2b8f7f3d10", 3, NOON, "kill")
HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")


def edition(entries, withdrawals=()):
    return Edition(tuple(entries), NOON, tuple(withdrawals))


def test_golden(house, partner, entries, golden):
    golden("krdo.jsonld", json_ld.render(house, partner, edition(entries, [GONE])))


def nodes(value):
    """Every node of a JSON-LD value."""
    if isinstance(value, list):
        for each in value:
            yield from nodes(each)
    elif isinstance(value, dict):
        yield value
        for each in value.values():
            yield from nodes(each)


def test_every_property_is_one_of_its_type_in_schema_org(house, partner, entries):
    folder = os.environ.get("NEWSROOM_SCHEMAS")
    if not folder:
        pytest.skip("NEWSROOM_SCHEMAS does not name the folder of official schemas")
    with Path(folder, "schemaorg", "schemaorg-current-https-properties.csv").open(encoding="utf-8") as file:
        domains = {row["label"]: row["domainIncludes"] for row in csv.DictReader(file)}
    ancestors = {
        "NewsArticle": ("NewsArticle", "Article", "CreativeWork", "Thing"),
        "DataFeed": ("DataFeed", "Dataset", "CreativeWork", "Thing"),
        "DataFeedItem": ("DataFeedItem", "Intangible", "Thing"),
        "DefinedTerm": ("DefinedTerm", "Intangible", "Thing"),
        "PropertyValue": ("PropertyValue", "StructuredValue", "Intangible", "Thing"),
        "ImageObject": ("ImageObject", "MediaObject", "CreativeWork", "Thing"),
        "VideoObject": ("VideoObject", "MediaObject", "CreativeWork", "Thing"),
    }
    feed = json.loads(json_ld.render(house, partner, edition(entries, [GONE])))
    seen = set()
    for node in nodes(feed):
        kind = node["@type"]
        seen.add(kind)
        for name in node.keys() - {"@type", "@id", "@context"}:
            types = {each.rsplit("/", 1)[-1].strip() for each in domains[name].split(",")}
            assert types & set(ancestors.get(kind, (kind, "Thing"))), f"{kind}.{name}"
    assert {"NewsArticle", "DataFeed", "DataFeedItem", "ImageObject", "VideoObject", "Person"} <= seen


def test_a_processor_of_json_ld_finds_the_same_facts(house, partner, entries):
    """PyLD, with schema.org's own context: as what a search engine or a graph takes the feed for."""
    folder = os.environ.get("NEWSROOM_SCHEMAS")
    if not folder:
        pytest.skip("NEWSROOM_SCHEMAS does not name the folder of official schemas")
    context = json.loads(Path(folder, "schemaorg", "schemaorgcontext.jsonld").read_text(encoding="utf-8"))

    def load(url, _options):
        assert url == json_ld.CONTEXT, "nothing else is fetched"
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url} | {
            "document": context
        }

    feed = json.loads(json_ld.render(house, partner, edition(entries, [GONE])))
    said = {
        (triple["subject"]["value"], triple["predicate"]["value"].rsplit("/")[-1]): triple["object"]["value"]
        for triple in jsonld.to_rdf(feed, {"documentLoader": load})["@default"]
    }
    for entry in entries:
        assert said[entry.uri, "headline"] == entry.story.headline
        assert said[entry.uri, "copyrightNotice"] == entry.story.copyrightnotice
        assert said[entry.uri, "datePublished"] == f"{entry.published:%Y-%m-%dT%H:%M:%SZ}"
        assert said[said[entry.uri, "provider"], "name"] == entry.story.provider
    rich = entries[0].uri
    assert said[said[rich, "sourceOrganization"], "name"] == "Agency Sur"
    assert said[rich, "about"] == "http://cv.iptc.org/newscodes/mediatopic/06000000"
    assert said[rich, "url"] == "https://wire.example/2026/11/20/river%20pact?id=7&lang=en"
    deleted = {subject for subject, name in said if name == "dateDeleted"}
    assert [said[each, "item"] for each in deleted] == [GONE.uri]


def test_article_stands_alone_with_all_that_it_has_a_place_for(rich):
    article = json_ld.article(rich)
    assert article["author"] == [
        {"@type": "Person", "name": "Ana Ortiz"},
        {"@type": "Person", "name": "Jo Lindqvist"},
    ]
    assert article["sourceOrganization"]["name"] == "Agency Sur"
    assert article["provider"]["name"] == "Sample Newsource"
    assert article["copyrightHolder"]["name"] == "Sample News Network"
    assert (article["dateline"], article["contentLocation"]["name"]) == (
        "PAGE, Arizona (AS) —",
        "Page, Arizona",
    )
    assert article["about"][0]["@id"] == "http://cv.iptc.org/newscodes/mediatopic/06000000"
    assert article["usageInfo"] == {"@type": "CreativeWork", "text": "No archiving after 30 days."}
    assert [each["creditText"] for each in article["image"]] == ["Ana Ortiz/Agency Sur"]


def test_a_policy_on_mining_is_linked_where_mining_is_reserved(make):
    entry = replace(make(), mining_reserved=True, mining_policy="https://wire.example/tdm")
    assert json_ld.article(entry)["usageInfo"]["url"] == "https://wire.example/tdm"
    assert "usageInfo" not in json_ld.article(replace(entry, mining_reserved=False))


def test_what_was_taken_back_is_deleted(make):
    feed = orjson.loads(json_ld.render(HOUSE, PARTNER, edition([make("a")], [GONE])))
    assert feed["dataFeedElement"][1] == {
        "@type": "DataFeedItem",
        "dateDeleted": "2026-11-20T12:00:00Z",
        "description": "kill: remove",
        "item": {"@type": "NewsArticle", "@id": GONE.uri},
    }


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b'"@context": "https', b'"@context": https', "json_ld.well_formed"),
        (b'"DataFeed"', b'"ItemList"', "json_ld.root"),
        (b'"headline": "Council votes on the reservoir"', b'"headline": " "', "json_ld.headline"),
        (b'"articleBody"', b'"body"', "json_ld.articleBody"),
        (b'"datePublished": "2026-11-20T10:00:00Z"', b'"datePublished": "Friday"', "json_ld.datePublished"),
        (b'"headline"', b'"url": "/relative", "headline"', "json_ld.link"),
        (b'"NewsArticle"', b'"BlogPosting"', "json_ld.id"),
        (f'"@id": "{GONE.uri}"'.encode(), b'"@id": "urn:uuid:0", "headline": "x"', "json_ld.withdrawn"),
        (GONE.uri.encode(), b"urn:uuid:0", "json_ld.withdrawals"),
    ],
)
def test_rules(make, old, new, rule):
    asked = edition([make()], [GONE])
    document = json_ld.render(HOUSE, PARTNER, asked)
    assert check_json_ld(document, asked) == ()
    assert document.count(old) >= 1
    assert rule in {broken.rule for broken in check_json_ld(document.replace(old, new), asked)}
