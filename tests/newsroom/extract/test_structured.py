"""What pages say of themselves to machines, broken as it often is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from newsroom.extract.structured import Told, parse_json_ld, read_structured, text_of, texts_of, types_of


def told(head: str, body: str = "") -> Told:
    return read_structured(
        document_fromstring(f"<html lang='en-GB'><head>{head}</head><body>{body}</body></html>")
    )


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "NewsArticle", "headline": "A"}',
        '<!-- {"@type": "NewsArticle", "headline": "A"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "A"}\n//]]>',
        '{"@type": "NewsArticle", "headline": "A",};',
        '[{"@type": "NewsArticle", "headline": "A"}]',
        '{"@graph": [{"@type": "WebSite"}, {"@type": "https://schema.org/NewsArticle", "headline": "A"}]}',
        '{"@type": "WebPage", "mainEntity": {"@type": "NewsArticle", "headline": "A"}}',
        '{"@type": "NewsArticle", "headline": "A"}{"@type": "Person"}',
    ],
)
def test_a_block_is_read_however_it_is_wrapped(text: str):
    said = told(ld(text))
    assert [text_of(node.get("headline")) for node in said.articles] == ["A"]
    assert (said.blocks, said.broken) == (1, 0)


def test_a_broken_block_does_not_lose_the_others():
    said = told(ld('{"@type": "NewsArticle", "headline": ') + ld('{"@type": "NewsArticle", "headline": "B"}'))
    assert (said.blocks, said.broken) == (2, 1)
    assert [node["headline"] for node in said.articles] == ["B"]


def test_references_within_the_page_are_followed():
    said = told(
        ld(
            '{"@graph": [{"@type": "NewsArticle", "author": {"@id": "#a"}},'
            ' {"@type": "Person", "@id": "#a", "name": "Jane"}]}'
        )
    )
    assert text_of(said.articles[0]["author"]) == "Jane"


def test_the_most_telling_article_comes_first():
    poor, rich = (
        '{"@type": "NewsArticle"}',
        '{"@type": "NewsArticle", "headline": "B", "datePublished": "2026-01-01"}',
    )
    assert told(ld(poor) + ld(rich)).articles[0]["headline"] == "B"


def test_microdata_takes_the_same_form():
    said = told(
        "",
        '<article itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">A</h1>'
        '<span itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Jane</b>'
        "</span>"
        '<time itemprop="datePublished" datetime="2026-01-01">New Year</time></article>',
    )
    node = said.stories[0]
    assert (text_of(node["headline"]), text_of(node["author"]), text_of(node["datePublished"])) == (
        "A", "Jane", "2026-01-01",
    )  # fmt: skip
    assert types_of(node) == ("NewsArticle",)


def test_meta_links_times_title_and_language():
    said = told(
        '<title> A  b </title><meta name="Author" content="Jane"><meta property="author" content=" Jane ">'
        '<meta name="empty" content=" "><link rel="canonical license" href="https://site.example/x">',
        '<time class="updated" datetime="2026-02-02">b</time><time datetime="2026-01-03">c</time>'
        '<time class="entry-date published" datetime="2026-01-01">a</time>',
    )
    assert (said.title, said.language) == ("A b", "en-GB")
    assert said.meta == {"author": ("Jane",)}
    assert said.links == {"canonical": ("https://site.example/x",), "license": ("https://site.example/x",)}
    assert said.times == ("2026-01-01", "2026-01-03")


@pytest.mark.parametrize(
    ("value", "text", "texts"),
    [
        ("A &amp; B", "A & B", ("A & B",)),
        ([None, "", "A", "B"], "A", ("A", "B")),
        ({"@value": "A"}, "A", ("A",)),
        ({"name": ["A", "B"]}, "A", ("A",)),
        (2026, "2026", ("2026",)),
        (True, None, ()),
        (None, None, ()),
        ({}, None, ()),
    ],
)
def test_values_as_text(value, text, texts):
    assert (text_of(value), texts_of(value)) == (text, texts)


@given(st.text(max_size=200))
def test_no_block_breaks_it(text: str):
    parse_json_ld(text)
    assert told(ld(text.replace("<", ""))).blocks == 1
