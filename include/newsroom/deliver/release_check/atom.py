"""Atom: what RFC 4287 demands of a feed and its entries, and RFC 6721 of what was taken back."""

from collections.abc import Iterator

from lxml import etree

from newsroom.deliver.atom import TOMBSTONES
from newsroom.deliver.edition import Edition
from newsroom.deliver.release_check.rules import (
    UUID_URN,
    Broken,
    NotWellFormed,
    body,
    is_aware,
    is_web,
    read_xml,
    same_stories,
    withdrawn,
)
from newsroom.deliver.rss import ATOM

_A = f"{{{ATOM}}}"
_WEB_LINKS = ("alternate", "enclosure", "license")


def check_atom(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with an Atom feed that should be this edition; empty when it may be released."""
    try:
        root = read_xml(document)
    except NotWellFormed as error:
        return (Broken(None, "atom.well_formed", f"{error}"),)
    if root.tag != f"{_A}feed":
        return (Broken(None, "atom.root", f"saw <{root.tag}>; wanted <feed> of RFC 4287"),)
    entries = root.findall(f"{_A}entry")
    ids = [entry.findtext(f"{_A}id", "") for entry in entries]
    gone = root.findall(f"{{{TOMBSTONES}}}deleted-entry")
    broken = [Broken(None, rule, reason) for rule, reason in _feed(root, gone)]
    broken.extend(same_stories("atom.stories", ids, edition.entries))
    broken.extend(withdrawn("atom.withdrawals", [each.get("ref", "") for each in gone], edition))
    for entry, uri in zip(entries, ids, strict=True):
        broken.extend(Broken(uri, rule, reason) for rule, reason in _entry(entry))
    return tuple(broken)


def _feed(root: etree._Element, gone: list[etree._Element]) -> Iterator[tuple[str, str]]:
    for name in ("id", "title", "author/name"):
        path = "/".join(f"{_A}{part}" for part in name.split("/"))
        if not root.findtext(path, "").strip():
            yield f"atom.feed.{name}", f"saw no <{name}>; wanted one that says something"
    for moment in (root.findtext(f"{_A}updated", ""), *(each.get("when", "") for each in gone)):
        if not is_aware(moment):
            yield "atom.feed.updated", f"saw {moment!r}; wanted a date-time with its zone"
    for each in gone:
        if told := [child.tag for child in each if child.tag != f"{{{TOMBSTONES}}}comment"]:
            yield "atom.withdrawn", f"saw {told} of a withdrawn story; wanted no word of it"


def _entry(entry: etree._Element) -> Iterator[tuple[str, str]]:
    uri = entry.findtext(f"{_A}id", "")
    if not UUID_URN.fullmatch(uri):
        yield "atom.id", f"saw {uri!r}; wanted a urn:uuid"
    if not entry.findtext(f"{_A}title", "").strip():
        yield "atom.title", "saw no headline; wanted one"
    for name in ("published", "updated"):
        moment = entry.findtext(f"{_A}{name}", "")
        if not is_aware(moment):
            yield f"atom.{name}", f"saw {moment!r}; wanted a date-time with its zone"
    for link in entry.iterfind(f"{_A}link"):
        if link.get("rel") in _WEB_LINKS and not is_web(link.get("href")):
            yield "atom.link", f"saw {link.get('href')!r}; wanted an absolute http or https URL"
    yield from (("atom.content", reason) for reason in body(entry.findtext(f"{_A}content", "")))
