"""RSS 2.0 with the modules that stations read: content, dc, dcterms, media, creativeCommons, atom.

Clean under the rules of W3C's feed validator, which are noted where they decided something.
"""

import html
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from lxml import etree

from newsroom.config import House, Partner
from newsroom.config.partner import Format
from newsroom.deliver.address import feed_url
from newsroom.deliver.dublin_core import DC, DCTERMS, describe
from newsroom.deliver.edition import Edition
from newsroom.deliver.element import add, document
from newsroom.deliver.entry import Entry, newest_first
from newsroom.deliver.markup import absolute_link, body_text, body_xhtml, line, untagged_line
from newsroom.deliver.mediarss import MEDIA, illustrate
from newsroom.deliver.paging import link_pages
from newsroom.deliver.values import language_tag, rfc3339
from newsroom.story import Story

VERSION = "5"
"""Raised with every change of what this module writes, so that feeds are written anew; with it those of
`rss_wordpress` and `rss_msn`."""

CONTENT_TYPE = "application/rss+xml; charset=utf-8"

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
CREATIVE_COMMONS = "http://backend.userland.com/creativeCommonsRssModule"
NAMESPACES = {
    "atom": ATOM,
    "content": CONTENT,
    "creativeCommons": CREATIVE_COMMONS,
    "dc": DC,
    "dcterms": DCTERMS,
    "media": MEDIA,
}

_CC_HOSTS = ("creativecommons.org", "www.creativecommons.org")

MEDIATOPIC = "http://cv.iptc.org/newscodes/mediatopic/"
"""The scheme of Media Topics; a code's number after it is the topic's own URI."""

SIGNAL = "http://cv.iptc.org/newscodes/signal/"
"""The scheme of what is special about a revision: `correction` is one of its codes."""

SUMMARY_CHARS = 280
"""How long a description may be that is cut out of the body."""


def render(house: House, partner: Partner, edition: Edition) -> bytes:
    """The partner's feed as UTF-8 bytes; the same edition gives the same bytes. What is withdrawn is missing.

    Raises:
        ValueError: a text holds what XML can't carry; `release_check` finds out whose it is.
    """
    root, channel = begun(house, partner, edition.made_at, "rss", NAMESPACES)
    link_pages(channel, house, partner, edition, "rss")
    channel.extend(edition.parts.copy(item, entry) for entry in newest_first(edition.entries))
    return document(root)


def begun(
    house: House, partner: Partner, made_at: datetime, flavour: Format, namespaces: Mapping[str, str]
) -> tuple[etree._Element, etree._Element]:
    """An `rss` element, and its channel that says whose feed it is and has no items yet."""
    root = etree.Element("rss", nsmap=dict(namespaces), version="2.0")
    channel = etree.SubElement(root, "channel")
    name = untagged_line(house.name)
    add(channel, "title", f"{name} for {untagged_line(partner.name)}")
    add(channel, "link", home(house, partner))
    add(channel, "description", f"Stories that {name} has cleared for {untagged_line(partner.name)}.")
    if own := feed_url(house, partner, flavour):
        link = etree.SubElement(channel, f"{{{ATOM}}}link")
        link.attrib.update({"href": own, "rel": "self", "type": "application/rss+xml"})
    add(channel, "language", partner.language)
    add(channel, "lastBuildDate", format_datetime(made_at, usegmt=True))
    add(channel, "generator", "newsroom")
    add(channel, "docs", "http://www.rssboard.org/rss-specification")
    add(channel, "ttl", str(max(1, -(-partner.max_age_seconds // 60))))
    return root, channel


def home(house: House, partner: Partner) -> str:
    """The address that the channel belongs to."""
    # RSS demands a link; a house without a site of its own still has someone to write to.
    return home_page(house, partner) or f"mailto:{house.contact.removeprefix('mailto:')}"


def home_page(house: House, partner: Partner) -> str | None:
    """The page that the feed belongs to: the house's, else the partner's; None where neither has one."""
    for url in (house.site, house.feeds_url, partner.site, house.contact):
        if link := absolute_link(url):
            return link
    return None


def item(entry: Entry, namespaces: Mapping[str, str] = NAMESPACES) -> etree._Element:
    """One story as an `item` element.

    Raises:
        ValueError: a text holds what XML can't carry.
    """
    story = entry.story
    element = etree.Element("item", nsmap=dict(namespaces))
    add(element, "guid", entry.uri, isPermaLink="false")
    add(element, "title", untagged_line(story.headline))
    add(element, "link", absolute_link(story.url))
    # The description stands before content:encoded: readers that take the last one get the full text.
    add(element, "description", html.escape(summary(story), quote=False))
    add(element, f"{{{CONTENT}}}encoded", body_xhtml(story))
    add(element, "pubDate", format_datetime(entry.published, usegmt=True))
    add(element, f"{{{DCTERMS}}}modified", rfc3339(entry.modified))
    _credit(element, entry)
    _classify(element, story)
    if corrects := entry.corrects:
        add(element, "category", corrects.kind, domain=SIGNAL)
    illustrate(element, story)
    return element


def summary(story: Story) -> str:
    """What the story is about, in plain text: its subheadline, else its beginning."""
    if below := line(story.subheadline):
        return below
    paragraphs = (line(block.text) for block in story.blocks if block.kind == "paragraph")
    text = next((text for text in paragraphs if text), line(body_text(story)))
    if len(text) <= SUMMARY_CHARS:
        return text
    return f"{text[:SUMMARY_CHARS].rsplit(' ', 1)[0].rstrip(' ,;:–—-')}…"


def creators(story: Story) -> tuple[str, ...]:
    """Who wrote the story: its authors, else what stands in the byline, else the organisation."""
    named = story.authors or tuple(name for name in (story.byline or story.source or story.provider,) if name)
    return tuple(dict.fromkeys(name for name in map(line, named) if name))


def rights(story: Story, attribution: str) -> str:
    """The copyright notice, and the credit that the licence asks for."""
    return " ".join(filter(None, map(untagged_line, (story.copyrightnotice, attribution))))


def _credit(element: etree._Element, entry: Entry) -> None:
    """Who wrote it, who sent it, who owns it, and what may be done with it."""
    story = entry.story
    # <author> must be an e-mail address and <copyright> is the channel's alone: so Dublin Core.
    for creator in creators(story):
        add(element, f"{{{DC}}}creator", creator)
    add(element, f"{{{DC}}}language", language_tag(story))
    add(element, f"{{{DC}}}rights", rights(story, entry.attribution))
    describe(element, story)
    license_link = absolute_link(story.license)
    if license_link and urlsplit(license_link).hostname in _CC_HOSTS:
        add(element, f"{{{CREATIVE_COMMONS}}}license", license_link)


def _classify(element: etree._Element, story: Story) -> None:
    """Its subjects by name with their scheme, their codes beside them, and the wire's own labels."""
    for subject in story.subject:
        name = add(element, "category", untagged_line(subject.name))
        code = add(element, f"{{{MEDIA}}}category", subject.code.removeprefix("medtop:"))
        if name is not None:
            name.set("domain", MEDIATOPIC)
        if code is not None:
            code.attrib.update({"scheme": MEDIATOPIC, "label": untagged_line(subject.name)})
    for label in dict.fromkeys(map(untagged_line, story.topics)):
        add(element, "category", label)
    add(element, f"{{{MEDIA}}}keywords", ", ".join(filter(None, map(line, story.keywords))))
