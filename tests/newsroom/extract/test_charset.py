"""Bytes to text: declared, lied about, or guessed."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.extract.charset import decode
from newsroom.extract.document import Unreadable

PROSE = "“Sólo una vez”, dijo la alcaldesa de la ciudad, según contó después el señor Núñez."
TEXT = f"<html><body><p>{PROSE}</p></body></html>"


@pytest.mark.parametrize(
    ("data", "header", "charset", "guessed"),
    [
        (TEXT.encode(), "utf-8", "utf-8", False),
        (TEXT.encode(), None, "utf-8", False),
        (TEXT.encode("utf-8-sig"), "iso-8859-1", "utf-8", False),
        (TEXT.encode("cp1252"), "iso-8859-1", "cp1252", False),
        (
            TEXT.replace("<body>", "<meta charset='windows-1252'><body>").encode("cp1252"),
            None,
            "cp1252",
            False,
        ),
        (TEXT.encode("utf-16"), None, "utf-16-le", False),
    ],
)
def test_the_surest_witness_names_the_charset(data, header, charset, guessed):
    decoded = decode(data, header)
    assert "“Sólo una vez”" in decoded.text
    assert (decoded.charset, decoded.guessed) == (charset, guessed)


def test_a_lying_header_is_not_believed():
    assert "“Sólo una vez”" in decode(TEXT.encode(), "us-ascii").text


def test_ascii_that_names_no_charset_is_no_other_text():
    text = "<p>" + ". " * 20_000 + "</p>"
    assert decode(text.encode(), None).text == text


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "latin-1", "no-such-charset"]))
def test_bytes_are_read_or_refused(data: bytes, header: str | None):
    with contextlib.suppress(Unreadable):
        assert isinstance(decode(data, header).text, str)
