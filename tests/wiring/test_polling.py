"""When Airflow polls a wire, worked out by its own timetables."""

from datetime import UTC, datetime, timedelta

import pytest
from airflow.serialization.encoders import coerce_to_core_timetable
from airflow.timetables.base import TimeRestriction
from pendulum import instance

from newsroom.config import Feed, Wire
from wiring.polling import polling_of


def wire(schedule: str, timezone: str) -> Wire:
    feeds = (Feed(id="world", url="https://wire.example/rss"),)
    return Wire(id="one", provider="Wire One", feeds=feeds, schedule=schedule, timezone=timezone)


@pytest.mark.parametrize(
    ("midnight", "first"),
    [
        (datetime(2027, 1, 15, 7, 0, tzinfo=UTC), datetime(2027, 1, 15, 13, 0, tzinfo=UTC)),
        (datetime(2027, 7, 15, 6, 0, tzinfo=UTC), datetime(2027, 7, 15, 12, 0, tzinfo=UTC)),
    ],
)
def test_a_cron_line_goes_by_the_wires_clock(midnight, first):
    """Six in the morning in Denver, in winter and in summer."""
    timetable = coerce_to_core_timetable(polling_of(wire("*/5 6-23 * * *", "America/Denver")))
    after = TimeRestriction(earliest=instance(midnight), latest=None, catchup=True)
    run = timetable.next_dagrun_info(last_automated_data_interval=None, restriction=after)
    assert run is not None
    assert run.run_after == first


def test_a_wire_that_is_polled_every_so_often_needs_no_clock():
    assert polling_of(wire("every 90 seconds", "America/Denver")) == timedelta(seconds=90)
