"""Metadata of pages whose structured data are of any shape."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom.story import Story

NAMES = (
    "headline", "name", "alternativeHeadline", "author", "creator", "datePublished", "dateModified",
    "inLanguage", "articleSection", "keywords", "copyrightNotice", "copyrightHolder", "copyrightYear",
    "creditText", "license", "usageInfo",
    "genre", "wordCount", "isAccessibleForFree", "publisher", "articleBody", "@id", "@graph",
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["2026-06-09", "By Jane Roe", "© 2026 HN", "KILL - Ferry", "https://x.example/", "CC BY 4.0"]
    ),
)
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["name", "@value", "url", "@type", "givenName", "@id"]), inner, max_size=3
        ),
    ),
    max_leaves=4,
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    node=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6),
    property=st.sampled_from(["og:title", "author", "date"]),
    text=TEXTS,
)
def test_structured_data_of_any_shape_are_read(story, node, property, text):  # noqa: A002
    told = json.dumps({**node, "@type": "NewsArticle"}).replace("<", "\\u003c")
    content = text.replace("&", "&amp;").replace('"', "&quot;")
    head = (
        f'<script type="application/ld+json">{told}</script><meta property="{property}" content="{content}">'
    )
    said = story(head=head)
    assert Story.from_json(said.to_json()) == said
    assert all(said.evidence.values())


def test_what_no_store_can_keep_is_taken_out(story):
    told = (
        '{"@type":"NewsArticle","headline":"Ferry \\ud800 sails\\u0000 at\\u202e night",'
        '"author":"Jane\\ud83d Roe"}'
    )
    said = story(
        head=f'<script type="application/ld+json">{told}</script><meta name="keywords" content="a&#0;b">'
    )
    assert (said.headline, said.byline) == ("Ferry sails at night", "Jane Roe")
    assert Story.from_json(said.to_json()) == said


def test_parts_of_the_metadata_do_not_take_each_others_lines(story, prose):
    body = "".join(
        f"<p>{text}</p>"
        for text in (
            "UPDATED",
            "Story by Reuters",
            "Published June 9, 2026 6:05 am",
            *prose,
            "The-Harbor-Wire",
        )
    )
    said = story(body=body)
    assert [block.text for block in said.blocks] == list(prose)
    assert (said.byline, said.signals) == ("Reuters", ("update",))
    assert said.firstcreated is not None
    assert said.firstcreated.isoformat() == "2026-06-09T12:05:00+00:00"
