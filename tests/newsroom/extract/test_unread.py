"""Prose that is built as the body and not read, and what only stands beside a body."""

import pytest

from newsroom.extract.html_tree import parse_html
from newsroom.extract.segment import segments
from newsroom.extract.unread import unread

SENTENCE = "The council of the town met in week {n} to decide whether the old ferry should sail at night."
PROSE = [SENTENCE.format(n=n) for n in range(8)]


def left(html: str, *read: str, furniture: str = "") -> list[str]:
    """The first words of what is unread, where the pieces that have one of the texts `read` are the body."""
    pieces = segments(parse_html(f"<html><body>{html}</body></html>")).pieces
    body = [piece for piece in pieces if any(text in piece.text for text in read)]
    return list(unread(pieces, body, lambda text: text == furniture))


def paragraphs(texts: list[str], names: str = "") -> str:
    return "".join(f'<p class="{names}">{text}</p>' for text in texts)


def test_paragraphs_that_stand_among_the_story_and_are_not_in_it_are_unread():
    page = f'<div class="story">{paragraphs(PROSE)}</div>'
    assert left(page, *PROSE) == []
    assert left(page, *PROSE[:4]) == PROSE[4:]
    assert left(page, *PROSE[4:]) == PROSE[:4]
    assert left(page, *PROSE[:2], *PROSE[6:]) == PROSE[2:6]


def test_boxes_of_a_kind_are_one_build_whatever_their_numbers():
    page = "".join(
        f'<div class="part m-1{n}">{paragraphs([text], f"p-{n}")}</div>' for n, text in enumerate(PROSE)
    )
    assert left(f'<div class="story">{page}</div>', *PROSE[:4]) == PROSE[4:]


@pytest.mark.parametrize(
    "beside",
    [
        f"<aside>{paragraphs(PROSE[4:])}</aside>",
        f"<ul><li>{PROSE[4]}</li></ul>",
        f'<p><a href="/x">{PROSE[4]}</a></p>',
        f"<p>{PROSE[4][:50]}.</p>",
        f"<p>{PROSE[4].removesuffix('.')}</p>",
        f'<p style="display:none">{PROSE[4]}</p>',
        f"<p>{PROSE[0]}</p>",
    ],
)
def test_what_is_built_otherwise_or_no_prose_or_said_already_is_not(beside: str):
    assert left(f'<div class="story">{paragraphs(PROSE[:4])}{beside}</div>', *PROSE[:4]) == []


def test_another_story_on_the_page_is_not():
    one, other = (f'<div class="story">{paragraphs(part)}</div>' for part in (PROSE[:4], PROSE[4:]))
    assert left(one + other, *PROSE[:4]) == []


def test_furniture_is_not():
    page = f'<div class="story">{paragraphs(PROSE[:5])}</div>'
    assert left(page, *PROSE[:4]) == PROSE[4:5]
    assert left(page, *PROSE[:4], furniture=PROSE[4]) == []


def test_without_prose_nothing_is_built_as_it_is():
    assert left(f"<div><p>Ferry</p>{paragraphs(PROSE)}</div>", "Ferry") == []
