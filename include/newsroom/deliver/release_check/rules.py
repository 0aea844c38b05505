"""What is asked of every format: well-formed, these stories once each, dates with a zone, clean bodies."""

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

import orjson
from lxml import etree

from newsroom.deliver.edition import Edition
from newsroom.deliver.entry import Entry, newest_first
from newsroom.deliver.markup import TAGS, xhtml

UUID_URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""The id of a story in every format."""

BODIES_KEPT = 1_000
"""Of how many bodies is kept in memory what was wrong with them: some 10 MB of them."""

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
"""What is wrong with a document that should be this edition; empty when it may be released."""


class NotWellFormed(ValueError):  # noqa: N818 - a finding, not a failure
    """The bytes can't be read as what they should be; says what was seen and wanted."""


def read_xml(document: bytes | str) -> etree._Element:
    """The root of an XML document; nothing outside of it is read.

    Raises:
        NotWellFormed: it is no XML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotWellFormed(f"saw: {error}; wanted well-formed XML") from error


def read_json(document: bytes) -> dict[str, Any]:
    """The object that a JSON document is; empty where it is another value.

    Raises:
        NotWellFormed: it is no JSON.
    """
    try:
        root = orjson.loads(document)
    except orjson.JSONDecodeError as error:
        raise NotWellFormed(f"saw: {error}; wanted JSON in UTF-8") from error
    return root if isinstance(root, dict) else {}


def files(document: bytes, ending: str) -> list[tuple[str, bytes]]:
    """The files of a ZIP that holds one for each story: whose it is, and what is in it.

    Raises:
        NotWellFormed: it is no whole ZIP, or has a file that is no story's.
    """
    try:
        with zipfile.ZipFile(BytesIO(document)) as bundle:
            found = [(name, bundle.read(name)) for name in bundle.namelist()]
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise NotWellFormed(f"saw: {error}; wanted a whole ZIP") from error
    for name, _ in found:
        if not UUID_URN.fullmatch(f"urn:uuid:{name.removesuffix(f'.{ending}')}"):
            raise NotWellFormed(
                f"saw a file {name!r}; wanted files named by a story's uuid and .{ending} alone"
            )
    return [(f"urn:uuid:{name.removesuffix(f'.{ending}')}", body) for name, body in found]


def same_stories(rule: str, seen: Sequence[str], entries: Iterable[Entry]) -> Iterator[Broken]:
    """Each story of the edition is there, once, the newest first."""
    wanted = [entry.uri for entry in newest_first(entries)]
    for uri, times in Counter(seen).items():
        if times > 1:
            yield Broken(uri, rule, f"saw the story {times} times; wanted it once")
    if list(dict.fromkeys(seen)) != list(dict.fromkeys(wanted)):
        yield Broken(None, rule, f"saw {len(seen)} stories; wanted these {len(wanted)}, newest first")


def withdrawn(rule: str, seen: Sequence[str], edition: Edition) -> Iterator[Broken]:
    """Each story that is taken back is named once, and not published besides."""
    wanted = [each.uri for each in edition.withdrawals]
    if sorted(seen) != sorted(wanted):
        yield Broken(None, rule, f"saw {len(seen)} withdrawn stories; wanted these {len(wanted)}, each once")
    for uri in {entry.uri for entry in edition.entries}.intersection(wanted):
        yield Broken(uri, rule, "saw the story both published and withdrawn; wanted one of them")


@lru_cache(BODIES_KEPT)
def body(markup: str) -> tuple[str, ...]:
    """What is wrong with a story's body as XHTML; many partners get the same one."""
    return tuple(_body(markup))


def _body(markup: str) -> Iterator[str]:
    if not markup.strip():
        yield "saw no body; wanted the full text"
        return
    try:
        read_xml(f"<body>{markup}</body>")
    except NotWellFormed as error:
        yield f"{error} as a body"
    if xhtml(markup) != markup:
        yield "saw markup outside of the allow-list; wanted none"


def foreign_markup(body: etree._Element, namespace: str) -> Iterator[str]:
    """What an XHTML body that stands in a document as elements has besides the allow-list."""
    for element in body.iterdescendants():
        name = etree.QName(element) if isinstance(element.tag, str) else None
        allowed = {"href", "rel"} if name is not None and name.localname == "a" else set()
        if name is None or name.namespace != namespace or name.localname not in TAGS:
            yield f"saw {element.tag}; wanted markup of the allow-list alone"
        elif told := sorted(set(map(str, element.attrib)) - allowed):
            yield f"saw {', '.join(told)} of <{name.localname}>; wanted no such attribute"
        elif "href" in element.attrib and not is_web(element.get("href")):
            yield f"saw a link to {element.get('href')!r}; wanted an absolute http or https URL"


def is_web(link: object) -> bool:
    """Whether it is an absolute http(s) URL."""
    return isinstance(link, str) and WEB.match(link) is not None


def is_rfc822(text: str) -> bool:
    """Whether it is a date as RSS writes it, with its zone."""
    try:
        return parsedate_to_datetime(text).tzinfo is not None
    except ValueError:
        return False


def is_aware(text: object) -> bool:
    """Whether it is a date-time as RFC 3339 writes it, with its zone."""
    try:
        return datetime.fromisoformat(str(text)).tzinfo is not None
    except ValueError:
        return False
