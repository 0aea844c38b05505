"""Whatever a story contains, each format is whole, and says so to its readers."""

import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import feedparser
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.config import House, Partner
from newsroom.deliver import ninjs, rss
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.release import RENDERERS
from newsroom.deliver.release_check import check_ninjs, check_rss
from newsroom.story import Block, Media, Subject, paragraph

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def texts(document):
    """The document's texts: those of its files, where it is a ZIP."""
    if not document.startswith(b"PK"):
        return [document.decode()]
    with zipfile.ZipFile(BytesIO(document)) as bundle:
        return [bundle.read(name).decode() for name in bundle.namelist()]


def edition(entries, withdrawals=()):
    return Edition(tuple(entries), NOON, tuple(withdrawals))


HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example", feeds_url="https://f.example")
PARTNER = Partner(id="krdo", name="KRDO")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\u202a-\u202e\u2066-\u2069]")

CHARACTERS = st.characters(exclude_categories=["Cs"]) | st.sampled_from(
    "<>&]['\"\x00\x0b\x1b\x85\ufffe\u202e\u0338\u200d\u0641\u05d0\U0001f30a"
)
TEXT = st.text(CHARACTERS, min_size=1, max_size=40) | st.sampled_from(
    [
        "]]>",
        "</title><script>x</script>",
        "<![CDATA[",
        "&lt;b&gt;",
        "AT&amp;amp;T",
        "<!--",
        "&#0;",
        "<b",
        "a < b & c",
    ]
)
MARKUP = st.lists(TEXT | st.sampled_from(["<p>", "</p>", "<br>", "<a href='", "'>", "<em>", "<li>"])).map(
    "".join
)
URL = TEXT | st.builds("https://x.example/{}?{}#{}".format, TEXT, TEXT, TEXT)
STORY = st.fixed_dictionaries(
    {
        "headline": TEXT.map("Headline {}".format),
        "blocks": st.lists(
            st.builds(paragraph, TEXT) | MARKUP.map(lambda html: Block(kind="paragraph", text="x", html=html))
        ).map(lambda blocks: (paragraph("Body."), *blocks)),
        "copyrightnotice": TEXT,
        "source": TEXT,
        "authors": st.lists(TEXT).map(tuple),
        "topics": st.lists(TEXT).map(tuple),
        "url": URL,
        "media": st.lists(st.builds(Media, url=URL, caption=TEXT, credit=TEXT, width=st.integers(-5, 5))).map(
            tuple
        ),
        "subject": st.lists(st.builds(Subject, code=st.just("medtop:01000000"), name=TEXT)).map(tuple),
        "firstcreated": st.none() | st.datetimes(timezones=st.just(UTC)),
        "versioncreated": st.none() | st.datetimes(timezones=st.just(UTC)),
    }
)


@given(fields=STORY)
@settings(max_examples=60, deadline=None)
def test_rss_is_clean(make, assert_valid, fields):
    entries = [make("nasty", **fields), make("plain")]
    document = rss.render(HOUSE, PARTNER, edition(entries))
    assert_valid(document)
    feed = feedparser.parse(BytesIO(document))
    assert not feed.bozo
    assert {entry.id for entry in feed.entries} == {entry.uri for entry in entries}
    assert check_rss(document, edition(entries)) == ()


@given(fields=STORY)
@settings(max_examples=60, deadline=None)
def test_ninjs_is_clean(make, ninjs_schema, fields):
    entries = [make("nasty", **fields), make("plain")]
    document = ninjs.render(HOUSE, PARTNER, edition(entries))
    assert check_ninjs(document, edition(entries)) == ()
    assert not FORBIDDEN.search(document.decode())
    ninjs_schema.validate(orjson.loads(document))


GONE = Withdrawal("urn:uuid:6f0e3c1a-0b53-5f39-9a36-3f2b8f7f3d10", 3, NOON, "kill")


@pytest.mark.parametrize("name", sorted(RENDERERS.keys() - {"rss", "ninjs"}))
@given(fields=STORY)
@settings(max_examples=12, deadline=None)
def test_every_format_is_clean(make, name, fields):
    asked = edition([make("nasty", **fields), make("plain")], [GONE])
    renderer = RENDERERS[name]
    document = renderer.render(HOUSE, PARTNER, asked)
    assert renderer.check(document, asked) == ()
    assert not any(FORBIDDEN.search(text) for text in texts(document))


@given(fields=STORY)
@settings(max_examples=25, deadline=None)
def test_atom_is_read_whole(make, fields):
    entries = [make("nasty", **fields), make("plain")]
    feed = feedparser.parse(BytesIO(RENDERERS["atom"].render(HOUSE, PARTNER, edition(entries, [GONE]))))
    assert not feed.bozo
    assert {entry.id for entry in feed.entries} == {entry.uri for entry in entries}
