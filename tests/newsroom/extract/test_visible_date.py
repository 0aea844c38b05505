"""Dates as pages show them to people."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.extract.visible_date import read_slashed_date, read_visible_date

DENVER = ZoneInfo("America/Denver")


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("Published July 9, 2022 6:05 am", "2022-07-09T12:05:00+00:00"),
        ("July 9, 2022 6:05 PM EDT", "2022-07-09T22:05:00+00:00"),
        ("Updated 7:15 PM ET, Sat July 9, 2022", "2022-07-09T23:15:00+00:00"),
        ("9 July 2022, 12:05 GMT", "2022-07-09T12:05:00+00:00"),
        ("Stand: 28. April 2023, 05:00 Uhr", "2023-04-28T11:00:00+00:00"),
        ("28.04.2023", "2023-04-28T06:00:00+00:00"),
        ("Publicado el 9 de julio de 2022 a las 06:05", "2022-07-09T12:05:00+00:00"),
        ("Publié le 9 juillet 2022 à 06h05", "2022-07-09T12:05:00+00:00"),
        ("2022-07-09 06:05 MDT", "2022-07-09T12:05:00+00:00"),
        ("28.04.2023 - Aktualisiert: 29.04.2023", "2023-04-28T06:00:00+00:00"),
        ("28.04.2023 12.05 Uhr", "2023-04-28T18:05:00+00:00"),
        ("2025年1月13日", "2025-01-13T07:00:00+00:00"),
        ("11 maja 2022, 06:05", "2022-05-11T12:05:00+00:00"),
        ("9 июля 2022 г. 06:05", "2022-07-09T12:05:00+00:00"),
        ("9. heinäkuuta 2022", "2022-07-09T06:00:00+00:00"),
        ("9 KASIM 2022", "2022-11-09T07:00:00+00:00"),
        ("9 Mayıs 2022", "2022-05-09T06:00:00+00:00"),
        ("9 NİSAN 2022", "2022-04-09T06:00:00+00:00"),
        ("9 Auguſt 2022", "2022-08-09T06:00:00+00:00"),
        ("9 Agustus 2022", "2022-08-09T06:00:00+00:00"),
        ("2022년 7월 9일", "2022-07-09T06:00:00+00:00"),
        ("by Harbor Law ／ 2022.07.09", "2022-07-09T06:00:00+00:00"),
        ("2022/07/09 06:05", "2022-07-09T12:05:00+00:00"),
        ("20/1/2022 06:05", "2022-01-20T13:05:00+00:00"),
        ("1/20/2022", "2022-01-20T07:00:00+00:00"),
        ("9 de julio de 202206:05", "2022-07-09T12:05:00+00:00"),
        ("Sept. 3, 2021", "2021-09-03T06:00:00+00:00"),
        ("March 8, 2026 2:30 am", "2026-03-08T09:30:00+00:00"),  # does not exist in Denver: later
        ("November 1, 2026 1:30 am", "2026-11-01T08:30:00+00:00"),  # exists twice: the later one
        ("November 1, 2026 1:30 am MT", "2026-11-01T08:30:00+00:00"),
        ("November 1, 2026 1:30 am MDT", "2026-11-01T07:30:00+00:00"),
    ],
)
def test_a_line_gives_a_moment(line: str, moment: str):
    found = read_visible_date(line, DENVER)
    assert found is not None
    assert found.isoformat() == moment


@pytest.mark.parametrize(
    "line",
    [
        "7/6/2022",
        "13/13/2022",
        "July 20226",
        "July 2022",
        "June 31, 2022",
        "on Saturday",
        "",
        "May 8",
        "x " * 200,
    ],
)
def test_what_may_mean_two_days_or_none_is_none(line: str):
    assert read_visible_date(line, DENVER) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("7/6/2022 05:22 pm", ["2022-07-06T23:22:00+00:00", "2022-06-07T23:22:00+00:00"]),
        ("7/7/2022", ["2022-07-07T06:00:00+00:00"]),
        ("7/31/2022", ["2022-07-31T06:00:00+00:00"]),
        ("31/31/2022", []),
        ("yesterday", []),
    ],
)
def test_two_numbers_may_be_two_days(text: str, days: list[str]):
    assert [moment.isoformat() for moment in read_slashed_date(text, DENVER)] == days


def test_of_an_hour_that_comes_twice_the_last_is_meant_that_has_come():
    sydney, text = ZoneInfo("Australia/Sydney"), "5/4/2026 2:30 am"
    second = datetime(2026, 4, 4, 16, 30, tzinfo=UTC)
    for by, moment in ((second, second), (second - timedelta(minutes=1), second - timedelta(hours=1))):
        assert read_slashed_date(text, sydney, by)[1] == moment


@given(
    st.text(max_size=120),
    st.sampled_from(["July 9, 2022", "9 NİSAN 2022", "7/6/2022", "9.7.2022", "9 de julio de 2022", ""]),
    st.text(max_size=60),
)
def test_no_line_breaks_it(before: str, day: str, after: str):
    found = read_visible_date(before + day + after, DENVER)
    assert found is None or found.utcoffset() is not None
