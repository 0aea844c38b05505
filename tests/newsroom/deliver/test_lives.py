"""Lives of stories, told step by step: what happens, and what the partner's feed shows after it.

A step is a sentence of `STEPS`. `sends lamps 2` is the wire's version 2 of its story "lamps"; in a feed it is
`lamps 2`, and `-lamps` is a story that the feed says is taken back. After each step the clock goes on by a
second, kills are obeyed, and the partner is delivered to.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import feedparser
import orjson
import pytest

from newsroom.config import Feed, Licence, Limits, Partner, Rights, RightsProfile, Term, Wire, load
from newsroom.fetch.outline import Deletion
from newsroom.stages import Newsroom, deliver, kills, life, store
from newsroom.stages.identity import adopt_known
from newsroom.stages.kills import kill_deleted, kill_gone, kill_marked, kill_read
from newsroom.stages.work import Assignment, Judged, Reading
from newsroom.store.catalogue import Decision
from newsroom.store.revisions import file_decision, file_verdicts
from newsroom.story import Finding, Item, Story, Verdict, digest, paragraph, story_uri

START = datetime.now(UTC).replace(microsecond=0)
"""The bucket's own clock must not be ahead of ours."""

LIVES: dict[str, list[tuple[str, str]]] = {
    "an update and a correction take the place of what was there": [
        ("alpha sends lamps 1", "lamps 1"),
        ("alpha sends lamps 2", "lamps 2"),
        ("alpha sends lamps 3: correction", "lamps 3"),
    ],
    "what comes late is filed in its place": [
        ("alpha sends lamps 3", "lamps 3"),
        ("alpha sends lamps 2", "lamps 3"),
        ("alpha sends lamps 3", "lamps 3"),
        ("alpha sends lamps 4", "lamps 4"),
    ],
    "a held update leaves the earlier version, and a release sends it": [
        ("alpha sends lamps 1", "lamps 1"),
        ("alpha sends lamps 2: fails", "lamps 1"),
        ("editor releases lamps", "lamps 2"),
    ],
    "a held story is released, or passes by a mended rule, or is rejected": [
        ("alpha sends lamps 1: fails", ""),
        ("alpha sends bread 1: fails", ""),
        ("alpha sends ferry 1: fails", ""),
        ("editor releases lamps", "lamps 1"),
        ("rules pass bread", "bread 1, lamps 1"),
        ("editor rejects ferry", "bread 1, lamps 1"),
        ("rules pass ferry", "bread 1, lamps 1"),
        ("alpha sends ferry 2", "bread 1, ferry 2, lamps 1"),
    ],
    "a late version does not come in place of a rejected one": [
        ("alpha sends lamps 2", "lamps 2"),
        ("alpha sends lamps 3: fails", "lamps 2"),
        ("editor rejects lamps", "lamps 2"),
        ("alpha sends lamps 1", "lamps 2"),
    ],
    "nothing is told of an embargoed story until its hour": [
        ("alpha sends lamps 1: embargo 2h", ""),
        ("1 hours pass", ""),
        ("1 hours pass", "lamps 1"),
    ],
    "an embargo that is set too late takes the story back until it ends": [
        ("alpha sends lamps 1", "lamps 1"),
        ("alpha sends lamps 2: embargo 2h", ""),
        ("2 hours pass", "lamps 2"),
    ],
    "an embargo that cannot be read holds the story, and a release is a person's word": [
        ("alpha sends lamps 1: embargo unreadable", ""),
        ("48 hours pass", ""),
        ("editor releases lamps", "lamps 1"),
    ],
    "a story that was killed before its embargo ended never comes": [
        ("alpha sends lamps 1: embargo 2h", ""),
        ("alpha cancels lamps", ""),
        ("3 hours pass", ""),
        ("alpha sends lamps 2", ""),
    ],
    "a story that is killed after its embargo ended is taken back": [
        ("alpha sends lamps 1: embargo 2h", ""),
        ("3 hours pass", "lamps 1"),
        ("editor kills lamps", "-lamps"),
        ("200 hours pass", ""),
    ],
    "neither update nor correction of a killed story comes": [
        ("alpha sends lamps 1", "lamps 1"),
        ("editor kills lamps", "-lamps"),
        ("alpha sends lamps 2", "-lamps"),
        ("alpha sends lamps 3: correction", "-lamps"),
        ("alpha sends lamps 1", "-lamps"),
    ],
    "a lifted kill brings back the newest version that may be used": [
        ("alpha sends lamps 1", "lamps 1"),
        ("alpha cancels lamps", "-lamps"),
        ("editor lifts lamps", "lamps 1"),
        ("alpha sends lamps 5", "lamps 5"),
    ],
    "a notice of a kill that stays in its feed does not undo a lift, and a new one does": [
        ("alpha sends lamps 1", "lamps 1"),
        ("alpha deletes lamps: monday", "-lamps"),
        ("editor lifts lamps", "lamps 1"),
        ("alpha deletes lamps: monday", "lamps 1"),
        ("alpha deletes lamps: tuesday", "-lamps"),
    ],
    "what the wire kills while the editor's kill stands outlasts the editor's lift": [
        ("alpha sends lamps 1", "lamps 1"),
        ("editor kills lamps", "-lamps"),
        ("alpha deletes lamps: monday", "-lamps"),
        ("editor lifts the editor's kill of lamps", "-lamps"),
        ("alpha deletes lamps: monday", "-lamps"),
        ("alpha sends lamps 2", "-lamps"),
        ("editor lifts lamps", "lamps 2"),
        ("alpha deletes lamps: monday", "lamps 2"),
    ],
    "an editor's kill stands when the wire's is lifted": [
        ("alpha sends lamps 1", "lamps 1"),
        ("alpha cancels lamps", "-lamps"),
        ("editor kills lamps", "-lamps"),
        ("editor lifts the pubstatus kill of lamps", "-lamps"),
        ("editor lifts lamps", "lamps 1"),
    ],
    "a kill by mark, by deletion, by a page that is gone, by status": [
        ("alpha sends lamps 1", "lamps 1"),
        ("alpha marks lamps", "-lamps"),
        ("alpha sends bread 1", "-lamps, bread 1"),
        ("alpha loses bread", "-bread, -lamps"),
        ("alpha sends ferry 1", "-bread, -lamps, ferry 1"),
        ("alpha sends ferry 2: withheld", "-bread, -ferry, -lamps"),
    ],
    "a kill that comes before its story": [
        ("alpha deletes lamps: monday", ""),
        ("alpha sends lamps 1", ""),
    ],
    "a story leaves when it expires": [
        ("alpha sends lamps 1: expires 2h", "lamps 1"),
        ("2 hours pass", "-lamps"),
        ("alpha sends lamps 2", "lamps 2"),
    ],
    "a story leaves when its terms end": [
        ("alpha sends lamps 1: one day only", "lamps 1"),
        ("12 hours pass", "lamps 1"),
        ("alpha sends lamps 2: one day only", "lamps 2"),
        ("12 hours pass", "-lamps"),
    ],
    "every story leaves when the licence ends, and comes back when it is renewed": [
        ("alpha sends lamps 1", "lamps 1"),
        ("licence ends", "-lamps"),
        ("alpha sends lamps 2", "-lamps"),
        ("licence is renewed", "lamps 2"),
        ("licence ends", "-lamps"),
        ("licence is renewed", "lamps 2"),
        ("editor kills lamps", "-lamps"),
    ],
    "a paused partner gets nothing but kills": [
        ("alpha sends lamps 1", "lamps 1"),
        ("alpha sends bread 1", "bread 1, lamps 1"),
        ("partner pauses", "bread 1, lamps 1"),
        ("alpha sends lamps 2", "bread 1, lamps 1"),
        ("alpha cancels bread", "-bread, lamps 1"),
        ("editor kills lamps", "-bread, -lamps"),
        ("partner resumes", "-bread, -lamps"),
    ],
    "what ends while a partner is paused leaves its feed": [
        ("alpha sends lamps 1: expires 2h", "lamps 1"),
        ("alpha sends bread 1", "bread 1, lamps 1"),
        ("partner pauses", "bread 1, lamps 1"),
        ("3 hours pass", "-lamps, bread 1"),
        ("licence ends", "-bread, -lamps"),
        ("licence is renewed", "-bread, -lamps"),
        ("partner resumes", "-lamps, bread 1"),
    ],
    "a version that was overtaken while the partner was paused is not sent": [
        ("partner pauses", ""),
        ("alpha sends lamps 1", ""),
        ("alpha sends lamps 2", ""),
        ("partner resumes", "lamps 2"),
    ],
    "an id that is used again is another story, and its kill is that one's": [
        ("alpha sends lamps 1", "lamps 1"),
        ("alpha sends bread 1: id lamps", "bread 1, lamps 1"),
        ("alpha sends lamps 2", "bread 1, lamps 2"),
        ("editor kills bread", "-bread, lamps 2"),
        ("alpha sends bread 2: id lamps", "-bread, lamps 2"),
    ],
    "of two copies the partner has one, and after its kill the other when it is released": [
        ("alpha sends lamps 1", "lamps 1"),
        ("beta sends lamps 1", "lamps 1"),
        ("beta sends lamps 2", "lamps 1"),
        ("alpha cancels lamps", "-lamps"),
        ("editor releases beta lamps", "-lamps, lamps 2"),
        ("editor kills beta lamps", "-lamps, -lamps"),
        ("editor lifts lamps", "-lamps, lamps 1"),
    ],
    "a correction that came while the kill stood comes with the lift": [
        ("alpha sends lamps 1", "lamps 1"),
        ("editor kills lamps", "-lamps"),
        ("alpha sends lamps 2: correction", "-lamps"),
        ("editor lifts lamps", "lamps 2"),
    ],
    "a correction that is held while the kill stands does not come with the lift": [
        ("alpha sends lamps 1", "lamps 1"),
        ("alpha deletes lamps: monday", "-lamps"),
        ("alpha sends lamps 2: correction, fails", "-lamps"),
        ("editor lifts lamps", "lamps 1"),
        ("editor releases lamps", "lamps 2"),
    ],
    "a kill that is lifted before the embargo ends opens nothing": [
        ("alpha sends lamps 1: embargo 3h", ""),
        ("alpha cancels lamps", ""),
        ("editor lifts lamps", ""),
        ("2 hours pass", ""),
        ("1 hours pass", "lamps 1"),
    ],
    "an embargo that came too late, a kill and its lift": [
        ("alpha sends lamps 1", "lamps 1"),
        ("alpha sends lamps 2: embargo 2h", ""),
        ("editor kills lamps", "-lamps"),
        ("editor lifts lamps", ""),
        ("1 hours pass", ""),
        ("1 hours pass", "lamps 2"),
    ],
    "an embargo that is moved on while the kill stands": [
        ("alpha sends lamps 1: embargo 1h", ""),
        ("editor kills lamps", ""),
        ("alpha sends lamps 2: embargo 4h", ""),
        ("2 hours pass", ""),
        ("editor lifts lamps", ""),
        ("2 hours pass", "lamps 2"),
    ],
    "a licence that ends while a correction is held": [
        ("alpha sends lamps 1", "lamps 1"),
        ("alpha sends lamps 2: correction, fails", "lamps 1"),
        ("licence ends", "-lamps"),
        ("editor releases lamps", "-lamps"),
        ("licence is renewed", "lamps 2"),
    ],
    "a licence that ends while the kill stands keeps the story away after the lift": [
        ("alpha sends lamps 1", "lamps 1"),
        ("editor kills lamps", "-lamps"),
        ("licence ends", "-lamps"),
        ("editor lifts lamps", "-lamps"),
        ("licence is renewed", "lamps 1"),
    ],
    "a story that expires while the kill stands stays away after the lift": [
        ("alpha sends lamps 1: expires 2h", "lamps 1"),
        ("alpha deletes lamps: monday", "-lamps"),
        ("3 hours pass", "-lamps"),
        ("editor lifts lamps", "-lamps"),
        ("alpha sends lamps 2", "lamps 2"),
    ],
    "a released story stays when the version after it is held": [
        ("alpha sends lamps 1: fails", ""),
        ("editor releases lamps", "lamps 1"),
        ("alpha sends lamps 2: fails", "lamps 1"),
        ("alpha sends lamps 3: correction, fails", "lamps 1"),
        ("rules pass lamps", "lamps 3"),
    ],
    "a released story leaves when the version after it is withheld, and the lift brings it back": [
        ("alpha sends lamps 1: fails", ""),
        ("editor releases lamps", "lamps 1"),
        ("alpha sends lamps 2: withheld", "-lamps"),
        ("editor lifts lamps", "lamps 1"),
        ("alpha sends lamps 3", "lamps 3"),
    ],
    "a release of one embargo is none of the next": [
        ("alpha sends lamps 1: embargo unreadable", ""),
        ("editor releases lamps", "lamps 1"),
        ("alpha sends lamps 2: embargo unreadable", ""),
        ("editor releases lamps", "lamps 2"),
    ],
    "a release that is taken back": [
        ("alpha sends lamps 1: fails", ""),
        ("editor releases lamps", "lamps 1"),
        ("editor rejects lamps", "-lamps"),
        ("rules pass lamps", "-lamps"),
        ("alpha sends lamps 2", "lamps 2"),
    ],
    "a partner that is removed and added again": [
        ("alpha sends lamps 1", "lamps 1"),
        ("partner is removed", "lamps 1"),
        ("alpha sends lamps 2", "lamps 1"),
        ("alpha sends bread 1", "lamps 1"),
        ("partner is added again", "bread 1, lamps 2"),
    ],
    "a kill while the partner is removed takes all that it has, and what is not killed comes back": [
        ("alpha sends lamps 1", "lamps 1"),
        ("alpha sends bread 1", "bread 1, lamps 1"),
        ("partner is removed", "bread 1, lamps 1"),
        ("alpha cancels bread", "-bread"),
        ("partner is added again", "-bread, lamps 1"),
        ("editor lifts bread", "bread 1, lamps 1"),
    ],
    "a kill and its lift while the partner is removed": [
        ("alpha sends lamps 1", "lamps 1"),
        ("partner is removed", "lamps 1"),
        ("editor kills lamps", "-lamps"),
        ("editor lifts lamps", "-lamps"),
        ("alpha sends lamps 2: correction", "-lamps"),
        ("partner is added again", "lamps 2"),
    ],
    "a kill and its lift while the partner is paused": [
        ("alpha sends lamps 1", "lamps 1"),
        ("partner pauses", "lamps 1"),
        ("alpha deletes lamps: monday", "-lamps"),
        ("editor kills lamps", "-lamps"),
        ("editor lifts the editor's kill of lamps", "-lamps"),
        ("partner resumes", "-lamps"),
        ("editor lifts lamps", "lamps 1"),
    ],
    "of two copies one is killed, and its lift doubles nothing": [
        ("alpha sends lamps 1", "lamps 1"),
        ("beta sends lamps 1", "lamps 1"),
        ("alpha cancels lamps", "-lamps"),
        ("editor lifts lamps", "lamps 1"),
        ("beta sends lamps 2", "lamps 1"),
        ("editor kills lamps", "-lamps"),
        ("editor releases beta lamps", "-lamps, lamps 2"),
        ("alpha deletes lamps: monday", "-lamps, lamps 2"),
        ("beta sends lamps 3", "-lamps, lamps 3"),
    ],
    "of two copies the one that the partner has loses its licence, and gets it again": [
        ("alpha sends lamps 1", "lamps 1"),
        ("beta sends lamps 2", "lamps 1"),
        ("alpha's licence ends", "-lamps, lamps 2"),
        ("licence is renewed", "-lamps, lamps 2"),
        ("editor kills beta lamps", "-lamps, -lamps"),
        ("editor releases lamps", "-lamps, lamps 1"),
    ],
    "both copies are killed, and one is lifted": [
        ("alpha sends lamps 1", "lamps 1"),
        ("beta sends lamps 1", "lamps 1"),
        ("alpha cancels lamps", "-lamps"),
        ("beta cancels lamps", "-lamps"),
        ("editor lifts beta lamps", "-lamps, lamps 1"),
        ("editor lifts lamps", "-lamps, lamps 1"),
    ],
    "a copy that was taken back does not come again once another is killed": [
        ("alpha sends lamps 1", "lamps 1"),
        ("beta sends lamps 1", "lamps 1"),
        ("editor kills beta lamps", "lamps 1"),
        ("licence ends", "-lamps"),
        ("licence is renewed", "-lamps"),
        ("editor releases lamps", "lamps 1"),
    ],
    "a story that its rules hold later is taken back": [
        ("alpha sends lamps 1", "lamps 1"),
        ("rules hold lamps", "-lamps"),
        ("alpha sends lamps 2: fails", "-lamps"),
        ("rules pass lamps", "lamps 2"),
        ("rules hold lamps", "-lamps"),
    ],
    "a copy that was killed does not come when the other goes": [
        ("alpha sends lamps 1", "lamps 1"),
        ("beta sends lamps 1", "lamps 1"),
        ("editor kills beta lamps", "lamps 1"),
        ("alpha cancels lamps", "-lamps"),
    ],
}

TEXTS = {
    "lamps": "The 212 lamps of the north quay burn again after eleven winters in the dark, the harbor said. "
    "Two electricians and a retired diver took nineteen months to lay new wires in its cellar.",
    "bread": "A bakery in Sennet Cove sells its bread by the inch, because a flood took the baker’s scale. "
    "Customers bring their own rulers, and nobody has complained of a crumb since the spring.",
    "ferry": "The night ferry to Port Calloway keeps a seat for its oldest passenger, a heron of the bay. "
    "It boards at eleven, pays with nothing, and leaves before anyone has thought to ask it why.",
}
ADDED = "It was told on day {}, when {} people had come to look, and {} of them stayed until the evening."


@dataclass
class Lives:
    """A room with two wires, a partner that takes RSS and ninjs, and a clock."""

    room: Newsroom
    now: datetime = START
    uris: dict[str, str] = field(default_factory=dict)
    versions: dict[str, tuple[int, tuple[str, str]]] = field(default_factory=dict)
    sent: int = 0
    removed: Partner | None = None

    def change(self, **fields: Any) -> None:
        self.take(self.room.partner("krdo").model_copy(update=fields))

    def take(self, *partners: Partner) -> None:
        configuration = replace(self.room.configuration, partners={each.id: each for each in partners})
        self.room = replace(self.room, configuration=configuration)

    def remove(self) -> None:
        self.removed = self.room.partner("krdo")
        self.take()

    def add_again(self) -> None:
        assert self.removed
        self.take(self.removed)

    def sends(self, wire: str, name: str, number: str, said: str | None) -> None:
        told = dict(part.partition(" ")[::2] for part in (said or "").split(", ") if part)
        self._file(wire, name, number, told)

    def cancels(self, wire: str, name: str) -> None:
        self._file(wire, name, "99", {"canceled": ""})

    def marks(self, wire: str, name: str) -> None:
        item = self._item(wire, name, name, f"KILL: {name}")
        kill_marked(self.room, self.room.wire(wire), [item])

    def deletes(self, wire: str, name: str, when: str) -> None:
        kill_deleted(self.room, self.room.wire(wire), [Deletion(name, when)])

    def loses(self, wire: str, name: str) -> None:
        kill_gone(self.room, self.room.wire(wire), [self._item(wire, name, name, name)])

    def kill(self, wire: str | None, name: str) -> None:
        kills.kill_story(self.room, self._uri(wire, name), by="ed", reason="libel")

    def lift(self, wire: str | None, name: str) -> None:
        kills.lift_story(self.room, self._uri(wire, name), by="ed", reason="it was another")

    def lift_one(self, source: str, name: str) -> None:
        uri = self._uri(None, name)
        (kill,) = [each for each in self.room.catalogue.kills(uri, standing=True) if each.source == source]
        which = kills.kill_id(kill.evidence)
        kills.lift_story(self.room, uri, by="ed", reason="it was another", kill=which)

    def release(self, wire: str | None, name: str) -> None:
        life.release_story(self.room, self._uri(wire, name), by="ed", reason="confirmed")

    def reject(self, wire: str | None, name: str) -> None:
        uri = self._uri(wire, name)
        n = self.room.catalogue.chain(uri)[-1].n
        said = Decision(uri=uri, n=n, action="reject", by="ed", reason="not for us", at=self.now)
        file_decision(self.room.bucket, self.room.catalogue, said)

    def judge(self, says: str, name: str) -> None:
        uri = self._uri(None, name)
        self._judge("alpha", uri, max(row.n for row in self.room.catalogue.chain(uri)), passed=says == "pass")

    def hours(self, count: str) -> None:
        self.now += timedelta(hours=int(count))

    def deliver(self) -> None:
        self.now += timedelta(seconds=1)
        done = deliver.withdraw_from_all(self.room, deliver.partners_to_reach(self.room), "r")
        done += deliver.deliver_changed(self.room, list(self.room.configuration.partners), "r")
        assert [each["error"] for each in done if each["error"]] == []

    def shown(self) -> str:
        """What both documents show, in the order of the alphabet; a paused partner may have none yet."""
        if not self.room.bucket.stat("partners/krdo/rss.xml"):
            return ""
        rss = feedparser.parse(self.room.bucket.get("partners/krdo/rss.xml"))
        ninjs = orjson.loads(self.room.bucket.get("partners/krdo/ninjs.json")).get("associations", [])
        names = {uri: key.rpartition(" ")[2] for key, uri in self.uris.items()}
        here = [item["name"] for item in ninjs if item["pubStatus"] == "usable"]
        assert sorted(entry.title for entry in rss.entries) == sorted(here)
        for item in ninjs:
            self._rises(item["uri"], int(item["version"]), (item["pubStatus"], item["name"]))
        gone = [f"-{names[item['uri']]}" for item in ninjs if item["pubStatus"] == "canceled"]
        return ", ".join(sorted(here + gone))

    def _rises(self, uri: str, version: int, said: tuple[str, str]) -> None:
        """A story that says something else than before says so in a higher version; so may another kill."""
        before = self.versions.get(uri)
        if before and said == before[1] and said[0] == "usable":
            assert version == before[0]
        elif before:
            assert version > before[0] or (said == before[1] and version == before[0])
        self.versions[uri] = (version, said)

    def _uri(self, wire: str | None, name: str) -> str:
        return self.uris[f"{(wire or 'alpha').strip()} {name}"]

    def _item(self, wire: str, name: str, guid: str, title: str) -> Item:
        self.sent += 1
        return Item(
            key=digest(f"{wire}\n{guid}")[:32],
            wire=wire,
            feed="all",
            digest=digest(str(self.sent)),
            raw_key=f"raw/{wire}/00/{self.sent}",
            guid=guid,
            url=f"https://{wire}.example/{name}",
            title=title,
        )

    def _file(self, wire: str, name: str, number: str, told: dict[str, str]) -> None:
        guid = told.get("id", name)
        item = self._item(wire, name, guid, f"{name} {number}")
        embargo = told.get("embargo")
        unreadable = embargo == "unreadable"
        hours = {key: self.now + _hours(value) for key, value in told.items() if value.endswith("h")}
        story = Story(
            uri=story_uri(wire, guid),
            wire=wire,
            wire_id=guid,
            wire_version=number,
            provider=wire.title(),
            url=item.url,
            headline=f"{name} {number}",
            blocks=(paragraph(TEXTS[name]), paragraph(ADDED.format(number, number, number))),
            language="en",
            firstcreated=START,
            versioncreated=START + timedelta(minutes=int(number)),
            embargoed=hours.get("embargo"),
            expires=hours.get("expires"),
            usageterms="One day only" if "one" in told else None,
            signals=tuple(each for each in ("correction",) if each in told)
            + (("embargo",) if unreadable else ()),
            pubstatus="canceled" if "canceled" in told else "withheld" if "withheld" in told else "usable",
        )
        (reading,) = adopt_known(self.room, wire, [Reading(assignment=Assignment(item=item), story=story)])
        self.uris.setdefault(f"{wire} {name}", reading.story.uri)
        kill_read(self.room, self.room.wire(wire), [reading])
        passed = "fails" not in told and story.pubstatus == "usable" and not unreadable
        judged = Judged(reading=reading, verdicts=(self._verdict(wire, reading.story.uri, 0, passed),))
        store.file_settled(self.room, wire, [judged], "r")

    def _judge(self, wire: str, uri: str, n: int, *, passed: bool) -> None:
        verdict = self._verdict(wire, uri, n, passed)
        file_verdicts(self.room.bucket, self.room.catalogue, [verdict], wire)

    def _verdict(self, wire: str, uri: str, n: int, passed: bool) -> Verdict:
        reason = "" if passed else "byline: nothing found; wanted a name"
        finding = Finding(rule="byline", field="byline", severity="critical", passed=passed, reason=reason)
        return Verdict(
            uri=uri, n=n, scope=f"wire:{wire}", ruleset="r", checked_at=self.now, findings=(finding,)
        )


def _hours(text: str) -> timedelta:
    return timedelta(hours=int(text.removesuffix("h")))


ENDED, RENEWED = START.date() - timedelta(days=1), None

STEPS: dict[str, Callable[..., None]] = {
    r"(alpha|beta) sends (\w+) (\d+)(?:: (.+))?": Lives.sends,
    r"(alpha|beta) cancels (\w+)": Lives.cancels,
    r"(alpha|beta) marks (\w+)": Lives.marks,
    r"(alpha|beta) deletes (\w+): (\w+)": Lives.deletes,
    r"(alpha|beta) loses (\w+)": Lives.loses,
    r"editor kills (beta )?(\w+)": Lives.kill,
    r"editor lifts (beta )?(\w+)": Lives.lift,
    r"editor lifts the (editor|pubstatus)(?:'s)? kill of (\w+)": Lives.lift_one,
    r"editor releases (beta )?(\w+)": Lives.release,
    r"editor rejects (beta )?(\w+)": Lives.reject,
    r"rules (pass|hold) (\w+)": Lives.judge,
    r"(\d+) hours pass": Lives.hours,
    r"partner pauses": lambda lives: lives.change(enabled=False),
    r"partner resumes": lambda lives: lives.change(enabled=True),
    r"partner is removed": Lives.remove,
    r"partner is added again": Lives.add_again,
    r"alpha's licence ends": lambda lives: lives.change(
        licences=(*_licences(ENDED)[:1], *_licences(RENEWED)[1:])
    ),
    r"licence ends": lambda lives: lives.change(licences=_licences(ENDED)),
    r"licence is renewed": lambda lives: lives.change(licences=_licences(RENEWED)),
}


def _licences(until: date | None) -> tuple[Licence, ...]:
    return tuple(Licence(profile=name, valid_until=until) for name in ("alpha", "beta"))


@pytest.fixture
def lives(bucket, catalogue, house, partner, monkeypatch):
    wires = {
        name: Wire(
            id=name,
            provider=name.title(),
            feeds=(Feed(id="all", url=f"https://{name}.example/"),),
            rights=Rights(profile=name),
        )
        for name in ("alpha", "beta")
    }
    terms = (Term(text="One day only", term_days=1),)
    rights = {
        name: RightsProfile(id=name, title=name, grants={"all": Limits()}, terms=terms) for name in wires
    }
    taker = partner.model_copy(update={"licences": _licences(None), "formats": ("rss", "ninjs")})
    configuration = replace(load(), house=house, wires=wires, rights=rights, partners={"krdo": taker})
    made = Lives(Newsroom(configuration, bucket, catalogue))
    for stage in (kills, life, store, deliver):
        monkeypatch.setattr(stage, "now", lambda: made.now)
    return made


@pytest.mark.slow
@pytest.mark.parametrize("told", LIVES.values(), ids=LIVES)
def test_the_partner_sees(lives, told):
    for number, (step, wanted) in enumerate(told, 1):
        ((does, groups),) = [
            (does, found.groups()) for form, does in STEPS.items() if (found := re.fullmatch(form, step))
        ]
        does(lives, *groups)
        lives.deliver()
        assert (number, step, lives.shown()) == (number, step, wanted)
