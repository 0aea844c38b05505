"""What a partner would get, and the reason for every story that it would not; nothing is written."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import pytest
from sqlalchemy import select

from newsroom.config import Feed, House, Licence, Limits, Partner, Product, Rights, RightsProfile, Wire, load
from newsroom.deliver.daily import day_of
from newsroom.match.fingerprint import fingerprint
from newsroom.stages import Newsroom, now
from newsroom.stages.deliver import deliver_to
from newsroom.stages.preview import preview
from newsroom.stages.why import why
from newsroom.store import keys
from newsroom.store.catalogue import Decision
from newsroom.store.kills import Kill, file_kills
from newsroom.store.revisions import Draft, file_decision, file_stories, file_verdicts
from newsroom.store.schema import metadata
from newsroom.story import Finding, Story, Verdict, paragraph, story_uri

WIRES = ("direct", "pool", "foreign")
TEXT = (
    "The harbour board of Port Ellis voted five to two on Thursday to keep the old light burning until the "
    "survey of the reef by Halvorsen Marine is done, and asked the county for a third of its cost."
)


class Room:
    """Three wires, and a partner that takes two of them."""

    def __init__(self, bucket, catalogue):
        self.partner = Partner(
            id="krdo",
            name="KRDO",
            product=Product(wires=("direct", "pool"), languages=("en",), newest=2),
            licences=tuple(Licence(profile=wire) for wire in WIRES),
        )
        configuration = replace(
            load(),
            house=House(name="Desk", contact="desk@example.com"),
            wires={wire: self.wire(wire) for wire in WIRES},
            rights={wire: self.contract(wire) for wire in WIRES},
            partners={"krdo": self.partner},
        )
        self.room = Newsroom(configuration, bucket, catalogue)
        self.at: datetime = now() - timedelta(hours=2)

    def takes(self, **product: Any) -> None:
        """What the partner's product says from now on."""
        wanted = self.partner.product.model_copy(update=product)
        self.partner = self.partner.model_copy(update={"product": wanted})
        configuration = replace(self.room.configuration, partners={"krdo": self.partner})
        self.room = replace(self.room, configuration=configuration)

    def first_no(self, uri: str) -> tuple[str, str]:
        """The first rule that keeps a story back, as `why` tells it."""
        rules = why(self.room, uri, "krdo")["rules"]
        return next((rule["rule"], rule["reason"]) for rule in rules if not rule["passes"])

    @staticmethod
    def contract(wire: str) -> RightsProfile:
        return RightsProfile(id=wire, title=wire, grants={"all": Limits()}, licenses=("CC BY-ND",))

    @staticmethod
    def wire(name: str) -> Wire:
        feeds = (Feed(id="all", url=f"https://{name}.example/"),)
        return Wire(id=name, provider=name.title(), feeds=feeds, rights=Rights(profile=name))

    def send(self, identity: str, wire: str = "direct", *, passed: bool = True, **fields: Any) -> str:
        """File a story as the store stage does, a minute after the last one."""
        self.at += timedelta(minutes=1)
        plain: dict[str, Any] = {
            "provider": wire.title(),
            "headline": identity,
            "blocks": (paragraph(f"{identity}: {TEXT[:: len(self.room.catalogue.find_uris('', 99)) + 2]}"),),
            "language": "en",
            "firstcreated": self.at,
            "versioncreated": self.at,
        }
        story = Story(uri=story_uri(wire, identity), wire=wire, **plain | fields)
        draft = Draft(story, ("raw/x",), story.uri, story.content_hash)
        bucket, catalogue = self.room.bucket, self.room.catalogue
        (where,) = file_stories(bucket, catalogue, [draft], reader="test", run=None, now=self.at)
        catalogue.add_fingerprints({(where.uri, where.n): fingerprint(story)}, timedelta(days=7))
        reason = "" if passed else "byline: nothing found; wanted one"
        found = Finding(rule="byline", field="byline", severity="critical", passed=passed, reason=reason)
        told = Verdict(
            uri=where.uri, n=where.n, scope=f"wire:{wire}", ruleset="r", checked_at=self.at, findings=(found,)
        )
        file_verdicts(bucket, catalogue, [told], wire)
        return where.uri

    def state(self) -> Any:
        """All that is kept: keys with their ETags, and every row."""
        bucket, catalogue = self.room.bucket, self.room.catalogue
        with catalogue.reading() as connection:
            rows = {t.name: sorted(map(repr, connection.execute(select(t)))) for t in metadata.sorted_tables}
        return bucket.stat_many(bucket.keys("")), rows


@pytest.fixture
def krdo(bucket, catalogue):
    return Room(bucket, catalogue)


def test_each_story_is_told_once_with_the_rule_and_reason_that_why_gives(krdo):
    older = krdo.send("older")
    killed = krdo.send("killed")
    file_kills(
        krdo.room.bucket,
        krdo.room.catalogue,
        [Kill(uri=killed, evidence="e", at=krdo.at, source="editor", by="ed", reason="libel")],
    )
    held = krdo.send("held", passed=False)
    rejected = krdo.send("rejected", passed=False)
    no = Decision(uri=rejected, n=1, action="reject", by="ed", reason="an advertisement", at=krdo.at)
    file_decision(krdo.room.bucket, krdo.room.catalogue, no)
    spanish = krdo.send("spanish", language="es")
    foreign = krdo.send("foreign", "foreign")
    waits = krdo.send("waits", embargoed=now() + timedelta(hours=1))
    first = krdo.send("copied", blocks=(paragraph(TEXT),))
    copied = krdo.send("copied", "pool", blocks=(paragraph(TEXT),))
    plain = krdo.send("plain")

    before = krdo.state()
    seen = preview(krdo.room, "krdo")
    assert krdo.state() == before

    assert [row["uri"] for row in seen.gets] == [plain, first]
    assert {row["uri"]: row["rule"] for row in seen.left_out} == {
        older: "older",
        killed: "kill",
        held: "check",
        rejected: "check",
        spanish: "language",
        foreign: "wire",
        waits: "embargo",
        copied: "duplicate",
    }
    assert len(seen.left_out) == 8
    assert seen.counts["check"] == 2
    reasons = {row["uri"]: row["reason"] for row in seen.left_out}
    for uri, reason in reasons.items():
        assert krdo.first_no(uri)[1] == reason
    assert reasons[rejected] == "rejected by ed: an advertisement"

    done = deliver_to(krdo.room, "krdo")
    assert done["stories"] == 2
    assert {uri for uri, _ in krdo.room.catalogue.in_feed("krdo")} == {plain, first}
    assert done["left_out"].items() <= seen.counts.items() | {("broken", 0)}
    assert [row["new"] for row in preview(krdo.room, "krdo").gets] == [False, False]


def test_a_story_that_no_document_can_carry_is_told_as_broken(krdo):
    broken = krdo.send("no headline", headline="\u200b")
    krdo.send("fine")
    seen = preview(krdo.room, "krdo")
    assert [row["headline"] for row in seen.gets] == ["fine"]
    ((uri, rule, reason),) = ((row["uri"], row["rule"], row["reason"]) for row in seen.left_out)
    assert (uri, rule) == (broken, "broken")
    assert "rss.title: " in reason
    assert "ninjs.headlines: saw no headline; wanted one" in reason
    assert deliver_to(krdo.room, "krdo")["left_out"]["broken"] == 1


def test_a_story_whose_object_is_gone_is_told_as_broken(krdo):
    lost = krdo.send("lost")
    krdo.send("fine")
    krdo.room.bucket.delete(keys.revision("direct", lost, 1))
    seen = preview(krdo.room, "krdo")
    assert [row["headline"] for row in seen.gets] == ["fine"]
    ((uri, reason),) = ((row["uri"], row["reason"]) for row in seen.left_out)
    assert uri == lost
    assert reason.startswith("unreadable: ")
    assert deliver_to(krdo.room, "krdo")["left_out"]["broken"] == 1


def test_each_rule_of_a_product_keeps_back_with_the_reason_that_why_gives(krdo):
    water = (paragraph("The water rights of the valley. " * 9),)
    fine = krdo.send("fine", urgency=2, genre="Feature", blocks=water)
    left = {
        krdo.send("dull", urgency=6, genre="Feature", blocks=water): "urgency",
        krdo.send("opinion", urgency=2, genre="Opinion", blocks=water): "excluded_genre",
        krdo.send("short", urgency=2, blocks=(paragraph("Water rights."),)): "length",
        krdo.send("about a dam", urgency=2, blocks=water): "excluded_mention",
        krdo.send("about snow", urgency=2, blocks=(paragraph("Snow fell on the hill. " * 9),)): "mention",
    }
    krdo.takes(
        urgencies=(1, 2, 3),
        not_genres=("opinion",),
        min_words=20,
        mentions=("Water Rights", "river"),
        not_mentions=("dam",),
    )
    before = krdo.state()
    seen = preview(krdo.room, "krdo")
    assert krdo.state() == before
    assert [row["uri"] for row in seen.gets] == [fine]
    assert {row["uri"]: row["rule"] for row in seen.left_out} == left
    for row in seen.left_out:
        assert krdo.first_no(row["uri"]) == (row["rule"], row["reason"])
    assert krdo.state() == before
    assert deliver_to(krdo.room, "krdo")["left_out"] == dict.fromkeys(left.values(), 1)
    assert {uri for uri, _ in krdo.room.catalogue.in_feed("krdo")} == {fine}


def test_of_a_day_those_stay_that_it_was_sent_until_a_kill_makes_room(krdo):
    zones = ("UTC", "Etc/GMT-12")
    here = next(zone for zone in zones if day_of(krdo.at, ZoneInfo(zone)) == day_of(now(), ZoneInfo(zone)))
    krdo.takes(newest=9, per_day=2, timezone=here)

    def has() -> set[str]:
        deliver_to(krdo.room, "krdo")
        return {uri for uri, _ in krdo.room.catalogue.in_feed("krdo")}

    first, second, third = (krdo.send(name) for name in ("first", "second", "third"))
    assert has() == {second, third}
    fourth = krdo.send("fourth")
    assert has() == {second, third}
    reason = f"at most 2 stories of a day are taken, and {day_of(now(), ZoneInfo(here))} ({here}) has them"
    assert krdo.first_no(fourth) == ("per_day", reason)
    assert {row["uri"]: row["rule"] for row in preview(krdo.room, "krdo").left_out} == {
        first: "per_day",
        fourth: "per_day",
    }
    rules = {rule["rule"]: rule["reason"] for rule in why(krdo.room, third, "krdo")["rules"]}
    assert rules["per_day"] == "it is one of the 2 of its day"
    told = Kill(uri=second, evidence="e", at=krdo.at, source="editor", by="ed", reason="libel")
    file_kills(krdo.room.bucket, krdo.room.catalogue, [told])
    assert has() == {third, fourth}
    krdo.takes(newest=1)
    krdo.send("fifth")
    assert has() == {fourth}  # the third is too old for the feed, but it came, and counts
    krdo.takes(per_day=None, newest=9)
    assert len(has()) == 4


def test_a_product_takes_excerpts_and_leaves_what_may_not_be_cut(krdo):
    page = {"url": "https://direct.example/1", "blocks": (paragraph("One two three four. " * 9),)}
    cut = krdo.send("cut", **page)
    whole = krdo.send("whole", **page, license="https://creativecommons.org/licenses/by-nd/4.0/")
    krdo.takes(excerpt_words=8)
    seen = preview(krdo.room, "krdo")
    assert [row["uri"] for row in seen.gets] == [cut]
    ((uri, rule, reason),) = ((row["uri"], row["rule"], row["reason"]) for row in seen.left_out)
    assert (uri, rule) == (whole, "form")
    assert (
        reason
        == "8 words only by the product of partners/krdo.yaml, and its licence CC BY-ND 4.0 allows no part"
    )
    deliver_to(krdo.room, "krdo")
    body = feedparser.parse(krdo.room.bucket.get("partners/krdo/rss.xml")).entries[0].content[0].value
    assert "One two three four. One two three four." in body
    assert "<p>One two three four. One two three four.</p>" in body
    assert 'href="https://direct.example/1"' in body


def test_a_correction_follows_a_story_that_it_has_whatever_the_product_takes(krdo):
    long = (paragraph("The water rights of the valley. " * 9),)
    story = krdo.send("first", blocks=long)
    krdo.takes(min_words=20, mentions=("water rights",), newest=9)

    def has() -> set[tuple[str, int]]:
        deliver_to(krdo.room, "krdo")
        return krdo.room.catalogue.in_feed("krdo")

    assert has() == {(story, 1)}
    krdo.send("first", blocks=(paragraph("CORRECTION: nothing of it is true."),))
    other = krdo.send("other", blocks=(paragraph("Nothing of it is true."),))
    reason = "it has 6 words; taken are at least 20; but krdo has a version of it that its product takes"
    rules = {rule["rule"]: rule for rule in why(krdo.room, story, "krdo")["rules"]}
    assert (rules["length"]["passes"], rules["length"]["reason"]) == (True, reason)
    assert [(row["uri"], row["n"]) for row in preview(krdo.room, "krdo").gets] == [(story, 2)]
    assert has() == {(story, 2)}
    krdo.send("first", blocks=(paragraph("CORRECTION: it never happened."),))
    assert has() == {(story, 3)}
    assert has() == {(story, 3)}
    assert krdo.first_no(other)[0] == "length"
    krdo.takes(min_words=1_000)
    assert has() == set()
    assert krdo.first_no(story) == ("length", "it has 4 words; taken are at least 1000")
