"""RSS as MSN and partners like it ingest it: what is withdrawn comes once more, with its end in the past.

After MSN Partner Hub's item requirements and its rules on expiration and takedown. An item must have a page
to link to, so a story without one is not in it.
"""

from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from newsroom.config import House, Partner
from newsroom.deliver import rss
from newsroom.deliver.dublin_core import DCTERMS
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.element import add, document
from newsroom.deliver.entry import FUTURE, Entry, newest_first
from newsroom.deliver.markup import absolute_link, line, untagged_line
from newsroom.deliver.media import linked, notice_covers
from newsroom.deliver.mediarss import MEDIA
from newsroom.deliver.values import rfc3339
from newsroom.story import Story

VERSION = f"{rss.VERSION}.1"
"""Raised with every change of what this module writes, so that feeds are written anew."""

CONTENT_TYPE = rss.CONTENT_TYPE

MI = "http://schemas.ingestion.microsoft.com/common/"
NAMESPACES = rss.NAMESPACES | {"mi": MI}

LONGEST_TITLE = 150
"""Characters; an item with a longer title is refused, unless it has a short one too."""

SHORT_TITLE = 54
"""Characters that a short title may have."""

WITHDRAWN = "This story was withdrawn."


def render(house: House, partner: Partner, edition: Edition) -> bytes:
    """The partner's feed as UTF-8 bytes; the same edition gives the same bytes.

    Raises:
        ValueError: a text holds what XML can't carry; `release_check` finds out whose it is.
    """
    root, channel = rss.begun(house, partner, edition.made_at, "rss_msn", NAMESPACES)
    channel.extend(withdrawn_item(rss.home(house, partner), each) for each in edition.withdrawals)
    channel.extend(edition.parts.copy(item, entry) for entry in listed(edition))
    return document(root)


def listed(edition: Edition) -> list[Entry]:
    """The stories that have a page."""
    return [entry for entry in newest_first(edition.entries) if absolute_link(entry.story.url)]


def item(entry: Entry) -> etree._Element:
    """One story as an `item` element.

    Raises:
        ValueError: a text holds what XML can't carry.
    """
    story = entry.story
    element = rss.item(entry, NAMESPACES)
    title = untagged_line(story.headline)
    if len(title) > LONGEST_TITLE:
        add(element, f"{{{MI}}}shortTitle", _short(title))
    if story.expires:
        _end(element, story.expires)
    _say_rights(element, story)
    return element


def withdrawn_item(home: str, withdrawal: Withdrawal) -> etree._Element:
    """A story that the partner must remove: its id, that it has ended, and not a word of it.

    It must have been changed later than what the partner has, and a wire's clock may be ahead of ours.
    """
    element = etree.Element("item", nsmap=NAMESPACES)
    add(element, "guid", withdrawal.uri, isPermaLink="false")
    add(element, "title", WITHDRAWN)
    add(element, "link", home)
    add(element, f"{{{rss.CONTENT}}}encoded", f"<p>{WITHDRAWN}</p>")
    add(element, "pubDate", format_datetime(withdrawal.at, usegmt=True))
    add(element, f"{{{DCTERMS}}}modified", rfc3339(withdrawal.at + FUTURE))
    _end(element, withdrawal.at)
    return element


def _end(element: etree._Element, moment: datetime) -> None:
    """The end as MSN reads it: a moment, not a period."""
    for period in element.findall(f"{{{DCTERMS}}}valid"):
        element.remove(period)
    add(element, f"{{{DCTERMS}}}valid", rfc3339(moment))
    add(element, f"{{{MI}}}expirationDate", rfc3339(moment))


def _say_rights(element: etree._Element, story: Story) -> None:
    """Each picture's caption where MSN looks for it, and whether the story's licence covers it."""
    contents = element.iterfind(f"{{{MEDIA}}}content")
    for content, (_, media) in zip(contents, linked(story.media), strict=True):
        add(content, f"{{{MEDIA}}}title", untagged_line(media.caption))
        covered = notice_covers(story, media)
        add(content, f"{{{MI}}}hasSyndicationRights", "1" if covered else "0")
        if covered:
            add(content, f"{{{MI}}}licensorName", line(story.copyrightholder or story.provider))


def _short(title: str) -> str:
    return f"{title[: SHORT_TITLE - 1].rsplit(' ', 1)[0].rstrip(' ,;:–—-')}…"
