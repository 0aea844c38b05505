"""schema.org NewsArticle as JSON-LD: a DataFeed of the stories, each ready to stand in a page.

What was withdrawn is named by its id with `dateDeleted`, as schema.org's DataFeedItem has it.
"""

from typing import Any

import orjson

from newsroom.config import House, Partner
from newsroom.deliver.address import feed_uri, feed_url
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.entry import Entry, newest_first
from newsroom.deliver.markup import absolute_link, body_text, line
from newsroom.deliver.media import content_type, linked, notice_of, sizes
from newsroom.deliver.rss import MEDIATOPIC, summary
from newsroom.deliver.values import filled, language_tag, lines, rfc3339
from newsroom.story import Media, Story

VERSION = "3"
"""Raised with every change of what this module writes, so that feeds are written anew."""

CONTENT_TYPE = "application/ld+json"

CONTEXT = "https://schema.org"

_KINDS = {"picture": "ImageObject", "video": "VideoObject", "audio": "AudioObject"}

Json = dict[str, Any]


def render(house: House, partner: Partner, edition: Edition) -> bytes:
    """The partner's feed as UTF-8 bytes; the same edition gives the same bytes.

    Raises:
        ValueError: a text holds what JSON can't carry; `release_check` finds out whose it is.
    """
    elements = [edition.parts.of(element, entry) for entry in newest_first(edition.entries)]
    feed = filled(
        {
            "@context": CONTEXT,
            "@type": "DataFeed",
            "@id": feed_uri(partner),
            "name": f"{line(house.name)} for {line(partner.name)}",
            "url": feed_url(house, partner, "json_ld"),
            "dateModified": rfc3339(edition.made_at),
            "publisher": _organisation(house.name),
        }
    )
    feed["dataFeedElement"] = [*elements, *map(deleted, edition.withdrawals)]
    return orjson.dumps(feed, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def element(entry: Entry) -> Json:
    """A story's place in the feed."""
    return {
        "@type": "DataFeedItem",
        "dateCreated": rfc3339(entry.published),
        "dateModified": rfc3339(entry.modified),
        "item": article(entry),
    }


def deleted(withdrawal: Withdrawal) -> Json:
    """A story that the partner must remove: who it is and since when, and not a word of it."""
    return {
        "@type": "DataFeedItem",
        "dateDeleted": rfc3339(withdrawal.at),
        "description": withdrawal.note,
        "item": {"@type": "NewsArticle", "@id": withdrawal.uri},
    }


def article(entry: Entry) -> Json:
    """One story as a NewsArticle; with a `@context` it stands alone."""
    story = entry.story
    media = [_media(story, link, each) for link, each in linked(story.media)]
    return filled(
        {
            "@type": "NewsArticle",
            "@id": entry.uri,
            "identifier": _identifiers(entry),
            "version": str(entry.version),
            "url": absolute_link(story.url),
            "headline": line(story.headline),
            "alternativeHeadline": line(story.subheadline),
            "description": summary(story),
            "articleBody": body_text(story),
            "wordCount": len(body_text(story).split()),
            "dateline": line(story.dateline),
            "datePublished": rfc3339(entry.published),
            "dateModified": rfc3339(entry.modified),
            "correction": _correction(entry),
            "expires": rfc3339(story.expires) if story.expires else None,
            "inLanguage": language_tag(story),
            "author": _authors(story),
            "creditText": line(entry.attribution or story.creditline),
            "sourceOrganization": _organisation(story.source),
            "provider": _organisation(story.provider),
            "copyrightHolder": _organisation(story.copyrightholder),
            "copyrightNotice": line(story.copyrightnotice),
            "copyrightYear": story.copyrightyear,
            "license": absolute_link(story.license) or line(story.license),
            "usageInfo": _usage(entry),
            "contentLocation": _named("Place", story.located),
            "about": [_subject(each.code, each.name) for each in story.subject],
            "articleSection": lines(story.topics),
            "keywords": lines(story.keywords),
            "genre": line(story.genre),
            "image": [each for each in media if each["@type"] == "ImageObject"],
            "associatedMedia": [each for each in media if each["@type"] != "ImageObject"],
        }
    )


def _identifiers(entry: Entry) -> str | list[str | Json]:
    """Its uri, and the id that the wire knows it by."""
    wire_id = line(entry.story.wire_id)
    wires = {"@type": "PropertyValue", "propertyID": "wire", "value": wire_id}
    return [entry.uri, wires] if wire_id else entry.uri


def _authors(story: Story) -> list[Json]:
    """The people; else the byline as it stands, which may name anybody."""
    people = [{"@type": "Person", "name": name} for name in lines(story.authors)]
    return people or [{"@type": "Organization", "name": name} for name in lines([story.byline or ""])]


def _correction(entry: Entry) -> Json | None:
    """What the wire tells readers of a correction or a clarification."""
    told = line(entry.corrects.note) if entry.corrects else ""
    if not told:
        return None
    return {"@type": "CorrectionComment", "text": told, "datePublished": rfc3339(entry.modified)}


def _usage(entry: Entry) -> Json | None:
    """The terms of use, and the address of the policy on mining: schema.org has one property for both."""
    policy = absolute_link(entry.mining_policy) if entry.mining_reserved else None
    terms = line(entry.story.usageterms)
    if not terms and not policy:
        return None
    return filled({"@type": "CreativeWork", "text": terms, "url": policy})


def _subject(code: str, name: str) -> Json:
    number = code.removeprefix("medtop:")
    return filled(
        {"@type": "DefinedTerm", "@id": MEDIATOPIC + number, "name": line(name), "termCode": number}
        | {"inDefinedTermSet": MEDIATOPIC}
    )


def _media(story: Story, link: str, media: Media) -> Json:
    return filled(
        {
            "@type": _KINDS[media.kind],
            "contentUrl": link,
            "encodingFormat": content_type(media),
            "caption": line(media.caption),
            "creditText": line(media.credit),
            "copyrightNotice": notice_of(story, media),
            **sizes(media),
        }
    )


def _organisation(name: str | None) -> Json | None:
    return _named("Organization", name)


def _named(kind: str, name: str | None) -> Json | None:
    said = line(name)
    return {"@type": kind, "name": said} if said else None
