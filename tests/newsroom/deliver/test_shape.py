"""Excerpts and credit lines: what a licence asks for, whatever the story."""

import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.clear.rights import Terms
from newsroom.config import House, Partner
from newsroom.deliver import ninjs, rss
from newsroom.deliver.dublin_core import DC
from newsroom.deliver.edition import Edition
from newsroom.deliver.entry import Entry
from newsroom.deliver.release import RENDERERS
from newsroom.deliver.release_check import check_ninjs, check_rss
from newsroom.deliver.shape import attribution, excerpt, shaped
from newsroom.extract.license import read_license
from newsroom.revise.kind import Revised
from newsroom.story import Block, paragraph

HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")
PAGE = "https://wire.example/votes"
BY = read_license("https://creativecommons.org/licenses/by/4.0/")


def only(entry: Entry) -> Edition:
    return Edition((entry,), datetime(2026, 11, 20, 12, tzinfo=UTC))


def texts(words, *blocks):
    return [block.text for block in excerpt(blocks, words)]


@pytest.mark.parametrize(
    ("words", "paragraphs", "wanted"),
    [
        (6, ["One two three. Four five six seven."], ["One two three."]),
        (7, ["One two three. Four five six seven."], ["One two three. Four five six seven."]),
        (5, ["One. Two three four five six seven."], ["One. Two three four five…"]),
        (5, ["One two three, four five, six seven."], ["One two three, four five…"]),
        (7, ["One two three four.", "Five six. Seven eight nine."], ["One two three four.", "Five six."]),
        (6, ["One two three four.", "Five six seven eight."], ["One two three four."]),
        (4, ["One two three four.", "Five six."], ["One two three four."]),
        (5, ["Costs 2.5 million a year in the valley."], ["Costs 2.5 million a year…"]),
        (5, ["水庫不會改變。市長說話了。"], ["水庫不會改…"]),
        (9, ["水庫不會改變。市長說話了。"], ["水庫不會改變。"]),
    ],
)
def test_an_excerpt_ends_with_a_sentence_else_with_a_word(words, paragraphs, wanted):
    assert texts(words, *map(paragraph, paragraphs)) == wanted


def test_an_excerpt_has_no_heading_and_ends_before_a_list():
    heading = Block(kind="heading", text="What changes", html="<h2>What changes</h2>", level=2)
    listed = Block(kind="list", text="Less", html="<ul><li>Less</li></ul>")
    assert texts(50, paragraph("One."), heading, paragraph("Two."), listed, paragraph("Three.")) == [
        "One.",
        "Two.",
    ]


@given(st.lists(st.text(max_size=200), max_size=5), st.integers(5, 60))
def test_an_excerpt_never_has_more_words_than_allowed(paragraphs, words):
    told = " ".join(texts(words, *map(paragraph, paragraphs)))
    assert len(told.split()) <= words
    assert len(told) <= 41 * words + len(paragraphs)


def test_an_endless_word_is_cut():
    (text,) = texts(5, paragraph("x" * 10_000))
    assert text == "x" * 200 + "…"


@pytest.mark.parametrize(("words", "told"), [(None, True), (8, False)])
@pytest.mark.parametrize("name", sorted(RENDERERS))
def test_of_an_excerpt_no_format_tells_more_words(make, name, words, told):
    blocks = (paragraph("The council voted on Friday."), paragraph("There are 221 lamps, not 212."))
    corrected = Revised(kind="correction", reason="r", note="There are 221 lamps, not 212.")
    entry = replace(make(url=PAGE, subheadline="Of 221 lamps", blocks=blocks), revised=corrected)
    edition = only(shaped(entry, Terms(excerpt_words=words)))
    document = RENDERERS[name].render(HOUSE, PARTNER, edition)
    assert RENDERERS[name].check(document, edition) == ()
    assert ("221 lamps" in texts_of(document)) == (told and name != "news_sitemap")


def texts_of(document):
    if not document.startswith(b"PK"):
        return document.decode()
    with zipfile.ZipFile(BytesIO(document)) as bundle:
        return "".join(bundle.read(each).decode() for each in bundle.namelist())


def test_an_excerpt_without_a_page_is_refused(make):
    with pytest.raises(ValueError, match="wanted the address of a page"):
        shaped(make(url="/relative"), Terms(excerpt_words=20))


def test_a_whole_story_with_no_terms_to_show_stays_as_it_is(make):
    entry = make(url=PAGE)
    assert shaped(entry, Terms(mining_reserved=False)) == entry


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (
            {"source": "Agency Sur", "authors": ("Ana Ortiz",)},
            "Ana Ortiz for Agency Sur, via Sample Newsource",
        ),
        ({"byline": "By Jo", "authors": ()}, "By Jo for Sample Newsource, via Sample Newsource"),
        ({}, "Sample Newsource for Sample Newsource, via Sample Newsource"),
    ],
)
def test_a_credit_line_names_somebody_whatever_is_missing(make, fields, line):
    assert attribution(make(**fields), Terms(attribution="{authors} for {source}, via {provider}")) == line


def test_an_excerpt_of_a_public_licence_says_that_it_is_one(make):
    credit = attribution(make(authors=("Ana Ortiz",)), Terms(license=BY, excerpt_words=20))
    assert credit == (
        "“Council votes on the reservoir” (an excerpt) by Ana Ortiz is licensed under CC BY 4.0, "
        "https://creativecommons.org/licenses/by/4.0/"
    )


def test_terms_are_said_in_the_order_they_matter(make):
    terms = Terms(
        excerpt_words=20,
        channels=("web", "broadcast"),
        commercial=False,
        edits=False,
        expires=datetime(2026, 12, 1, 7, tzinfo=UTC),
    )
    assert shaped(make(url=PAGE, usageterms="No resale"), terms).story.usageterms == (
        "No resale. An excerpt, to be shown with its link. For the web and broadcast only. "
        "For non-commercial use only. Not to be edited. To be withdrawn by 2026-12-01 07:00Z. "
        "Text and data mining, AI training included, is reserved (tdm-reservation: 1)."
    )


@pytest.mark.parametrize("language", ["es-MX", "en", "fr", None])
def test_shaped_stories_may_be_released_in_every_format(make, house: House, partner: Partner, language):
    terms = Terms(excerpt_words=5, attribution="<b>{provider}</b> & {headline}", notice=True, license=BY)
    edition = only(shaped(make(url=f"{PAGE}?a=1&b=<2>", language=language), terms))
    assert check_rss(rss.render(house, partner, edition), edition) == ()
    assert check_ninjs(ninjs.render(house, partner, edition), edition) == ()
    link = "Lea la nota completa" if language == "es-MX" else "Read the full story"
    assert re.search(
        f'<a href="{re.escape(PAGE)}[^"<>]*"[^>]*>{link}</a>', edition.entries[0].story.body_xhtml
    )


STRICT = Terms(
    excerpt_words=20,
    attribution="Via {provider}",
    notice=True,
    license=BY,
    expires=datetime(2026, 12, 1, 7, tzinfo=UTC),
    mining_policy="https://wire.example/mining.json",
)


@pytest.mark.parametrize("license_", [BY, None])
def test_shaped_stories_are_valid_ninjs(house, partner, make, ninjs_schema, license_):
    entry = shaped(make(url=PAGE), replace(STRICT, license=license_))
    document = ninjs.composite(house, partner, only(entry))
    ninjs_schema.validate(document)
    (item,) = document["associations"]
    linked = license_.url if license_ else STRICT.mining_policy
    assert item["rightsInfo"]["linkedRights"] == linked
    assert (item["representationType"], item["expires"]) == ("partial", "2026-12-01T07:00:00Z")


def test_shaped_stories_are_valid_rss(house, partner, make, assert_valid):
    channel = assert_valid(rss.render(house, partner, only(shaped(make(url=PAGE), STRICT))))
    rights = channel.findtext(f"item/{{{DC}}}rights")
    assert rights == (
        "© 2026 Sample News Network. All rights reserved. Via Sample Newsource. "
        "“Council votes on the reservoir” (an excerpt) by Sample Newsource is licensed under CC BY 4.0, "
        "https://creativecommons.org/licenses/by/4.0/"
    )
