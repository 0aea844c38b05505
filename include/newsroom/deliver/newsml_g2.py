"""IPTC NewsML-G2 2.35, power conformance: the feed as a newsMessage of newsItems.

A packageItem names the feed's stories in their order. A story's pictures are newsItems of their own, bound to
it by a package. What the partner must remove comes as a newsItem that is canceled.
"""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from newsroom.config import House, Partner
from newsroom.deliver.address import feed_uri
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.entry import Entry, newest_first
from newsroom.deliver.markup import absolute_link, body_text, body_tree, line
from newsroom.deliver.media import content_type, linked, notice_of, sizes
from newsroom.deliver.ninjs import note_to_readers
from newsroom.deliver.rss import summary
from newsroom.deliver.values import language_tag, lines, rfc3339
from newsroom.story import STORY_NAMESPACE, Media, Story

VERSION = "2"
"""Raised with every change of what this module writes, so that feeds are written anew."""

CONTENT_TYPE = "application/vnd.iptc.g2.newsmessage+xml"

NAR = "http://iptc.org/std/nar/2006-10-01/"
XHTML = "http://www.w3.org/1999/xhtml"
CATALOG = "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_41.xml"
STANDARD = {"standard": "NewsML-G2", "standardversion": "2.35", "conformance": "power"}

PLUS_MINING = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"
"""PLUS's word for mining that is reserved; with `-SEELINKEDRIGHTSEXPR` where a policy tells more."""

LICENSE = "http://www.iana.org/assignments/relation/license"

SIGNALS = frozenset({"correction", "update"})
"""The house's signals that IPTC's scheme `sig` has too; the others stand in the editor's note."""

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NAMESPACES: dict[Any, str] = {None: NAR}
_G2 = ElementMaker(namespace=NAR, nsmap=_NAMESPACES)


def render(house: House, partner: Partner, edition: Edition) -> bytes:
    """The partner's feed as UTF-8 bytes; the same edition gives the same bytes.

    Raises:
        ValueError: a text holds what XML can't carry; `release_check` finds out whose it is.
    """
    made = edition.made_at
    header = _G2.header(
        _G2.sent(rfc3339(made)),
        _G2.sender(line(house.name)),
        _G2.transmitId(f"{feed_uri(partner)}/{made:%Y%m%dT%H%M%SZ}"),
    )
    items = _G2.itemSet()
    items.append(_feed(house, partner, edition))
    for entry in newest_first(edition.entries):
        items.extend(edition.parts.copy(_items, entry))
    items.extend(canceled_item(house, each) for each in edition.withdrawals)
    message = _G2.newsMessage(header, items)
    _indent(message)
    return etree.tostring(message, xml_declaration=True, encoding="utf-8")


def _indent(message: etree._Element) -> None:
    """Indent the elements of G2 alone: in a body, white space between two elements may be a word's end."""
    bodies = [(inline, inline[0]) for inline in message.iter(f"{{{NAR}}}inlineXML")]
    for inline, body in bodies:
        inline.remove(body)
    etree.indent(message)
    for inline, body in bodies:
        inline.append(body)


def text_item(entry: Entry) -> etree._Element:
    """One story as a newsItem, valid on its own.

    Raises:
        ValueError: a text holds what XML can't carry.
    """
    story = entry.story
    body = _inline_body(story)
    return _item(
        "newsItem",
        entry.uri,
        entry.version,
        language_tag(story),
        _rights(entry),
        _text_meta(entry),
        _content_meta(entry),
        _G2.contentSet(body),
    )


def canceled_item(house: House, withdrawal: Withdrawal) -> etree._Element:
    """A story that the partner must remove: who it is and that it is gone, and not a word of it."""
    meta = _meta("text", house.name, withdrawal.at, _G2.edNote(withdrawal.note), status="canceled")
    return _item("newsItem", withdrawal.uri, withdrawal.version, None, meta)


def _item(
    name: str, guid: str, version: int, tag: str | None, *parts: etree._Element | None
) -> etree._Element:
    named = {"guid": guid, "version": str(version)} | STANDARD | ({_LANGUAGE: tag} if tag else {})
    told = [part for part in parts if part is not None]
    made: etree._Element = _G2(name, named, _G2.catalogRef(href=CATALOG), *told)
    return made


def _meta(
    kind: str,
    provider: str,
    version_created: datetime,
    *more: etree._Element,
    first_created: datetime | None = None,
    embargoed: datetime | None = None,
    status: str = "usable",
) -> etree._Element:
    """The item's management, its parts in the schema's order."""
    meta: etree._Element = _G2.itemMeta(
        _G2.itemClass(qcode=f"ninat:{kind}"),
        _party("provider", line(provider)),
        _G2.versionCreated(rfc3339(version_created)),
    )
    if first_created:
        meta.append(_G2.firstCreated(rfc3339(first_created)))
    if embargoed:
        meta.append(_G2.embargoed(rfc3339(embargoed)))
    meta.append(_G2.pubStatus(qcode=f"stat:{status}"))
    meta.extend(more)
    return meta


def _text_meta(entry: Entry) -> etree._Element:
    story = entry.story
    revised, corrects = entry.revised, entry.corrects
    notes = [line(story.ednote)]
    notes += [f"Signal: {said}." for said in map(line, story.signals) if said and said not in SIGNALS]
    if corrects:
        notes += [f"Revision: {corrects.kind}.", note_to_readers(corrects)]
    more = [_G2.title(line(story.headline))] if line(story.headline) else []
    more += [_G2.edNote(note) for note in notes if note]
    # To one that was sent an earlier revision the wire's signal may be stale, or a note says it instead.
    signals = SIGNALS.intersection([revised.kind] if revised else story.signals)
    more += [_G2.signal(qcode=f"sig:{code}") for code in sorted(signals)]
    more += [_G2.expires(rfc3339(story.expires))] if story.expires else []
    if link := absolute_link(story.url):
        more.append(_G2.link(href=link, contenttype="text/html"))
    return _meta(
        "text",
        story.provider,
        entry.modified,
        *more,
        first_created=entry.published,
        embargoed=story.embargoed,
    )


def _rights(entry: Entry) -> etree._Element | None:
    story = entry.story
    rights = _G2.rightsInfo()
    if holder := line(story.copyrightholder):
        rights.append(_party("copyrightHolder", holder))
    if notice := line(story.copyrightnotice):
        rights.append(_G2.copyrightNotice(notice))
    if terms := line(story.usageterms):
        rights.append(_G2.usageTerms(terms))
    policy = absolute_link(entry.mining_policy) if entry.mining_reserved else None
    if license_link := absolute_link(story.license):
        rights.append(_G2.link(href=license_link, reluri=LICENSE))
    elif name := line(story.license):
        rights.append(_G2.usageTerms(f"Licence: {name}."))
    if policy:
        rights.append(_G2.link(href=policy))
    if entry.mining_reserved:
        rights.append(_G2.dataMining(uri=PLUS_MINING + ("-SEELINKEDRIGHTSEXPR" if policy else "")))
    return rights if len(rights) else None


def _content_meta(entry: Entry) -> etree._Element:
    story = entry.story
    meta: etree._Element = _G2.contentMeta()
    if story.urgency is not None and 1 <= story.urgency <= 9:
        meta.append(_G2.urgency(str(story.urgency)))
    if located := line(story.located):
        meta.append(_party("located", located))
    if source := line(story.source):
        meta.append(_party("infoSource", source))
    meta.extend(_party("creator", name, type="cpnat:person") for name in lines(story.authors))
    if wire_id := line(story.wire_id):
        meta.append(_G2.altId(wire_id))
    if tag := language_tag(story):
        meta.append(_G2("language", {"tag": tag}))
    if genre := line(story.genre):
        meta.append(_party("genre", genre))
    meta.extend(_G2.keyword(word) for word in lines(story.keywords))
    meta.extend(_subjects(story))
    texts: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("slugline", line(story.slugline), {}),
        ("headline", line(story.headline), {}),
        ("description", line(story.subheadline) or summary(story), {"role": "drol:summary"}),
        ("dateline", line(story.dateline), {}),
        ("by", line(story.byline) or ", ".join(lines(story.authors)), {}),
        ("creditline", line(entry.attribution or story.creditline), {}),
    )
    meta.extend(_G2(name, attributes, text) for name, text, attributes in texts if text)
    return meta


def _subjects(story: Story) -> Iterator[etree._Element]:
    for subject in story.subject:
        made = _G2.subject(qcode=f"medtop:{subject.code.removeprefix('medtop:')}", type="cpnat:abstract")
        if name := line(subject.name):
            made.append(_G2.name(name))
        yield made
    for label in lines(story.topics):
        yield _party("subject", label, type="cpnat:abstract")


def _inline_body(story: Story) -> etree._Element:
    html = etree.Element(f"{{{XHTML}}}html", nsmap={None: XHTML})  # type: ignore[dict-item]
    head = etree.SubElement(html, f"{{{XHTML}}}head")
    etree.SubElement(head, f"{{{XHTML}}}title").text = line(story.headline)
    html.append(body_tree(story, XHTML))
    words = str(len(body_text(story).split()))
    made: etree._Element = _G2.inlineXML(html, contenttype="application/xhtml+xml", wordcount=words)
    return made


def _items(entry: Entry) -> list[etree._Element]:
    return list(_with_pictures(entry))


def _with_pictures(entry: Entry) -> Iterator[etree._Element]:
    """The story, each of its pictures, and the package that says that they belong together."""
    yield text_item(entry)
    pictures = [(_guid(entry.uri, link), link, media) for link, media in linked(entry.story.media)]
    for guid, link, media in pictures:
        yield _picture(entry, guid, link, media)
    if pictures:
        references = [_reference(entry.uri, "text", entry.story.provider)]
        references += [_reference(guid, media.kind, entry.story.provider) for guid, _, media in pictures]
        meta = _meta("composite", entry.story.provider, entry.modified, first_created=entry.published)
        guid = _guid(entry.uri, "package")
        yield _item("packageItem", guid, entry.version, None, meta, _group(guid, references))


def _picture(entry: Entry, guid: str, link: str, media: Media) -> etree._Element:
    story = entry.story
    content = _G2.contentMeta()
    if credit := line(media.credit):
        content.append(_G2.creditline(credit))
    if caption := line(media.caption):
        content.append(_G2.description(caption, role="drol:caption"))
    said = {name: str(size) for name, size in sizes(media).items()}
    kind = content_type(media)
    remote = _G2.remoteContent(href=link, **said, **({"contenttype": kind} if kind else {}))
    covered = notice_of(story, media)
    return _item(
        "newsItem",
        guid,
        entry.version,
        language_tag(story),
        _G2.rightsInfo(_G2.copyrightNotice(covered)) if covered else None,
        _meta(media.kind, story.provider, entry.modified, first_created=entry.published),
        content if len(content) else None,
        _G2.contentSet(remote),
    )


def _feed(house: House, partner: Partner, edition: Edition) -> etree._Element:
    """The package of the feed's stories, the newest first. Its version is the time in seconds: it rises."""
    ordered = newest_first(edition.entries)
    references = [_reference(entry.uri, "text", entry.story.provider, entry.version) for entry in ordered]
    title = _G2.title(f"{line(house.name)} for {line(partner.name)}")
    meta = _meta("composite", house.name, edition.made_at, title)
    version = int(edition.made_at.timestamp())
    uri = feed_uri(partner)
    return _item("packageItem", uri, version, None, meta, _group(uri, references))


def _group(package: str, references: Iterable[etree._Element]) -> etree._Element:
    """What the package holds. A group's id is one in the whole message (xs:ID)."""
    own = f"G{package.removeprefix('urn:uuid:')}"
    group = _G2.group(*references, id=own, mode="pgrmod:seq")
    made: etree._Element = _G2.groupSet(group, root=own)
    return made


def _reference(guid: str, kind: str, provider: str, version: int | None = None) -> etree._Element:
    named = {"residref": guid} | ({"version": str(version)} if version else {})
    made: etree._Element = _G2.itemRef(
        named, _G2.itemClass(qcode=f"ninat:{kind}"), _party("provider", line(provider))
    )
    return made


def _guid(uri: str, part: str) -> str:
    """The id of what belongs to a story: the same part of the same story, the same id."""
    name = f"{uri}\n{part}"
    return f"urn:uuid:{uuid.uuid5(STORY_NAMESPACE, name)}"


def _party(tag: str, name: str, **attributes: str) -> etree._Element:
    """Someone or something that has a name and no code."""
    made: etree._Element = _G2(tag, {"literal": name} | attributes, _G2.name(name))
    return made
