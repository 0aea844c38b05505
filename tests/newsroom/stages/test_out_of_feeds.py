"""What left a partner's feed as its correction may not go there is told for as long as that is so."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from newsroom.check.validate import ruleset_digest
from newsroom.cli import main
from newsroom.config import Feed, House, Licence, Limits, Partner, Rights, RightsProfile, Term, Wire, load
from newsroom.stages import Newsroom, now
from newsroom.stages.deliver import deliver_to
from newsroom.stages.kills import kill_story, lift_story
from newsroom.stages.life import life_of, release_story
from newsroom.stages.out_of_feeds import out_of_feeds
from newsroom.stages.partners import deliveries_by_partner
from newsroom.store import keys
from newsroom.store.catalogue import Catalogue
from newsroom.store.revisions import Draft, file_stories, file_verdicts
from newsroom.story import Finding, Story, Verdict, paragraph, story_uri

URI = story_uri("sample", "lamps")
NOTE = "Correction: The quay has 221 lamps, not 212."


@dataclass
class Desk:
    room: Newsroom
    at: datetime

    def change(self, **fields: Any) -> None:
        partner = self.room.partner("krdo").model_copy(update=fields)
        partners = self.room.configuration.partners | {"krdo": partner}
        self.room = replace(self.room, configuration=replace(self.room.configuration, partners=partners))

    def send(
        self,
        lamps: int,
        *texts: str,
        uri: str = URI,
        passed: bool = True,
        partners: bool = True,
        **fields: Any,
    ) -> None:
        """File a version, judged by the wire's rules and by those of a partner, and deliver."""
        self.at += timedelta(seconds=1)
        story = Story(
            uri=uri, wire="sample", provider="Sample", language="en",
            blocks=tuple(map(paragraph, (f"The quay has {lamps} lamps.", *texts))),
            firstcreated=self.at, versioncreated=self.at,
            **{"headline": f"Quay lights {lamps} lamps"} | fields,
        )  # fmt: skip
        draft = Draft(story, ("raw/x",), "item", story.content_hash)
        room = self.room
        (where,) = file_stories(room.bucket, room.catalogue, [draft], reader="test", run=None, now=now())
        rules = room.configuration.rules["krdo"]
        wire = room.wire("sample")
        profile = room.configuration.profile_of(wire)
        digest = ruleset_digest(rules, wire, room.configuration.topics_of(wire), profile)
        said = [("wire:sample", "r", passed), ("partner:kvia", digest, partners)]
        verdicts = [
            Verdict(
                uri=uri, n=where.n, scope=scope, ruleset=ruleset, checked_at=now(),
                findings=(Finding(rule="by", field="byline", severity="critical", passed=ok, reason="none"),),
            )
            for scope, ruleset, ok in said
        ]  # fmt: skip
        file_verdicts(room.bucket, room.catalogue, verdicts, "sample")
        self.deliver()

    def deliver(self) -> None:
        for partner in self.room.configuration.partners:
            deliver_to(self.room, partner)

    def out(self) -> list[tuple[str, int, int, str]]:
        return [(each["partner"], each["had"], each["n"], each["kind"]) for each in out_of_feeds(self.room)]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def desk(request, bucket, tmp_path):
    url = f"sqlite:///{tmp_path}/desk.db"
    catalogue = Catalogue.open(url if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    licences = (Licence(profile="sample"),)
    plain = Partner(id="krdo", name="KRDO", licences=licences, formats=("rss", "ninjs"))
    partners = {
        "krdo": plain,
        "kvia": plain.model_copy(update={"id": "kvia", "name": "KVIA", "checks": "krdo"}),
    }
    wire = Wire(
        id="sample",
        provider="Sample",
        feeds=(Feed(id="all", url="https://a.example/"),),
        rights=Rights(profile="sample"),
    )
    terms = (Term(text="Not for web", channels=("broadcast",)),)
    contract = RightsProfile(id="sample", title="Sample contract", grants={"all": Limits()}, terms=terms)
    configuration = replace(
        load(),
        house=House(name="Desk", contact="desk@a.example"),
        wires={"sample": wire},
        partners=partners,
        rights={"sample": contract},
    )
    made = Desk(Newsroom(configuration, bucket, catalogue), now() - timedelta(hours=1))
    made.change(publishes=plain.publishes.model_copy(update={"channels": ("web",)}))
    made.send(212)
    assert made.out() == []
    yield made
    catalogue.close()


def test_a_partner_whose_own_rules_refuse_the_correction(desk):
    desk.send(221, NOTE, partners=False)
    assert desk.out() == [("kvia", 1, 2, "correction")]
    (told,) = out_of_feeds(desk.room)
    assert told["reasons"] == ["partner_check: none"]
    assert "mend the rule in checks/krdo.yaml" in told["mend"][0]
    assert told["since"] <= now()
    assert told["taken_back"] is False  # the partner's rules changed nothing of what it may publish
    desk.deliver()  # it is told for as long as it lasts
    assert [each["partner"] for each in life_of(desk.room, URI)["out_of_feeds"]] == ["kvia"]
    failures = {row["partner"]: row["failures"] for row in deliveries_by_partner(desk.room)}
    assert failures["krdo"] == []
    assert "may not go there: 1; see `newsroom held`" in failures["kvia"][0]
    assert out_of_feeds(desk.room, partners=["krdo"]) == []
    desk.send(221, NOTE, "Until eleven.", partners=False)
    assert desk.out() == [("kvia", 1, 3, "correction")]
    desk.send(221, NOTE, "Until twelve.")
    assert desk.out() == []


@pytest.mark.parametrize(
    ("fields", "rule", "taken_back", "mend"),
    [
        ({"usageterms": "Not for web."}, "channel", True, "partners/krdo.yaml"),
        ({"signals": ("hold",)}, "signals", True, "ask the wire"),
        ({"pubstatus": "withheld"}, "pubstatus", True, "ask the wire"),
        ({"embargoed": now() + timedelta(hours=2)}, "embargo", False, "it comes by itself"),
    ],
)
def test_a_correction_that_nobody_may_have_yet(desk, fields, rule, taken_back, mend):
    desk.send(221, NOTE, **fields)
    assert "krdo" in {partner for partner, *_ in desk.out()}
    told = next(each for each in out_of_feeds(desk.room) if each["partner"] == "krdo")
    assert told["reasons"][0].startswith(f"{rule}: ")
    assert told["taken_back"] is taken_back
    assert any(mend in each for each in told["mend"])


def test_a_release_ends_it(desk):
    desk.send(221, NOTE, signals=("hold",), passed=False)
    assert {partner for partner, *_ in desk.out()} == {"krdo", "kvia"}
    release_story(desk.room, URI, by="ed", reason="the wire confirmed it")
    desk.deliver()
    assert desk.out() == []


def test_what_left_for_another_reason_is_not_told(desk):
    kill_story(desk.room, URI, by="ed", reason="libel")
    desk.deliver()
    desk.send(221, NOTE, partners=False)
    assert desk.out() == []
    lift_story(desk.room, URI, by="ed", reason="settled")
    desk.deliver()
    licences = desk.room.partner("krdo").licences
    desk.change(licences=())
    desk.deliver()
    assert "krdo" not in {partner for partner, *_ in desk.out()}
    desk.change(licences=licences)


def test_a_held_correction_whose_earlier_version_stays_is_told_as_held(desk):
    desk.send(221, NOTE, passed=False)
    assert desk.out() == []


def test_a_correction_that_would_break_a_document(desk, caplog):
    desk.send(221, NOTE, headline="")
    wrong = {each.getMessage() for each in caplog.records if each.levelname == "ERROR"}
    assert len(wrong) == 4  # in two formats of two partners
    assert sorted(desk.out()) == [("krdo", 1, 2, "correction"), ("kvia", 1, 2, "correction")]
    for told in out_of_feeds(desk.room):
        assert any(each.startswith("rss.title: ") for each in told["reasons"])
        assert "tell an engineer" in told["mend"][0]
    caplog.clear()
    desk.send(1, uri=story_uri("sample", "bread"))
    assert [each for each in caplog.records if each.levelname == "ERROR"] == []
    assert len(desk.out()) == 2


def test_a_correction_whose_object_is_gone(desk):
    desk.send(221, NOTE, passed=False)
    desk.room.bucket.delete(keys.revision("sample", URI, 2))
    release_story(desk.room, URI, by="ed", reason="the wire confirmed it")
    desk.deliver()
    assert {(partner, had, n) for partner, had, n, _ in desk.out()} == {("krdo", 1, 2), ("kvia", 1, 2)}
    told = out_of_feeds(desk.room)[0]
    assert told["reasons"][0].startswith("unreadable: ")
    assert told["mend"] == ["restore its object in the bucket; the next delivery brings the story back"]


def test_the_command_line_shows_it_at_the_top(capfd, monkeypatch, desk):
    desk.send(221, NOTE, signals=("hold",), passed=False)
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setattr(Newsroom, "from_environment", classmethod(lambda _: desk.room))
    for command in (["held"], ["story", URI]):
        monkeypatch.setattr("sys.argv", ["newsroom", *command])
        with pytest.raises(SystemExit, match="0"):
            main()
        told = capfd.readouterr().out
        assert "OUT OF FEEDS" in told
        assert "ask the wire" in told
