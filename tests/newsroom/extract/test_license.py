"""Licences that allow use, as lines and addresses name them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.extract.license import read_license


@pytest.mark.parametrize(
    ("text", "name", "duties"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0", 1),
        ("http://creativecommons.org/licenses/by-nc-nd/3.0/us/", "CC BY-NC-ND 3.0", 3),
        ("This work is licensed under CC BY-ND 4.0.", "CC BY-ND 4.0", 2),
        ("Republished under a Creative Commons Attribution-NoDerivatives 4.0 license.", "CC BY-ND 4.0", 2),
        ("Licencia Creative Commons Atribución-NoComercial 4.0", "CC BY-NC 4.0", 2),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0", 0),
        ("Dedicated to the public domain (CC0 1.0)", "CC0 1.0", 0),
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
    "text", ["All rights reserved.", "This text is not in the public domain.", "CC: the mayor"]
)
def test_other_words_are_none(text: str):
    assert read_license(text) is None


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str):
    licence = read_license(text)
    assert licence is None or licence.name
