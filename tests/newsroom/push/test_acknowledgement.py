"""A kill that takes too long is told, once; a partner's word that the story is gone is on record."""

import pytest

from newsroom.push.acknowledgement import acknowledge, overdue
from newsroom.stages import kills_told


@pytest.fixture
def clocked(desk, monkeypatch):
    """The stages go by the desk's clock."""
    monkeypatch.setattr(kills_told, "now", lambda: desk.now)
    return desk


def killed(desk, **options) -> None:
    (target,) = desk.targets
    desk.targets = (target.model_copy(update={"kills_within_minutes": 10, **options}),)
    desk.publish("one")
    desk.push()
    desk.kill("one")


def test_a_kill_that_is_not_taken_in_time_is_told_once(clocked, receiver):
    killed(clocked)
    receiver.answers = [503] * 3
    clocked.push()
    assert kills_told.alarms(clocked.room) == []
    clocked.later(minutes=11)
    (told,) = kills_told.alarms(clocked.room)
    assert told.startswith(f"kill of {clocked.uri('one')} (2026-11-20 12:00:")
    assert "at krdo/webhook: not taken within 10 minutes (`kills_within_minutes:`): http_503: " in told
    assert kills_told.alarms(clocked.room) == []
    assert len(overdue(clocked.configuration, clocked.catalogue, clocked.now)) == 1
    clocked.lift("one")
    assert overdue(clocked.configuration, clocked.catalogue, clocked.now) == []


def test_a_kill_that_is_not_taken_is_done_once_the_partner_says_so_by_phone(clocked, receiver):
    killed(clocked)
    receiver.answers = [503] * 3
    clocked.push()
    clocked.later(minutes=11)
    assert "not taken within 10 minutes" in kills_told.late_kills(clocked.room)[clocked.uri("one")][0]
    kills_told.acknowledge_kill(clocked.room, clocked.uri("one"), "krdo", by="ed")
    assert kills_told.late_kills(clocked.room) == {}
    assert kills_told.alarms(clocked.room) == []


def test_a_kill_that_is_refused_for_good_is_told_at_once(clocked, receiver):
    killed(clocked)
    receiver.answers = [410]
    clocked.push()
    (told,) = kills_told.alarms(clocked.room)
    assert "at krdo/webhook: refused, and not tried again: http_410: " in told


@pytest.mark.slow
def test_a_kill_that_was_taken_is_done_where_nobody_must_acknowledge(clocked):
    killed(clocked)
    clocked.push()
    clocked.later(days=1)
    assert kills_told.alarms(clocked.room) == []


def test_a_webhook_says_at_once_that_the_story_is_gone(clocked, receiver):
    killed(clocked, acknowledges_kills=True)
    receiver.answers, receiver.body = [200], b'{"removed": true}'
    clocked.push()
    clocked.later(days=1)
    assert kills_told.alarms(clocked.room) == []
    (kill,) = clocked.catalogue.kill_messages([clocked.uri("one")])
    (told,) = kills_told.kills_told(clocked.room, clocked.catalogue.recent_kills(1))
    assert (told.seconds, told.acknowledged) == ({"krdo/webhook": 1.0}, {"krdo/webhook": 1.0})
    (key,) = clocked.bucket.keys("acknowledged/")
    assert key == f"acknowledged/krdo/webhook/{kill.id}.json"


@pytest.mark.slow
@pytest.mark.parametrize("body", [b"", b"removed", b'{"removed": false}', b'["removed"]', b"\xff"])
def test_whatever_else_it_answers_is_no_word(clocked, receiver, body):
    killed(clocked, acknowledges_kills=True)
    receiver.answers, receiver.body = [200], body
    clocked.push()
    clocked.later(minutes=11)
    (told,) = kills_told.alarms(clocked.room)
    assert "taken, but not acknowledged within 10 minutes" in told


@pytest.mark.slow
def test_a_person_at_the_desk_notes_the_partners_word_and_the_first_counts(clocked):
    killed(clocked, acknowledges_kills=True)
    clocked.push()
    clocked.later(minutes=5)
    (first,) = kills_told.acknowledge_kill(clocked.room, clocked.uri("one"), "krdo", by="ed")
    clocked.later(minutes=10)
    (row,) = clocked.catalogue.kill_messages([clocked.uri("one")])
    again = acknowledge(clocked.room, row, by="jo", at=clocked.now)
    assert (again.by, again.at) == ("ed", first["at"])
    assert kills_told.alarms(clocked.room) == []
    clocked.publish("two")
    with pytest.raises(LookupError, match="saw no message of a kill to krdo"):
        kills_told.acknowledge_kill(clocked.room, clocked.uri("two"), "krdo", by="ed")
