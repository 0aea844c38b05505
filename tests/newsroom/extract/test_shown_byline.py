"""The bylines that a page shows: beside the headline, in its first lines, at its end."""

import json

import pytest

SITE = '<meta property="og:site_name" content="The Gazette">'
HEADLINE = "<h1>Ferry to sail at night again</h1>"
CARD = '<a href="/bus"><h3>Bus is late</h3><div class="author-name">Von Max Muster</div></a>'
COLUMNS = (
    "<div class='bylines'><div class='byline'><a rel='author' href='/j'>Jane Roe</a></div>"
    "<div class='byline'><a rel='author' href='/p'>John Poe</a></div></div>"
)
ITEM = (
    "<div class='author-box'><a href='/'>Tech Desk</a><span itemprop='author' itemscope>"
    "<span itemprop='name'>Jane Roe</span></span> <time>1 day ago</time> SHARE</div>"
)


def p(text: str) -> str:
    return f"<p>{text}</p>"


def under(*texts: str) -> str:
    """The headline, and what a page puts between it and the text."""
    return f"<header>{HEADLINE}<ul class='meta'>{''.join(f'<li>{text}</li>' for text in texts)}</ul></header>"


def author(name: str) -> str:
    said = {"@type": "NewsArticle", "author": {"@type": "Person", "name": name}}
    return f'<script type="application/ld+json">{json.dumps(said)}</script>'


def metas(*names: str) -> str:
    return "".join(f'<meta name="parsely-author" content="{name}">' for name in names)


@pytest.mark.parametrize(
    ("parts", "people"),
    [
        ({"head": author("Ann Poe") + metas("Jane Roe", "John Poe"), "above": under("By Jane Roe, John Poe")},
         ("Jane Roe", "John Poe")),
        ({"head": author("Ann Poe"), "above": under("By Jane Roe, John Poe")}, ("Ann Poe",)),
        ({"head": author("John Poe"), "above": COLUMNS}, ("Jane Roe", "John Poe")),
        ({"head": author("Ann Poe"), "above": COLUMNS}, ("Ann Poe",)),
        ({"head": author("Ann Poe"), "above": "<div class='author'>Jane Roe</div>",
          "below": p("Editor : Ann Poe")}, ("Jane Roe",)),
        ({"head": author("Ann Poe"), "below": p("Editor : Ann Poe")}, ("Ann Poe",)),
        ({"head": SITE, "above": ITEM}, ("Jane Roe",)),
        ({"head": SITE + author("The Gazette"), "below": p("Ferries") + p("Night") + p("Share") + CARD}, ()),
        ({"head": SITE + author("The Gazette"), "above": under("© Foto: Getty Images")}, ()),
        ({"above": p("Text und Foto: Jane Roe")}, ("Jane Roe",)),
        ({"above": under("<span>Jane Roe&nbsp;|</span> <span>05.04.2026</span>")}, ("Jane Roe",)),
        ({"above": p("<a href='/r'>Human Rights</a>") + under("Human Rights | 05.04.2026")}, ()),
        ({"above": under("Jane Roe 05.04.2026")}, ()),
        ({"below": p("Autor: Rechtsanwältin Jane Roe")}, ("Jane Roe",)),
    ],
)  # fmt: skip
def test_the_shown_byline_is_weighed_against_the_data(story, prose, parts, people):
    said = story(**parts)
    assert said.authors == people
    assert [block.text for block in said.blocks] == list(prose)


@pytest.mark.parametrize(
    ("first", "head", "people"),
    [
        (["<b>Jane Roe</b>"], SITE + author("The Gazette"), ("Jane Roe",)),
        (["<b>Jane Roe/John Poe</b>"], "", ("Jane Roe", "John Poe")),
        (["<strong>JANE ROE&nbsp;</strong>", "<strong>JOHN POE</strong>"], "", ("Jane Roe", "John Poe")),
        (["Jane Roe"], SITE + author("The Gazette"), ()),
        (["<b>Jane Roe</b>"], author("Ann Poe"), ("Ann Poe",)),
        (["<b>Jane</b> Roe"], "", ()),
        (["<b>Jane Roe</b>", "is back."], "", ()),
    ],
)
def test_names_in_strong_type_above_the_text_are_the_byline(story, prose, first, head, people):
    said = story(body="".join(map(p, (*first, *prose))), head=head)
    assert said.authors == people
    assert (said.blocks[0].text == prose[0]) == (people not in ((), ("Ann Poe",)))


@pytest.mark.parametrize(
    ("last", "head", "credit"),
    [
        ("It sails. (GZ mit dpa)", author("Redaktion"), ("GZ mit dpa", "dpa")),
        ("It sails. (afp/jr)", "", ("afp/jr", "AFP")),
        ("It sails. (Quelle: APA/dpa)", author("Jane Roe"), ("Jane Roe", "APA")),
        ("It sails. (jr)", "", (None, None)),
        ("It sails. (HN)", "", (None, None)),
        ("It sails under the flag of the agency (AFP)", "", (None, None)),
        (
            "The Gazette / Última Hora",
            SITE + author("Redaktion"),
            ("The Gazette / Última Hora", "Última Hora"),
        ),
        ("Source: @dpa/GZ", author("Redaktion"), ("Redaktion", "Redaktion")),
    ],
)
def test_an_agency_signs_at_the_end(story, prose, last, head, credit):
    said = story(body="".join(map(p, (*prose, last))), head=head)
    assert (said.byline, said.source) == credit
    assert said.body.endswith(last) != last.startswith("The Gazette")


@pytest.mark.parametrize(
    ("lines", "credit"),
    [
        (["AFP, MANILA"], ("AFP, MANILA", "AFP")),
        (["AFP", "10/05/2026 05:22 pm"], ("AFP", "AFP")),
        (["AFP", "Share"], (None, None)),
        (["2026年04月24日23:52 | 来源：新华网"], ("新华网", "Xinhua")),
        (["By Jane Roe on Monday, June 8th, 2026 at 11:04 a.m."], ("Jane Roe", None)),
        (["Текст: Лида Буслаева·11 октября 2026"], ("Лида Буслаева", None)),
        (["Sports, MANILA"], (None, None)),
    ],
)
def test_an_agency_stands_under_the_headline(story, lines, credit):
    said = story(above=under(*lines))
    assert (said.byline, said.source) == credit


def test_a_headline_that_is_no_heading_is_found_by_the_title(story):
    above = "<header><div class='head'>Ferry to sail at night again</div><div>AFP, MANILA</div></header>"
    assert (
        story(head="<title>Ferry to sail at night again - The Gazette</title>", above=above).source == "AFP"
    )
    assert story(head="<title>Bus is late - The Gazette</title>", above=above).source is None


def test_a_site_is_no_source_where_the_dateline_names_one(story, prose):
    body = "".join(map(p, (f"FENNICK, Colo. (AP) — {prose[0]}", *prose[1:])))
    said = story(body=body, head=SITE + author("The Gazette"))
    assert (said.byline, said.authors, said.source) == ("The Gazette", (), "AP")
