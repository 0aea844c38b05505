"""What a correction is to a partner that has the wrong version: told in each format, in order."""

import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, Literal

import feedparser
import orjson
import pytest
from lxml import etree

from newsroom.config import Feed, Licence, Limits, Rights, RightsProfile, Wire, load
from newsroom.deliver.newsml_g2 import NAR
from newsroom.deliver.nitf_body import NITF
from newsroom.deliver.round import Round
from newsroom.deliver.tick import deliver_in
from newsroom.store.catalogue import Decision
from newsroom.store.revisions import file_decision
from newsroom.story import Story, paragraph

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NOTE = "Correction: The quay has 221 lamps, not 212."
FORMATS = ("rss", "atom", "jsonfeed", "ninjs", "newsml_g2", "json_ld", "nitf")
WRONG: dict[str, Any] = {
    "headline": "Quay lights 212 lamps",
    "blocks": (paragraph("The quay has 212 lamps."),),
}
RIGHT: dict[str, Any] = {
    "headline": "Quay lights 221 lamps",
    "blocks": (paragraph("The quay has 221 lamps."), paragraph(NOTE)),
}
DESK = "Eds: CORRECTS the number of lamps for the copy desk."


class Quay:
    """A wire's story about some lamps, and a partner that takes every format."""

    def __init__(self, bucket, catalogue, house, partner, make, file_judged):
        self.make, self.file_judged = make, file_judged
        self.bucket, self.catalogue = bucket, catalogue
        self.partner = partner.model_copy(
            update={"licences": (Licence(profile="sample"),), "formats": FORMATS}
        )
        wire = Wire(
            id="sample",
            provider="Sample Newsource",
            feeds=(Feed(id="all", url="https://a.example/"),),
            rights=Rights(profile="sample"),
        )
        self.configuration = replace(
            load(),
            house=house,
            wires={"sample": wire},
            partners={partner.id: self.partner},
            rights={"sample": RightsProfile(id="sample", title="Sample", grants={"all": Limits()})},
        )
        self.now = NOON

    @property
    def uri(self) -> str:
        return self.make("1").uri

    def file(self, *, passed: bool = True, **fields) -> int:
        """File a version, made now if it does not say when; returns its number."""
        self.now += timedelta(minutes=1)
        story: Story = self.make("1", **{"versioncreated": self.now, **fields}).story
        (where,) = self.file_judged(self.bucket, self.catalogue, [story], self.now, passed=passed)
        return where.n

    def decide(self, n: int, action: Literal["release", "reject"]) -> None:
        self.now += timedelta(minutes=1)
        decision = Decision(uri=self.uri, n=n, action=action, by="ed", reason="because", at=self.now)
        file_decision(self.bucket, self.catalogue, decision)

    def tick(self) -> int:
        """Deliver; returns the number of the revision that the partner has then."""
        self.now += timedelta(minutes=1)
        deliver_in(Round(self.configuration, self.bucket, self.catalogue, self.now), self.partner, run="r")
        ((_, n),) = self.catalogue.in_feed(self.partner.id)
        return n

    def read(self, name: str) -> bytes:
        return self.bucket.get(f"partners/{self.partner.id}/{name}")

    def json(self, name: str) -> dict[str, Any]:
        document = orjson.loads(self.read(name))
        (story,) = document.get("items") or document.get("associations") or document["dataFeedElement"]
        return story

    def nitf(self) -> etree._Element:
        with zipfile.ZipFile(BytesIO(self.read("nitf.zip"))) as bundle:
            (name,) = bundle.namelist()
            return etree.fromstring(bundle.read(name))

    def marks(self) -> dict[str, object]:
        """What each format says of the kind of the story's revision, apart from its body."""
        rss, atom = (feedparser.parse(self.read(name)).entries[0] for name in ("rss.xml", "atom.xml"))
        g2 = next(etree.fromstring(self.read("newsml-g2.xml")).iter(f"{{{NAR}}}newsItem"))
        return {
            "rss": [tag.term for tag in rss.get("tags", ()) if "signal" in (tag.scheme or "")],
            "atom": [tag.term for tag in atom.get("tags", ()) if "signal" in (tag.scheme or "")],
            "jsonfeed": self.json("feed.json")["_newsroom"].get("revision"),
            "ninjs": self.json("ninjs.json").get("edNote"),
            "newsml_g2": (
                [each.text for each in g2.iter(f"{{{NAR}}}edNote")],
                [each.get("qcode") for each in g2.iter(f"{{{NAR}}}signal")],
            ),
            "json_ld": self.json("news.jsonld")["item"].get("correction", {}).get("text"),
            "nitf": [dict(each.attrib) for each in self.nitf().iter(f"{{{NITF}}}ed-msg")],
        }

    def modified(self) -> str:
        """When the story was modified, which all formats say alike."""
        told = {
            feedparser.parse(self.read("rss.xml")).entries[0].updated,
            feedparser.parse(self.read("atom.xml")).entries[0].updated,
            self.json("feed.json")["date_modified"],
            self.json("ninjs.json")["versionCreated"],
            self.json("news.jsonld")["dateModified"],
        }
        (moment,) = told
        return moment


UNMARKED: dict[str, Any] = {
    "rss": [], "atom": [], "jsonfeed": None, "ninjs": None, "newsml_g2": ([], []), "json_ld": None,
    "nitf": [],
}  # fmt: skip
CORRECTED: dict[str, Any] = {
    "rss": ["correction"],
    "atom": ["correction"],
    "jsonfeed": {"kind": "correction", "note": NOTE},
    "ninjs": f"Revision: correction. Note to readers: {NOTE}",
    "newsml_g2": (["Revision: correction.", f"Note to readers: {NOTE}"], ["sig:correction"]),
    "json_ld": NOTE,
    "nitf": [{"msg-type": "correction", "info": f"Note to readers: {NOTE}"}],
}


@pytest.fixture
def quay(bucket, catalogue, house, partner, make, file_judged):
    return Quay(bucket, catalogue, house, partner, make, file_judged)


def test_a_correction_comes_with_its_note_in_each_format_and_stays_one(quay):
    quay.file(**WRONG)
    quay.tick()
    assert quay.marks() == UNMARKED
    before = quay.modified()
    quay.file(**RIGHT)
    assert quay.tick() == 2
    assert quay.marks() == CORRECTED
    assert quay.modified() > before
    documents = {name: quay.read(name) for name in ("rss.xml", "atom.xml", "ninjs.json")}
    assert all(NOTE.encode() in body for body in documents.values())
    # When the feed is written again for another reason, it is the same correction still.
    quay.partner = quay.partner.model_copy(update={"max_age_seconds": 600})
    assert quay.tick() == 2
    assert (quay.marks(), quay.read("rss.xml") != documents["rss.xml"]) == (CORRECTED, True)


def test_a_correction_that_was_missed_is_told_with_the_next_version(quay):
    quay.file(**WRONG)
    quay.tick()
    quay.file(**RIGHT)
    update = {**RIGHT, "blocks": (*RIGHT["blocks"], paragraph("They burn until eleven."))}
    quay.file(**update)
    # What waited and was overtaken is not sent any more: the partner gets the newest, and nothing after it.
    assert quay.tick() == 3
    assert quay.marks() == CORRECTED
    assert [row.n for row in quay.catalogue.ledger(uri=quay.uri)] == [1, 3]


def test_what_was_overtaken_while_it_waited_is_not_sent_when_it_passes(quay):
    quay.file(**WRONG)
    assert quay.tick() == 1
    held = quay.file(passed=False, **RIGHT)
    assert quay.tick() == 1
    quay.file(headline="Quay lights all its lamps")
    assert quay.tick() == 3
    quay.decide(held, "release")
    assert quay.tick() == 3
    assert [row.n for row in quay.catalogue.deliveries(uri=quay.uri)] == [1, 3]


def test_an_update_after_the_correction_is_none_itself(quay):
    quay.file(**WRONG)
    quay.tick()
    quay.file(**RIGHT)
    quay.tick()
    quay.file(**{**RIGHT, "blocks": (paragraph("They burn until eleven."), *RIGHT["blocks"])})
    assert quay.tick() == 3
    update: dict[str, Any] = {**UNMARKED, "jsonfeed": {"kind": "update"}, "newsml_g2": ([], ["sig:update"])}
    assert quay.marks() == update


def test_the_first_version_that_a_partner_gets_corrects_nothing_of_its(quay):
    quay.file(passed=False, **WRONG)
    quay.file(**RIGHT)
    assert quay.tick() == 2
    assert quay.marks() == UNMARKED


def test_what_an_editor_rejected_tells_nobody_anything(quay):
    quay.file(**WRONG)
    quay.tick()
    rejected = quay.file(passed=False, headline="Quay is dark", signals=("correction",))
    quay.decide(rejected, "reject")
    quay.file(headline="Quay lights all its lamps")
    assert quay.tick() == 3
    assert quay.marks()["jsonfeed"] == {"kind": "update"}


def test_a_version_that_the_wire_dates_no_later_is_modified_later_all_the_same(quay):
    moments = []
    for n, fields in enumerate((WRONG, RIGHT, {"headline": "Lamps"}), start=1):
        quay.file(versioncreated=NOON, **fields)
        assert quay.tick() == n
        moments.append(quay.modified())
    assert moments == sorted(set(moments))


def test_a_note_to_the_desk_reaches_no_reader(quay):
    quay.file(**WRONG)
    quay.tick()
    quay.file(**WRONG | {"blocks": RIGHT["blocks"][:1]}, ednote=DESK, signals=("correction",))
    assert quay.tick() == 2
    for name in ("rss.xml", "atom.xml", "news.jsonld"):
        assert b"copy desk" not in quay.read(name), name
    item = quay.json("feed.json")
    assert item.pop("_newsroom")["ednote"] == DESK
    assert b"copy desk" not in orjson.dumps(item)
    ninjs = quay.json("ninjs.json")
    assert ninjs.pop("edNote") == f"{DESK} Signal: correction. Revision: correction."
    assert b"copy desk" not in orjson.dumps(ninjs)
    assert quay.marks()["newsml_g2"] == ([DESK, "Revision: correction."], ["sig:correction"])


def test_an_earlier_version_that_is_lost_holds_up_no_delivery(quay):
    first = quay.file(**WRONG)
    quay.tick()
    quay.bucket.delete(quay.catalogue.chain(quay.uri)[first - 1].key)
    quay.file(**RIGHT)
    assert quay.tick() == 2
    assert quay.marks() == UNMARKED
