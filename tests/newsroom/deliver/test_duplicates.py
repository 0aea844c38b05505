"""One story through several wires: each partner gets one copy, by its own preference, and keeps it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import feedparser
import pytest

from newsroom.config import Feed, Licence, Limits, Partner, Rights, RightsProfile, Wire, load
from newsroom.deliver.round import Round
from newsroom.deliver.tick import deliver_in
from newsroom.match.fingerprint import fingerprint
from newsroom.store.catalogue import Decision
from newsroom.store.kills import Kill, Lift, file_kills, file_lift
from newsroom.store.revisions import Draft, file_decision, file_stories, file_verdicts
from newsroom.story import Finding, Story, Verdict, paragraph, story_uri

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WIRES = ("direct", "pool", "agency")
HARBOUR = (
    "The harbour board of Port Ellis voted five to two on Thursday to keep the old light burning until the "
    "survey of the reef by Halvorsen Marine is done, and asked the county for a third of its cost."
)
BRIDGE = (
    "Engineers closed the Tomah bridge on Monday after a diver found a crack as long as a hand in its third "
    "pier, and the Lake Line ferry will carry school buses free of charge until Easter."
)


class Copies:
    """Wires that send the same stories, and a partner's feed."""

    def __init__(self, bucket, catalogue, house, partner):
        self.bucket, self.catalogue = bucket, catalogue
        licences = tuple(Licence(profile=wire) for wire in WIRES)
        self.partner: Partner = partner.model_copy(update={"licences": licences})
        self.configuration = replace(
            load(),
            house=house,
            wires={wire: self.wire(wire) for wire in WIRES},
            rights={wire: RightsProfile(id=wire, title=wire, grants={"all": Limits()}) for wire in WIRES},
            partners={partner.id: self.partner},
        )
        self.now = NOON

    @staticmethod
    def wire(name: str) -> Wire:
        feeds = (Feed(id="all", url=f"https://{name}.example/"),)
        return Wire(id=name, provider=name.title(), feeds=feeds, rights=Rights(profile=name))

    def uri(self, wire: str, identity: str = "1") -> str:
        return story_uri(wire, identity)

    def send(self, wire: str, text: str = HARBOUR, identity: str = "1") -> str:
        """File a story as the store stage does, a minute after the last one."""
        self.now += timedelta(minutes=1)
        story = Story(
            uri=self.uri(wire, identity),
            wire=wire,
            provider=wire.title(),
            headline=f"{wire} {identity}",
            blocks=(paragraph(text),),
            language="en",
            firstcreated=self.now,
            versioncreated=self.now,
            copyrightnotice="© 2026 Sample. All rights reserved.",
        )
        draft = Draft(story, ("raw/x",), story.uri, story.content_hash)
        (where,) = file_stories(self.bucket, self.catalogue, [draft], reader="test", run=None, now=self.now)
        window = self.configuration.house.duplicates.window
        self.catalogue.add_fingerprints({(where.uri, where.n): fingerprint(story)}, window)
        finding = Finding(rule="body", field="body", severity="critical", passed=True)
        told = Verdict(
            uri=where.uri,
            n=where.n,
            scope=f"wire:{wire}",
            ruleset="r",
            checked_at=self.now,
            findings=(finding,),
        )
        file_verdicts(self.bucket, self.catalogue, [told], wire)
        return where.uri

    def kill(self, uri: str) -> None:
        told = Kill(uri=uri, evidence=f"{self.now}", at=self.now, source="editor", by="ed", reason="libel")
        file_kills(self.bucket, self.catalogue, [told])

    def release(self, uri: str) -> None:
        self.now += timedelta(minutes=1)
        told = Decision(uri=uri, n=1, action="release", by="ed", reason="ours is right", at=self.now)
        file_decision(self.bucket, self.catalogue, told)

    def lift(self, uri: str) -> None:
        self.now += timedelta(minutes=1)
        file_lift(self.bucket, self.catalogue, Lift(uri=uri, at=self.now, by="ed", reason="settled"))

    def prefer(self, *wires: str, **product) -> None:
        wanted = self.partner.product.model_copy(update={"prefer": wires, **product})
        self.partner = self.partner.model_copy(update={"product": wanted})

    def tick(self):
        self.now += timedelta(minutes=1)
        return deliver_in(
            Round(self.configuration, self.bucket, self.catalogue, self.now), self.partner, run="r"
        )

    def shown(self) -> set[str]:
        """What is in the feed, as `wire identity`."""
        return {entry.title for entry in self.entries()}

    def entries(self):
        return feedparser.parse(self.bucket.get("partners/krdo/rss.xml")).entries


@pytest.fixture
def copies(bucket, catalogue, house, partner):
    return Copies(bucket, catalogue, house, partner)


def test_of_two_copies_the_one_that_came_first_is_delivered(copies):
    for wire in ("pool", "direct"):
        copies.send(wire)
    copies.send("direct", BRIDGE, "2")
    done = copies.tick()
    assert copies.shown() == {"pool 1", "direct 2"}
    assert (done.new, done.left_out["duplicate"]) == (2, 1)


def test_a_partner_prefers_a_wire(copies):
    copies.prefer("agency", "direct")
    for wire in ("pool", "direct"):
        copies.send(wire)
    copies.tick()
    assert copies.shown() == {"direct 1"}


def test_a_copy_that_the_partner_has_stays_whatever_it_would_prefer(copies):
    copies.prefer("direct")
    copies.send("pool")
    copies.tick()
    (before,) = copies.entries()
    copies.send("direct")
    done = copies.tick()
    (after,) = copies.entries()
    assert (after.id, after.published, after.title) == (before.id, before.published, "pool 1")
    assert (done.written, done.left_out["duplicate"]) == ((), 1)


def test_an_update_of_what_the_partner_has_reaches_it_and_the_copys_does_not(copies):
    for wire in ("pool", "direct"):
        copies.send(wire)
    copies.tick()
    copies.send("direct", f"{HARBOUR} The mayor agreed on Friday.")
    assert copies.tick().written == ()
    copies.send("pool", f"{HARBOUR} The mayor agreed.")
    assert copies.tick().new == 1
    assert copies.shown() == {"pool 1"}
    assert "The mayor agreed." in copies.entries()[0].content[0].value


def test_a_copy_of_what_was_killed_goes_out_when_a_person_releases_it_and_stays(copies):
    first = copies.send("pool")
    second = copies.send("direct")
    copies.tick()
    copies.release(second)  # nobody knew of the kill then
    copies.kill(first)
    done = copies.tick()
    assert copies.shown() == set()
    assert done.left_out == {"kill": 1, "killed_copy": 1}
    copies.release(second)
    copies.tick()
    assert copies.shown() == {"direct 1"}
    copies.lift(first)
    copies.tick()
    assert copies.shown() == {"direct 1"}


def test_a_release_says_nothing_of_a_copy_that_is_killed_later(copies):
    first, second, third = (copies.send(wire) for wire in ("pool", "direct", "agency"))
    for one, other in ((first, second), (second, first)):
        copies.kill(one)
        copies.release(third)
        copies.now += timedelta(minutes=1)
        copies.kill(other)
        copies.tick()
        assert copies.shown() == set()
        copies.lift(first)
        copies.lift(second)


def test_a_copy_of_what_was_killed_comes_when_the_kill_is_lifted(copies):
    first = copies.send("pool")
    copies.kill(first)
    copies.send("direct")
    copies.tick()
    assert copies.shown() == set()
    copies.lift(first)
    copies.tick()
    assert copies.shown() == {"pool 1"}


def test_a_copy_that_the_partner_has_stays_when_another_is_killed(copies):
    copies.send("pool")
    other = copies.send("direct")
    copies.tick()
    copies.kill(other)
    copies.tick()
    assert copies.shown() == {"pool 1"}


def test_a_copy_that_may_not_go_to_the_partner_is_none(copies):
    copies.partner = copies.partner.model_copy(update={"licences": (Licence(profile="direct"),)})
    for wire in ("pool", "direct"):
        copies.send(wire)
    copies.tick()
    assert copies.shown() == {"direct 1"}


def test_what_has_grown_too_old_for_the_feed_does_not_come_again_as_a_copy(copies):
    copies.prefer("direct", newest=1)
    copies.send("pool")
    copies.tick()
    copies.send("pool", BRIDGE, "2")
    copies.tick()
    assert copies.shown() == {"pool 2"}
    copies.send("direct")
    done = copies.tick()
    assert copies.shown() == {"pool 2"}
    assert done.left_out == {"duplicate": 1, "older": 1}


def test_a_preferred_copy_stands_where_the_newest_of_its_group_does(copies):
    copies.prefer("pool", newest=2)
    copies.send("pool")
    for number in "23":
        copies.send("pool", number * 9, number)
    copies.send("direct")
    copies.tick()
    assert copies.shown() == {"pool 1", "pool 3"}
    assert copies.tick().written == ()


def test_two_copies_that_the_partner_has_both_stay(copies):
    copies.send("pool")
    copies.send("direct", BRIDGE)
    copies.tick()
    copies.send("direct", f"{HARBOUR} So it said.")
    copies.tick()
    assert copies.shown() == {"pool 1", "direct 1"}
    copies.send("agency")
    assert copies.tick().left_out["duplicate"] == 1
    assert copies.shown() == {"pool 1", "direct 1"}


def test_a_copy_that_goes_its_own_way_is_a_story_of_its_own(copies):
    copies.send("pool")
    copies.send("direct")
    copies.tick()
    copies.send("direct", BRIDGE)
    copies.tick()
    assert copies.shown() == {"pool 1", "direct 1"}


def test_a_rejected_copy_makes_room_for_another(copies):
    first = copies.send("pool")
    copies.send("direct")
    copies.tick()
    decided = Decision(uri=first, n=1, action="reject", by="ed", reason="no", at=copies.now)
    file_decision(copies.bucket, copies.catalogue, decided)
    copies.tick()
    assert copies.shown() == {"direct 1"}


def test_nothing_but_what_is_delivered_is_read(copies, monkeypatch):
    for wire in WIRES:
        copies.send(wire)
    asked: list[str] = []
    several = copies.bucket.get_whole

    def seen(keys):
        wanted = list(keys)
        asked.extend(wanted)
        return several(wanted)

    monkeypatch.setattr(copies.bucket, "get_whole", seen)
    copies.tick()
    assert [key.split("/")[1] for key in asked] == ["direct"]
