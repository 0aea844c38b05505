"""A story that goes out in a format and comes in by our own readers is the same; what is lost is listed."""

import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.config import Feed, Holder, House, Partner, Rights, TopicMap, Wire
from newsroom.config.wire import FeedKind
from newsroom.deliver.edition import Edition
from newsroom.deliver.markup import absolute_link, untagged_line
from newsroom.deliver.release import RENDERERS
from newsroom.extract.document import Document
from newsroom.extract.page import read as read_story
from newsroom.fetch.feed import read_feed
from newsroom.story import Media, Story, paragraph

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")
FEED = Feed(id="main", url="https://desk.example/feed", content="full_text")
WIRE = Wire(
    id="desk",
    provider="Front Range Desk",
    feeds=(FEED,),
    rights=Rights(holders=(Holder(name="Sample News Network"),)),
)
TOPICS = TopicMap(id="desk", version="1", labels={"Sample - Environment": ("medtop:06000000",)})

NINJS = {"signals"}
LOST = {
    "ninjs": NINJS,  # it has no field for them: they stand in the editor's note
    "ninjs_2_2": NINJS,
    "ninjs_1_6": NINJS,
    "newsml_g2": {"subheadline"},  # a description, as the summary of a story without one is
    "nitf": set(),
}
"""What a story is without, once it came back in this format."""

KINDS: dict[str, FeedKind] = {
    "ninjs": "ninjs",
    "ninjs_2_2": "ninjs",
    "ninjs_1_6": "ninjs",
    "newsml_g2": "newsml_g2",
    "nitf": "nitf",
}
KEPT_BY_FEEDS = {"headline", "url", "authors", "copyrightnotice", "language", "blocks", "firstcreated"} | {
    "versioncreated"
}
"""What a feed's reader, which knows no more than readers do, has of a story."""

FEED_KINDS: dict[str, FeedKind] = {
    "rss": "rss",
    "rss_wordpress": "rss",
    "rss_msn": "rss",
    "atom": "atom",
    "jsonfeed": "jsonfeed",
}
OTHER = {"uri", "wire", "feed", "provider", "wire_id", "wire_version", "evidence", "flags", "unmapped"} | {
    "language_claimed"
}
"""Whose story it is now, and what its reader says of its reading."""


def documents(name, entries):
    made = RENDERERS[name].render(HOUSE, PARTNER, Edition(tuple(entries), NOON))
    if not made.startswith(b"PK"):
        return [made]
    with zipfile.ZipFile(BytesIO(made)) as bundle:
        return [bundle.read(each) for each in bundle.namelist()]


def come_back(name, kind, entries) -> dict[str, Story]:
    """The stories by the uri that they had, as a newsroom reads them whose wire we are."""
    found = {}
    for document in documents(name, entries):
        feed = read_feed(
            document,
            kind=kind,
            content_type=None,
            charset=None,
            url=FEED.url,
            wire=WIRE,
            feed=FEED,
            raw_key="raw/desk/00/0",
            now=NOON,
        )
        for item in feed.items:
            story = read_story(
                Document(
                    url=item.url,
                    html=None,
                    charset=None,
                    item=item,
                    wire=WIRE,
                    topics=TOPICS,
                    now=NOON + timedelta(hours=1),
                )
            )
            found[story.wire_id or item.guid or ""] = story
    return found


def told(story: Story) -> dict[str, object]:
    """A story by its fields, but for what two that say the same may write otherwise."""
    fields = story.model_dump(exclude=OTHER)
    return fields | {
        "blocks": [(each.kind, each.text.split()) for each in story.blocks],
        "byline": (story.byline or "").removeprefix("By "),
        "located": (story.located or "").casefold(),
        "subject": [(each.code, each.name) for each in story.subject],
        "url": absolute_link(story.url),
        "media": [(absolute_link(each.url), each.kind, each.caption, each.credit) for each in story.media],
    }


@pytest.fixture
def whole(entries):
    """The golden story that uses every field, as any reader reads it: its editor's note signals an update."""
    (rich, *_) = entries
    fit = {
        "media": tuple(each for each in rich.story.media[:2]),
        "topics": ("environment", "Sample - Environment"),  # a subject's name is a label of the wire's
        "signals": ("correction", "update"),
        "expires": NOON + timedelta(days=30),
    }
    revision = rich.revision.model_copy(update={"story": rich.story.model_copy(update=fit)})
    return type(rich)(revision, rich.published)


@pytest.mark.parametrize("name", LOST)
def test_a_story_comes_back_as_it_was(whole, name):
    came = come_back(name, KINDS[name], [whole])[whole.uri]
    before, after = told(whole.story), told(came)
    if name.startswith("ninjs"):
        before["ednote"] = f"{before['ednote']} Signal: correction. Signal: update."
    assert {field for field in before if before[field] != after[field]} == LOST[name]


@pytest.mark.parametrize("name", FEED_KINDS)
def test_a_feeds_story_comes_back_with_what_its_reader_knows(whole, name):
    came = come_back(name, FEED_KINDS[name], [whole])[whole.uri]
    before, after = told(whole.story), told(came)
    if name != "jsonfeed":
        before["headline"] = untagged_line(whole.story.headline)
    assert {field: before[field] for field in KEPT_BY_FEEDS} == {
        field: after[field] for field in KEPT_BY_FEEDS
    }


SIGNS = ["río", "<b>", "&amp;", "“a”", "—", "2", "]]>", "שלום", "🌊", "Q&A", "'"]


def line_of(first):
    """Lines that begin with words of their own: a reader takes what stands twice for a repeated line."""
    return st.lists(st.sampled_from(SIGNS), min_size=1, max_size=6).map(
        lambda said: f"{first} {' '.join(said)}"
    )


FIELDS = st.fixed_dictionaries(
    {
        "headline": line_of("Ferry counts its lamps"),
        "slugline": line_of("Ferry-Lamps"),
        "usageterms": line_of("For use at night"),
        "genre": line_of("Feature"),
        "copyrightholder": line_of("Holder"),
        "keywords": st.lists(line_of("lamp"), unique=True, max_size=3).map(tuple),
        "blocks": st.lists(
            line_of("The crew of the ferry counted").map(paragraph), min_size=1, max_size=3
        ).map(tuple),
        "media": line_of("At the quay").map(
            lambda text: (Media(url="https://i.example/1.jpg", caption=text, credit=text),)
        ),
        "urgency": st.none() | st.integers(1, 9),
        "expires": st.none() | st.just(NOON + timedelta(days=3)),
    }
)


@pytest.mark.parametrize("name", LOST)
@given(fields=FIELDS)
@settings(max_examples=8, deadline=None)
def test_whatever_its_texts_are(make, name, fields):
    entry = make(language="en", **fields)
    came = come_back(name, KINDS[name], [entry])[entry.uri]
    before, after = told(entry.story), told(came)
    assert {field: after[field] for field in fields} == {field: before[field] for field in fields}
