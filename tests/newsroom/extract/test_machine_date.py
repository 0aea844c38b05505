"""Dates as pages write them for machines, near misses included."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.extract.machine_date import EARLIEST, read_machine_date

DENVER = ZoneInfo("America/Denver")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-07-09T16:02:11+00:00", "2022-07-09T16:02:11+00:00"),
        ("2022-07-09T10:02:11-0600", "2022-07-09T16:02:11+00:00"),
        ("2022-07-09T16:02:11.123Z", "2022-07-09T16:02:11.123000+00:00"),
        ("2022-07-09 16:02 UTC", "2022-07-09T16:02:00+00:00"),
        ("2022-07-09 10:02:11 -06:00", "2022-07-09T16:02:11+00:00"),
        ("20220709T160211Z", "2022-07-09T16:02:11+00:00"),
        ("2022-07-09", "2022-07-09T06:00:00+00:00"),
        ("Sat, 09 Jul 2022 16:02:11 GMT", "2022-07-09T16:02:11+00:00"),
        ("July 9, 2022 10:02 am", "2022-07-09T16:02:00+00:00"),
        ("2026-03-08T02:30:00", "2026-03-08T09:30:00+00:00"),  # does not exist in Denver: later
        ("2026-11-01T01:30:00", "2026-11-01T08:30:00+00:00"),  # exists twice: the later one
        ("2022-07-09T24:00:00Z", None),
        ("2022-02-30", None),
        ("2022-07-09T10:00:00+23:00", None),
        ("now", None),
        ("1657382531", None),
        ("0001-01-01T00:00:00Z", None),
        ("", None),
    ],
)
def test_a_text_gives_a_moment(text: str, moment: str | None):
    found = read_machine_date(text, DENVER)
    assert (found.isoformat() if found else None) == moment


@given(st.one_of(st.text(max_size=90), st.from_regex(r"\d{4}-\d\d-\d\dT?\d\d:\d\d[Z+-]?\d{0,4}")))
def test_no_text_breaks_it(text: str):
    found = read_machine_date(text, DENVER)
    assert found is None or found >= EARLIEST
