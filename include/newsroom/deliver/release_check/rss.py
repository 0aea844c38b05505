"""RSS: a channel that says what it is, and items that a CMS can take."""

from collections.abc import Iterator

from lxml import etree

from newsroom.deliver import rss
from newsroom.deliver.edition import Edition
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
)


def check_rss(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with an RSS feed that should be this edition; empty when it may be released."""
    try:
        root = read_xml(document)
    except NotWellFormed as error:
        return (Broken(None, "rss.well_formed", f"{error}"),)
    channel = root.find("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or channel is None:
        return (Broken(None, "rss.root", f"saw <{root.tag}>; wanted <rss version='2.0'> with a channel"),)
    guids = [item.findtext("guid", "") for item in channel.iterfind("item")]
    broken = [*_channel(channel), *same_stories("rss.stories", guids, edition.entries)]
    for item, guid in zip(channel.iterfind("item"), guids, strict=True):
        broken.extend(Broken(guid, rule, reason) for rule, reason in _item(item))
    return tuple(broken)


def _channel(channel: etree._Element) -> Iterator[Broken]:
    for name in ("title", "link", "description"):
        if not channel.findtext(name, "").strip():
            yield Broken(None, f"rss.channel.{name}", f"saw no <{name}>; wanted one that says something")


def _item(item: etree._Element) -> Iterator[tuple[str, str]]:
    guid = item.findtext("guid", "")
    if not UUID_URN.fullmatch(guid):
        yield "rss.guid", f"saw {guid!r}; wanted a urn:uuid"
    if not item.findtext("title", "").strip():
        yield "rss.title", "saw no headline; wanted one"
    published = item.findtext("pubDate", "")
    if not is_rfc822(published):
        yield "rss.pub_date", f"saw {published!r}; wanted a date such as 'Sat, 09 Jul 2022 12:05:00 GMT'"
    modified = item.findtext(f"{{{rss.DCTERMS}}}modified", "")
    if not is_aware(modified):
        yield "rss.modified", f"saw {modified!r}; wanted a W3C date-time with its zone"
    links = [item.findtext("link"), *(c.get("url") for c in item.iterfind(f"{{{MEDIA}}}content"))]
    for link in links:
        if link is not None and not is_web(link):
            yield "rss.link", f"saw {link!r}; wanted an absolute http or https URL"
    yield from (("rss.body", reason) for reason in body(item.findtext(f"{{{rss.CONTENT}}}encoded", "")))
