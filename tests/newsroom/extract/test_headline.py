"""Headlines as a reader sees them, without the site's name."""

from dataclasses import replace

import pytest
from lxml.html import document_fromstring

from newsroom.extract.body import Body
from newsroom.extract.headline import read_subheadline
from newsroom.extract.material import Material
from newsroom.extract.page import read
from newsroom.extract.structured import Told

LD = (
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Ferry &amp; harbor sail"}</script>'
)
SITE = '<meta property="og:site_name" content="KVXQ NewsChannel 7">'


def og(text: str) -> str:
    return f'<meta property="og:title" content="{text}">'


@pytest.mark.parametrize(
    ("head", "above", "headline"),
    [
        (og("Ferry sails at night - KVXQ NewsChannel 7") + SITE, "", "Ferry sails at night"),
        (og("Ferry sails at night | KVXQ") + SITE, "", "Ferry sails at night"),
        (og("KVXQ NewsChannel 7: Ferry sails") + SITE, "", "KVXQ NewsChannel 7: Ferry sails"),
        (og("Ferry - slow, but sure - sails") + SITE, "", "Ferry - slow, but sure - sails"),
        (og("Ferry sails at night | KVXQ"), "<h1>Ferry sails at night</h1>", "Ferry sails at night"),
        (og("Ferry sails at night"), "<h1>Harbor Daily News</h1>", "Ferry sails at night"),
        ("<title>Ferry sails at night</title>", "", "Ferry sails at night"),
        ("<title>渡轮夜间起航，港口亮灯 _港口 _示例网</title>", "", "渡轮夜间起航，港口亮灯"),
        ("<title>渡轮_a_b 夜间</title>", "", "渡轮"),
        ("<title>The file_name that ate Oslo</title>", "", "The file_name that ate Oslo"),
        ("", "<h1>Ferry sails  at\nnight</h1>", "Ferry sails at night"),
        (og("Ferry sails at night"), "<h1><i>Harbor</i> Ferry sails at night</h1>", "Ferry sails at night"),
        ('<meta property="og:title" content="Mayor: ferry "unsafe""><title>Mayor: ferry "unsafe"</title>', "",
         'Mayor: ferry "unsafe"'),
        (og("Ferry sails") + "<title>Ferry sails at night</title>", "", "Ferry sails"),
        (LD, "", "Ferry & harbor sail"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_the_headline_is_the_storys(story, head, above, headline):
    assert story(head=head, above=above).headline == headline


@pytest.mark.parametrize(
    ("url", "title", "headline"),
    [
        ("https://www.kvxqpost.com/ferry", "Ferry sails at night - KVXQ Post", "Ferry sails at night"),
        ("https://news.kvxqpost.com/ferry", "Ferries | kvxqpost.com", "Ferries | kvxqpost.com"),
        ("https://news.kvxqpost.com/ferry", "Ferry sails on | kvxqpost.com", "Ferry sails on"),
        ("https://kvxqpost.com/ferry", "Ferry sails - a post", "Ferry sails - a post"),
        ("https://kvxqpost.com/ferry", "渡轮夜间起航，港口亮灯：kvxqpost", "渡轮夜间起航，港口亮灯"),
        ("http://[", "Ferry sails at night - KVXQ Post", "Ferry sails at night - KVXQ Post"),
    ],
)
def test_the_host_names_the_site_too(document, markup, url, title, headline):
    assert read(replace(document(markup(head=og(title))), url=url)).headline == headline


def test_the_feeds_title_comes_last(story, entry):
    said = story(item=entry(title="Ferry sails at night"))
    assert (said.headline, said.evidence["headline"]) == ("Ferry sails at night", "the feed entry's title")


def test_a_subheadline_is_what_the_data_name(story):
    node = '{"@type":"NewsArticle","headline":"A b c","alternativeHeadline":"D e"}'
    told = f'<script type="application/ld+json">{node}</script>'
    assert story(head=told).subheadline == "D e"
    assert story().subheadline is None


def test_a_summary_that_the_page_shows_under_the_headline_is_the_subheadline(document):
    told = Told(meta={"og:description": ("Ministers agreed at last.",)})
    shown = Body((), None, head_lines=("Ferry sails", "Ministers  agreed at last."))
    tree, made = document_fromstring("<html><body></body></html>"), document("<p>x</p>")
    assert (
        read_subheadline(Material(tree, told, shown, made), "Ferry sails").value
        == "Ministers agreed at last."
    )
    hidden = Body((), None, head_lines=("Ferry sails",))
    assert read_subheadline(Material(tree, told, hidden, made), "Ferry sails").value is None


def test_a_title_without_end_is_no_harm(story):
    assert story(head=og("Ferry sails" + " | KVXQ" * 20_000) + SITE).headline == "Ferry sails"
