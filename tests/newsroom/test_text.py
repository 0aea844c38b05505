import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsroom.text import clean_line, clean_text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("  two \t words\r\n", "two words"),
        ("nul\x00 esc\x1b[31m c1\x9b", "nul esc[31m c1"),
        ("\ufeffbyte\ufffe\uffff order", "byte order"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("evil\u202egnp.exe\u2066x\u2069", "evilgnp.exex"),
        ("soft\xadhyphen zero\u200bwidth mark\u200e\u200f\u061c", "softhyphen zerowidth mark"),
        ("Jose\u0301", "José"),
        ("no\u00a0break\u2003em\u2028line\u0085next", "no break em line next"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("👩\u200d🚒 👩🏽\u200d🚒", "👩\u200d🚒 👩🏽\u200d🚒"),
        ("pass\u200dword\u200c", "password"),
        ("“quotes” – and ™ & © stay", "“quotes” – and ™ & © stay"),
        ("", ""),
    ],
)
def test_a_line(text, wanted):
    assert clean_line(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("one\r\ntwo\rthree\u2028four\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("a\n\n\n\n b  c \n", "a\n\nb c"),
        ("cell\tcell\nrow\u00a0 two\tx", "cell\tcell\nrow two\tx"),
        ("a\x0bb\x0cc", "abc"),
    ],
)
def test_lines(text, wanted):
    assert clean_text(text) == wanted


HARD = st.text(
    st.sampled_from(
        "a é\u0301\u0338\u200b\u200c\u200d\u202e\u212a\ud800\ufffe\x00\x1b\x85\n\r\t\u00a0\u2028क\u094d👩🏽"
    )
    | st.characters(),
)


@given(HARD)
def test_a_line_is_clean_and_final(text):
    line = clean_line(text)
    assert clean_line(line) == line
    assert unicodedata.is_normalized("NFC", line)
    assert line == " ".join(line.split())
    etree.Element("x").text = line
    line.encode()


@given(HARD)
def test_text_is_clean_and_final(text):
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert unicodedata.is_normalized("NFC", clean)
    assert clean_line(clean) == clean_line(text)
    etree.Element("x").text = clean
    clean.encode()
