from datetime import UTC, datetime
from io import BytesIO

import fastfeedparser
import feedparser
import pytest
from lxml import etree

from newsroom.config import House, Partner
from newsroom.deliver import atom
from newsroom.deliver.address import feed_uri
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.release_check import check_atom
from newsroom.deliver.rss import ATOM, MEDIATOPIC

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GONE = Withdrawal("urn:uuid:6f0e3c1a-0b53-5f39-9a36-3f2b8f7f3d10", 3, NOON, "kill")
HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")
A = f"{{{ATOM}}}"


def edition(entries, withdrawals=()):
    return Edition(tuple(entries), NOON, tuple(withdrawals))


def test_golden(house, partner, entries, golden):
    golden("krdo.atom.xml", atom.render(house, partner, edition(entries, [GONE])))


def test_feedparser_reads_every_field_back(house, partner, entries):
    feed = feedparser.parse(BytesIO(atom.render(house, partner, edition(entries, [GONE]))))
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.id == feed_uri(partner)
    assert feed.feed.updated == "2026-11-20T12:00:00Z"
    assert {entry.id for entry in feed.entries} == {entry.uri for entry in entries}
    rich = next(entry for entry in feed.entries if "River" in entry.title)
    assert rich.title == "River states sign pact; “a start,” says Q&A host of ‹i›Water Today‹/i›"
    assert [author.name for author in rich.authors] == ["Ana Ortiz", "Jo Lindqvist"]
    assert rich.rights == "© 2026 Sample News Network. All rights reserved."
    assert (rich.published, rich.updated) == ("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z")
    assert "<h2>What changes</h2>" in rich.content[0].value
    assert rich.summary == "Seven states agree on cuts through 2040 & a shared gauge"
    assert {(tag.term, tag.scheme, tag.label) for tag in rich.tags} == {
        ("06000000", MEDIATOPIC, "environment"),
        ("Sample - Environment", None, None),
        ("river", None, None),
        ("drought", None, None),
    }
    links = {link.rel: link.href for link in rich.links}
    assert links["alternate"] == "https://wire.example/2026/11/20/river%20pact?id=7&lang=en"
    assert links["license"] == "https://wire.example/licence"
    assert [link.href for link in rich.enclosures] == [
        "https://img.example/gr%C3%BCn/dam.jpg?w=1200",
        "https://img.example/clip.mp4",
    ]
    assert [credit["content"] for credit in rich.media_credit] == ["Ana Ortiz/Agency Sur", "Other Pictures"]


def test_a_second_reader_sees_the_same(house, partner, entries):
    feed = fastfeedparser.parse(atom.render(house, partner, edition(entries, [GONE])).decode())
    assert {entry.id for entry in feed.entries} == {entry.uri for entry in entries}
    rich = next(entry for entry in feed.entries if "River" in entry.title)
    assert rich.link == "https://wire.example/2026/11/20/river%20pact?id=7&lang=en"
    assert "<h2>What changes</h2>" in rich.content[0]["value"]


def test_what_was_taken_back_is_a_tombstone_without_a_word(make):
    feed = etree.fromstring(atom.render(HOUSE, PARTNER, edition([make("a")], [GONE])))
    (stone,) = feed.iterfind(f"{{{atom.TOMBSTONES}}}deleted-entry")
    assert (stone.get("ref"), stone.get("when")) == (GONE.uri, "2026-11-20T12:00:00Z")
    assert [(etree.QName(child).localname, child.text) for child in stone] == [("comment", "kill: remove")]


def test_the_end_of_a_licence_is_told(make):
    entry = make(expires=datetime(2026, 12, 1, tzinfo=UTC), license="CC BY")
    feed = etree.fromstring(atom.render(HOUSE, PARTNER, edition([entry])))
    assert feed.findtext(f"{A}entry/{{*}}valid") == "end=2026-12-01T00:00:00Z; scheme=W3C-DTF"
    assert feed.findtext(f"{A}entry/{{*}}license") == "CC BY"


def test_order_given_does_not_matter(house, partner, entries):
    render = atom.render
    assert render(house, partner, edition(entries[::-1])) == render(house, partner, edition(entries))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"</entry>", b"", "atom.well_formed"),
        (b'xmlns="http://www.w3.org/2005/Atom"', b"", "atom.root"),
        (b"<name>Front Range Desk</name>", b"", "atom.feed.author/name"),
        (b"<updated>2026-11-20T12:00:00Z", b"<updated>2026-11-20", "atom.feed.updated"),
        (b"<title>Council votes", b"<title/><title>Council votes", "atom.title"),
        (b"<published>2026-11-20T10:00:00Z", b"<published>yesterday", "atom.published"),
        (b"&lt;p&gt;The council", b"&lt;p onclick='x()'&gt;The council", "atom.content"),
        (b"<content", b'<link rel="license" href="javascript:x"/><content', "atom.link"),
        (b"<entry", b"<entry><id>urn:x:1</id></entry><entry", "atom.id"),
        (b"</at:comment>", b"</at:comment><title>Mayor named</title>", "atom.withdrawn"),
        (b'when="2026-11-20T12:00:00Z"', b'when="today"', "atom.feed.updated"),
        (GONE.uri.encode(), b"urn:uuid:0", "atom.withdrawals"),
    ],
)
def test_rules(make, old, new, rule):
    asked = edition([make()], [GONE])
    document = atom.render(HOUSE, PARTNER, asked)
    assert check_atom(document, asked) == ()
    assert document.count(old) >= 1
    assert rule in {broken.rule for broken in check_atom(document.replace(old, new), asked)}
