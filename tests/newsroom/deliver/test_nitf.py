import os
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from newsroom.config import House, Partner
from newsroom.deliver import nitf
from newsroom.deliver.bundle import File, pack
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.nitf_body import NITF
from newsroom.deliver.release_check import check_nitf
from newsroom.story import Block, paragraph
from newsroom.wireformat.split import format_of, read_item

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GONE = Withdrawal("urn:uuid:6f0e3c1a-0b53-5f39-9a36-3f2b8f7f3d10", 3, NOON, "kill")
HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")
N = f"{{{NITF}}}"


def edition(entries, withdrawals=()):
    return Edition(tuple(entries), NOON, tuple(withdrawals))


def unpacked(document):
    with zipfile.ZipFile(BytesIO(document)) as bundle:
        assert bundle.testzip() is None
        return {name: bundle.read(name) for name in bundle.namelist()}


def read(document, uri):
    text = unpacked(document)[f"{uri.removeprefix('urn:uuid:')}.xml"].decode()
    assert format_of(text) == "nitf"
    return read_item(text, "nitf")


def body_of(entry):
    (content,) = nitf.story_document(entry).iter(f"{N}body.content")
    return [etree.tostring(each, encoding="unicode").replace(f' xmlns="{NITF}"', "") for each in content]


@pytest.fixture(scope="session")
def schema():
    folder = os.environ.get("NEWSROOM_SCHEMAS")
    if not folder:
        pytest.skip("NEWSROOM_SCHEMAS does not name the folder of official schemas")
    return etree.XMLSchema(etree.parse(Path(folder, "nitf", "nitf-3-6.xsd")))


def test_golden(house, partner, entries, golden):
    files = unpacked(nitf.render(house, partner, edition(entries, [GONE])))
    assert len(files) == 4
    for name, body in files.items():
        golden(f"krdo.nitf/{name}", body)


def test_valid_by_the_official_schema(house, partner, entries, make, schema):
    odd = make("odd", language="en_US", license="CC BY", urgency=12, expires=NOON, signals=("take",))
    placed = make("placed", dateline="PHOENIX (AS) —", located="Page, Arizona")
    excerpt = replace(
        make("part"), partial=True, mining_reserved=True, mining_policy="https://wire.example/tdm"
    )
    for body in unpacked(
        nitf.render(house, partner, edition([*entries, odd, placed, excerpt], [GONE]))
    ).values():
        schema.assertValid(etree.fromstring(body))


TAGS = [
    "p",
    "em",
    "strong",
    "ul",
    "ol",
    "li",
    "blockquote",
    "h2",
    "table",
    "tr",
    "td",
    "th",
    "caption",
    "tbody",
]
MARKUP = st.lists(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS])
    | st.sampled_from(["words", "<br>", "<a href='https://x.example/'>", "</a>", " ", "<thead>", "<tfoot>"]),
    max_size=25,
).map("".join)


@given(markup=MARKUP)
@settings(max_examples=50, deadline=None)
def test_any_markup_is_valid_and_loses_no_word(make, schema, markup):
    entry = make(blocks=(paragraph("Body."), Block(kind="paragraph", text="x", html=markup)))
    made = nitf.story_document(entry)
    schema.assertValid(made)
    told = etree.tostring(made, encoding="unicode", method="text")
    assert told.count("words") == markup.count("words")
    assert check_nitf(nitf.render(HOUSE, PARTNER, edition([entry])), edition([entry])) == ()


ESCAPED = '<a href="https://x.example/%C3%A9">b</a>'


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<p>a <strong>b</strong><br>c</p>", ['<p>a <em class="strong">b</em><br/>c</p>']),
        ("<h3>a</h3>", ["<hl2>a</hl2>"]),
        ('<p><a href="https:///x">a</a> <a href="https://x.example/é">b</a></p>', [f"<p>a {ESCAPED}</p>"]),
        ("loose <em>b</em><p>c</p>d", ["<p>loose <em>b</em></p>", "<p>c</p>", "<p>d</p>"]),
        ("<blockquote>a<p>b</p></blockquote>", ["<bq><block><p>a</p><p>b</p></block></bq>"]),
        ("<ul><li>a<ol><li>b</li></ol></li></ul>", ["<ul><li><p>a</p><ol><li>b</li></ol></li></ul>"]),
        (
            "<table><tbody><tr><td>a</td></tr></tbody><tfoot><tr><td>b</td></tr></tfoot></table>",
            ["<table><tfoot><tr><td>b</td></tr></tfoot><tbody><tr><td>a</td></tr></tbody></table>"],
        ),
        (
            "<table><caption>c</caption><thead><tr><th>a</th></tr></thead></table>",
            ["<table><caption>c</caption><tbody><tr><th>a</th></tr></tbody></table>"],
        ),
        ("<table><caption>c</caption></table>", ["<p>c</p>"]),
        ("<p><em>re</em><strong>opened</strong></p>", ['<p><em>re</em><em class="strong">opened</em></p>']),
    ],
)
def test_markup(make, html, wanted):
    entry = make(blocks=(Block(kind="paragraph", text="x", html=html),))
    assert body_of(entry) == wanted


def test_our_own_reader_reads_it_back(house, partner, entries):
    document = nitf.render(house, partner, edition(entries, [GONE]))
    rich, story = read(document, entries[0].uri), entries[0].story
    said = {name: one.text for name, one in rich.said.items()}
    for name in (
        *("headline", "subheadline", "slugline", "byline", "dateline", "provider", "copyrightholder"),
        *("copyrightnotice", "usageterms", "genre", "ednote", "language"),
    ):
        assert said[name] == getattr(story, name)
    assert (said["urgency"], said["copyrightyear"], said["wire_version"]) == ("4", "2026", "3")
    assert said["firstcreated"] == "20261120T100000Z"
    assert said["versioncreated"] == "20261120T110000Z"
    assert said["embargoed"] == "20261120T090000Z"
    assert rich.head.id == entries[0].uri
    assert [author.text for author in rich.authors] == ["Ana Ortiz", "Jo Lindqvist"]
    assert (rich.keywords, rich.signals) == (("river", "drought"), ("correction",))
    assert [(concept.code, concept.name) for concept in rich.concepts] == [
        ("medtop:06000000", "environment"),
        (None, "Sample - Environment"),
    ]
    for name in ("source", "creditline", "license"):
        assert said[name] == getattr(story, name)
    assert said["url"] == "https://wire.example/2026/11/20/river%20pact?id=7&lang=en"
    assert [(media.url, media.kind, media.caption, media.credit, media.width) for media in rich.media] == [
        (
            "https://img.example/gr%C3%BCn/dam.jpg?w=1200",
            *("picture", "The dam at dusk", "Ana Ortiz/Agency Sur", 1200),
        ),
        ("https://img.example/clip.mp4", "video", None, "Other Pictures", None),
    ]
    assert "<h2>What changes</h2>" in (rich.body or "")


def test_a_withdrawn_story_is_a_document_that_cancels_it(house, partner):
    gone = read(nitf.render(house, partner, edition([], [GONE])), GONE.uri)
    assert (gone.head.id, gone.status, gone.head.version) == (GONE.uri, "canceled", "3")


def test_a_name_within_another_word_is_not_marked(make):
    made = nitf.story_document(make(byline="By Alan Ray and AL", authors=("Al",)))
    (byline,) = made.iter(f"{N}byline")
    assert [person.text for person in byline] == ["AL"]


def test_people_whom_the_byline_does_not_name_are_named_besides(make):
    made = nitf.story_document(make(byline="Staff", authors=("Ana Ortiz",)))
    assert [person.text for person in made.iter(f"{N}person")] == ["Ana Ortiz"]


def test_mining_that_is_reserved_is_told_as_tdmrep_has_it(make):
    reserved = replace(make(), mining_reserved=True, mining_policy="https://wire.example/tdm")
    told = {meta.get("name"): meta.get("content") for meta in nitf.story_document(reserved).iter(f"{N}meta")}
    assert told["tdm-reservation"] == "1"
    assert told["tdm-policy"] == "https://wire.example/tdm"


def test_order_given_does_not_matter(house, partner, entries):
    render = nitf.render
    assert render(house, partner, edition(entries[::-1])) == render(house, partner, edition(entries))


def test_a_later_edition_has_other_bytes(make):
    later = replace(edition([make()]), made_at=NOON.replace(second=1))
    assert nitf.render(HOUSE, PARTNER, later) != nitf.render(HOUSE, PARTNER, edition([make()]))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"</nitf>", b"", "nitf.well_formed"),
        (b"DTD NITF 3.6", b"DTD NITF 2.5", "nitf.root"),
        (b"<hl1>Council votes on the reservoir</hl1>", b"<hl1/>", "nitf.headline"),
        (b'norm="20261120T110000Z"', b'norm="2026-11-20"', "nitf.date"),
        (b'management-status="usable"', b'management-status="embargoed"', "nitf.status"),
        (b"<p>The council", b"<p><script/>The council", "nitf.body"),
        (b"<p>The council voted on Friday.</p>\n<p>The reservoir stays.</p>", b"", "nitf.body"),
        (b"<p>The council", b'<p><a href="javascript:x">x</a>The council', "nitf.link"),
        (GONE.uri.encode(), b"urn:uuid:0", "nitf.doc-id"),
        (b'management-status="canceled"', b'management-status="usable"', "nitf.withdrawals"),
        (b'<du-key version="3"/>', b'<du-key version="3"/><urgency ed-urg="1"/>', "nitf.withdrawn"),
        (b'<du-key version="1"/>', b"", "nitf.version"),
    ],
)
def test_rules(make, old, new, rule, altered):
    asked = edition([make()], [GONE])
    document = nitf.render(HOUSE, PARTNER, asked)
    assert check_nitf(document, asked) == ()
    assert rule in {broken.rule for broken in check_nitf(altered(document, old, new), asked)}


def test_the_zip_is_whole_and_has_every_story_once(make):
    asked = edition([make()])
    document = nitf.render(HOUSE, PARTNER, asked)
    assert {broken.rule for broken in check_nitf(document[:-30], asked)} == {"nitf.zip"}
    assert {broken.rule for broken in check_nitf(pack([], NOON), asked)} == {"nitf.stories"}
    strange = pack([File("../../etc/passwd.xml", b"<nitf/>", NOON)], NOON)
    assert {broken.rule for broken in check_nitf(strange, asked)} == {"nitf.zip"}


def test_a_broken_file_names_its_story(make, altered):
    asked = edition([make("a"), make("b")])
    document = altered(nitf.render(HOUSE, PARTNER, asked), make("a").uri.encode(), b"x")
    assert {broken.uri for broken in check_nitf(document, asked)} == {make("a").uri}


@pytest.mark.parametrize(
    ("dateline", "told"), [("PAGE, Arizona (AS) —", []), ("PHOENIX (AS) —", ["Page, Arizona"])]
)
def test_a_place_that_the_dateline_does_not_name_is_told_besides(make, dateline, told):
    entry = make(dateline=dateline, located="Page, Arizona")
    places = nitf.story_document(entry).iterfind(f".//{N}identified-content/{N}location")
    assert [place.text for place in places] == told
    item = read(nitf.render(HOUSE, PARTNER, edition([entry])), entry.uri)
    assert item.said["located"].text.casefold() == "page, arizona"
