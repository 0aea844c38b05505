"""Licences that allow use, as lines and addresses name them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.extract.license import read_license


@pytest.mark.parametrize(
    ("text", "name", "duties"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0", 1),
        ("http://creativecommons.org/licenses/by-nc-nd/3.0/us/", "CC BY-NC-ND 3.0 US", 3),
        ("This work is licensed under CC BY-ND 4.0.", "CC BY-ND 4.0", 2),
        ("Republished under a Creative Commons Attribution-NoDerivatives 4.0 license.", "CC BY-ND 4.0", 2),
        ("Licencia Creative Commons Atribución-NoComercial 4.0", "CC BY-NC 4.0", 2),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0", 0),
        ("Dedicated to the public domain (CC0 1.0)", "CC0 1.0", 0),
        ("Creative Commons Zero", "CC0 1.0", 0),
        ("CC-BY-SA-3.0", "CC BY-SA 3.0", 2),
        ("CC BY-NC-SA 3.0 IGO", "CC BY-NC-SA 3.0 IGO", 3),
        ("Licencia Creative Commons Reconocimiento-NoComercial 4.0", "CC BY-NC 4.0", 2),
        ("Creative Commons Namensnennung – Weitergabe unter gleichen Bedingungen 4.0", "CC BY-SA 4.0", 2),
        ("Creative Commons Paternité - Partage dans les mêmes conditions 2.0", "CC BY-SA 2.0", 2),
        ("Creative Commons Attribuzione - Non commerciale 4.0 Internazionale", "CC BY-NC 4.0", 2),
        ("Creative Commons Atribuição-SemDerivações 4.0 Internacional", "CC BY-ND 4.0", 2),
        ("All material produced exclusively by the Voice of America is public domain.", "public domain", 0),
        ("NASA's material is in the public domain.", "public domain", 0),
        ("This work is not subject to copyright in the United States.", "public domain", 0),
    ],
)
def test_a_licence_has_name_and_duties(text: str, name: str, duties: int):
    licence = read_license(text)
    assert licence is not None
    assert (licence.name, len(licence.duties)) == (name, duties)
    assert licence.address
    assert bool(licence.terms) == bool(duties)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://creativecommons.org/licenses/by/4.0", "by/4.0/"),
        ("https://creativecommons.org/licenses/by/4.0/deed.de", "by/4.0/"),
        ("https://creativecommons.org/licenses/by-nd/4.0/legalcode", "by-nd/4.0/"),
        ("https://creativecommons.org/licenses/by-nc-sa/3.0/igo/", "by-nc-sa/3.0/igo/"),
        ("https://creativecommons.org/licenses/by-nc-nd/3.0/de/deed.de", "by-nc-nd/3.0/de/"),
        ("https://creativecommons.org/licenses/by/2.5/scotland/", "by/2.5/scotland/"),
        ("https://creativecommons.org/licenses/nc-sa/1.0/", "nc-sa/1.0/"),
        ("CC BY-NC-SA 3.0 IGO", "by-nc-sa/3.0/igo/"),
        ("CC BY 4.0 DE", "by/4.0/"),
        ("CC BY 2.0 by Jane Roe", "by/2.0/"),
        ("Creative Commons Reconocimiento 3.0 España", "by/3.0/es/"),
    ],
)
def test_a_licence_is_named_by_its_own_address(text: str, address: str):
    licence = read_license(text)
    assert licence is not None
    assert licence.url == f"https://creativecommons.org/licenses/{address}"


@pytest.mark.parametrize(
    "text",
    [
        "This article is republished from the Gazette under a Creative Commons license.",
        "Publicado bajo licencia Creative Commons.",
        "Unter Creative-Commons-Lizenz",
        "Creative Commons Attribution-Inventus 4.0",
    ],
)
def test_of_a_licence_that_is_not_understood_whole_nobody_knows_what_it_allows(text: str):
    licence = read_license(text)
    assert licence is not None
    assert (licence.name, licence.url, licence.kind) == ("Creative Commons", None, "Creative Commons")


@pytest.mark.parametrize(
    "text",
    [
        "It is not in the public domain.",
        "He said that CC by the rules was wrong.",
        "All rights reserved.",
        "This text is not in the public domain.",
        "CC: the mayor",
    ],
)
def test_other_words_are_none(text: str):
    assert read_license(text) is None


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str):
    licence = read_license(text)
    assert licence is None or licence.name
