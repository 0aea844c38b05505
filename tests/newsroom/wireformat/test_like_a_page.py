"""One story as a page and in each format of a wire: the same Story, but for how the wire names it."""

import json
from typing import Any

import pytest

from newsroom.extract.document import Document
from newsroom.extract.page import read as read_story

HEADLINE = "Keeper of Halden Bay counts his last ship"
SUB = "Ledger goes to the museum"
BYLINE = "By Ida Moe and Jonas Lund"
NOTICE = (
    "© 2026 Northern Dispatch AS. All rights reserved."
    " This material may not be published, broadcast, rewritten or redistributed."
)
ADDRESS = "https://northerndispatch.example/keeper"
MADE, CHANGED = "2026-06-10T10:00:00Z", "2026-06-10T11:00:00Z"
XHTML = (
    "<p>HALDEN BAY, Norway (Northern Dispatch) — The keeper of the lighthouse has counted ships for 31 years,"
    " and on Monday he counted his last, at dawn.</p>"
    "<p>He wrote each name in a ledger that will go to the museum, said Per Dahl, the harbor master.</p>"
    "<h2>A list like no other</h2>"
    "<p>“Nobody else has kept such a list anywhere on this coast,” Dahl said in an interview.</p>"
    "<ul><li>The council will decide in the autumn whether another keeper is to be found.</li></ul>"
    "<p>Siri Aas in Ferry Point contributed to this report.</p>"
)
NITF_BODY = XHTML.replace("h2>", "hl2>")


def page() -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": HEADLINE,
        "alternativeHeadline": SUB,
        "author": [{"@type": "Person", "name": "Ida Moe"}, {"@type": "Person", "name": "Jonas Lund"}],
        "datePublished": MADE,
        "dateModified": CHANGED,
        "inLanguage": "en",
        "copyrightNotice": NOTICE,
        "articleSection": "Industry",
        "keywords": ["lighthouse"],
    }
    return (
        f'<!doctype html><html lang="en"><head><title>{HEADLINE}</title>'
        f'<link rel="canonical" href="{ADDRESS}">'
        f'<script type="application/ld+json">{json.dumps(data)}</script></head><body><article>'
        f'<h1>{HEADLINE}</h1><p class="byline">{BYLINE}</p>{XHTML}<p>{NOTICE}</p></article></body></html>'
    )


def ninjs_3() -> dict[str, Any]:
    return {
        "standard": {"name": "ninjs", "version": "3.1"},
        "uri": "urn:x:keeper",
        "firstCreated": MADE,
        "versionCreated": CHANGED,
        "copyrightNotice": NOTICE,
        "language": "en",
        "by": BYLINE,
        "headlines": [{"role": "main", "value": HEADLINE}, {"role": "sub", "value": SUB}],
        "bodies": [{"contentType": "application/xhtml+xml", "value": XHTML}],
        "subjects": [{"name": "Industry"}, {"name": "lighthouse", "rel": "keyword"}],
        "renditions": [{"name": "web", "contentType": "text/html", "href": ADDRESS}],
    }


def ninjs_1() -> dict[str, Any]:
    return {
        "uri": "urn:x:keeper",
        "firstcreated": MADE,
        "versioncreated": CHANGED,
        "copyrightnotice": NOTICE,
        "language": "en",
        "byline": BYLINE,
        "headline": HEADLINE,
        "headline_sub": SUB,
        "body_xhtml": XHTML,
        "subject": [{"name": "Industry"}, {"name": "lighthouse", "rel": "keyword"}],
        "renditions": {"web": {"mimetype": "text/html", "href": ADDRESS}},
    }


def newsml_g2() -> str:
    return (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:keeper" xml:lang="en">'
        f"<rightsInfo><copyrightNotice>{NOTICE}</copyrightNotice></rightsInfo>"
        f'<itemMeta><itemClass qcode="ninat:text"/><versionCreated>{CHANGED}</versionCreated>'
        f'<firstCreated>{MADE}</firstCreated><link contenttype="text/html" href="{ADDRESS}"/></itemMeta>'
        f'<contentMeta><by>{BYLINE}</by><subject type="cpnat:abstract"><name>Industry</name></subject>'
        f"<keyword>lighthouse</keyword><headline>{HEADLINE}</headline>"
        f'<headline role="hld:subHeadline">{SUB}</headline></contentMeta><contentSet><inlineXML>'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{XHTML}</body></html></inlineXML></contentSet></newsItem>'
    )


def nitf() -> str:
    return (
        f'<nitf baselang="en"><head><docdata><doc-id id-string="urn:x:keeper"/><date.issue norm="{CHANGED}"/>'
        '<key-list><keyword key="lighthouse"/></key-list><identified-content>'
        '<classifier type="topic" value="Industry"/></identified-content></docdata>'
        f'<pubdata date.publication="{MADE}" ex-ref="{ADDRESS}"/></head><body><body.head>'
        f"<hedline><hl1>{HEADLINE}</hl1><hl2>{SUB}</hl2></hedline><rights>{NOTICE}</rights>"
        f"<byline>{BYLINE}</byline></body.head><body.content>{NITF_BODY}</body.content></body></nitf>"
    )


def ap_media() -> dict[str, Any]:
    told = {
        "altids": {"itemid": "keeper"},
        "firstcreated": MADE,
        "versioncreated": CHANGED,
        "copyrightnotice": NOTICE,
        "language": "en",
        "bylines": [{"by": BYLINE}],
        "headline": HEADLINE,
        "headline_extended": SUB,
        "keywords": ["lighthouse"],
        "subject": [{"name": "Industry", "rels": ["direct"]}],
        "links": [{"rel": "canonical", "href": ADDRESS}],
        "renditions": {"nitf": {"href": "https://northerndispatch.example/nitf"}},
    }
    return {"data": {"item": told}}


@pytest.mark.parametrize("made", [ninjs_3, ninjs_1, newsml_g2, nitf, ap_media])
def test_a_document_gives_the_story_that_a_page_would(read, document, made):
    value = made()
    (item,) = read(value if isinstance(value, str) else json.dumps(value)).items
    linked = f"<nitf><body><body.content>{NITF_BODY}</body.content></body></nitf>".encode()
    one: Document = document(item, linked if item.url else None)
    by_page: Document = document(None, page().encode(), ADDRESS)
    own = {"uri", "feed", "wire_id", "evidence"}
    told, wanted = (read_story(each).model_dump(mode="json", exclude=own) for each in (one, by_page))
    assert told == wanted
    assert {block["kind"] for block in wanted["blocks"]} > {"paragraph", "heading"}
    assert wanted["subject"]
    assert wanted["authors"] == ["Ida Moe", "Jonas Lund"]
