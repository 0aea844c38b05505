"""Whom a page's data name as the author: people before the site, its sections and its accounts."""

import json

import pytest


def node(author: object, **more: object) -> str:
    said = {"@type": "NewsArticle", "author": author, **more}
    return f'<script type="application/ld+json">{json.dumps(said)}</script>'


def meta(name: str, *contents: str) -> str:
    return "".join(f'<meta name="{name}" content="{content}">' for content in contents)


SITE = '<meta property="og:site_name" content="The Gazette">'
ADMIN = {"@type": "Person", "name": "Gaz T", "url": "https://site.example/author/admin/"}


@pytest.mark.parametrize(
    ("head", "credit"),
    [
        (SITE + node("Gazette Online") + meta("articleAuthor", "Jane Roe"),
         ("Jane Roe", ("Jane Roe",), None)),
        (node("Jane Roe") + meta("parsely-author", "John Poe"), ("Jane Roe", ("Jane Roe",), None)),
        (SITE + node("The Gazette and AFP"), ("The Gazette and AFP", (), "AFP")),
        ('<meta property="og:site_name" content="La Nota">' + node("LA NOTA"), ("LA NOTA", (), "LA NOTA")),
        (SITE + node("The Gazette /jr"), ("The Gazette /jr", (), "The Gazette /jr")),
        (SITE + node("thegazette.example developer") + meta("author", "Jane Roe"),
         ("Jane Roe", ("Jane Roe",), None)),
        (node("Nachrichten", articleSection="Nachrichten"), (None, (), None)),
        (node("AFP", articleSection="AFP"), ("AFP", (), "AFP")),
        (node(ADMIN) + meta("author", "Jane Roe"), ("Jane Roe", ("Jane Roe",), None)),
        (node(ADMIN), ("Gaz T", ("Gaz T",), None)),
        (SITE + node("The Gazette", headline="Ferry sails") + node("Jane Roe", headline="Bus is late"),
         ("The Gazette", (), "The Gazette")),
        (node("Jane Roe", publisher={"@type": ["Person", "Organization"], "name": "Jane Roe"}),
         ("Jane Roe", ("Jane Roe",), None)),
    ],
)  # fmt: skip
def test_the_data_name_the_author(story, head, credit):
    said = story(head=head)
    assert (said.byline, said.authors, said.source) == credit


def test_a_post_marks_its_section_by_a_link(story):
    section = '<p>in <a rel="category tag" href="/c/news">Nachrichten</a></p>'
    assert story(head=meta("author", "Nachrichten"), above=section).byline is None
    assert story(head=meta("author", "Nachrichten")).byline == "Nachrichten"
