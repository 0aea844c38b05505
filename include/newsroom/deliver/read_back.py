"""A partner's document read back: which stories it shows, and which it says are taken back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from newsroom.config.partner import Format
from newsroom.deliver.atom import TOMBSTONES
from newsroom.deliver.newsml_g2 import NAR
from newsroom.deliver.nitf_body import NITF
from newsroom.deliver.release_check.markdown import parts
from newsroom.deliver.release_check.rules import NotWellFormed, files, read_json, read_xml
from newsroom.deliver.rss import ATOM
from newsroom.deliver.rss_msn import WITHDRAWN

__all__ = ["READERS", "NotWellFormed", "Shown", "read_back"]

_A, _G = f"{{{ATOM}}}", f"{{{NAR}}}"
_DOCDATA, _STATUS = f"{{{NITF}}}head/{{{NITF}}}docdata", "management-status"

Json = dict[str, Any]

BY_ADDRESS = frozenset({"news_sitemap"})
"""The formats that name pages, not stories."""

SOME = frozenset({"rss_msn"})
"""The formats that show only the stories that have a page."""


@dataclass(frozen=True)
class Shown:
    """The uris that a document names: of stories it shows, and of those it says are taken back."""

    stories: frozenset[str]
    withdrawn: frozenset[str] = frozenset()


def read_back(name: Format, document: bytes) -> Shown | None:
    """What a document of this format names; None where its format names pages, or nobody can read it here.

    Raises:
        NotWellFormed: it can't be read.
    """
    reader = READERS.get(name)
    return reader(document) if reader else None


def _shown(stories: Iterable[object], withdrawn: Iterable[object] = ()) -> Shown:
    return Shown(frozenset(map(str, stories)), frozenset(map(str, withdrawn)))


def _rss(document: bytes) -> Shown:
    return _shown(item.findtext("guid", "") for item in read_xml(document).iterfind("channel/item"))


def _rss_msn(document: bytes) -> Shown:
    items = list(read_xml(document).iterfind("channel/item"))
    gone = [item for item in items if item.findtext("title") == WITHDRAWN]
    return _shown(
        (item.findtext("guid", "") for item in items if item not in gone),
        (item.findtext("guid", "") for item in gone),
    )


def _atom(document: bytes) -> Shown:
    feed = read_xml(document)
    gone = feed.iterfind(f"{{{TOMBSTONES}}}deleted-entry")
    return _shown(
        (entry.findtext(f"{_A}id", "") for entry in feed.iterfind(f"{_A}entry")),
        (each.get("ref", "") for each in gone),
    )


def _jsonfeed(document: bytes) -> Shown:
    feed = read_json(document)
    gone = feed.get("_newsroom", {}).get("withdrawn", [])
    return _shown((item.get("id") for item in feed.get("items", [])), (each.get("id") for each in gone))


def _ninjs(document: bytes) -> Shown:
    """Every line of the standard: a list of items up to 2.x and from 3.x on, an object of them in 1.x."""
    listed = read_json(document).get("associations", [])
    items: list[Json] = list(listed.values()) if isinstance(listed, dict) else listed
    gone = [item for item in items if "canceled" in (item.get("pubStatus"), item.get("pubstatus"))]
    return _shown((item.get("uri") for item in items if item not in gone), (item.get("uri") for item in gone))


def _json_ld(document: bytes) -> Shown:
    elements = read_json(document).get("dataFeedElement", [])
    return _shown(
        (each["item"].get("@id") for each in elements if "dateDeleted" not in each),
        (each["item"].get("@id") for each in elements if "dateDeleted" in each),
    )


def _newsml_g2(document: bytes) -> Shown:
    texts = [
        item
        for item in read_xml(document).iterfind(f"{_G}itemSet/{_G}newsItem")
        if _qcode(item, "itemClass") == "ninat:text"
    ]
    gone = [item for item in texts if _qcode(item, "pubStatus") == "stat:canceled"]
    return _shown(
        (item.get("guid", "") for item in texts if item not in gone), (item.get("guid", "") for item in gone)
    )


def _nitf(document: bytes) -> Shown:
    told = [(uri, read_xml(text).find(_DOCDATA)) for uri, text in files(document, "xml")]
    gone = {uri for uri, docdata in told if docdata is not None and docdata.get(_STATUS) == "canceled"}
    return _shown((uri for uri, _ in told if uri not in gone), gone)


def _markdown(document: bytes) -> Shown:
    told = files(document, "md")
    gone = {uri for uri, text in told if "withdrawn" in parts(text)[0]}
    return _shown((uri for uri, _ in told if uri not in gone), gone)


def _qcode(item: etree._Element, name: str) -> str:
    found = item.find(f"{_G}itemMeta/{_G}{name}")
    return found.get("qcode", "") if found is not None else ""


READERS: dict[Format, Callable[[bytes], Shown]] = {
    "rss": _rss,
    "rss_wordpress": _rss,
    "rss_msn": _rss_msn,
    "atom": _atom,
    "jsonfeed": _jsonfeed,
    "ninjs": _ninjs,
    "ninjs_2_2": _ninjs,
    "ninjs_1_6": _ninjs,
    "newsml_g2": _newsml_g2,
    "nitf": _nitf,
    "markdown": _markdown,
    "json_ld": _json_ld,
}
