"""The way of a story that comes as a document: from a NewsML-G2 message to a partner's feed, and out."""

from collections import Counter
from pathlib import Path

import orjson
import pytest

from newsroom.stages.changes import changes_between
from newsroom.stages.life import held_stories, life_of, stuck_items

WIRE = ("coast_dispatch",)
SAMPLES = Path(__file__).parents[1] / "wireformat" / "samples"


AP_ID = "0f4e2b7a9c1d43d8a6b5c4d3e2f10918"
AP_KILLED = "1a2b3c4d5e6f708192a3b4c5d6e7f809"


def test_aps_listing_and_the_nitf_that_it_links_to(desk, served, stories):
    listing = (SAMPLES / "ap_feed.json").read_bytes()
    nitf = f"/media/v/content/{AP_ID}.3/download?type=text&format=NITF&qt=UdkHPLCC&et=3a5aza0c0"
    routes = {"/feed": listing, nitf: (SAMPLES / "ap_item.nitf.xml").read_bytes()}
    with served(routes, kind="ap_media") as server:
        counts = desk.ingest(("documents",))["documents", "main"]
        assert nitf in server.paths
        assert not any(AP_KILLED in path for path in server.paths)
    # The hold's and the advisory's text can't be had; they count all the same.
    assert (counts["filed"], counts["given_up"]) == (4, 0)
    told = stories()
    assert Counter(story.get("pubstatus") for story in told.values()) == {
        "usable": 1,
        "canceled": 1,
        "withheld": 2,
    }
    assert told[AP_ID]["blocks"][0]["text"].startswith("FERRY POINT (Northern Dispatch) —")
    assert told[AP_ID]["url"] == "https://northerndispatch.example/2026/06/08/senja-star"
    assert told[AP_KILLED]["pubstatus"] == "canceled"


def test_a_feed_that_links_to_documents_in_several_formats(desk, served, stories):
    entries = "".join(
        f"<item><guid>entry-{name}</guid><title>{name}</title><link>BASE/{name}</link></item>"
        for name in ("ninjs_3.1.json", "newsml_g2_item.xml", "nitf_doctype.xml", "gone.xml", "broken.xml")
    )
    rss = f"<rss version='2.0'><channel><title>t</title>{entries}</channel></rss>".encode()
    routes = {"/rss": rss, "/broken.xml": b"<nitf><body><p>half"} | {
        f"/{name}": (SAMPLES / name).read_bytes()
        for name in ("ninjs_3.1.json", "newsml_g2_item.xml", "nitf_doctype.xml")
    }
    with served(routes, kind="rss"):
        counts = desk.ingest(("documents",))["documents", "main"]
    assert (counts["filed"], counts["given_up"], counts["quarantined"]) == (3, 1, 1)
    assert set(stories()) == {
        "urn:newsml:northerndispatch.example:20260611:lake-ice",
        "tag:northerndispatch.example,2026:senja-star",
        "nd-4471",
    }
    reasons = {row["reason"].split(":")[0] for row in stuck_items(desk.room, "documents", 9)}
    assert reasons == {"http_404", "truncated_document"}


def test_what_is_sent_directly_and_what_is_linked_to_is_one_story(desk, served, stories):
    body = (SAMPLES / "ninjs_3.1.json").read_bytes()
    with served({"/item": body}, kind="ninjs"):
        desk.ingest(("documents",))
    direct = stories()
    rss = b"<rss version='2.0'><channel><item><guid>other</guid><link>BASE/item</link></item></channel></rss>"
    with served({"/rss": rss, "/item": body}, kind="rss"):
        desk.ingest(("documents",))
    assert stories().keys() == direct.keys()
    assert len(direct) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<!DOCTYPE nitf [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><nitf>&a;</nitf>", "hostile_feed"),
        (b'{"uri": "urn:x:1", ', "malformed_feed"),
        (b"<html><body>Please log in</body></html>", "not_a_feed"),
    ],
)
def test_what_cannot_be_read_is_kept_with_its_reason(desk, served, body, code):
    with served({"/feed": body}), pytest.raises(Exception, match=code):
        desk.ingest(("documents",))
    (key,) = [key for key in desk.room.bucket.keys("") if key.startswith("quarantine/documents/")]
    note = orjson.loads(desk.room.bucket.get(key))
    assert note["code"] == code
    assert desk.room.bucket.get(note["raw_key"]) == body


@pytest.fixture
def chains(desk):
    """The wire's chains by the end of the wire's own id."""

    def made():
        rows = [row for row in desk.room.catalogue.candidates() if row.wire == "coast_dispatch"]
        return {row.uri: desk.room.catalogue.chain(row.uri) for row in rows}

    return made


def headlines(desk) -> set[str]:
    return {entry.title for entry in desk.rss().entries}


def test_from_the_message_to_the_partner(desk):
    counts = desk.ingest(WIRE)["coast_dispatch", "message"]
    assert (counts["new"], counts["filed"], counts["passed"]) == (3, 3, 3)
    assert held_stories(desk.room, "coast_dispatch", 10) == stuck_items(desk.room, "coast_dispatch", 10) == []
    desk.deliver()
    assert "Old ice house becomes a school for boat builders" in headlines(desk)
    lamps = next(entry for entry in desk.rss().entries if "212 lamps" in entry.title)
    assert lamps.media_content[0]["url"].endswith("/media/quay_lamps.png")
    assert "link" not in lamps or not lamps.link


def test_a_correction_is_a_revision_of_the_same_story(desk, chains):
    desk.ingest(WIRE)
    before = chains()
    desk.step(2)
    counts = desk.ingest(WIRE)["coast_dispatch", "message"]
    assert (counts["changed"], counts["update"], counts["filed"]) == (1, 1, 1)
    after = chains()
    assert after.keys() == before.keys()
    (changed,) = (chain for chain in after.values() if len(chain) == 2)
    assert [row.headline.split()[8] for row in changed] == ["212", "221"]
    desk.deliver()
    assert not any("212" in title for title in headlines(desk))


def test_a_kill_takes_the_story_out_of_the_feed(desk):
    desk.ingest(WIRE)
    desk.deliver()
    assert any("twelve dollars" in title for title in headlines(desk))
    desk.step(4)
    counts = desk.ingest(WIRE)["coast_dispatch", "message"]
    assert counts["filed"] == 2
    desk.deliver()
    assert not any("twelve dollars" in title for title in headlines(desk))
    assert len(headlines(desk)) == 2


def test_a_kill_that_comes_first_leaves_nothing_to_publish(desk):
    desk.step(4)
    desk.ingest(WIRE)
    desk.deliver()
    assert not any("twelve dollars" in title for title in headlines(desk))
    assert len(headlines(desk)) == 2


def test_an_unchanged_message_makes_nothing_anew(desk):
    desk.ingest(WIRE)
    assert desk.ingest(WIRE)["coast_dispatch", "message"] == {"unchanged": 1, "to_read": 0}


def test_what_a_correction_changed_is_told(desk, chains):
    desk.ingest(WIRE)
    desk.step(2)
    desk.ingest(WIRE)
    (uri,) = (uri for uri, chain in chains().items() if len(chain) == 2)
    told = changes_between(desk.room, uri)
    assert (told["before"], told["after"], told["kind"]) == (1, 2, "correction")
    assert told["reason"].startswith("the wire signals correction: Eds: CORRECTS the number of lamps")
    assert [(each["field"], each["place"]) for each in told["changes"][:2]] == [
        ("headline", ""),
        ("body", "paragraph 1"),
    ]
    assert changes_between(desk.room, uri, 1, 2) == told
    back = changes_between(desk.room, uri, 2, 1)
    assert back["summary"].startswith("headline, 1 paragraph")
    first = changes_between(desk.room, uri, 1)
    assert (first["before"], first["kind"], first["changes"]) == (None, "new", [])
    with pytest.raises(LookupError, match=r"revision: saw 7; wanted one of .*: 1, 2"):
        changes_between(desk.room, uri, 7)
    revisions = life_of(desk.room, uri)["revisions"]
    assert [(each["kind"], each["change"]) for each in revisions] == [
        ("new", None),
        ("correction", told["summary"]),
    ]


def test_a_revision_that_cannot_be_read_hides_no_other(desk, chains):
    desk.ingest(WIRE)
    desk.step(2)
    desk.ingest(WIRE)
    (chain,) = (chain for chain in chains().values() if len(chain) == 2)
    desk.room.bucket.delete(chain[0].key)
    first, second = life_of(desk.room, chain[0].uri)["revisions"]
    assert (first["kind"], second["kind"]) == (None, "new")
    assert "nothing lies there" in first["kind_reason"]
