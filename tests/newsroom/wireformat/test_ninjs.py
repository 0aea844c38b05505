"""What this pipeline itself writes as ninjs is read again as the story that it was."""

import unicodedata
from datetime import UTC, datetime

import orjson
import pytest

from newsroom.deliver import ninjs
from newsroom.deliver.entry import Entry
from newsroom.extract.page import read as read_story
from newsroom.story import Block, Media, Revision, Story, Subject, paragraph, story_uri

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)

STORY = Story(
    uri=story_uri("one", "1"),
    wire="one",
    provider="Northern Dispatch",
    wire_id="tag:one:1",
    url="https://northerndispatch.example/1",
    headline="Ferry to sail at night from the autumn on",
    subheadline="Council votes for the lights",
    slugline="NW-Ferry",
    byline="Ida Moe and Jonas Lund",
    authors=("Ida Moe", "Jonas Lund"),
    source="Valley Radio",
    located="Halden Bay",
    blocks=(
        paragraph("The council of the harbor town has voted for 14 lamps, & for a ferry at night."),
        Block(kind="heading", text="What it costs", html="<h2>What it costs</h2>", level=2),
        Block(kind="list", text="Lamps: 40\nFuel: 9", html="<ul><li>Lamps: 40</li><li>Fuel: 9</li></ul>"),
        Block(kind="quote", text="It is dark.", html="<blockquote><p>It is dark.</p></blockquote>"),
        paragraph("The first boat is to leave on the first of September, if the lamps have come."),
    ),
    media=(Media(url="https://p.example/1.jpg", caption="The quay.", credit="Aas", width=900, height=600),),
    copyrightnotice="© 2026 Northern Dispatch AS. All rights reserved.",
    copyrightholder="Northern Dispatch AS",
    copyrightyear=2026,
    usageterms="For subscribers.",
    license="https://creativecommons.org/licenses/by/4.0/",
    topics=("transport",),
    subject=(Subject(code="medtop:20000337", name="transport", label="transport"),),
    keywords=("ferries",),
    language="en",
    genre="Current",
    urgency=4,
    ednote="Picture to follow.",
    embargoed=datetime(2026, 6, 11, 6, tzinfo=UTC),
    expires=datetime(2026, 7, 11, 6, tzinfo=UTC),
    firstcreated=NOON,
    versioncreated=NOON,
)  # fmt: skip

SAME = (
    *("headline", "subheadline", "slugline", "byline", "authors", "source", "located", "blocks", "media"),
    *("copyrightnotice", "copyrightholder", "copyrightyear", "usageterms", "license", "language", "genre"),
    *("urgency", "ednote", "keywords", "url", "embargoed", "expires", "firstcreated", "versioncreated"),
    *("pubstatus", "subject"),
)


def entry(story: Story) -> Entry:
    revision = Revision(
        uri=story.uri,
        n=3,
        story=story,
        content_hash="0",
        raw_keys=(),
        item_key="1",
        item_digest="1",
        reader="r",
        stored_at=NOON,
    )
    return Entry(revision, NOON)


def test_what_we_write_we_read(read, document):
    written = ninjs.story_item(entry(STORY))
    (item,) = read(orjson.dumps(written), "ninjs").items
    again = read_story(document(item))
    assert (item.guid, item.version, again.wire_version) == (STORY.uri, "3", "3")
    seen, wanted = again.model_dump(include=set(SAME)), STORY.model_dump(include=set(SAME))
    assert seen == wanted
    assert again.flags == ()


@pytest.mark.parametrize("status", ["usable", "withheld", "canceled"])
def test_status_goes_through(read, document, status):
    written = ninjs.story_item(entry(STORY)) | {"pubStatus": status}
    (item,) = read(orjson.dumps(written)).items
    assert read_story(document(item)).pubstatus == status


def item(**more):
    return {"uri": "urn:x:1", "versionCreated": "2026-06-10T10:00:00Z", "headlines": [{"value": "H"}]} | more


def story(read, document, **more):
    (one,) = read(orjson.dumps(item(**more))).items
    return read_story(document(one))


HTML = "text/html"
PROSE = "The council of the harbor town met on Tuesday to decide whether the old ferry should sail at night."


@pytest.mark.parametrize(
    ("bodies", "text"),
    [
        ([{"contentType": "text/plain", "value": PROSE}], PROSE),
        (
            [
                {
                    "contentType": HTML,
                    "value": f"<html><head><title>No</title></head><body><p>{PROSE}</p></body>",
                }
            ],
            PROSE,
        ),
        ([{"contentType": HTML, "value": f"<h1>H</h1><p>{PROSE}</p>"}], PROSE),
        (
            [{"contentType": "application/nitf+xml", "value": f"<p>{PROSE}</p><hl2>Sub</hl2><p>{PROSE}</p>"}],
            f"{PROSE}\n\nSub\n\n{PROSE}",
        ),
        (
            [{"value": PROSE}, {"contentType": HTML, "value": f"<p>{PROSE}</p><p>More.</p>"}],
            f"{PROSE}\n\nMore.",
        ),
        ([{"value": f"H\n{PROSE}\n___\nEnd."}], f"{PROSE}\n\nEnd."),
    ],
)
def test_bodies_of_every_kind(read, document, bodies, text):
    assert story(read, document, bodies=bodies).body == text


def test_a_summary_takes_the_place_of_no_story(read, document):
    nitf = f"<nitf><body><body.content><p>{PROSE} {PROSE.swapcase()} in full</p></body.content></body></nitf>"
    summary = {"role": "summary", "contentType": "text/plain", "value": "The boats sail."}
    for short in (summary, summary | {"role": "print"}):
        told = story(read, document, bodies=[short, {"contentType": "application/nitf+xml", "value": nitf}])
        assert told.body.endswith("in full")
        assert not any(flag.startswith("gate.partial") for flag in told.flags)
    alone = story(read, document, bodies=[summary])
    assert "gate.partial: bodies[0].value: saw but a summary; wanted the whole story" in alone.flags


def test_the_main_headline_goes_before_the_title(read, document):
    told = {"headline_print": "Sail", "headline_main": "Boats sail again", "title": "boats"}
    assert (
        story(read, document, bodies=[{"value": PROSE}], headlines=[], **told).headline == "Boats sail again"
    )


def test_no_text_of_an_item_brings_characters_that_hide_or_turn_what_is_seen(read, document):
    odd = "a\x00\x07\x1b\u202e\u2066\u200b\ufeff\u2028b"
    texts = ("headline", "byline", "slugline", "located", "copyrightnotice", "copyrightholder", "usageterms")
    rendition = {"href": "https://p.example/1.jpg", "mimetype": "image/jpeg"}
    picture = {
        "type": "picture",
        "byline": odd,
        "description_caption": odd,
        "renditions": {"main": rendition},
    }
    hidden = {"type": "picture", "renditions": {"main": rendition | {"href": "https://p.example/\u202e.jpg"}}}
    told = {
        "uri": "urn:x:1",
        "body_text": f"{odd} {PROSE}",
        "ednote": odd,
        "language": odd,
        "genre": [{"name": odd}],
        "person": [{"name": odd, "rel": "author"}],
        "infosource": [{"name": odd}, {"name": odd, "rel": "provider"}],
        "subject": [{"name": odd}, {"name": odd, "rel": "keyword"}, {"code": odd}],
        "associations": {"one": picture, "two": hidden},
    }
    (one,) = read(orjson.dumps(told | dict.fromkeys(texts, odd))).items
    made = read_story(document(one))
    assert (made.headline, [each.caption for each in made.media]) == ("a b", ["a b"])
    seen = "".join(
        text for text in _texts_in(made.model_dump(mode="json")) if not text.startswith(("urn:", "http"))
    )
    assert {unicodedata.category(each) for each in seen if each != "\n"} & {"Cc", "Cf", "Zl", "Cs"} == set()


def _texts_in(value):
    if isinstance(value, str):
        return [value]
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in members for text in _texts_in(each)]


def test_markup_that_would_hurt_never_comes_through(read, document):
    html = (
        f"<p onclick='x()'>{PROSE}</p><script>y()</script>"
        "<p><a href='javascript:z()'>link</a> <img src=x onerror=q()></p>"
    )
    told = story(read, document, bodies=[{"contentType": "text/html", "value": html}])
    assert told.body_xhtml == f"<p>{PROSE}</p>\n<p>link</p>"


def test_a_partial_item_is_held(read, document):
    told = story(read, document, representationType="partial", bodies=[{"value": PROSE}])
    assert told.flags == ("gate.partial: representationType: saw 'partial'; wanted the whole story",)


def test_words_that_are_missing_by_the_items_own_count_hold_it(read, document):
    told = story(read, document, bodies=[{"value": PROSE, "wordCount": 400}])
    assert any(flag.startswith("gate.lost") for flag in told.flags)


@pytest.mark.parametrize(
    ("fields", "flag"),
    [
        ({"urgency": 12}, "wire.urgency: ninjs: urgency: saw '12'; wanted 1 to 9"),
        ({"urgency": "high"}, "wire.urgency: ninjs: urgency: saw 'high'; wanted 1 to 9"),
        ({"expires": "soon"}, "wire.date: ninjs: expires: saw 'soon'; wanted a date and time"),
        ({"slugline": {"a": "b"}}, "wire.type: slugline: saw an object; wanted a text"),
    ],
)
def test_values_that_make_no_sense_are_told(read, document, fields, flag):
    told = story(read, document, bodies=[{"value": PROSE}], **fields)
    assert flag in told.flags
    assert told.pubstatus == "usable"


@pytest.mark.parametrize("field", ["pubStatus", "expires", "urgency", "representationType"])
def test_a_doubt_quotes_a_long_value_cut(read, document, field):
    told = story(read, document, bodies=[{"value": PROSE}], **{field: "word\n\x1b " * 100_000})
    (flag,) = told.flags
    assert "word word" in flag
    assert len(flag) < 250
    assert flag.isprintable()


def test_an_embargo_that_cannot_be_read_withholds(read, document):
    told = story(read, document, bodies=[{"value": PROSE}], embargoedUntil="noon")
    assert (told.pubstatus, told.embargoed) == ("withheld", None)


def test_a_status_that_nobody_knows_withholds(read, document):
    told = story(read, document, bodies=[{"value": PROSE}], pubStatus="published")
    assert told.pubstatus == "withheld"
    assert told.flags[0].startswith("wire.pubstatus: ")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"pubStatus": {"name": "canceled"}}, "withheld"),
        ({"pubStatus": True}, "withheld"),
        ({"pubStatus": ["usable", "canceled"]}, "canceled"),
        ({"pubstatus": "usable", "pubStatus": "canceled"}, "canceled"),
        ({"embargoedUntil": {"until": "2099-01-01T00:00:00Z"}}, "withheld"),
        ({"embargoed": True}, "withheld"),
        ({"embargoed": False, "embargoedUntil": None, "pubStatus": ""}, "usable"),
    ],
)
def test_a_status_or_an_embargo_of_another_type_withholds(read, document, fields, status):
    told = story(read, document, bodies=[{"value": PROSE}], **fields)
    assert told.pubstatus == status
    assert any(flag.startswith("wire.control: ") for flag in told.flags) == (status == "withheld")


def test_of_two_embargoes_the_later_holds(read, document):
    ends = {"embargoed": "2026-06-20T00:00:00Z", "embargoedUntil": ["2026-06-21T00:00:00Z"]}
    told = story(read, document, bodies=[{"value": PROSE}], **ends)
    assert told.embargoed == datetime(2026, 6, 21, tzinfo=UTC)


def test_a_kill_needs_no_body_and_no_headline(read, document):
    (one,) = read(orjson.dumps({"uri": "urn:x:1", "pubStatus": "canceled"})).items
    told = read_story(document(one))
    assert (told.pubstatus, told.blocks, told.headline, told.wire_id) == ("canceled", (), "", "urn:x:1")
