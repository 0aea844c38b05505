"""The language of the text, and what page and feed claim it to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.extract.language import detected
from newsroom.extract.page import read

GERMAN = (
    "Der Rat der Hafenstadt trat am Dienstag zusammen, um zu entscheiden, ob die alte Fähre wieder bei Nacht "
    "fahren soll. Es war die dritte Sitzung in einem Monat und die erste, die endete, bevor der letzte Bus "
    "den Platz verlassen hatte, sagte die Bürgermeisterin."
)
SPANISH = (
    "El consejo de la ciudad portuaria se reunió el martes para decidir si el viejo transbordador debía "
    "volver a "
    "navegar de noche. Fue la tercera reunión en un mes, y la primera que terminó antes de que saliera "
    "el último "
    "autobús de la plaza, según contó la alcaldesa."
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (SPANISH, "es"),
        (GERMAN, "de"),
        ("Too short to tell.", None),
        ("1,234 " * 200, None),
        ("", None),
    ],
)  # fmt: skip
def test_a_text_that_is_long_enough_tells_its_language(text: str, code: str | None):
    assert detected(text) == code


@given(st.text(max_size=600))
def test_no_text_breaks_it(text: str):
    code = detected(text)
    assert code is None or 2 <= len(code) <= 3


def test_a_wrong_claim_is_told(story):
    said = story(body=f"<p>{SPANISH}</p><p>{SPANISH}</p>")
    assert (said.language, said.language_claimed) == ("es", "en")
    assert said.flags == (
        "language.differs: saw es in the text; wanted en, as the page's lang attribute says",
    )


def test_a_claim_with_a_region_is_kept_beside_the_language(story):
    head = '<script type="application/ld+json">{"@type":"NewsArticle","inLanguage":"en-US"}</script>'
    said = story(head=head)
    assert (said.language, said.language_claimed, said.flags) == ("en", "en-US", ())


def test_a_text_too_short_to_tell_is_in_the_language_of_its_feed(document, entry):

    said = read(
        document(None, item=entry(feed="sport", content_html="<p>Gol de Uruguay en el minuto 90.</p>"))
    )
    assert (said.language, said.language_claimed) == ("es", "es")
    assert said.evidence["language"] == "wires/tests.yaml"


@pytest.mark.parametrize(
    ("told", "claimed"),
    [
        ('"en-GB"', "en-GB"),
        ('{"@type":"Language","name":"English","alternateName":"en"}', "en"),
        ('["en","es"]', "en"),
        ('"English"', "en"),  # no tag: the page's lang attribute goes
        ('"utf-8"', "en"),
    ],
)
def test_what_is_no_tag_of_a_language_claims_none(story, told, claimed):
    head = f'<script type="application/ld+json">{{"@type":"NewsArticle","inLanguage":{told}}}</script>'
    said = story(head=head)
    assert (said.language, said.language_claimed, said.flags) == ("en", claimed, ())


def test_a_narrower_tag_of_the_same_language_is_no_other(story):
    norwegian = (
        "Kommunestyret i havnebyen møttes tirsdag for å avgjøre om den gamle fergen skal seile om natten. "
        "Det var det tredje møtet på en måned, og det første som ble avsluttet før siste buss hadde "
        "forlatt torget."
    )
    head = '<script type="application/ld+json">{"@type":"NewsArticle","inLanguage":"nb-NO"}</script>'
    said = story(head=head, body=f"<p>{norwegian}</p><p>{norwegian}</p>")
    assert (said.language, said.language_claimed, said.flags) == ("no", "nb-NO", ())
