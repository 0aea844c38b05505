"""Atom (RFC 4287), with what RSS lacks: a story's own rights, and tombstones (RFC 6721) of what must go."""

from datetime import datetime
from typing import Any

from lxml import etree

from newsroom.config import House, Partner
from newsroom.deliver.address import feed_uri, feed_url
from newsroom.deliver.dublin_core import DC, DCTERMS, describe
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.element import add, document
from newsroom.deliver.entry import Entry, newest_first
from newsroom.deliver.markup import absolute_link, body_xhtml, line, untagged_line
from newsroom.deliver.media import content_type, linked
from newsroom.deliver.mediarss import MEDIA, illustrate
from newsroom.deliver.paging import link_pages
from newsroom.deliver.rss import ATOM, MEDIATOPIC, SIGNAL, creators, home_page, rights, summary
from newsroom.deliver.values import language_tag, rfc3339
from newsroom.story import Story

VERSION = "3"
"""Raised with every change of what this module writes, so that feeds are written anew."""

CONTENT_TYPE = "application/atom+xml; charset=utf-8"

TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
NAMESPACES: dict[Any, str] = {
    None: ATOM,
    "at": TOMBSTONES,
    "dc": DC,
    "dcterms": DCTERMS,
    "media": MEDIA,
}

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_A = f"{{{ATOM}}}"


def render(house: House, partner: Partner, edition: Edition) -> bytes:
    """The partner's feed as UTF-8 bytes; the same edition gives the same bytes.

    Raises:
        ValueError: a text holds what XML can't carry; `release_check` finds out whose it is.
    """
    feed = etree.Element(f"{_A}feed", {_LANGUAGE: partner.language}, nsmap=NAMESPACES)
    _describe(feed, house, partner, edition.made_at)
    link_pages(feed, house, partner, edition, "atom")
    for withdrawal in edition.withdrawals:
        feed.append(tombstone(withdrawal))
    for each in newest_first(edition.entries):
        feed.append(edition.parts.copy(entry, each))
    return document(feed)


def _describe(feed: etree._Element, house: House, partner: Partner, made_at: datetime) -> None:
    name = untagged_line(house.name)
    add(feed, f"{_A}id", feed_uri(partner))
    add(feed, f"{_A}title", f"{name} for {untagged_line(partner.name)}")
    add(feed, f"{_A}updated", rfc3339(made_at))
    author = etree.SubElement(feed, f"{_A}author")
    add(author, f"{_A}name", line(house.name))
    _link(feed, "self", feed_url(house, partner, "atom"), "application/atom+xml")
    _link(feed, "alternate", home_page(house, partner), "text/html")
    add(feed, f"{_A}generator", "newsroom")


def tombstone(withdrawal: Withdrawal) -> etree._Element:
    """A story that the partner must remove (RFC 6721, section 3): who and since when, not a word of it."""
    element = etree.Element(f"{{{TOMBSTONES}}}deleted-entry", nsmap=NAMESPACES)
    element.attrib.update({"ref": withdrawal.uri, "when": rfc3339(withdrawal.at)})
    add(element, f"{{{TOMBSTONES}}}comment", withdrawal.note)
    return element


def entry(shown: Entry) -> etree._Element:
    """One story as an `entry` element.

    Raises:
        ValueError: a text holds what XML can't carry.
    """
    story = shown.story
    element = etree.Element(f"{_A}entry", nsmap=NAMESPACES)
    if tag := language_tag(story):
        element.set(_LANGUAGE, tag)
    add(element, f"{_A}id", shown.uri)
    add(element, f"{_A}title", untagged_line(story.headline))
    add(element, f"{_A}published", rfc3339(shown.published))
    add(element, f"{_A}updated", rfc3339(shown.modified))
    # Before the pictures: feedparser takes the first description for the summary, be it a caption's.
    add(element, f"{_A}summary", summary(story))
    add(element, f"{_A}content", body_xhtml(story), type="html")
    for name in creators(story):
        add(etree.SubElement(element, f"{_A}author"), f"{_A}name", name)
    _link(element, "alternate", absolute_link(story.url), "text/html")
    _link(element, "license", absolute_link(story.license))  # RFC 4946
    _classify(element, story)
    if corrects := shown.corrects:
        etree.SubElement(element, f"{_A}category", term=corrects.kind, scheme=SIGNAL)
    add(element, f"{_A}rights", rights(story, shown.attribution))
    describe(element, story)
    for link, media in linked(story.media):
        _link(element, "enclosure", link, content_type(media), untagged_line(media.caption))
    illustrate(element, story)
    return element


def _classify(element: etree._Element, story: Story) -> None:
    """Its subjects by their Media Topics code, then the wire's own labels and the keywords."""
    for subject in story.subject:
        category = etree.SubElement(element, f"{_A}category", term=subject.code.removeprefix("medtop:"))
        category.set("scheme", MEDIATOPIC)
        if name := untagged_line(subject.name):
            category.set("label", name)
    for label in dict.fromkeys(map(untagged_line, (*story.topics, *story.keywords))):
        if label:
            etree.SubElement(element, f"{_A}category", term=label)


def _link(
    element: etree._Element, relation: str, href: str | None, kind: str | None = None, title: str = ""
) -> None:
    if href:
        said = {"rel": relation, "href": href, "type": kind, "title": title}
        etree.SubElement(element, f"{_A}link", {name: text for name, text in said.items() if text})
