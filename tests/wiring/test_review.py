"""What an editor is asked: a wire's text is shown as it is, and does nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.stages.review import Waiting
from wiring.review import ReviewStory, plain, question

STORY = Waiting(
    uri="urn:uuid:6ada63eb-a682-594b-a87b-acdb24cae0b0",
    n=2,
    provider="North Wire",
    headline="Harbor lights its quay",
    reasons=("copyrightnotice: nothing found; wanted a notice",),
    begins="The harbor of Port Calloway lights its quay.",
    whole=False,
    url="https://wire.example/story?id=7",
    stored_at=datetime(2026, 11, 20, 12, 5, tzinfo=UTC),
)


def test_a_question_shows_what_it_takes_to_decide():
    assert question(STORY) == (
        "**North Wire**, revision 2, filed 2026-11-20 12:05Z\n\n"
        "It is held:\n\n"
        "- copyrightnotice\\: nothing found; wanted a notice\n\n"
        "> The harbor of Port Calloway lights its quay\\. …\n\n"
        "[Read it at its wire](<https://wire.example/story?id=7>)\n\n"
        "Its whole life: `newsroom story urn:uuid:6ada63eb-a682-594b-a87b-acdb24cae0b0`"
    )


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "data:text/html,x", "/story"])
def test_only_an_address_on_the_web_is_a_link(url):
    assert "](<" not in question(Waiting(**vars(STORY) | {"url": url}))


def test_an_address_can_not_end_its_link():
    asked = question(
        Waiting(**vars(STORY) | {"url": "https://wire.example/a>) [b](https://c.example) \n# d"})
    )
    (line,) = [line for line in asked.splitlines() if line.startswith("[Read")]
    assert line.count("<") == line.count(">") == line.count(")") == 1


@given(st.text())
def test_no_text_is_markdown_of_its_own(text):
    shown = plain(text)
    assert shown.splitlines() in ([], [shown])
    bare = shown.replace("\\\\", "")
    for mark in "`*_[]<>#!|&":
        assert bare.count(mark) == bare.count(f"\\{mark}")


def test_a_story_is_no_template():
    assert ReviewStory.template_fields == ()
