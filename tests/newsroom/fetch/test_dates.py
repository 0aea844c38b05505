from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.fetch.dates import BadDate, read_date

DENVER = ZoneInfo("America/Denver")
NOW = datetime(2026, 12, 1, tzinfo=UTC)
NO_ZONE = ("no time zone, read as America/Denver",)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Mon, 15 Jun 2026 09:30:00 GMT", "2026-06-15T09:30:00"),
        ("Mon, 15 Jun 2026 09:30:00 -0600", "2026-06-15T15:30:00"),
        ("Mon, 15 Jun 2026 09:30:00 +02:00", "2026-06-15T07:30:00"),
        ("15 Jun 2026 09:30 EST", "2026-06-15T14:30:00"),
        ("Mon, 15 Jun 2026 09:30:00 -0000", "2026-06-15T09:30:00"),
        ("Mon, 15 Jun 2026 09:30:00 +0000 (UTC)", "2026-06-15T09:30:00"),
        ("Mon, 15 Jun 26 09:30:00 Z", "2026-06-15T09:30:00"),
        ("2026-06-15T09:30:00Z", "2026-06-15T09:30:00"),
        ("2026-06-15T09:30:00.123456789Z", "2026-06-15T09:30:00.123456"),
        ("2026-06-15 09:30:00 -06:00", "2026-06-15T15:30:00"),
        ("2026-06-15 09:30:00 UTC", "2026-06-15T09:30:00"),
        ("20260615T093000Z", "2026-06-15T09:30:00"),
        (" 2026-06-15T09:30+0000\n", "2026-06-15T09:30:00"),
    ],
)
def test_dates_with_a_zone(text, wanted):
    assert read_date(text, DENVER, NOW) == (datetime.fromisoformat(wanted).replace(tzinfo=UTC), ())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-06-15T09:30:00", "2026-06-15T15:30:00"),
        ("Mon, 15 Jun 2026 09:30:00", "2026-06-15T15:30:00"),
        ("2026-06-15", "2026-06-15T06:00:00"),
        ("2026-03-08T02:30:00", "2026-03-08T09:30:00"),  # does not exist in Denver: later
        ("2026-11-01T01:30:00", "2026-11-01T08:30:00"),  # exists twice: the later one
    ],
)
def test_dates_without_a_zone_are_the_wires(text, wanted):
    assert read_date(text, DENVER, NOW) == (datetime.fromisoformat(wanted).replace(tzinfo=UTC), NO_ZONE)


@pytest.mark.parametrize("hour", [7, 8])
def test_of_an_hour_that_comes_twice_the_one_is_meant_that_has_come(hour):
    now = datetime(2026, 11, 1, hour, 31, tzinfo=UTC)
    assert read_date("2026-11-01T01:30:00", DENVER, now) == (now.replace(minute=30), NO_ZONE)


@pytest.mark.parametrize(
    "text",
    [
        "yesterday", "", "2026", "2026-13-01", "0000-00-00", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z",
        "Mon, 15 Jun 2026 09:30:00 BST", "Mon, 15 Jun 2026 09:30:00 +9999", "Mon, 99 Jun 2026 09:30:00 GMT",
        "2026-06-15T09:30:00+99:00", "Mon, 15 Jun 0 09:30:00 GMT x", "9" * 400,
    ],
)  # fmt: skip
def test_dates_that_are_not_believed(text):
    with pytest.raises(BadDate):
        read_date(text, DENVER, NOW)


def test_the_future_is_told():
    moment, doubts = read_date("Thu, 01 Jan 2099 00:00:00 GMT", DENVER, NOW)
    assert moment == datetime(2099, 1, 1, tzinfo=UTC)
    assert doubts == ("saw 'Thu, 01 Jan 2099 00:00:00 GMT', which is in the future",)
    assert read_date((NOW + timedelta(minutes=4)).isoformat(), DENVER, NOW)[1] == ()


@given(
    st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{1,5} \d{1,2}:\d\d(:\d\d)? \S{1,6}")
)
def test_any_text_is_a_moment_or_a_bad_date(text):
    try:
        moment, _ = read_date(text, DENVER, NOW)
    except BadDate:
        return
    assert moment.utcoffset() == timedelta(0)
