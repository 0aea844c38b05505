"""The last look at a document before a partner can see it: short, structural, on the bytes themselves.

The official schemas and validators are the tests' business. What is asked here is what would make a
partner call: is it whole, is each story there once, with what it can't be published without.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson
from lxml import etree

from newsroom.deliver import ninjs, rss
from newsroom.deliver.edition import Edition
from newsroom.deliver.entry import Entry, newest_first
from newsroom.deliver.markup import xhtml

UUID_URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WITHDRAWN = frozenset(
    {"edNote", "name", "pubStatus", "representationType", "standard", "type", "uri", "version"}
    | {"versionCreated"}
)
"""All that a withdrawn story may say in ninjs."""

WEB = re.compile(r"https?://[^\s/]+")


@dataclass(frozen=True)
class Broken:
    """A rule that a document fails. `uri` is the story's, None where the document itself is wrong.

    `rule` is a stable code such as `rss.title`; `reason` says what was seen and wanted.
    """

    uri: str | None
    rule: str
    reason: str


Check = Callable[[bytes, Edition], tuple[Broken, ...]]


def check_rss(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with an RSS feed that should be this edition; empty when it may be released."""
    try:
        root = etree.fromstring(document, _strict_parser())
    except etree.XMLSyntaxError as error:
        return (Broken(None, "rss.well_formed", f"saw: {error.msg}; wanted well-formed XML"),)
    channel = root.find("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or channel is None:
        return (Broken(None, "rss.root", f"saw <{root.tag}>; wanted <rss version='2.0'> with a channel"),)
    guids = [item.findtext("guid", "") for item in channel.iterfind("item")]
    broken = [*_channel(channel), *_same_stories("rss.stories", guids, edition.entries)]
    for item, guid in zip(channel.iterfind("item"), guids, strict=True):
        broken.extend(Broken(guid, rule, reason) for rule, reason in _rss_item(item))
    return tuple(broken)


def check_ninjs(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with a ninjs feed that should be this edition; empty when it may be released."""
    try:
        root = orjson.loads(document)
    except orjson.JSONDecodeError as error:
        return (Broken(None, "ninjs.well_formed", f"saw: {error}; wanted JSON in UTF-8"),)
    if not isinstance(root, dict) or root.get("type") != "composite":
        return (Broken(None, "ninjs.root", "wanted an item of type composite"),)
    items = [item for item in root.get("associations", []) if item.get("pubStatus") != "canceled"]
    gone = [item for item in root.get("associations", []) if item.get("pubStatus") == "canceled"]
    uris = [str(item.get("uri", "")) for item in items]
    broken = [Broken(None, rule, reason) for rule, reason in _ninjs_known(root)]
    broken.extend(_same_stories("ninjs.stories", uris, edition.entries))
    broken.extend(_withdrawn("ninjs.withdrawals", [str(item.get("uri", "")) for item in gone], edition))
    for item in gone:
        broken.extend(Broken(None, rule, reason) for rule, reason in _ninjs_withdrawn(item))
    for item, uri in zip(items, uris, strict=True):
        broken.extend(Broken(uri, rule, reason) for rule, reason in _ninjs_item(item))
    return tuple(broken)


def _strict_parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _same_stories(rule: str, seen: Sequence[str], entries: Sequence[Entry]) -> Iterator[Broken]:
    wanted = [entry.uri for entry in newest_first(entries)]
    for uri, times in Counter(seen).items():
        if times > 1:
            yield Broken(uri, rule, f"saw the story {times} times; wanted it once")
    if list(dict.fromkeys(seen)) != list(dict.fromkeys(wanted)):
        yield Broken(None, rule, f"saw {len(seen)} stories; wanted these {len(wanted)}, newest first")


def _withdrawn(rule: str, seen: Sequence[str], edition: Edition) -> Iterator[Broken]:
    wanted = [each.uri for each in edition.withdrawals]
    if sorted(seen) != sorted(wanted):
        yield Broken(None, rule, f"saw {len(seen)} withdrawn stories; wanted these {len(wanted)}, each once")
    for uri in {entry.uri for entry in edition.entries}.intersection(wanted):
        yield Broken(uri, rule, "saw the story both published and withdrawn; wanted one of them")


def _channel(channel: etree._Element) -> Iterator[Broken]:
    for name in ("title", "link", "description"):
        if not channel.findtext(name, "").strip():
            yield Broken(None, f"rss.channel.{name}", f"saw no <{name}>; wanted one that says something")


def _rss_item(item: etree._Element) -> Iterator[tuple[str, str]]:
    guid = item.findtext("guid", "")
    if not UUID_URN.fullmatch(guid):
        yield "rss.guid", f"saw {guid!r}; wanted a urn:uuid"
    if not item.findtext("title", "").strip():
        yield "rss.title", "saw no headline; wanted one"
    published = item.findtext("pubDate", "")
    if not _is_rfc822(published):
        yield "rss.pub_date", f"saw {published!r}; wanted a date such as 'Sat, 09 Jul 2022 12:05:00 GMT'"
    modified = item.findtext(f"{{{rss.DCTERMS}}}modified", "")
    if not _is_aware(modified):
        yield "rss.modified", f"saw {modified!r}; wanted a W3C date-time with its zone"
    links = [item.findtext("link"), *(c.get("url") for c in item.iterfind(f"{{{rss.MEDIA}}}content"))]
    for link in links:
        if link is not None and not WEB.match(link):
            yield "rss.link", f"saw {link!r}; wanted an absolute http or https URL"
    yield from (("rss.body", reason) for reason in _body(item.findtext(f"{{{rss.CONTENT}}}encoded", "")))


def _ninjs_item(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _ninjs_known(item)
    if not item.get("name"):
        yield "ninjs.name", "saw no name; wanted one, as every association has"
    if not UUID_URN.fullmatch(str(item.get("uri", ""))):
        yield "ninjs.uri", f"saw {item.get('uri')!r}; wanted a urn:uuid"
    for field in ("firstCreated", "versionCreated"):
        if not _is_aware(str(item.get(field, ""))):
            yield f"ninjs.{field}", f"saw {item.get(field)!r}; wanted a date-time with its zone"
    if not any(headline.get("value", "").strip() for headline in item.get("headlines", [])):
        yield "ninjs.headlines", "saw no headline; wanted one"
    bodies = {body.get("contentType"): body.get("value", "") for body in item.get("bodies", [])}
    if not bodies.get("text/plain", "").strip():
        yield "ninjs.bodies", "saw no text; wanted the body as text/plain"
    yield from (("ninjs.bodies", reason) for reason in _body(bodies.get("application/xhtml+xml", "")))


def _ninjs_withdrawn(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A withdrawn story is named by its uri, and nothing of it is told."""
    told = sorted(item.keys() - WITHDRAWN)
    if told:
        yield "ninjs.withdrawn", f"saw {', '.join(told)} of a withdrawn story; wanted no word of it"
    if not UUID_URN.fullmatch(str(item.get("uri", ""))) or item.get("name") != item.get("uri"):
        yield "ninjs.uri", f"saw {item.get('uri')!r}; wanted a urn:uuid, and no other name"
    if not _is_aware(str(item.get("versionCreated", ""))):
        yield "ninjs.versionCreated", "saw no date-time with its zone; wanted one"


def _ninjs_known(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The schema refuses what it does not know, and every null."""
    unknown = item.keys() - ninjs.PROPERTIES
    if unknown:
        yield "ninjs.properties", f"saw {', '.join(sorted(unknown))}; wanted properties of ninjs 3.1 only"
    nulls = sorted(key for key, value in item.items() if value is None)
    if nulls:
        yield "ninjs.null", f"saw null in {', '.join(nulls)}; wanted the key left out"


def _body(markup: str) -> Iterator[str]:
    if not markup.strip():
        yield "saw no body; wanted the full text"
        return
    try:
        etree.fromstring(f"<body>{markup}</body>", _strict_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        yield f"saw: {error}; wanted a body that is well-formed as XML"
    if xhtml(markup) != markup:
        yield "saw markup outside of the allow-list; wanted none"


def _is_rfc822(text: str) -> bool:
    try:
        return parsedate_to_datetime(text).tzinfo is not None
    except ValueError:
        return False


def _is_aware(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
