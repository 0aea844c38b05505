"""A house, a partner, and invented stories that use every field a format can carry."""

import json
import os
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree

from newsroom.config import (
    Feed,
    House,
    Licence,
    Limits,
    Partner,
    Product,
    Rights,
    RightsProfile,
    Wire,
    load,
)
from newsroom.deliver import rss
from newsroom.deliver.bundle import File, pack
from newsroom.deliver.dublin_core import DC, DCTERMS
from newsroom.deliver.entry import Entry, first_published
from newsroom.deliver.mediarss import MEDIA
from newsroom.deliver.round import Round
from newsroom.deliver.tick import deliver_in
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue, Ledger
from newsroom.store.kills import Kill, file_kills
from newsroom.story import (
    Block,
    Media,
    Revision,
    Story,
    Subject,
    paragraph,
    story_uri,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GOLDEN = Path(__file__).parent / "golden"

MakeEntry = Callable[..., Entry]


def make_entry(identity: str = "1", *, n: int = 1, stored: datetime = NOON, **fields: Any) -> Entry:
    """A story of the wire `sample`; `fields` take the place of what a plain one has."""
    plain: dict[str, Any] = {
        "provider": "Sample Newsource",
        "headline": "Council votes on the reservoir",
        "blocks": (paragraph("The council voted on Friday."), paragraph("The reservoir stays.")),
        "copyrightnotice": "© 2026 Sample News Network. All rights reserved.",
        "language": "en",
        "firstcreated": NOON - timedelta(hours=2),
        "versioncreated": NOON - timedelta(hours=1),
    }
    story = Story(uri=story_uri("sample", identity), wire="sample", **(plain | fields))
    revision = Revision(
        uri=story.uri,
        n=n,
        story=story,
        content_hash=story.content_hash,
        raw_keys=(f"raw/sample/00/{identity}",),
        item_key=identity,
        item_digest="0" * 64,
        reader="test",
        stored_at=stored,
    )
    return Entry(revision, first_published(story.firstcreated, NOON))


@pytest.fixture(scope="session")
def make() -> MakeEntry:
    return make_entry


@pytest.fixture
def house() -> House:
    return House(
        name="Front Range Desk",
        contact="desk@frontrange.example",
        site="https://frontrange.example/",
        feeds_url="https://feeds.frontrange.example/",
    )


@pytest.fixture
def partner() -> Partner:
    return Partner(
        id="krdo", name="KRDO", site="https://krdo.example/", product=Product(newest=10), max_age_seconds=90
    )


def rich_story() -> Entry:
    """Every field filled, the ones that formats find hard filled hard."""
    return make_entry(
        "rich",
        n=3,
        wire_id="NS-2026-1120-7",
        url="https://wire.example/2026/11/20/river pact?id=7&lang=en",
        headline="River states sign pact; “a start,” says Q&A host of <i>Water Today</i>",
        subheadline="Seven states agree on cuts through 2040 & a shared gauge",
        slugline="River-Pact",
        byline="By Ana Ortiz and Jo Lindqvist, Agency Sur",
        authors=("Ana Ortiz", "Jo Lindqvist"),
        source="Agency Sur",
        creditline="Agency Sur via Sample Newsource",
        dateline="PAGE, Arizona (AS) —",
        located="Page, Arizona",
        blocks=(
            paragraph("Seven states signed a pact on Friday, 2 < 7 & counting."),
            Block(kind="heading", text="What changes", html="<h2>What changes</h2>", level=2),
            Block(
                kind="paragraph",
                text="The full text is online.",
                html='<p>The <a href="https://pact.example/?a=1&amp;b=2">full text</a><br> is online.</p>',
            ),
            Block(kind="quote", text="It is a start.", html="<blockquote><p>It is a start.</p></blockquote>"),
            Block(kind="list", text="Less\nLater", html="<ul><li>Less</li><li>Later</li></ul>"),
            Block(
                kind="table",
                text="State\tCut\nUtah\t4 %",
                html="<table><thead><tr><th>State</th><th>Cut</th></tr></thead>"
                "<tbody><tr><td>Utah</td><td>4&nbsp;%</td></tr></tbody></table>",
            ),
        ),
        media=(
            Media(
                url="https://img.example/grün/dam.jpg?w=1200",
                caption="The dam at dusk",
                credit="Ana Ortiz/Agency Sur",
                width=1200,
                height=800,
            ),
            Media(url="https://img.example/clip.mp4", kind="video", credit="Other Pictures"),
            Media(url="https://img.example/clip.mp4", kind="video", credit="the same link again"),
            Media(url="/relative.jpg", caption="nowhere to be found"),
        ),
        copyrightholder="Sample News Network",
        copyrightyear=2026,
        usageterms="No archiving after 30 days.",
        license="https://wire.example/licence",
        topics=("Sample - Environment",),
        subject=(Subject(code="medtop:06000000", name="environment", label="Sample - Environment"),),
        keywords=("river", "drought"),
        genre="Current",
        urgency=4,
        ednote="Eds: UPDATES with signing.",
        signals=("correction",),
        embargoed=NOON - timedelta(hours=3),
    )


@pytest.fixture
def rich() -> Entry:
    return rich_story()


def spanish_story() -> Entry:
    return make_entry(
        "es",
        headline="El río, más bajo que nunca",
        language="es-MX",
        byline="Redacción",
        firstcreated=None,
        versioncreated=None,
        blocks=(paragraph("El río bajó otra vez. שלום, مرحبا 🌊"),),
    )


@pytest.fixture
def entries() -> list[Entry]:
    return [rich_story(), spanish_story(), make_entry("plain")]


@pytest.fixture
def golden() -> Callable[[str, bytes], None]:
    """Compare with the golden file; `UPDATE_GOLDEN=1` writes it anew, for a person to read the diff."""

    def compare(name: str, seen: bytes) -> None:
        path = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN"):
            path.write_bytes(seen)
        assert seen.decode() == path.read_text(encoding="utf-8")

    return compare


class Feeds:
    """A partner's feeds over a bucket and a catalogue."""

    def __init__(self, bucket, catalogue, house, partner, make, file_judged):
        self.make, self.file_judged = make, file_judged
        self.bucket, self.catalogue = bucket, catalogue
        wire = Wire(
            id="sample",
            provider="Sample Newsource",
            feeds=(Feed(id="all", url="https://a.example/"),),
            rights=Rights(profile="sample"),
        )
        self.partner = partner.model_copy(update={"licences": (Licence(profile="sample"),)})
        self.configuration = replace(
            load(), house=house, wires={"sample": wire}, partners={partner.id: self.partner}
        )
        self.contract()
        self.now = NOON

    def contract(self, **fields) -> None:
        """The wire's contract from now on."""
        plain = {"id": "sample", "title": "Sample contract", "grants": {"all": Limits()}}
        profile = RightsProfile(**plain | fields)
        self.configuration = replace(self.configuration, rights={"sample": profile})

    def configure(self, **fields) -> None:
        self.configuration = replace(self.configuration, **fields)

    def story(self, identity="1", **fields) -> Story:
        return self.make(identity, **fields).story

    def file(self, *stories: Story, passed: bool = True) -> None:
        self.file_judged(self.bucket, self.catalogue, stories, self.now, passed=passed)

    def kill(self, identity: str) -> None:
        told = Kill(
            uri=self.story(identity).uri, evidence="e", at=self.now, source="editor", by="ed", reason="libel"
        )
        file_kills(self.bucket, self.catalogue, [told])

    def tick(self, bucket: Bucket | None = None, catalogue: Catalogue | None = None, **options):
        self.now += timedelta(minutes=5)
        return deliver_in(
            Round(self.configuration, bucket or self.bucket, catalogue or self.catalogue, self.now),
            self.partner,
            run="r",
            **options,
        )

    def titles(self):
        return [entry.title for entry in feedparser.parse(self.bucket.get("partners/krdo/rss.xml")).entries]

    def ledgers(self) -> list[Ledger]:
        return [Ledger.from_json(self.bucket.get(key)) for key in self.bucket.keys("deliveries/krdo/")]


@pytest.fixture
def feeds(bucket, catalogue, house, partner, make, file_judged):
    return Feeds(bucket, catalogue, house, partner, make, file_judged)


# What W3C's feed validator asks, as its source has it (validators.py, item.py, channel.py, media.py).
FULL_URI = re.compile(r"[a-zA-Z][0-9a-zA-Z+\-.]*:(//)?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]+")
UUID_URN = re.compile(r"urn:uuid:[a-fA-F0-9]{8}(-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}")
RFC2822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT")
W3CDTF = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
LOOKS_LIKE_HTML = re.compile(r"<[/a-zA-Z]|&#x?[0-9]|&(amp|lt|gt|quot);")
HREF = re.compile(r'<a\s+href="([^"]*)"')
ONCE_IN_ITEM = [
    *("guid", "title", "link", "description", "pubDate"),
    f"{{{rss.CONTENT}}}encoded",
    f"{{{DCTERMS}}}modified",
    f"{{{DC}}}rights",
    f"{{{DC}}}language",
    f"{{{DC}}}source",
    f"{{{DC}}}type",
    f"{{{DCTERMS}}}dateCopyrighted",
]
PLAIN = ["title", "category", f"{{{DC}}}rights"]
KNOWN_IN_ITEM = {*ONCE_IN_ITEM, "category"} | {
    f"{{{DC}}}creator",
    f"{{{DC}}}publisher",
    f"{{{DCTERMS}}}rightsHolder",
    f"{{{DCTERMS}}}accessRights",
    f"{{{DCTERMS}}}license",
    f"{{{DCTERMS}}}spatial",
    f"{{{DCTERMS}}}dateCopyrighted",
    f"{{{DCTERMS}}}valid",
    f"{{{DC}}}source",
    f"{{{DC}}}identifier",
    f"{{{DC}}}type",
    f"{{{rss.CREATIVE_COMMONS}}}license",
    f"{{{MEDIA}}}category",
    f"{{{MEDIA}}}keywords",
    f"{{{MEDIA}}}content",
}


def w3c_valid(document: bytes) -> etree._Element:
    """The rules of W3C's validator, errors and warnings alike, re-encoded."""
    root = etree.fromstring(document)
    channel = root.find("channel")
    assert channel is not None
    for name in ("title", "link", "description"):
        assert len(channel.findall(name)) == 1
        assert channel.findtext(name)
    assert FULL_URI.fullmatch(channel.findtext("link", ""))
    assert int(channel.findtext("ttl", "")) > 0
    assert [link.get("rel") for link in channel.iterfind(f"{{{rss.ATOM}}}link")] == ["self"]
    assert not re.search("[\x80-\x9f]", document.decode())
    guids = [item.findtext("guid") for item in channel.iterfind("item")]
    assert len(set(guids)) == len(guids)
    for item in channel.iterfind("item"):
        assert_valid_item(item)
    return channel


def assert_valid_item(item: etree._Element) -> None:
    tags = [child.tag for child in item]
    assert set(tags) <= KNOWN_IN_ITEM
    assert all(tags.count(tag) <= 1 for tag in ONCE_IN_ITEM)
    assert tags.index("description") < tags.index(f"{{{rss.CONTENT}}}encoded")
    guid = item.find("guid")
    assert guid is not None
    assert guid.get("isPermaLink") == "false"
    assert UUID_URN.fullmatch(guid.text or "")
    assert RFC2822.fullmatch(item.findtext("pubDate", ""))
    assert W3CDTF.fullmatch(item.findtext(f"{{{DCTERMS}}}modified", ""))
    assert item.findtext("title")
    for tag in PLAIN:
        for element in item.iterfind(tag):
            assert element.text
            assert not LOOKS_LIKE_HTML.search(element.text)
    urls = [item.findtext("link"), *(c.get("url") for c in item.iterfind(f"{{{MEDIA}}}content"))]
    assert all(FULL_URI.fullmatch(url) for url in urls if url is not None)
    for content in item.iterfind(f"{{{MEDIA}}}content"):
        assert content.get("medium") in {"image", "audio", "video"}
        assert all(int(content.get(size, "1")) > 0 for size in ("width", "height"))
        assert len(content.findall(f"{{{MEDIA}}}copyright")) <= 1
    body = item.findtext(f"{{{rss.CONTENT}}}encoded", "")
    assert all(re.match("https?://", href) for href in HREF.findall(body))


@pytest.fixture(scope="session")
def assert_valid() -> Callable[[bytes], etree._Element]:
    return w3c_valid


@pytest.fixture(scope="session")
def ninjs_schema() -> Draft202012Validator:
    """The official schema of ninjs 3.1, formats enforced."""
    folder = os.environ.get("NEWSROOM_SCHEMAS")
    if not folder:
        pytest.skip("NEWSROOM_SCHEMAS does not name the folder of official schemas")
    schema = json.loads(Path(folder, "ninjs", "ninjs-schema_3.1.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=_formats())


@pytest.fixture(scope="session")
def schema_formats() -> FormatChecker:
    return _formats()


def _formats() -> FormatChecker:
    """jsonschema itself checks neither of the two formats that ninjs lives by."""
    formats = FormatChecker()
    formats.checks("date-time")(lambda text: bool(RFC3339.fullmatch(str(text))))
    formats.checks("uri")(lambda text: bool(FULL_URI.fullmatch(str(text))))
    return formats


@pytest.fixture(scope="session")
def altered() -> Callable[[bytes, bytes, bytes], bytes]:
    """The same bundle, with `new` for `old` in every file that has it."""

    def alter(document: bytes, old: bytes, new: bytes) -> bytes:
        with zipfile.ZipFile(BytesIO(document)) as bundle:
            files = {name: bundle.read(name) for name in bundle.namelist()}
        assert any(old in body for body in files.values())
        return pack([File(name, body.replace(old, new), NOON) for name, body in files.items()], NOON)

    return alter
