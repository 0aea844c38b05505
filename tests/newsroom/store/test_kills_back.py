"""Kills and lifts that a restored catalogue does not know come back from the bucket."""

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.store import kills_back
from newsroom.store.bucket import Corrupt
from newsroom.store.kills import Lift, file_kills, file_lift
from newsroom.store.kills_back import take_back_kills

URI = "urn:uuid:9"


def lift_of(kill, at):
    return Lift(uri=URI, at=at, by="ed", reason="a mistake", evidence=(kill.evidence,))


def test_what_the_catalogue_knows_is_left_alone(bucket, either, make, caplog):
    assert take_back_kills(bucket, either) == 0
    kill = make.kill(URI)
    file_kills(bucket, either, [kill])
    file_lift(bucket, either, lift_of(kill, make.at(30)))
    assert take_back_kills(bucket, either) == 0
    assert caplog.records == []


def test_a_kill_and_its_lift_come_back(bucket, catalogue, either, make, caplog):
    kill, again = make.kill(URI), make.kill(URI, "again", at=25)
    file_kills(bucket, catalogue, [kill, again])
    assert take_back_kills(bucket, either) == 2
    assert either.standing_kills([URI])[URI] == again
    file_lift(bucket, catalogue, lift_of(again, make.at(30)))
    assert take_back_kills(bucket, either) == 1
    assert either.standing_kills([URI])[URI] == kill
    assert either.kills(URI) == catalogue.kills(URI)
    assert either.lifts(URI) == catalogue.lifts(URI)
    assert "newsroom reindex" in caplog.text


def test_one_that_is_being_filed_is_known_and_alarms_nobody(
    bucket, catalogue, either, make, caplog, monkeypatch
):
    """When it was filed, it says itself: the bucket's clock may be off ours."""
    kill = make.kill(URI).model_copy(update={"at": datetime.now(UTC) + timedelta(minutes=1)})
    file_kills(bucket, catalogue, [kill])
    monkeypatch.setattr(kills_back, "UNDER_WAY", timedelta())
    assert take_back_kills(bucket, either) == 1
    assert either.standing_kills([URI])[URI] == kill
    assert caplog.records == []


def test_one_that_cannot_be_read_lets_nothing_pass(bucket, either):
    bucket.put_once("kills/9/0.json", b"{}")
    with pytest.raises(Corrupt, match=r"kills/9/0\.json"):
        take_back_kills(bucket, either)
