"""Who wrote a story, from the surest place; the wire's own name is the provider, never the byline."""

import pytest


def p(text: str) -> str:
    return f"<p>{text}</p>"


def author(name: str) -> str:
    node = f'{{"@type":"NewsArticle","author":{{"@type":"Person","name":"{name}"}}}}'
    return f'<script type="application/ld+json">{node}</script>'


SITE = '<meta property="og:site_name" content="The Gazette">'
BYLINE = '<div class="byline"><a rel="author" href="/jane">Jane Roe</a> | 09.06.2026, 12:05</div>'


@pytest.mark.parametrize(
    ("lines", "parts", "credit"),
    [
        (["Story by Reuters"], {"above": p("By Harbor News")}, ("Reuters", (), "Reuters")),
        (["By Jane Roe and John Poe, CNN"], {},
         ("Jane Roe and John Poe, CNN", ("Jane Roe", "John Poe"), "CNN")),
        ([], {"above": p("By Jane Roe, Reuters"), "head": author("Jane Roe")},
         ("Jane Roe, Reuters", ("Jane Roe",), "Reuters")),
        ([], {"above": p("By Harbor News"), "head": author("Harbor News")}, (None, (), None)),
        ([], {"head": '<meta name="author" content="https://site.example/jane">'
                      '<meta name="byl" content="By Jane Roe">'},
         ("Jane Roe", ("Jane Roe",), None)),
        ([], {"head": author("viktor hedlund")}, ("viktor hedlund", ("viktor hedlund",), None)),
        ([], {"head": author("hosb/srf;kesm")}, ("hosb/srf;kesm", ("hosb/srf", "kesm"), None)),
        ([], {"below": '<div class="documentByLine">erstellt von Dominique — 28.01.2022</div>'},
         ("Dominique", ("Dominique",), None)),
        ([], {"below": p("Von Anna Muster")}, ("Anna Muster", ("Anna Muster",), None)),
        ([], {"head": SITE + author("The Gazette"), "above": BYLINE},
         ("Jane Roe", ("Jane Roe",), None)),
        ([], {"head": SITE + author("The Gazette")}, ("The Gazette", (), "The Gazette")),
        ([], {"head": author("Ann Poe"), "above": BYLINE}, ("Ann Poe", ("Ann Poe",), None)),
        ([], {"below": f"<aside>{BYLINE}</aside>"}, (None, (), None)),
        ([], {}, (None, (), None)),
    ],
)  # fmt: skip
def test_the_byline_comes_from_the_surest_place(story, prose, lines, parts, credit):
    said = story(body="".join(map(p, (*lines, *prose))), **parts)
    assert (said.byline, said.authors, said.source) == credit
    assert [block.text for block in said.blocks] == list(prose)


def test_a_bare_name_is_a_byline_only_where_something_confirms_it(story, prose, entry):
    body = "".join(map(p, ("Amparo Quiñones", *prose)))
    assert story(body=body, item=entry(author="Amparo Quiñones")).byline == "Amparo Quiñones"
    dated = "".join(map(p, ("Amparo Quiñones", f"(CNN) –– {prose[0]}", *prose[1:])))
    said = story(body=dated)
    assert (said.byline, said.source, said.dateline) == ("Amparo Quiñones", "CNN", "(CNN)")
    alone = story(body=body)
    assert (alone.byline, alone.blocks[0].text) == (None, "Amparo Quiñones")


def test_a_dateline_locates_the_story_and_stays_in_it(story, prose):
    said = story(body="".join(map(p, (f"FENNICK, Colo. (Reuters) - {prose[0]}", *prose[1:]))))
    assert (said.located, said.source) == ("FENNICK, Colo.", "Reuters")
    assert said.body.startswith("FENNICK, Colo. (Reuters) - The council")


def test_the_wires_own_dateline_is_no_source(story, prose):
    said = story(body="".join(map(p, (f"FENNICK (HN) — {prose[0]}", *prose[1:]))))
    assert (said.located, said.source) == ("FENNICK", None)


def test_the_wires_tag_below_the_story_tells_the_provider(story):
    said = story(below=p("The-Harbor-Wire"))
    assert (said.provider, said.evidence["provider"]) == ("Harbor News", "the wire's tag below the story")
    assert story().evidence["provider"] == "wires/tests.yaml"


def test_the_feeds_author_comes_last(story, entry):
    said = story(item=entry(author="By JANE ROE, Associated Press"))
    assert (said.byline, said.authors, said.source) == ("JANE ROE, Associated Press", ("Jane Roe",), "AP")
    assert said.evidence["byline"] == "the feed entry's author"


def test_a_credit_line_is_the_pages_own(story):
    head = '<script type="application/ld+json">{"@type":"NewsArticle","creditText":"Harbor Pool"}</script>'
    assert story(head=head).creditline == "Harbor Pool"


@pytest.mark.parametrize(
    "line",
    [
        "Harbor News’ Ann Poe contributed to this report.",
        "Sample Press writers Jane Roe in Paris and John Poe contributed to this story.",
        "Additional reporting by Jane Roe",
        "With files from Jane Roe",
    ],
)
def test_who_helped_is_credited_and_stays_to_read(story, prose, line):
    said = story(body="".join(f"<p>{text}</p>" for text in (*prose, line)))
    assert (said.creditline, said.evidence["creditline"]) == (line, "the end of the story")
    assert said.blocks[-1].text == line


def test_prose_on_contributions_credits_nobody(story, prose):
    line = "The storm contributed to this year’s losses, the operators report."
    assert story(body="".join(f"<p>{text}</p>" for text in (*prose, line))).creditline is None
