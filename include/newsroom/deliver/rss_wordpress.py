"""RSS as WordPress and its importers read it best: what they misread in the plain feed, put otherwise.

After the source of SimplePie 1.5.8, with which WordPress 6.1 reads feeds.
"""

from collections.abc import Iterable

from lxml import etree

from newsroom.config import House, Partner
from newsroom.deliver import rss
from newsroom.deliver.dublin_core import DC
from newsroom.deliver.edition import Edition
from newsroom.deliver.element import add, document
from newsroom.deliver.entry import Entry, newest_first
from newsroom.deliver.markup import body_xhtml, line, untagged_line
from newsroom.deliver.media import content_type, linked
from newsroom.deliver.mediarss import MEDIA
from newsroom.deliver.paging import link_pages
from newsroom.deliver.values import rfc3339
from newsroom.story import Story

VERSION = f"{rss.VERSION}.1"
"""Raised with every change of what this module writes, so that feeds are written anew."""

CONTENT_TYPE = rss.CONTENT_TYPE


def render(house: House, partner: Partner, edition: Edition) -> bytes:
    """The partner's feed as UTF-8 bytes; the same edition gives the same bytes. What is withdrawn is missing.

    Raises:
        ValueError: a text holds what XML can't carry; `release_check` finds out whose it is.
    """
    root, channel = rss.begun(house, partner, edition.made_at, "rss_wordpress", rss.NAMESPACES)
    link_pages(channel, house, partner, edition, "rss_wordpress")
    channel.extend(edition.parts.copy(item, entry) for entry in newest_first(edition.entries))
    return document(root)


def item(entry: Entry) -> etree._Element:
    """One story as an `item` element.

    Raises:
        ValueError: a text holds what XML can't carry.
    """
    story = entry.story
    element = rss.item(entry)
    _body(element, story)
    _one(element, f"{{{DC}}}creator", ", ".join(rss.creators(story)))
    # The only date of a change that SimplePie knows.
    add(element, f"{{{rss.ATOM}}}updated", rfc3339(entry.modified))
    _tags(element, story)
    _featured(element, story)
    return element


def _body(element: etree._Element, story: Story) -> None:
    """The body as CDATA: importers that find it with a pattern show references as text."""
    for found in element.iterfind(f"{{{rss.CONTENT}}}encoded"):
        found.text = etree.CDATA(body_xhtml(story).replace("]]>", "]]&gt;"))


def _one(element: etree._Element, tag: str, text: str) -> None:
    """One element of this tag in place of several: importers read the first alone."""
    for n, each in enumerate(element.findall(tag)):
        if n:
            element.remove(each)
        else:
            each.text = text


def _tags(element: etree._Element, story: Story) -> None:
    """Each term once, without its scheme: WordPress makes a category or a tag of each, by its name."""
    terms = [*(subject.name for subject in story.subject), *story.topics, *story.keywords]
    for each in element.findall("category"):
        element.remove(each)
    for term in _once(map(untagged_line, terms)):
        add(element, "category", term)


def _once(terms: Iterable[str]) -> list[str]:
    """Each term once, whatever its case: WordPress tells none apart by it."""
    found: dict[str, str] = {}
    for term in filter(None, terms):
        found.setdefault(term.casefold(), term)
    return list(found.values())


def _featured(element: etree._Element, story: Story) -> None:
    """The first picture once more, where importers look for the featured one."""
    for link, media in linked(story.media):
        if media.kind == "picture":
            etree.SubElement(element, f"{{{MEDIA}}}thumbnail", url=link)
            if kind := content_type(media):
                # Its length in bytes is not known; the RSS Advisory Board says to write 0 then.
                etree.SubElement(element, "enclosure", url=link, length="0", type=line(kind))
            return
