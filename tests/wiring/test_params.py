"""The form of a manual run takes what makes sense, and nothing else."""

import pytest
from airflow.sdk.exceptions import ParamValidationError

from newsroom.config import load
from wiring.params import kill_or_lift, manual_run

WIRE = load().wires["cnn_newsource"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("url", "https://wire.example/story"),
        ("feed", "world"),
        ("since", "2026-11-24T00:00:00+00:00"),
        ("until", None),
        ("again", True),
    ],
)
def test_what_a_person_may_ask(name, value):
    assert manual_run(WIRE)[name].resolve(value) == value


@pytest.mark.parametrize(
    ("name", "value"), [("feed", "nowhere"), ("since", "yesterday"), ("again", "perhaps"), ("url", 7)]
)
def test_what_makes_no_sense_is_refused(name, value):
    with pytest.raises(ParamValidationError):
        manual_run(WIRE)[name].resolve(value)


def test_a_scheduled_run_asks_for_nothing():
    assert {name: param.resolve() for name, param in manual_run(WIRE).items()} == {
        "url": None,
        "feed": None,
        "since": None,
        "until": None,
        "again": False,
    }


def test_a_takedown_by_the_clock_kills_nothing_of_its_own():
    asked = {name: param.resolve() for name, param in kill_or_lift().items()}
    assert asked == {"uri": None, "reason": None, "lift": False, "kill": None}
