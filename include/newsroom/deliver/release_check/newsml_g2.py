"""NewsML-G2: what its schema demands of every item, and what it does not: zones, statuses, a body."""

from collections.abc import Iterator

from lxml import etree

from newsroom.deliver.edition import Edition
from newsroom.deliver.newsml_g2 import NAR, STANDARD, XHTML
from newsroom.deliver.release_check.rules import (
    UUID_URN,
    Broken,
    NotWellFormed,
    foreign_markup,
    is_aware,
    is_web,
    read_xml,
    same_stories,
    withdrawn,
)

_G = f"{{{NAR}}}"
_STATUS = f"{_G}itemMeta/{_G}pubStatus"


def check_newsml_g2(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with a newsMessage that should be this edition; empty when it may be released."""
    try:
        root = read_xml(document)
    except NotWellFormed as error:
        return (Broken(None, "newsml_g2.well_formed", f"{error}"),)
    item_set = root.find(f"{_G}itemSet")
    if root.tag != f"{_G}newsMessage" or item_set is None:
        return (Broken(None, "newsml_g2.root", f"saw <{root.tag}>; wanted <newsMessage> with an itemSet"),)
    texts = [item for item in item_set.iterfind(f"{_G}newsItem") if _kind(item) == "ninat:text"]
    gone = [item for item in texts if _status(item) == "stat:canceled"]
    shown = [item for item in texts if item not in gone]
    guids = [item.get("guid", "") for item in shown]
    broken = [*same_stories("newsml_g2.stories", guids, edition.entries)]
    broken.extend(withdrawn("newsml_g2.withdrawals", [item.get("guid", "") for item in gone], edition))
    for item in item_set:
        broken.extend(Broken(_story(item, guids), rule, reason) for rule, reason in _managed(item))
    for item, uri in zip(shown, guids, strict=True):
        broken.extend(Broken(uri, rule, reason) for rule, reason in _text(item))
    for item in gone:
        if told := [child.tag for child in item if child.tag not in (f"{_G}catalogRef", f"{_G}itemMeta")]:
            reason = f"saw {told} of a withdrawn story; wanted no word of it"
            broken.append(Broken(None, "newsml_g2.withdrawn", reason))
    return tuple(broken)


def _kind(item: etree._Element) -> str:
    found = item.find(f"{_G}itemMeta/{_G}itemClass")
    return found.get("qcode", "") if found is not None else ""


def _status(item: etree._Element) -> str:
    found = item.find(_STATUS)
    return found.get("qcode", "") if found is not None else ""


def _story(item: etree._Element, guids: list[str]) -> str | None:
    guid = item.get("guid", "")
    return guid if guid in guids else None


def _managed(item: etree._Element) -> Iterator[tuple[str, str]]:
    """What every item must say of itself."""
    guid, version = item.get("guid", ""), item.get("version", "")
    if not UUID_URN.fullmatch(guid):
        yield "newsml_g2.guid", f"saw {guid!r}; wanted a urn:uuid"
    if not version.isdecimal() or int(version) < 1:
        yield "newsml_g2.version", f"saw {version!r}; wanted a number from 1"
    if any(item.get(name) != said for name, said in STANDARD.items()):
        yield "newsml_g2.standard", "wanted NewsML-G2 2.35, conformance power"
    if _status(item) not in ("stat:usable", "stat:canceled"):
        yield "newsml_g2.pubStatus", f"saw {_status(item)!r}; wanted stat:usable or stat:canceled"
    for name in ("versionCreated", "firstCreated", "embargoed", "expires"):
        moment = item.findtext(f"{_G}itemMeta/{_G}{name}")
        if not is_aware(moment) and (moment is not None or name == "versionCreated"):
            yield f"newsml_g2.{name}", f"saw {moment!r}; wanted a date-time with its zone"
    yield from _links(item)


def _links(item: etree._Element) -> Iterator[tuple[str, str]]:
    for link in item.iter(f"{_G}remoteContent", f"{_G}link"):
        if not is_web(link.get("href")):
            yield "newsml_g2.link", f"saw {link.get('href')!r}; wanted an absolute http or https URL"


def _text(item: etree._Element) -> Iterator[tuple[str, str]]:
    if not item.findtext(f"{_G}contentMeta/{_G}headline", "").strip():
        yield "newsml_g2.headline", "saw no headline; wanted one"
    found = item.find(f"{_G}contentSet/{_G}inlineXML/{{{XHTML}}}html/{{{XHTML}}}body")
    if found is None or not "".join(str(text) for text in found.itertext()).strip():
        yield "newsml_g2.body", "saw no body; wanted the full text"
        return
    yield from (("newsml_g2.body", reason) for reason in foreign_markup(found, XHTML))
