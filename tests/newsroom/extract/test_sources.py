"""Organisations by every name they go by."""

import pytest

from newsroom.extract.sources import is_station, known_source


@pytest.mark.parametrize(
    ("name", "house"),
    [
        ("Reuters", "Reuters"),
        ("thomson reuters", "Reuters"),
        ("The Associated Press", "AP"),
        ("Agence France-Presse", "AFP"),
        ("CNN Newssource", "CNN Newsource"),
        ("Deutsche Presse-Agentur", "dpa"),
        ("ap", None),
        ("Pa.", None),
        ("BTC", None),
        ("", None),
    ],
)
def test_a_source_has_one_name_in_the_house(name, house):
    assert known_source(name) == house


@pytest.mark.parametrize(
    ("name", "station"), [("KRDO", True), ("WABC-TV", True), ("CBC", False), ("Kyiv", False)]
)
def test_call_signs(name, station):
    assert is_station(name) is station
