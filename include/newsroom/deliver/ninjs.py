"""IPTC ninjs 3.1: each story as a full item, and a feed as one composite item that associates them.

Only properties that the schema knows: it refuses all others. A key without a value is left out.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from newsroom.config import House, Partner
from newsroom.deliver.address import feed_uri, feed_url
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.entry import Entry, newest_first
from newsroom.deliver.markup import absolute_link, body_text, body_xhtml, line
from newsroom.deliver.media import content_type, linked, notice_of, sizes
from newsroom.deliver.rss import MEDIATOPIC
from newsroom.deliver.values import filled, language_tag, lines, rfc3339
from newsroom.revise.kind import Revised
from newsroom.story import Media, Story

VERSION = "4"
"""Raised with every change of what this module writes, so that feeds are written anew; with it that of
`ninjs_earlier`."""

CONTENT_TYPE = "application/json"
"""ninjs has no media type of its own (IPTC registers none); JSON is UTF-8 by definition (RFC 8259)."""

STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#",
}

PROPERTIES = {
    "altIds", "associations", "bodies", "by", "contentCreated", "copyrightHolder", "copyrightNotice",
    "descriptions", "digitalSourceType", "edNote", "embargoedUntil", "eventDetails", "events",
    "expires", "firstCreated", "genres", "headlines", "infoSources", "language", "located", "name",
    "objects", "organisations", "people", "places", "plannedCoverage", "profile", "pubStatus", "rel",
    "renditions", "representationType", "rightsInfo", "slugline", "standard", "subjects", "title",
    "trustIndicators", "type", "urgency", "uri", "usageTerms", "version", "versionCreated",
}  # fmt: skip
"""All that the schema knows of an item, with the two (name, rel) that an association has besides."""

ODRL = "http://www.w3.org/ns/odrl/2/"
"""The language of a policy on mining (TDM Reservation Protocol, section 7)."""

Json = dict[str, Any]


def render(house: House, partner: Partner, edition: Edition) -> bytes:
    """The partner's feed as UTF-8 bytes; the same edition gives the same bytes.

    Raises:
        ValueError: a text holds what JSON can't carry; `release_check` finds out whose it is.
    """
    return encode(composite(house, partner, edition))


def encode(item: Json) -> bytes:
    """An item as UTF-8 bytes.

    Raises:
        ValueError: a text holds what JSON can't carry (a lone surrogate).
    """
    return orjson.dumps(item, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def composite(house: House, partner: Partner, edition: Edition) -> Json:
    """The feed as one item of type composite, withdrawals last. Its uri is the partner's, for ever."""
    ordered = newest_first(edition.entries)
    stories = [{"name": line(e.story.headline) or e.uri, **edition.parts.of(story_item, e)} for e in ordered]
    own = feed_url(house, partner, "ninjs")
    return filled(
        {
            "uri": feed_uri(partner),
            "standard": STANDARD,
            "type": "composite",
            "representationType": "full",
            "versionCreated": rfc3339(edition.made_at),
            "pubStatus": "usable",
            "title": f"{line(house.name)} for {line(partner.name)}",
            "infoSources": [{"name": line(house.name), "role": "distributor"}],
            "renditions": [{"name": "feed", "href": own, "contentType": CONTENT_TYPE}] if own else [],
            "associations": [*stories, *map(withdrawn_item, edition.withdrawals)],
        }
    )


def story_item(entry: Entry) -> Json:
    """One story as an item of type text, valid on its own."""
    story = entry.story
    return filled(
        {
            "uri": entry.uri,
            "standard": STANDARD,
            "type": "text",
            "representationType": "partial" if entry.partial else "full",
            "version": str(entry.version),
            "firstCreated": rfc3339(entry.published),
            "versionCreated": rfc3339(entry.modified),
            "embargoedUntil": rfc3339(story.embargoed) if story.embargoed else None,
            "expires": rfc3339(story.expires) if story.expires else None,
            "pubStatus": "usable",  # what is in a feed is cleared
            "urgency": _urgency(story.urgency),
            "language": language_tag(story),
            "slugline": line(story.slugline),
            "headlines": list(_headlines(story)),
            "by": line(story.byline) or ", ".join(filter(None, map(line, story.authors))),
            "located": line(story.located or story.dateline),
            "descriptions": list(_dateline(story)),
            "bodies": list(_bodies(story)),
            "people": [{"name": name, "rel": "author"} for name in lines(story.authors)],
            "infoSources": list(_sources(story, entry.attribution)),
            "copyrightHolder": line(story.copyrightholder),
            "copyrightNotice": line(story.copyrightnotice),
            "usageTerms": line(story.usageterms),
            "rightsInfo": _rights(story, entry.mining_policy),
            "edNote": _editors_note(entry),
            "subjects": list(_subjects(story)),
            "genres": [{"name": line(story.genre), "literal": line(story.genre)}] if story.genre else [],
            "altIds": [{"role": "wire", "value": line(story.wire_id)}] if story.wire_id else [],
            "renditions": list(_page(story)),
            "associations": [
                _picture(story, n, link, each) for n, (link, each) in enumerate(linked(story.media), 1)
            ],
        }
    )


def withdrawn_item(withdrawal: Withdrawal) -> Json:
    """A story that the partner must remove: who it is and that it is gone, and not a word of it."""
    return {
        "name": withdrawal.uri,
        "uri": withdrawal.uri,
        "standard": STANDARD,
        "type": "text",
        "representationType": "partial",
        "version": str(withdrawal.version),
        "versionCreated": rfc3339(withdrawal.at),
        "pubStatus": "canceled",
        "edNote": withdrawal.note,
    }


def _headlines(story: Story) -> Iterator[Json]:
    for role, text in (("main", story.headline), ("sub", story.subheadline)):
        if value := line(text):
            yield {"role": role, "contentType": "text/plain", "value": value}


def _dateline(story: Story) -> Iterator[Json]:
    """The dateline as it opens the story: ninjs has a field for the place alone."""
    if value := line(story.dateline):
        yield {"role": "dateline", "contentType": "text/plain", "value": value}


def _bodies(story: Story) -> Iterator[Json]:
    for role, kind, text in (
        ("main", "text/plain", body_text(story)),
        ("richtext", "application/xhtml+xml", body_xhtml(story)),
    ):
        if text:
            counts = {"charCount": len(text), "wordCount": len(text.split())} if role == "main" else {}
            yield {"role": role, "contentType": kind, **counts, "value": text}


def _sources(story: Story, attribution: str) -> Iterator[Json]:
    """Who wrote it and who sent it are two parties; who owns it has a field of its own."""
    named: set[str] = set()
    parties = (
        ("originator", story.source),
        ("provider", story.provider),
        ("credit", attribution or story.creditline),
    )
    for role, name in parties:
        clean = line(name)
        if clean and not (role == "credit" and clean in named):
            named.add(clean)
            yield {"name": clean, "role": role}


def _subjects(story: Story) -> Iterator[Json]:
    for subject in story.subject:
        number = subject.code.removeprefix("medtop:")
        yield {"name": line(subject.name), "rel": "about", "uri": MEDIATOPIC + number}
    for label in lines(story.topics):
        yield {"name": label, "rel": "about", "creator": line(story.provider)}
    for word in lines(story.keywords):
        yield {"name": word, "rel": "keyword"}


def _rights(story: Story, mining_policy: str | None) -> Json | None:
    """The licence's address, else that of the policy on mining: the schema takes one of them only."""
    if link := absolute_link(story.license):
        return {"linkedRights": link}
    policy = absolute_link(mining_policy)
    return {"langId": ODRL, "linkedRights": policy} if policy else None


def _editors_note(entry: Entry) -> str:
    """What the wire tells the desk. ninjs has no field for its signals (CORRECTED …): they belong here.

    So does what the revision corrects, with the wire's words to readers, which stand in the body too.
    """
    story, corrects = entry.story, entry.corrects
    told = [line(story.ednote)] + [f"Signal: {signal}." for signal in lines(story.signals)]
    if corrects:
        told += [f"Revision: {corrects.kind}.", note_to_readers(corrects)]
    return " ".join(filter(None, told))


def note_to_readers(corrects: Revised) -> str:
    """What the wire tells readers of a correction, for an editor; empty where it tells nothing."""
    return f"Note to readers: {line(corrects.note)}" if corrects.note else ""


def _page(story: Story) -> Iterator[Json]:
    if link := absolute_link(story.url):
        yield {"name": "web", "href": link, "contentType": "text/html"}


def _picture(story: Story, n: int, link: str, media: Media) -> Json:
    caption = line(media.caption)
    main = {
        "name": "main",
        "href": link,
        "contentType": content_type(media),
        **sizes(media),
    }
    return filled(
        {
            "name": f"{media.kind} {n}",
            "uri": link,
            "type": media.kind,
            "by": line(media.credit),
            "copyrightNotice": notice_of(story, media),
            "descriptions": [{"role": "caption", "contentType": "text/plain", "value": caption}]
            if caption
            else [],
            "renditions": [filled(main)],
        }
    )


def _urgency(urgency: int | None) -> int | None:
    return urgency if urgency is not None and 1 <= urgency <= 9 else None
