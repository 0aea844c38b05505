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


LYING = {
    "es": ("cp1252", "El señor Núñez contó que el ayuntamiento se reunió el martes y aún no decidió nada."),
    "pt": ("cp1252", "A câmara municipal reuniu-se na terça-feira e não decidiu se a estação fica à noite."),
    "sv": ("cp1252", "Kommunfullmäktige möttes på tisdagen för att avgöra om färjan skulle gå på natten."),
    "it": ("cp1252", "Il consiglio comunale si è riunito martedì perché la città aspetta già da mesi."),
    "pl": ("cp1250", "Rada miasta zebrała się we wtorek, aby zdecydować, czy łódź będzie pływać nocą."),
    "hu": (
        "cp1250",
        "A városi tanács kedden ült össze, hogy eldöntse, járjon-e éjszaka a régi komp, s őszre.",
    ),
    "tr": (
        "cp1254",
        "Belediye meclisi, eski vapurun gece çalışıp çalışmayacağına karar vermek için toplandı.",
    ),
    "ru": ("cp1251", "Городской совет собрался во вторник, чтобы решить, должен ли паром ходить ночью."),
    "zh": ("gb18030", "市议会周二开会，决定旧渡轮是否应该在夜间航行。这是一个月内的第三次会议。"),
}
"""Prose in the charset that the web has for its language."""


@pytest.mark.parametrize("language", LYING)
@pytest.mark.parametrize("opening", ["<html lang={}>", "<html>"])
@pytest.mark.parametrize("named", ["<meta charset=utf-8>", ""])
def test_a_charset_that_is_not_named_is_that_of_the_language(language, opening, named):
    charset, prose = LYING[language]
    html = (
        f"{opening.format(language)}<head>{named}<title>x</title></head><body>{f'<p>{prose}</p>' * 4}</body>"
    )
    decoded = decode(html.encode(charset), None)
    assert prose in decoded.text
    assert decoded.guessed


def test_text_in_two_charsets_is_refused():
    text = f"<html><body>{TEXT * 5}"
    with pytest.raises(
        Unreadable, match="bad_charset: charset: saw 45 characters in UTF-8 and 45 in another"
    ):
        decode(text.encode() + text.encode("cp1252"), "utf-8")


def test_utf_16_that_is_not_marked_is_no_latin():
    assert PROSE in decode(TEXT.encode("utf-16-le"), "utf-8").text


def test_ascii_that_names_no_charset_is_no_other_text():
    text = "<p>" + ". " * 20_000 + "</p>"
    assert decode(text.encode(), None).text == text


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "latin-1", "no-such-charset"]))
def test_bytes_are_read_or_refused(data: bytes, header: str | None):
    with contextlib.suppress(Unreadable):
        assert isinstance(decode(data, header).text, str)
