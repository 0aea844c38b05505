"""Bylines as wires and sites write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.extract.byline import has_lead, is_desk, name_of, read_byline


@pytest.mark.parametrize(
    ("line", "text", "people", "source"),
    [
        ("Story by Reuters", "Reuters", (), "Reuters"),
        ("Story By Reuters", "Reuters", (), "Reuters"),
        ("By Alaa Elassar, CNN", "Alaa Elassar, CNN", ("Alaa Elassar",), "CNN"),
        ("By Frank Pallotta, CNN Business", "Frank Pallotta, CNN Business", ("Frank Pallotta",), "CNN"),
        ("By MARK KENNEDY", "MARK KENNEDY", ("Mark Kennedy",), None),
        ("By CHET BROKAW and JACK GILLUM=", "CHET BROKAW and JACK GILLUM",
         ("Chet Brokaw", "Jack Gillum"), None),
        ("By The Associated Press=", "The Associated Press", (), "AP"),
        ("Reuters Staff", "Reuters Staff", (), "Reuters"),
        ("Afp Afp", "Afp", (), "AFP"),
        ("Por Candelaria Monje y Rubén Ostrovsky", "Candelaria Monje y Rubén Ostrovsky",
         ("Candelaria Monje", "Rubén Ostrovsky"), None),
        ("Von Anna Muster", "Anna Muster", ("Anna Muster",), None),
        ("Par Jeanne Dupont", "Jeanne Dupont", ("Jeanne Dupont",), None),
        ("Analysis by Jane Roe, CNN", "Jane Roe, CNN", ("Jane Roe",), "CNN"),
        ("by Lucas Nolan22 Dec 2016651", "Lucas Nolan", ("Lucas Nolan",), None),
        ("ByJ.R. Stone", "J.R. Stone", ("J.R. Stone",), None),
        ("von David Straub, MDR THÜRINGEN", "David Straub, MDR THÜRINGEN", ("David Straub",),
         "MDR THÜRINGEN"),
        ("By Hester Quill, Meridian Features", "Hester Quill, Meridian Features", ("Hester Quill",),
         "Meridian Features"),
        ("Amparo Quiñones", "Amparo Quiñones", ("Amparo Quiñones",), None),
        ("Par Jeanne Dupont (avec Luc Roux et Anne Roy)", "Jeanne Dupont (avec Luc Roux et Anne Roy)",
         ("Jeanne Dupont", "Luc Roux", "Anne Roy"), None),
        ("By Jane Roe (with John Poe)", "Jane Roe (with John Poe)", ("Jane Roe", "John Poe"), None),
        ("By Jane Roe, MA", "Jane Roe, MA", ("Jane Roe",), None),
        ("By Jane Roe, MPH, RN", "Jane Roe, MPH, RN", ("Jane Roe",), None),
        ("By Jane Roe And John Poe For The Mail On Sunday", "Jane Roe And John Poe For The Mail On Sunday",
         ("Jane Roe", "John Poe"), None),
        ("By Jane Roe Sunday, June 7, 2026", "Jane Roe", ("Jane Roe",), None),
        ("erstellt von Anna Muster", "Anna Muster", ("Anna Muster",), None),
        ("Review by Jane Roe", "Jane Roe", ("Jane Roe",), None),
        ("By Jane Roe, MS, RDN", "Jane Roe, MS, RDN", ("Jane Roe",), None),
        ("Reporting by Jane Roe; Editing by Ann Poe and John Poe", "Jane Roe", ("Jane Roe",), None),
        ("Von Anna Muster, veröffentlicht am 9.6.2026", "Anna Muster", ("Anna Muster",), None),
        ("Autor: Rechtsanwalt Max Muster", "Rechtsanwalt Max Muster", ("Max Muster",), None),
        ("By Staff Writer Jane Roe", "Staff Writer Jane Roe", ("Jane Roe",), None),
        ("By Jane Roe on Monday, June 8th, 2026 at 11:04 a.m.", "Jane Roe", ("Jane Roe",), None),
        ("By Jane Roe 12 Comments", "Jane Roe", ("Jane Roe",), None),
        ("By Jane Roe • 06/08/26 11:04am", "Jane Roe", ("Jane Roe",), None),
        ("By Gazette Reporters", "Gazette Reporters", (), "Gazette Reporters"),
        ("Oleh Siti Rahma", "Siti Rahma", ("Siti Rahma",), None),
        ("Penulis: Siti Rahma", "Siti Rahma", ("Siti Rahma",), None),
        ("Автор: Лида Буслаева", "Лида Буслаева", ("Лида Буслаева",), None),
        ("A cura di Anna Bianchi", "Anna Bianchi", ("Anna Bianchi",), None),
        ("Av Kari Moe", "Kari Moe", ("Kari Moe",), None),
        ("Geschreven door Jan Smit", "Jan Smit", ("Jan Smit",), None),
        ("Di Anna Bianchi", "Anna Bianchi", ("Anna Bianchi",), None),
        ("Skrevet av Kari Moe", "Kari Moe", ("Kari Moe",), None),
        ("记者：宋晨、田中全", "宋晨、田中全", ("宋晨", "田中全"), None),
        ("By Jane Roe | The Canadian Press", "Jane Roe, The Canadian Press", ("Jane Roe",), "CP"),
        ("By JANE ROE AP Business Writer", "JANE ROE AP Business Writer", ("Jane Roe",), "AP"),
        ("By Jane Roe, PA Political Correspondent", "Jane Roe, PA Political Correspondent",
         ("Jane Roe",), "PA"),
        ("By Jane Roe in Washington", "Jane Roe in Washington", ("Jane Roe",), None),
        ("By Jane Roe in New York and John Poe in London", "Jane Roe in New York and John Poe in London",
         ("Jane Roe", "John Poe"), None),
        ("by Jane ROE with John POE in Paris", "Jane ROE with John POE in Paris",
         ("Jane Roe", "John Poe"), None),
        ("Par Jeanne Dupont avec AFP", "Jeanne Dupont avec AFP", ("Jeanne Dupont",), "AFP"),
        ("Jane Roe/John Poe", "Jane Roe/John Poe", ("Jane Roe", "John Poe"), None),
        ("By GAZETTE ONLINE, Hamburg, Germany", "GAZETTE ONLINE, Hamburg, Germany", (), "GAZETTE ONLINE"),
    ],
)  # fmt: skip
def test_a_byline_names_people_and_organisation(line, text, people, source):
    byline = read_byline(line)
    assert byline is not None
    assert (byline.text, byline.people, byline.source) == (text, people, source)


@pytest.mark.parametrize(
    "line",
    [
        "The council met on Tuesday to decide whether the old ferry should sail at night again.",
        "Por otra parte, el gobierno dijo que no habrá cambios en la tarifa.",
        "Von dort aus ging es weiter.",
        "By then it was late.",
        "Di quella pira",
        "av alle de",
        "",
        "By ",
    ],
)
def test_prose_is_no_byline(line: str):
    assert read_byline(line) is None


def test_a_lead_is_told_from_a_bare_name():
    assert has_lead("Story by Reuters")
    assert not has_lead("Reviewed by Jane Roe, MD")
    assert not has_lead("Amparo Quiñones")
    assert not has_lead("Foto: Getty Images")
    assert has_lead("Text & Foto: Jane Roe")
    assert not any(map(has_lead, ("Door County", "AV Club", "Di Maria")))


@pytest.mark.parametrize(
    ("written", "name"),
    [("FRANCES d'EMILIO", "Frances d'Emilio"), ("JOHN McDONOUGH", "John McDonough"), ("Jane Roe", "Jane Roe"),
     ("of the council", None), ("", None)],
)  # fmt: skip
def test_names_in_capitals_are_written_as_names(written: str, name: str | None):
    assert name_of(written) == name


@pytest.mark.parametrize(
    ("name", "desk"), [("Redaktion", True), ("Staff", True), ("admin", True), ("Reuters Staff", False)]
)
def test_a_desk_is_told_from_a_house(name: str, desk: bool):
    assert is_desk(name) is desk


@given(st.text(max_size=250))
def test_no_line_breaks_it(line: str):
    byline = read_byline(line)
    assert byline is None or (byline.text and (byline.people or byline.organisation))
