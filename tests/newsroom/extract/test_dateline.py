"""Datelines as wires put them before a story's first words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.extract.dateline import read_dateline


@pytest.mark.parametrize(
    ("line", "place", "source", "date"),
    [
        ("GROSSETO, Italy (AP) -- The", "GROSSETO, Italy", "AP", None),
        ("NEW YORK (AP) — The", "NEW YORK", "AP", None),
        ("FORT WASHINGTON, Pa. (AP) _ The", "FORT WASHINGTON, Pa.", "AP", None),
        ("WASHINGTON, May 8 (Reuters) - The", "WASHINGTON", "Reuters", "May 8"),
        ("April 12 (Reuters) - The", None, "Reuters", "April 12"),
        ("(Reuters) -Boeing said", None, "Reuters", None),
        ("BEIRUT/THE HAGUE, March 7 (Reuters) - The", "BEIRUT/THE HAGUE", "Reuters", "March 7"),
        ("Frankfurt/Main (dpa) - Die", "Frankfurt/Main", "dpa", None),
        ("New York (CNN) — The", "New York", "CNN", None),
        ("(CNN) –– Doce minutos", None, "CNN", None),
        ("COLORADO SPRINGS, Colo. (KRDO) -- A", "COLORADO SPRINGS, Colo.", "KRDO", None),
        ("MARLOBROUGH, Mass.--(BUSINESS WIRE)--The", "MARLOBROUGH, Mass.", "BUSINESS WIRE", None),
        ("(ANSA) - ROMA, 10 GIU - Il", "ROMA", "ANSA", "10 GIU"),
        ("Roma, 10 giu. (Adnkronos) - Il", "Roma", "Adnkronos", "10 giu."),
        ("Paris, le 10 juin 2026 (AFP) - Le", "Paris", "AFP", "le 10 juin 2026"),
        ("Lisboa, 10 out 2026 (Lusa) - O", "Lisboa", "Lusa", "10 out 2026"),
        ("TOKYO (Jiji Press) -- The", "TOKYO", "Jiji Press", None),
        ("OTTAWA — The council met", "OTTAWA", None, None),
        ("ST. JOHN’S — “We will sail", "ST. JOHN’S", None, None),
        ("NEW YORK — The council met", "NEW YORK", None, None),
        ("PUTRAJAYA, Nov 22 — The council met", "PUTRAJAYA", None, "Nov 22"),
        ("VAIL, Colo. — The council met", "VAIL, Colo.", None, None),
        ("STOCKHOLM, Aug 29, 2014 (AFP) - The", "STOCKHOLM", "AFP", "Aug 29, 2014"),
    ],
)
def test_a_dateline_gives_place_source_and_date(line, place, source, date):
    dateline = read_dateline(line)
    assert dateline is not None
    assert (dateline.place, dateline.source, dateline.date) == (place, source, date)
    assert line.startswith(dateline.text[:4])


@pytest.mark.parametrize(
    "line",
    [
        "Bitcoin (BTC)- rose",
        "Künstliche Intelligenz (KI) - das",
        "The council (of five) - met",
        "Rain",
        "NATO — The alliance met",
        "BREAKING — Ferry sinks",
        "LONDON — it was",
        "Ottawa — The council",
    ],
)
def test_an_abbreviation_in_brackets_is_none(line: str):
    assert read_dateline(line) is None


def test_the_storys_own_wire_is_a_source():
    assert read_dateline("FENNICK (PPNA) — The") is None
    dateline = read_dateline("FENNICK (PPNA) — The", ("PPNA",))
    assert dateline is not None
    assert (dateline.place, dateline.source) == ("FENNICK", "PPNA")


@given(st.text(max_size=120))
def test_no_line_breaks_it(line: str):
    dateline = read_dateline(line)
    assert dateline is None or 0 < dateline.length <= len(line)
