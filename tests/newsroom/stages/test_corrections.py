"""A correction that is held while partners show the wrong version is told before all else."""

import logging
from datetime import timedelta

import pytest

from newsroom.cli import main
from newsroom.stages import Newsroom
from newsroom.stages.check import check_stories
from newsroom.stages.life import held_stories
from newsroom.stages.recheck import recheck_held
from newsroom.stages.work import Assignment, Reading, write
from newsroom.store import keys
from newsroom.store.catalogue import Ledger
from newsroom.store.deliveries import Entered
from newsroom.store.revisions import Draft, file_stories, file_verdicts
from newsroom.story import Finding, Item, Story, Verdict, digest, paragraph, story_uri

WIRE = "cnn_newsource"
NOTE = "Correction: The quay has 221 lamps, not 212."
WHY = "copyrightnotice: nothing found"


@pytest.fixture
def room(environment):
    return Newsroom.from_environment()


def story(identity: str, headline: str, *texts: str) -> Story:
    return Story(
        uri=story_uri(WIRE, identity), wire=WIRE, provider="CNN Newsource", headline=headline,
        blocks=tuple(map(paragraph, texts)),
    )  # fmt: skip


def item(told: Story) -> Item:
    return Item(key=digest(told.headline)[:32], wire=WIRE, feed="world", digest="d", raw_key="raw/x")


@pytest.fixture
def file(room):
    """Files a version of a story with its verdict; returns its uri."""

    def go(told: Story, *, passed: bool, minute: int) -> str:
        at = room.started + timedelta(minutes=minute)
        draft = Draft(told, ("raw/x",), "item", told.content_hash)
        (where,) = file_stories(room.bucket, room.catalogue, [draft], reader="test", run=None, now=at)
        finding = Finding(
            rule="notice", field="copyrightnotice", severity="critical", passed=passed, reason=WHY
        )
        verdict = Verdict(
            uri=where.uri, n=where.n, scope=f"wire:{WIRE}", ruleset="r", checked_at=at, findings=(finding,)
        )
        file_verdicts(room.bucket, room.catalogue, [verdict], WIRE)
        return where.uri

    return go


@pytest.fixture
def show(room):
    """Puts a revision into a partner's feed, as the catalogue has it."""

    def go(partner: str, uri: str, n: int, minute: int) -> None:
        at = room.started + timedelta(minutes=minute)
        gone = tuple(each for each in room.catalogue.in_feed(partner) if each[0] == uri)
        assert gone == ()
        ledger = Ledger(partner=partner, at=at, run=None, entered=(Entered(uri=uri, n=n),), left=())
        room.catalogue.add_deliveries(ledger)

    return go


@pytest.fixture
def waiting(file, show):
    """Held stories: corrections that partners wait for, and others that came later; the corrections' uris."""
    lamps = file(story("lamps", "Quay lights 212 lamps", "The quay has 212 lamps."), passed=True, minute=0)
    show("krdo", lamps, 1, 1)
    show("kvia", lamps, 1, 2)
    file(story("lamps", "Quay lights 221 lamps", "The quay has 221 lamps.", NOTE), passed=False, minute=3)
    bread = file(story("bread", "Bread by the inch", "It is sold by the inch."), passed=True, minute=4)
    show("krdo", bread, 1, 5)
    # A mere update of what is shown, and what no partner has, wait as ever.
    file(story("bread", "Bread by the foot", "It is sold by the foot."), passed=False, minute=6)
    file(story("tide", "Tide rises", "It rises.", NOTE), passed=False, minute=7)
    file(story("tide", "Tide falls", "It falls.", NOTE), passed=False, minute=8)
    return lamps


def test_it_is_the_first_that_is_held_and_says_who_shows_the_wrong_version(room, waiting):
    first, *others = held_stories(room, None, 100)
    assert (first["uri"], first["n"], first["corrects"]) == (waiting, 2, "correction")
    since = [f"{room.started + timedelta(minutes=minute):%Y-%m-%d %H:%M}Z" for minute in (1, 2)]
    assert first["shown_by"] == [
        f"krdo shows revision 1 since {since[0]}",
        f"kvia shows revision 1 since {since[1]}",
    ]
    assert [(each["headline"], each["corrects"], each["shown_by"]) for each in others] == [
        ("Bread by the foot", None, []),
        ("Tide falls", None, []),
    ]
    # Nor does a limit hide it behind what came later.
    assert [each["uri"] for each in held_stories(room, None, 1)] == [waiting]


def test_the_command_line_shows_it_in_a_table_of_its_own(waiting, capfd, monkeypatch):
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setattr("sys.argv", ["newsroom", "held"])
    with pytest.raises(SystemExit, match="0"):
        main()
    told = capfd.readouterr().out
    corrections, _, others = told.partition("Held stories")
    assert "CORRECTIONS that wait, of what partners show" in corrections
    assert "Quay lights 221 lamps" in corrections
    assert "kvia shows revision 1 since" in corrections
    assert "shows revision" not in others


def test_a_correction_that_was_missed_waits_with_the_update_after_it(room, waiting, file):
    update = story("lamps", "Quay lights 221 lamps", "The quay has 221 lamps.", NOTE, "Until eleven.")
    file(update, passed=False, minute=9)
    first = held_stories(room, None, 1)[0]
    assert (first["n"], first["corrects"]) == (3, "correction")


def test_what_passes_after_all_is_held_no_more(room, waiting, file):
    file(story("lamps", "Quay lights 221 lamps", "All is right now.", NOTE), passed=True, minute=9)
    assert [each["corrects"] for each in held_stories(room, None, 100)] == [None, None]


def test_a_lost_revision_holds_up_no_other_when_held_stories_are_judged_again(room, waiting, caplog):
    room.bucket.delete(keys.revision(WIRE, waiting, 2))
    assert recheck_held(room, room.wire(WIRE))["checked"] == 2
    assert "stays held: missing: " in caplog.text


def test_the_log_of_the_check_says_it_first_and_as_an_error(room, waiting, caplog):
    told = [
        story("new", "New story", "It is new."),
        story("lamps", "Quay lights 222 lamps", "The quay has 222 lamps.", NOTE.replace("221", "222")),
    ]
    readings = [Reading(assignment=Assignment(item=item(each)), story=each) for each in told]
    write(room.bucket, "work/test", "extract", readings)
    with caplog.at_level(logging.WARNING):
        done = check_stories(room, {"wire": WIRE, "feed": "world", "work": "work/test", "counts": {}})
    assert done["counts"] == {"checked": 2, "held": 2, "held_corrections": 1}
    first, second, *_ = caplog.records
    assert first.levelno == logging.ERROR
    assert first.message.startswith("HELD CORRECTION: 'Quay lights 222 lamps': krdo shows revision 1 since")
    assert second.message.startswith("held: 'Quay lights 222 lamps': ")
    caplog.clear()
    recheck_held(room, room.wire(WIRE))
    assert caplog.records[0].message.startswith("HELD CORRECTION: 'Quay lights 221 lamps'")
