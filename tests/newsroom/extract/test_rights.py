"""Whose notice is the story's: its own, never the site's at the foot of the page."""

import pytest

from newsroom.extract.page import read
from samplewire import load_samples

OWN = "© 2026 Harbor News, Inc. All rights reserved."
SITE = "© 2022 News-Press & Gazette Company"
OTHER = "© 2026 Meridian Features Syndicate, LLC. All rights reserved."


def p(text: str) -> str:
    return f"<p>{text.replace('&', '&amp;')}</p>"


def ld(node: str) -> str:
    return f'<script type="application/ld+json">{node}</script>'


def footer(text: str) -> str:
    return f"<footer>{p(text)}</footer>"


@pytest.mark.parametrize(
    ("parts", "notice", "where"),
    [
        ({"below": p(OWN), "after": footer(SITE)}, OWN, "the lines below the story"),
        ({"after": footer(SITE)}, None, "the last 3 paragraphs, the footer and the page's metadata"),
        ({"after": footer(OWN)}, OWN, "the footer"),
        ({"below": p(OTHER), "after": footer(SITE)}, OTHER, "the lines below the story"),
        ({"below": p(OTHER), "after": footer(OWN)}, OWN, "the footer"),
        ({"head": f'<meta name="copyright" content="{OWN}">'}, OWN, "the page's copyright element"),
        ({"head": '<meta name="copyright" content="KVXQ 2022">'}, None,
         "the last 3 paragraphs, the footer and the page's metadata"),
        ({"head": ld(f'{{"@type":"Article","copyrightNotice":"{OTHER}"}}')},
         OTHER, "the page's structured data (copyrightNotice)"),
        ({"after": "<div>" + "<p>A link</p>" * 9 + p(SITE) + "</div>"}, None,
         "the last 3 paragraphs, the footer and the page's metadata"),
    ],
)  # fmt: skip
def test_the_notice_is_the_storys(story, parts, notice, where):
    said = story(**parts)
    assert (said.copyrightnotice, said.evidence["copyrightnotice"]) == (notice, where)


def test_the_feeds_rights_are_the_storys(story, entry):
    said = story(item=entry(rights=OWN), after=footer(SITE))
    assert (said.copyrightnotice, said.copyrightholder, said.copyrightyear) == (
        OWN,
        "Harbor News, Inc.",
        2026,
    )
    assert said.evidence["copyrightnotice"] == "the feed entry's rights"


def test_a_notice_in_the_body_leaves_it(story, prose):
    body = "".join(map(p, prose)) + f"<p>The-Harbor-Wire<br>™ &amp; {OWN}</p>"
    said = story(body=body, after=footer(SITE))
    assert said.copyrightnotice == f"™ & {OWN}"
    assert [block.text for block in said.blocks] == list(prose)


def test_a_notice_glued_to_prose_is_read_and_the_prose_stays(story, prose):
    last = "The ferry sails again in the spring of next year, the operators told the council on Tuesday."
    said = story(body="".join(map(p, (*prose, f"{last}{OWN}"))))
    assert said.copyrightnotice == OWN
    assert said.body.count(last) == 1


def test_holder_and_year_may_be_told_apart_from_any_notice(story):
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","copyrightYear":2026,'
        '"copyrightHolder":{"@type":"Organization","name":"Harbor News"}}</script>'
    )
    said = story(head=head)
    assert (said.copyrightnotice, said.copyrightholder, said.copyrightyear) == (None, "Harbor News", 2026)


def test_a_licence_is_read_from_link_data_or_line(story):
    link = '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">'
    assert story(head=link).license == "https://creativecommons.org/licenses/by/4.0/"
    assert story(below=p("This work is licensed under CC BY-ND 4.0.")).license == (
        "https://creativecommons.org/licenses/by-nd/4.0/"
    )
    assert story().license is None


def test_terms_are_the_storys_own_before_the_contracts(sample_document, story):

    samples = load_samples()
    assert read(sample_document(samples["lancha_escolar"])).usageterms == (
        "Prohibida la reproducción a terceros sin autorización escrita."
    )
    assert read(sample_document(samples["grain_rail"])).usageterms == (
        "Dedicated to the public domain (CC0 1.0); free to republish."
    )
    assert story().usageterms is None
