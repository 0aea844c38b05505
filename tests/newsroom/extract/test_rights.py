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


@pytest.mark.parametrize(
    ("told", "holder", "year"),
    [
        ('"copyrightHolder":{"@id":"#o"},"copyrightYear":"2026","publisher":{"@id":"#o","@type":"X","name":"HN"}',
         "HN", 2026),
        ('"copyrightHolder":[{"name":"Harbor News"},{"name":"Reuters"}],"copyrightYear":2026',
         "Harbor News and Reuters", 2026),
        ('"copyrightHolder":"Harbor News","copyrightYear":"2024-2026"', "Harbor News", 2026),
        ('"copyrightHolder":"Harbor News"', "Harbor News", None),
    ],
)  # fmt: skip
def test_a_holder_is_told_in_several_ways(story, told, holder, year):
    said = story(head=ld(f'{{"@type":"NewsArticle",{told}}}'))
    assert (said.copyrightholder, said.copyrightyear) == (holder, year)


def test_a_notice_that_its_field_tells_needs_no_sign(story):
    said = story(head=ld('{"@type":"NewsArticle","copyrightNotice":"Harbor News 2026. No resale."}'))
    assert (said.copyrightholder, said.copyrightyear, said.usageterms) == ("Harbor News", 2026, "No resale.")


@pytest.mark.parametrize(
    ("told", "license_"),
    [
        ('{"@type":"CreativeWork","name":"CC BY","url":"https://creativecommons.org/licenses/by/4.0/deed.en"}',
         "https://creativecommons.org/licenses/by/4.0/"),
        ('[{"@id":"https://creativecommons.org/licenses/by-nc/4.0/"}]',
         "https://creativecommons.org/licenses/by-nc/4.0/"),
        ('"https://wire.example/licence"', "https://wire.example/licence"),
    ],
)  # fmt: skip
def test_a_licence_that_nobody_knows_is_kept_as_the_page_names_it(story, told, license_):
    said = story(head=ld(f'{{"@type":"NewsArticle","license":{told}}}'))
    assert (said.license, said.evidence["license"]) == (license_, "the page's structured data (license)")


USE = "This material may not be published, broadcast, rewritten or redistributed."


@pytest.mark.parametrize(
    "parts",
    [
        {"below": p(OWN) + p(USE)},
        {"below": p(USE) + p(OWN)},
        {"below": p(USE)},
    ],
)
def test_terms_in_a_line_of_their_own_are_read(story, parts):
    assert story(**parts).usageterms == USE


def test_terms_in_the_body_leave_it(story, prose):
    last = "<p>© 2026 Harbor News, Inc.<br>All rights reserved.<br>Toute reproduction interdite.</p>"
    said = story(body="".join(map(p, prose)) + last)
    assert said.usageterms == "Toute reproduction interdite."
    assert [block.text for block in said.blocks] == list(prose)


@pytest.mark.parametrize(
    "line",
    [
        "This material may well decide the case, the lawyer said.",
        "Reproduction of the birds is slow on the island.",
        "The story must be told without permission, she said.",
    ],
)
def test_prose_is_no_term_of_use(story, prose, line):
    said = story(body="".join(map(p, (*prose, line))))
    assert (said.usageterms, said.blocks[-1].text) == (None, line)


def test_a_pictures_notice_is_not_the_storys(story):
    assert story(below=p("Photo © 2026 Jane Roe") + p(OWN)).copyrightholder == "Harbor News, Inc."
    assert story(below=p("Photo © 2026 Jane Roe")).copyrightnotice is None


@pytest.mark.parametrize(
    ("rights", "notice", "holder"),
    [
        ("Harbor News 2026", "Harbor News 2026", "Harbor News"),
        ("Harbor News", None, "Harbor News"),
        ("Jo", None, None),
    ],
)
def test_a_field_for_rights_needs_no_sign(story, entry, rights, notice, holder):
    for said in (
        story(item=entry(rights=rights)),
        story(head=f'<meta name="dcterms.rightsHolder" content="{rights}">'),
    ):
        assert (said.copyrightnotice, said.copyrightholder) == (notice, holder)


@pytest.mark.parametrize(
    "line",
    [
        "“These recordings are in the public domain,” the archivist said.",
        "Photo: Jane Roe / Wikimedia Commons, CC BY-SA 4.0",
        "The agency put its maps under CC BY 4.0 last year.",
    ],
)
def test_prose_and_pictures_do_not_license_the_story(story, prose, line):
    assert story(body="".join(map(p, (*prose, line)))).license is None
    assert story(below=p(line)).license is None


@pytest.mark.parametrize(
    ("line", "license_"),
    [
        ("This article is republished under a Creative Commons license.", "Creative Commons"),
        (
            "Republish this story for free (CC BY-NC-ND 3.0)",
            "https://creativecommons.org/licenses/by-nc-nd/3.0/",
        ),
        (
            "Este artículo se publica bajo licencia CC BY-ND 4.0",
            "https://creativecommons.org/licenses/by-nd/4.0/",
        ),
        ("All text produced exclusively by the agency is public domain.", "public domain"),
    ],
)
def test_a_line_that_speaks_of_the_story_licenses_it(story, line, license_):
    assert story(below=p(line)).license == license_


def test_terms_are_the_storys_own_before_the_contracts(sample_document, story):

    samples = load_samples()
    assert read(sample_document(samples["lancha_escolar"])).usageterms == (
        "Prohibida la reproducción a terceros sin autorización escrita."
    )
    assert read(sample_document(samples["grain_rail"])).usageterms == (
        "Dedicated to the public domain (CC0 1.0); free to republish."
    )
    assert story().usageterms is None
