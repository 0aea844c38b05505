"""RSS and its flavours: a channel that says what it is, and items that a CMS can take."""

from collections.abc import Iterable, Iterator

from lxml import etree

from newsroom.config.partner import Format
from newsroom.deliver import rss, rss_msn
from newsroom.deliver.dublin_core import DCTERMS
from newsroom.deliver.edition import Edition
from newsroom.deliver.entry import Entry
from newsroom.deliver.mediarss import MEDIA
from newsroom.deliver.release_check.rules import (
    UUID_URN,
    Broken,
    NotWellFormed,
    body,
    is_aware,
    is_rfc822,
    is_web,
    read_xml,
    same_stories,
    withdrawn,
)

_ENDS = (f"{{{DCTERMS}}}valid", f"{{{rss_msn.MI}}}expirationDate")
_GONE = {"guid", "title", "link", "pubDate", f"{{{rss.CONTENT}}}encoded", *_ENDS} | {f"{{{DCTERMS}}}modified"}
"""All that an item says of a story that was taken back."""


def check_rss(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with an RSS feed that should be this edition; empty when it may be released."""
    return tuple(_check(document, edition, edition.entries, "rss"))


def check_rss_wordpress(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with a feed for WordPress that should be this edition; empty when it may be released."""
    return tuple(_check(document, edition, edition.entries, "rss_wordpress"))


def check_rss_msn(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with a feed for MSN that should be this edition's; empty when it may be released."""
    return tuple(_check(document, edition, rss_msn.listed(edition), "rss_msn"))


def _check(document: bytes, edition: Edition, wanted: Iterable[Entry], name: Format) -> Iterator[Broken]:
    try:
        root = read_xml(document)
    except NotWellFormed as error:
        yield Broken(None, f"{name}.well_formed", f"{error}")
        return
    channel = root.find("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or channel is None:
        yield Broken(None, f"{name}.root", f"saw <{root.tag}>; wanted <rss version='2.0'> with a channel")
        return
    yield from (Broken(None, f"{name}.{rule}", reason) for rule, reason in _channel(channel))
    taken_back = {each.uri for each in edition.withdrawals} if name == "rss_msn" else set()
    items = channel.findall("item")
    gone = [item for item in items if item.findtext("guid", "") in taken_back]
    shown = [item for item in items if item not in gone]
    guids = [item.findtext("guid", "") for item in shown]
    yield from same_stories(f"{name}.stories", guids, wanted)
    for item, guid in zip(shown, guids, strict=True):
        yield from (Broken(guid, f"{name}.{rule}", reason) for rule, reason in _item(item))
    if name == "rss_msn":
        yield from _msn(shown, gone, edition)


def _channel(channel: etree._Element) -> Iterator[tuple[str, str]]:
    for name in ("title", "link", "description"):
        if not channel.findtext(name, "").strip():
            yield f"channel.{name}", f"saw no <{name}>; wanted one that says something"


def _item(item: etree._Element) -> Iterator[tuple[str, str]]:
    guid = item.findtext("guid", "")
    if not UUID_URN.fullmatch(guid):
        yield "guid", f"saw {guid!r}; wanted a urn:uuid"
    if not item.findtext("title", "").strip():
        yield "title", "saw no headline; wanted one"
    published = item.findtext("pubDate", "")
    if not is_rfc822(published):
        yield "pub_date", f"saw {published!r}; wanted a date such as 'Sat, 09 Jul 2022 12:05:00 GMT'"
    modified = item.findtext(f"{{{DCTERMS}}}modified", "")
    if not is_aware(modified):
        yield "modified", f"saw {modified!r}; wanted a W3C date-time with its zone"
    links = [item.findtext("link"), *(c.get("url") for c in item.iterfind(f"{{{MEDIA}}}content"))]
    for link in links:
        if link is not None and not is_web(link):
            yield "link", f"saw {link!r}; wanted an absolute http or https URL"
    yield from (("body", reason) for reason in body(item.findtext(f"{{{rss.CONTENT}}}encoded", "")))


def _msn(shown: list[etree._Element], gone: list[etree._Element], edition: Edition) -> Iterator[Broken]:
    """What MSN refuses an item for, and what takes one down."""
    yield from withdrawn("rss_msn.withdrawals", [item.findtext("guid", "") for item in gone], edition)
    for item in shown:
        guid, title = item.findtext("guid", ""), item.findtext("title", "")
        short = item.findtext(f"{{{rss_msn.MI}}}shortTitle", "")
        if not is_web(item.findtext("link")):
            yield Broken(guid, "rss_msn.link", "saw no link; wanted the address of the story's page")
        if len(title) > rss_msn.LONGEST_TITLE and not 0 < len(short) <= rss_msn.SHORT_TITLE:
            yield Broken(
                guid, "rss_msn.short_title", f"saw {len(title)} characters; wanted a short title too"
            )
    for item in gone:
        guid = item.findtext("guid", "")
        if told := sorted({str(child.tag) for child in item} - _GONE):
            reason = f"saw {', '.join(told)} of a withdrawn story; wanted no word of it"
            yield Broken(guid, "rss_msn.withdrawn", reason)
        modified = item.findtext(f"{{{DCTERMS}}}modified", "")
        for end in _ENDS:
            said = item.findtext(end, "")
            if not is_aware(said) or not said <= modified:
                yield Broken(
                    guid, "rss_msn.end", f"saw {said!r}, changed {modified!r}; wanted its end in the past"
                )
