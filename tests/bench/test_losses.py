"""Losses that are made of a whole page, and which of them the gate notices."""

import pytest

from bench.losses import losses

PARAGRAPHS = [
    f"In the {name} week the council of the harbor town met again to decide whether the old ferry should sail"
    " at night and once more it sent the question back to the office from which it had come where the clerk"
    " put it on the pile."
    for name in ("first", "second", "third", "fourth", "fifth", "sixth")
]


def page(paragraphs: list[str], head: str = "") -> bytes:
    text = "".join(f"<p>{each}</p>" for each in paragraphs)
    return f"<html><head>{head}</head><body><article><h1>Ferry</h1>{text}</article></body></html>".encode()


STATED = '<script type="application/ld+json">{"@type": "NewsArticle", "wordCount": 258}</script>'


@pytest.mark.parametrize(("head", "served_half"), [("", False), (STATED, True)])
def test_all_but_what_a_site_left_out_is_noticed(head: str, served_half: bool):
    assert dict(losses(page(PARAGRAPHS, head), "https://x.example/a")) == {
        "the reader lost the second half of the blocks": True,
        "the reader lost the first half": True,
        "the reader lost a third, in the middle": True,
        "the page broke off within the story": True,
        "the site served half of the blocks": served_half,
        "the site served it to within a sentence": True,
    }


def test_of_a_brief_nothing_is_lost():
    assert list(losses(page(PARAGRAPHS[:3]), "https://x.example/a")) == []
