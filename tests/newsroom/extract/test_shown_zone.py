"""Zones by how a page shows the moment that it tells machines in UTC."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.extract.shown_zone import shown_offset

MOMENT = datetime(2022, 5, 4, 2, 41, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "hours"),
    [
        ("Jane Roe 3/5/2022 22:41", -4),
        ("5/3/2022 10:41 PM", -4),
        ("May 3, 2022, 9:41 p.m.", -5),
        ("4. Mai 2022, 04:41 Uhr", 2),
        ("04.05.2022 04.41", 2),
        ("4 mai 2022 à 4h41", 2),
        ("Published 2022-05-04 08:11", 5.5),
        ("3 de mayo de 202222:41", -4),
        ("6:30 | May 3, 2022 | 9:41 pm", -5),
    ],
)
def test_the_same_minute_on_the_day_that_it_is_there_tells_the_zone(line: str, hours: float):
    assert shown_offset(MOMENT, ["Ferry", line]) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "line",
    [
        "4 May 2022 22:41",
        "3 May 2022 22:40",
        "3 May 2022",
        "22:41",
        "May 4, 2022 02:41 UTC",
        "May 4, 2022 02:56",
        "3 May 2022 22:41" + " and so on" * 40,
        "99/99/2022 22:41",
    ],
)
def test_another_moment_and_half_of_one_do_not(line: str):
    assert shown_offset(MOMENT, [line]) is None


def test_a_bare_day_has_no_zone():
    assert shown_offset(datetime(2022, 5, 4, tzinfo=UTC), ["4 May 2022 06:00"]) is None
    assert shown_offset(datetime(2022, 5, 4, 0, 0, 1, tzinfo=UTC), ["4 May 2022 06:00"]) == timedelta(hours=6)


@given(st.text(max_size=80))
def test_no_line_breaks_it(line: str):
    offset = shown_offset(MOMENT, [line])
    assert offset is None or abs(offset) <= timedelta(hours=14)
