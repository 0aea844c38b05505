import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from newsroom.config import House, Partner
from newsroom.deliver import newsml_g2
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.release_check import check_newsml_g2
from newsroom.story import Block, paragraph
from newsroom.wireformat.split import read_item, split_xml

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GONE = Withdrawal("urn:uuid:6f0e3c1a-0b53-5f39-9a36-3f2b8f7f3d10", 3, NOON, "kill")
HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")
G = f"{{{newsml_g2.NAR}}}"


def edition(entries, withdrawals=()):
    return Edition(tuple(entries), NOON, tuple(withdrawals))


@pytest.fixture(scope="session")
def official() -> Path:
    folder = os.environ.get("NEWSROOM_SCHEMAS")
    if not folder:
        pytest.skip("NEWSROOM_SCHEMAS does not name the folder of official schemas")
    return Path(folder, "newsml-g2")


def test_golden(house, partner, entries, golden):
    golden("krdo.newsml-g2.xml", newsml_g2.render(house, partner, edition(entries, [GONE])))


def test_valid_by_the_official_schema(house, partner, entries, make, official):
    schema = etree.XMLSchema(etree.parse(official / "NewsML-G2_2.35-spec-All-Power.xsd"))
    odd = make("odd", language="en_US", license="CC BY", urgency=12, expires=NOON, signals=("take",))
    for asked in (edition([*entries, odd], [GONE]), edition([])):
        schema.assertValid(etree.fromstring(newsml_g2.render(house, partner, asked)))


def test_every_code_is_of_a_scheme_in_iptcs_catalog(house, partner, entries, official):
    catalog = etree.parse(official / "catalog.IPTC-G2-Standards_41.xml")
    known = {scheme.get("alias") for scheme in catalog.iter("{*}scheme")}
    document = newsml_g2.render(house, partner, edition(entries, [GONE])).decode()
    used = set(re.findall(r'(?:qcode|role|type|mode|rel)="([^:"]+):', document))
    assert {"ninat", "stat", "medtop", "sig"} <= used <= known


def test_our_own_reader_reads_it_back(house, partner, entries):
    document = newsml_g2.render(house, partner, edition(entries, [GONE])).decode()
    found = split_xml(document, "newsml_g2", 10)
    assert (found.complete, found.warnings) == (True, ())
    told = {each.head.id: read_item(each.document or "", "newsml_g2") for each in found.slices}
    assert set(told) == {GONE.uri, *(entry.uri for entry in entries)}
    assert told[GONE.uri].status == "canceled"
    rich, story = told[entries[0].uri], entries[0].story
    said = {name: one.text for name, one in rich.said.items()}
    for name in (
        *("headline", "slugline", "byline", "dateline", "located", "source", "provider", "creditline"),
        *("copyrightholder", "copyrightnotice", "usageterms", "genre", "ednote", "language"),
    ):
        assert said[name] == getattr(story, name)
    assert said["url"] == "https://wire.example/2026/11/20/river%20pact?id=7&lang=en"
    assert said["urgency"] == "4"
    assert [author.text for author in rich.authors] == ["Ana Ortiz", "Jo Lindqvist"]
    assert rich.keywords == ("river", "drought")
    assert rich.signals == ("correction",)
    assert [concept.code for concept in rich.concepts] == ["medtop:06000000", "Sample - Environment"]
    assert [(media.url, media.kind, media.credit) for media in rich.media] == [
        ("https://img.example/gr%C3%BCn/dam.jpg?w=1200", "picture", "Ana Ortiz/Agency Sur"),
        ("https://img.example/clip.mp4", "video", "Other Pictures"),
    ]
    assert "<h2>What changes</h2>" in (rich.body or "")


@pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")
def test_iptcs_own_reader_reads_each_item(house, partner, entries):
    from NewsMLG2 import NewsMLG2Document  # noqa: PLC0415 - its source warns when it is first compiled

    message = etree.fromstring(newsml_g2.render(house, partner, edition(entries, [GONE])))
    items = [
        NewsMLG2Document(etree.tostring(each)).get_item() for each in message.iterfind(f"{G}itemSet/{G}*")
    ]
    news = {item.guid: item for item in items if str(item.itemmeta.itemclass.qcode) == "ninat:text"}
    assert set(news) == {GONE.uri, *(entry.uri for entry in entries)}
    assert news[GONE.uri].itemmeta.pubstatus.qcode == "stat:canceled"
    assert [str(note) for note in news[GONE.uri].itemmeta.ednote] == [GONE.note]
    story, rich = entries[0].story, news[entries[0].uri]
    assert (rich.version, rich.itemmeta.pubstatus.qcode) == ("3", "stat:usable")
    for name, wanted in {
        "headline": story.headline,
        "slugline": story.slugline,
        "by": story.byline,
        "dateline": story.dateline,
        "creditline": story.creditline,
    }.items():
        assert [str(each) for each in getattr(rich.contentmeta, name)] == [wanted]
    assert str(rich.contentmeta.urgency) == "4"
    assert [str(each) for each in rich.contentmeta.keyword] == ["river", "drought"]
    (rights,) = rich.rightsinfo
    assert [str(each) for each in rights.copyrightnotice] == [story.copyrightnotice]
    assert [str(each) for each in rights.usageterms] == [story.usageterms]
    packages = [item for item in items if type(item).__name__ == "PackageItem"]
    assert len(packages) == 2  # the feed, and the story with its pictures


def test_no_space_is_put_between_words(make):
    block = Block(kind="paragraph", text="reopened", html="<p><em>re</em><strong>opened</strong></p>")
    document = newsml_g2.render(HOUSE, PARTNER, edition([make(blocks=(paragraph("A."), block))]))
    assert b"<p><em>re</em><strong>opened</strong></p>" in document


def test_mining_that_is_reserved_is_told_in_the_standards_own_element(make):
    reserved = replace(make(), mining_reserved=True)
    (mining,) = newsml_g2.text_item(reserved).iter(f"{G}dataMining")
    assert mining.get("uri") == "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"
    licensed = replace(reserved, mining_policy="https://wire.example/tdm")
    (mining,) = newsml_g2.text_item(licensed).iter(f"{G}dataMining")
    assert mining.get("uri", "").endswith("DMI-PROHIBITED-SEELINKEDRIGHTSEXPR")
    assert not list(newsml_g2.text_item(make()).iter(f"{G}dataMining"))


def test_order_given_does_not_matter(house, partner, entries):
    render = newsml_g2.render
    assert render(house, partner, edition(entries[::-1])) == render(house, partner, edition(entries))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"</newsItem>", b"", "newsml_g2.well_formed"),
        (b"newsMessage", b"newsLetter", "newsml_g2.root"),
        (b"<headline>Council votes on the reservoir</headline>", b"", "newsml_g2.headline"),
        (b"<versionCreated>2026-11-20T11:00:00Z", b"<versionCreated>2026", "newsml_g2.versionCreated"),
        (b"<firstCreated>2026-11-20T10:00:00Z", b"<firstCreated>2026", "newsml_g2.firstCreated"),
        (b"stat:usable", b"stat:killed", "newsml_g2.pubStatus"),
        (b'conformance="power"', b"", "newsml_g2.standard"),
        (b"<p>The council", b"<p onclick='x()'>The council", "newsml_g2.body"),
        (b'version="1"', b'version="0"', "newsml_g2.version"),
        (GONE.uri.encode(), b"urn:uuid:0", "newsml_g2.withdrawals"),
        (b"<edNote>kill: remove</edNote>", b"</itemMeta><contentMeta/><itemMeta>", "newsml_g2.withdrawn"),
        (b"<contentMeta>", b'<link href="javascript:x"/><contentMeta>', "newsml_g2.link"),
    ],
)
def test_rules(make, old, new, rule):
    asked = edition([make()], [GONE])
    document = newsml_g2.render(HOUSE, PARTNER, asked)
    assert check_newsml_g2(document, asked) == ()
    assert document.count(old) >= 1
    assert rule in {broken.rule for broken in check_newsml_g2(document.replace(old, new), asked)}
