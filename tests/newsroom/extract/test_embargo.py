"""The ends of embargoes: read to the last word, or not at all."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.extract.embargo import read_embargo

DENVER = ZoneInfo("America/Denver")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("June 12, 2026 6:00 am MDT", "2026-06-12T12:00:00"),
        ("6 a.m. MDT June 12, 2026", "2026-06-12T12:00:00"),
        ("00:01 GMT, Monday, June 15, 2026", "2026-06-15T00:01:00"),
        ("0001 GMT Monday June 15, 2026", "2026-06-15T00:01:00"),
        ("0001, June 12, 2026", "2026-06-12T06:01:00"),
        ("12. Juni 2026, 06:00 Uhr MESZ", "2026-06-12T04:00:00"),
        ("las 06:00 del 12 de junio de 2026", "2026-06-12T12:00:00"),
        ("1300 hrs June 12, 2026", "2026-06-12T19:00:00"),
        ("noon ET June 12, 2026", "2026-06-12T16:00:00"),
        ("June 12, 2026, 12.30 p.m.", "2026-06-12T18:30:00"),
        ("June 12, 2026 12:01 a.m.", "2026-06-12T06:01:00"),
        ("release at 6 a.m. EDT on Friday, June 12, 2026.", "2026-06-12T10:00:00"),
        ("June 12, 2026 at 6 a.m. Eastern", "2026-06-12T10:00:00"),
        ("June 12, 2026 at 6 a.m. Eastern Standard Time", "2026-06-12T11:00:00"),
        ("June 12, 2026 6:00 am GMT+2", "2026-06-12T04:00:00"),
        ("12 June 2026 00.01 BST", "2026-06-11T23:01:00"),
        ("Freitag, 12. Juni 2026, 06:00 Uhr", "2026-06-12T12:00:00"),
        ("12 de junio de 2026 a las 06:00", "2026-06-12T12:00:00"),
        ("le vendredi 12 juin 2026 à 06h00", "2026-06-12T12:00:00"),
        ("Fri, 12 Jun 2026 06:00:00 GMT", "2026-06-12T06:00:00"),
        ("Fri, 12 Jun 2026 06:00:00 +0200", "2026-06-12T04:00:00"),
        ("2026-06-12T10:00:00Z", "2026-06-12T10:00:00"),
        ("20260612T040000+0000", "2026-06-12T04:00:00"),
        ("2026-06-12T10:00:00", "2026-06-12T16:00:00"),  # the wire's own zone
        ("2026-06-12 noon", "2026-06-12T18:00:00"),
        ("June 12, 2026", "2026-06-12T06:00:00"),  # a day without a time is its first minute
        ("March 8, 2026 2:30 am", "2026-03-08T09:30:00"),  # does not exist in Denver: later
        ("2026-03-08T02:30:00", "2026-03-08T09:30:00"),
        ("November 1, 2026 1:30 am", "2026-11-01T08:30:00"),  # exists twice: the later one
        ("2026-11-01T01:30:00", "2026-11-01T08:30:00"),
        ("November 1, 2026 1:30 am MDT", "2026-11-01T07:30:00"),
    ],
)
def test_it_ends(text, moment):
    assert read_embargo(text, DENVER) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "midnight June 12, 2026",  # which of the two?
        "June 12, 2026 early afternoon",
        "6 a.m. Friday",
        "June 12 at 6 a.m.",
        "7/6/2026",
        "June 12 or June 13, 2026",
        "June 12, 2026, June 13, 2026",
        "June 12, 2026 6:00 am AEST",  # nobody knows every zone
        "June 12, 2026 6:00 am local time",
        "June 12, 2026 6:00 am MDT (1200 GMT)",
        "June 12, 2026 6:00 am, unless the minister speaks before",
        "June 12, 2026 13:00 pm",
        "June 12, 2026 25:00",
        "2026-06-12T10:00 EST",
        "2026-06-12T10:00:00+23:00",
        "June 31, 2026",
        "the minister has spoken",
        "",
        "June 12, 2026" + " " + "x" * 500,
    ],
)
def test_of_what_is_not_understood_to_the_last_word_nobody_knows_the_end(text):
    assert read_embargo(text, DENVER) is None


ZONES = ("America/Denver", "America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe")


@given(
    st.datetimes(*(datetime.fromisoformat(f"{year}-01-01") for year in (2020, 2035))),
    st.sampled_from(ZONES),
    st.sampled_from(
        [
            "%Y-%m-%dT%H:%M",
            "%B %d, %Y %I:%M %p",
            "%I.%M %p, %A, %d %B %Y",
            "%H:%M on %d.%m.%Y",
            "%H%M hrs %b %d, %Y",
        ]
    ),
)
def test_it_never_ends_before_a_clock_there_shows_its_time(local, name, form):
    zone = ZoneInfo(name)
    minute = local.replace(second=0, microsecond=0)
    end = read_embargo(minute.strftime(form), zone)
    assert end is not None
    assert end.astimezone(zone).replace(tzinfo=None, fold=0) >= minute
    # Nor does it end later than it must: a clock there shows that time, or has just skipped it.
    assert any(end == minute.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


@given(
    st.text(max_size=300),
    st.sampled_from(["July 9, 2022", "9.7.2022", "2026-06-12T", ""]),
    st.text(max_size=60),
)
def test_no_text_breaks_it(before, day, after):
    found = read_embargo(before + day + after, DENVER)
    assert found is None or found.utcoffset() is not None
