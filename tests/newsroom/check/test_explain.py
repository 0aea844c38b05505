import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.check.explain import SEEN_LIMIT, cut, either, saw, where
from newsroom.story import Story


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), ""),
        (("A",), "A"),
        (("A", "B"), "A or B"),
        (("A", "B", "C", "D"), "A, B, C or D"),
        (("A", "B", "C", "D", "E"), "A, B, C or one of 2 more"),
        ((2021, 2022), "2021 or 2022"),
    ],
)
def test_either(names: tuple[object, ...], said: str) -> None:
    assert either(names) == said


def test_what_was_seen_is_quoted_on_one_line_and_cut() -> None:
    assert saw(None) == "nothing found"
    assert saw(" \n\t\x1b ") == "nothing found"
    assert saw("fake\r\nERROR \x1b[31mred\u202e") == "saw “fake ERROR [31mred”"
    assert saw("x" * 500) == f"saw “{'x' * (SEEN_LIMIT - 1)}…”"


@given(st.text(max_size=400), st.integers(2, 200))
def test_a_cut_text_is_short_printable_and_one_line(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert len(shown) <= limit
    assert shown.isprintable()
    assert shown == " ".join(shown.split())


def test_where_quotes_the_evidence_once() -> None:
    evidence = {"byline": "the top of the page", "source": "the top of the page", "url": "the feed"}
    story = Story(uri="urn:x:1", wire="w", provider="W", evidence=evidence)
    assert where(story, ("byline", "source"), found=False) == "looked in the top of the page"
    assert where(story, ("byline", "url"), found=True) == "found in the top of the page, the feed"
    assert where(story, ("body",), found=True) == "found in the story's blocks"
    assert where(story, ("language",), found=False) == "looked in the story as it was read"
