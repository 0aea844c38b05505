"""A wire that sends documents: one NewsML-G2 message with all that is out; one is corrected, one killed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from newsroom.config.yaml_file import Section, read_yaml

PATH = "/coast/newsml-g2.xml"
CONTENT_TYPE = "application/vnd.iptc.g2.newsmessage+xml"
PROVIDER = "Coast Dispatch"

_NAR = "http://iptc.org/std/nar/2006-10-01/"
_XHTML = "http://www.w3.org/1999/xhtml"
_CATALOG = "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_41.xml"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NAMESPACES: dict[Any, str] = {None: _NAR}
_HTML_NAMESPACES: dict[Any, str] = {None: _XHTML}
_G2 = ElementMaker(namespace=_NAR, nsmap=_NAMESPACES)
_HTML = ElementMaker(namespace=_XHTML, nsmap=_HTML_NAMESPACES)


class Entry(Section):
    """One version of a story. It is `minutes` old at the first start, or comes `step` steps after it."""

    id: str
    version: int
    minutes: int = 0
    step: int = 0
    slugline: str | None = None
    headline: str
    byline: str | None = None
    located: str | None = None
    urgency: int | None = None
    topic: str | None = None
    caption: str | None = None
    signal: str | None = None
    ednote: str | None = None
    killed: bool = False
    body: tuple[str, ...] = ()

    @property
    def guid(self) -> str:
        """The id that all versions share."""
        return f"tag:coastdispatch.example,2019:{self.id}"

    @property
    def picture(self) -> str | None:
        """The name of its picture under /media/."""
        return self.id.replace("-", "_") if self.caption else None


class Entries(Section):
    """The file `dispatch.yaml`."""

    items: tuple[Entry, ...]


@dataclass(frozen=True)
class Sent:
    """A version that is out, when its story began and when it was made."""

    entry: Entry
    created: datetime
    at: datetime


@cache
def load_entries() -> tuple[Entry, ...]:
    """Every version of every story, in the file's order.

    Raises:
        newsroom.config.ConfigError: the file is wrong; names line and field.
    """
    return read_yaml(Path(__file__).with_name("dispatch.yaml"), Entries).items


def sent(epoch: datetime, now: datetime, pace: timedelta) -> tuple[Sent, ...]:
    """The newest version of each story that is out at `now`, the newest first.

    Args:
        epoch: when the sample first started.
        now: the present moment.
        pace: from one step to the next.
    """
    out: dict[str, Sent] = {}
    for entry in load_entries():
        at = epoch + entry.step * pace - timedelta(minutes=entry.minutes)
        if at <= now:
            before = out.get(entry.id)
            out[entry.id] = Sent(entry, before.created if before else at, at)
    return tuple(sorted(out.values(), key=lambda one: one.at, reverse=True))


def message(out: tuple[Sent, ...], base: str) -> bytes:
    """A newsMessage of these; `base` is the server's own address, for the pictures."""
    header = _G2.header(
        _G2.sent(_moment(max(one.at for one in out))),
        _G2.sender("coastdispatch.example"),
        _G2.transmitId(f"coast-{len(out)}-{max(one.at for one in out):%Y%m%dT%H%M%S}"),
    )
    items = [item for one in out for item in _items(one, base)]
    root = _G2.newsMessage(header, _G2.itemSet(*items))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _items(one: Sent, base: str) -> Iterator[etree._Element]:
    """The story, and its picture with the package that says so."""
    yield _story(one)
    if one.entry.picture:
        yield _picture(one, base)
        yield _package(one)


def _item(name: str, guid: str, version: int, *parts: etree._Element) -> etree._Element:
    named = {"guid": guid, "version": str(version), _LANGUAGE: "en"}
    standard = {"standard": "NewsML-G2", "standardversion": "2.35", "conformance": "power"}
    made: etree._Element = _G2(name, named | standard, _G2.catalogRef(href=_CATALOG), *parts)
    return made


def _meta(one: Sent, kind: str, *more: etree._Element, status: str = "usable") -> etree._Element:
    meta: etree._Element = _G2.itemMeta(
        _G2.itemClass(qcode=f"ninat:{kind}"),
        _G2.provider(_G2.name(PROVIDER), literal="coast-dispatch"),
        _G2.versionCreated(_moment(one.at)),
        _G2.firstCreated(_moment(one.created)),
        _G2.pubStatus(qcode=f"stat:{status}"),
        *more,
    )
    return meta


def _story(one: Sent) -> etree._Element:
    entry = one.entry
    title = [_G2.title(entry.headline)] if entry.killed else []
    notes = [_G2.edNote(entry.ednote)] if entry.ednote else []
    signals = [_G2.signal(qcode=f"sig:{entry.signal}")] if entry.signal else []
    meta = _meta(one, "text", *title, *notes, *signals, status="canceled" if entry.killed else "usable")
    if entry.killed:
        return _item("newsItem", entry.guid, entry.version, meta)
    year = f"{one.created:%Y}"
    rights = _G2.rightsInfo(
        _G2.copyrightHolder(_G2.name(PROVIDER), literal="coast-dispatch"),
        _G2.copyrightNotice(f"© {year} {PROVIDER}. All rights reserved."),
        _G2.usageTerms("For subscribers’ own sites and channels."),
    )
    body = _HTML.html(_HTML.head(_HTML.title(entry.headline)), _HTML.body(*map(_HTML.p, entry.body)))
    words = str(sum(len(text.split()) for text in entry.body))
    content = _G2.contentSet(_G2.inlineXML(body, contenttype="application/xhtml+xml", wordcount=words))
    return _item("newsItem", entry.guid, entry.version, rights, meta, _content_meta(entry), content)


def _content_meta(entry: Entry) -> etree._Element:
    told: etree._Element = _G2.contentMeta(
        _G2.urgency(str(entry.urgency)),
        _G2.located(_G2.name(entry.located or ""), literal="place"),
        _G2("language", {"tag": "en"}),
        _G2.subject(type="cpnat:abstract", qcode=entry.topic or ""),
        _G2.slugline(entry.slugline or ""),
        _G2.headline(entry.headline),
        _G2.by(entry.byline or ""),
    )
    return told


def _picture(one: Sent, base: str) -> etree._Element:
    entry = one.entry
    content = _G2.contentMeta(
        _G2.headline(entry.headline),
        _G2.creditline(PROVIDER),
        _G2.description(entry.caption or "", role="drol:caption"),
    )
    remote = _G2.remoteContent(
        href=f"{base}/media/{entry.picture}.png", contenttype="image/png", width="960", height="540"
    )
    return _item(
        "newsItem", f"{entry.guid}-picture", 1, _meta(one, "picture"), content, _G2.contentSet(remote)
    )


def _package(one: Sent) -> etree._Element:
    entry = one.entry
    references = [_reference(entry.guid, "text"), _reference(f"{entry.guid}-picture", "picture")]
    group = _G2.groupSet(_G2.group(*references, id="G1", role="group:main"), root="G1")
    return _item("packageItem", f"{entry.guid}-package", entry.version, _meta(one, "composite"), group)


def _reference(guid: str, kind: str) -> etree._Element:
    made: etree._Element = _G2.itemRef(
        _G2.itemClass(qcode=f"ninat:{kind}"), _G2.provider(literal="coast-dispatch"), residref=guid
    )
    return made


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
