"""IPTC NITF 3.6: a document for each story, all of them in one ZIP, for NITF knows no feed.

What NITF has no element for stands in its `meta`. What the partner must remove comes as a document that is
canceled, under the name of the story's own: who unpacks the ZIP over the last one has no killed story left.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from newsroom.config import House, Partner
from newsroom.deliver import bundle
from newsroom.deliver.bundle import File, file_name, pack
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.entry import Entry, newest_first
from newsroom.deliver.markup import absolute_link, line
from newsroom.deliver.media import content_type, linked, notice_of, sizes
from newsroom.deliver.ninjs import note_to_readers
from newsroom.deliver.nitf_body import NITF, body_blocks
from newsroom.deliver.values import language_tag, lines, rfc3339
from newsroom.story import Media, Story

VERSION = "3"
"""Raised with every change of what this module writes, so that feeds are written anew."""

CONTENT_TYPE = bundle.CONTENT_TYPE

STANDARD = "-//IPTC//DTD NITF 3.6//EN"

_KINDS = {"picture": "image", "video": "video", "audio": "audio"}
_NAMESPACES: dict[Any, str] = {None: NITF}
_NITF = ElementMaker(namespace=NITF, nsmap=_NAMESPACES)

_TEXTS = tuple(f"{{{NITF}}}{name}" for name in ("body.content", "byline", "dateline"))

_NAME = re.compile(r"[\w.:-]+")
"""A word as XML takes one for an attribute (NMTOKEN)."""


def render(house: House, _: Partner, edition: Edition) -> bytes:
    """The partner's documents as a ZIP; the same edition gives the same bytes.

    Raises:
        ValueError: a text holds what XML can't carry; `release_check` finds out whose it is.
    """
    stories = (
        File(file_name(each.uri, "xml"), edition.parts.of(story_file, each), each.modified)
        for each in newest_first(edition.entries)
    )
    gone = (
        File(file_name(each.uri, "xml"), canceled_file(house, each), each.at) for each in edition.withdrawals
    )
    return pack([*stories, *gone], edition.made_at)


def story_file(entry: Entry) -> bytes:
    """One story as a file of its own."""
    return _encoded(story_document(entry))


def canceled_file(house: House, withdrawal: Withdrawal) -> bytes:
    """A story that the partner must remove, as a file of its own."""
    return _encoded(canceled_document(house, withdrawal))


def story_document(entry: Entry) -> etree._Element:
    """One story as an `nitf` element.

    Raises:
        ValueError: a text holds what XML can't carry.
    """
    story = entry.story
    tag = language_tag(story)
    named = {"version": STANDARD} | ({"baselang": tag} if tag else {})
    made: etree._Element = _NITF.nitf(
        named,
        _NITF.head(
            _NITF.title(line(story.headline)),
            *_meta(entry),
            _classified(story),
            _managed(entry),
            _published(entry),
        ),
        _NITF.body(
            _body_head(story),
            _NITF(
                "body.content",
                *(_picture(story, link, each) for link, each in linked(story.media)),
                *body_blocks(story),
            ),
        ),
    )
    return made


def canceled_document(house: House, withdrawal: Withdrawal) -> etree._Element:
    """A story that the partner must remove: who it is and that it is gone, and not a word of it."""
    docdata = _NITF.docdata(
        {"management-status": "canceled"},
        _doc_id(withdrawal.uri),
        _dated("date.issue", withdrawal.at),
        _NITF("ed-msg", info=withdrawal.note),
        _NITF("du-key", version=str(withdrawal.version)),
    )
    body = _NITF.body(_NITF("body.head", _NITF.distributor(line(house.name))))
    made: etree._Element = _NITF.nitf({"version": STANDARD}, _NITF.head(docdata), body)
    return made


def _encoded(document: etree._Element) -> bytes:
    """The document as UTF-8 bytes. Texts are not indented: white space in one would be a word's end."""
    texts = [(parent, list(parent)) for parent in document.iter(*_TEXTS)]
    for parent, inside in texts:
        for each in inside:
            parent.remove(each)
    etree.indent(document)
    for parent, inside in texts:
        parent.extend(inside)
    for blocks in document.iter(f"{{{NITF}}}body.content"):
        blocks.text = "\n"
        for each in blocks:
            each.tail = "\n"
    return etree.tostring(document, xml_declaration=True, encoding="utf-8")


def _meta(entry: Entry) -> Iterator[etree._Element]:
    """What NITF has no element for, by the names that HTML and TDMRep give it where they give one."""
    story = entry.story
    policy = absolute_link(entry.mining_policy) if entry.mining_reserved else None
    told = {
        "source": line(story.source),
        "credit": line(entry.attribution or story.creditline),
        "wire-id": line(story.wire_id),
        "license": absolute_link(story.license) or line(story.license),
        "extent": "excerpt" if entry.partial else "",
        "tdm-reservation": "1" if entry.mining_reserved else "",
        "tdm-policy": policy,
    }
    yield from (_NITF.meta(name=name, content=said) for name, said in told.items() if said)


def _classified(story: Story) -> etree._Element:
    """Its subjects by IPTC's numbers, and its genre."""
    made: etree._Element = _NITF.tobject({"tobject.type": line(story.genre)} if line(story.genre) else {})
    for subject in story.subject:
        number = subject.code.removeprefix("medtop:")
        if _NAME.fullmatch(number):
            names = {"tobject.subject.detail": line(subject.name)} if line(subject.name) else {}
            made.append(
                _NITF(
                    "tobject.subject",
                    {"tobject.subject.ipr": "IPTC", "tobject.subject.refnum": number} | names,
                )
            )
    return made


def _managed(entry: Entry) -> etree._Element:
    """The item's management: who it is, which version, until when, and whose."""
    story = entry.story
    made: etree._Element = _NITF.docdata({"management-status": "usable"}, _doc_id(entry.uri))
    if story.urgency is not None and 1 <= story.urgency <= 9:
        made.append(_NITF.urgency({"ed-urg": str(story.urgency)}))
    made.append(_dated("date.issue", entry.modified))
    if story.embargoed:
        made.append(_dated("date.release", story.embargoed))
    if story.expires:
        made.append(_dated("date.expire", story.expires))
    made.extend(_messages(entry))
    made.append(_NITF("du-key", {"version": str(entry.version)} | _said(key=story.slugline)))
    year = {"year": str(story.copyrightyear)} if story.copyrightyear else {}
    if owned := _said(holder=story.copyrightholder) | year:
        made.append(_NITF("doc.copyright", owned))
    if terms := _said(limitations=story.usageterms):
        made.append(_NITF("doc.rights", _said(owner=story.copyrightholder) | terms))
    if words := lines(story.keywords):
        made.append(_NITF("key-list", *(_NITF.keyword(key=word) for word in words)))
    made.extend(_identified(story))
    return made


def _messages(entry: Entry) -> Iterator[etree._Element]:
    """What the wire tells the desk, and what the revision corrects of what the partner was sent."""
    story, corrects = entry.story, entry.corrects
    signals = [signal for signal in lines(story.signals) if not corrects or signal != corrects.kind]
    yield from (_NITF("ed-msg", {"msg-type": signal}) for signal in signals)
    if note := line(story.ednote):
        yield _NITF("ed-msg", info=note)
    if corrects:
        yield _NITF("ed-msg", {"msg-type": corrects.kind} | _said(info=note_to_readers(corrects)))


def _identified(story: Story) -> Iterator[etree._Element]:
    """People and place that byline and dateline do not name, and the wire's own labels."""
    byline, dateline = line(story.byline).casefold(), line(story.dateline).casefold()
    people = [_NITF.person(name) for name in lines(story.authors) if byline and name.casefold() not in byline]
    located = line(story.located)
    places = [_NITF.location(located)] if dateline and located.casefold() not in dateline else []
    labels = [_NITF.classifier({"type": "topic", "value": label}) for label in lines(story.topics)]
    if people or places or labels:
        yield _NITF("identified-content", *people, *places, *labels)


def _published(entry: Entry) -> etree._Element:
    told = {"type": "web", "date.publication": _moment(entry.published), "name": line(entry.story.provider)}
    link = absolute_link(entry.story.url)
    made: etree._Element = _NITF.pubdata(told | ({"ex-ref": link} if link else {}))
    return made


def _body_head(story: Story) -> etree._Element:
    headline = _NITF.hedline(_NITF.hl1(line(story.headline)))
    if below := line(story.subheadline):
        headline.append(_NITF.hl2(below))
    head: etree._Element = _NITF("body.head", headline)
    if notice := line(story.copyrightnotice):
        head.append(_NITF.rights(notice))
    byline = line(story.byline) or ", ".join(lines(story.authors))
    head.extend(_marked("byline", byline, "person", story.authors))
    head.append(_NITF.distributor(line(story.provider)))
    located = line(story.located)
    head.extend(_marked("dateline", line(story.dateline) or located, "location", [located]))
    return head


def _marked(name: str, text: str, part: str, names: Iterable[str]) -> Iterator[etree._Element]:
    """A line in which each of these names, where it stands there, is an element `part`."""
    if not text:
        return
    made: etree._Element = _NITF(name)
    known = sorted(lines(names), key=len, reverse=True)
    wanted = rf"(?<!\w)({'|'.join(map(re.escape, known))})(?!\w)"
    pieces = re.split(wanted, text, flags=re.IGNORECASE) if known else [text]
    for n, piece in enumerate(pieces):
        if n % 2:
            made.append(_NITF(part, piece))
        elif len(made):
            made[-1].tail = piece
        else:
            made.text = piece
    yield made


def _picture(story: Story, link: str, media: Media) -> etree._Element:
    told = {name: str(size) for name, size in sizes(media).items()}
    told |= {"units": "pixels"} if told else {}
    covered = notice_of(story, media)
    told |= _said(**{"mime-type": content_type(media), "source-credit": media.credit, "copyright": covered})
    made: etree._Element = _NITF.media(
        {"media-type": _KINDS[media.kind]}, _NITF("media-reference", {"source": link} | told)
    )
    if caption := line(media.caption):
        made.append(_NITF("media-caption", caption))
    if credit := line(media.credit):
        made.append(_NITF("media-producer", credit))
    return made


def _doc_id(uri: str) -> etree._Element:
    made: etree._Element = _NITF("doc-id", {"id-string": uri})
    return made


def _dated(name: str, moment: datetime) -> etree._Element:
    made: etree._Element = _NITF(name, norm=_moment(moment))
    return made


def _said(**told: str | None) -> dict[str, str]:
    return {name: line(text) for name, text in told.items() if line(text)}


def _moment(moment: datetime) -> str:
    """ISO 8601's basic form, as NITF asks for it."""
    return rfc3339(moment).replace("-", "").replace(":", "")
