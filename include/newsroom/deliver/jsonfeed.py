"""JSON Feed 1.1. What it has no place for stands in its extension `_newsroom`, of the feed and of each item.

`_newsroom` of an item has the names of the story's own fields; a key without a value is left out.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from newsroom.config import House, Partner
from newsroom.deliver.address import feed_url, page_url
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.entry import Entry, newest_first
from newsroom.deliver.markup import absolute_link, body_text, body_xhtml, line
from newsroom.deliver.media import content_type, linked, notice_of, sizes
from newsroom.deliver.rss import creators, home_page, rights, summary
from newsroom.deliver.values import filled, language_tag, lines, revision_of, rfc3339
from newsroom.story import Media, Story

VERSION = "3"
"""Raised with every change of what this module writes, so that feeds are written anew."""

CONTENT_TYPE = "application/feed+json"

STANDARD = "https://jsonfeed.org/version/1.1"

Json = dict[str, Any]


def render(house: House, partner: Partner, edition: Edition) -> bytes:
    """The partner's feed as UTF-8 bytes; the same edition gives the same bytes.

    Raises:
        ValueError: a text holds what JSON can't carry; `release_check` finds out whose it is.
    """
    name = line(house.name)
    feed = {
        "version": STANDARD,
        "title": f"{name} for {line(partner.name)}",
        "home_page_url": home_page(house, partner),
        "feed_url": _own_url(house, partner, edition),
        "next_url": page_url(house, partner, "jsonfeed", edition.previous) if edition.previous else None,
        "description": f"Stories that {name} has cleared for {line(partner.name)}.",
        "language": partner.language,
        "authors": [{"name": name}],
        "_newsroom": {
            "made_at": rfc3339(edition.made_at),
            "withdrawn": [withdrawn(each) for each in edition.withdrawals],
        },
        "items": [edition.parts.of(item, entry) for entry in newest_first(edition.entries)],
    }
    filled = {key: value for key, value in feed.items() if value is not None}
    return orjson.dumps(filled, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _own_url(house: House, partner: Partner, edition: Edition) -> str | None:
    if edition.page is None:
        return feed_url(house, partner, "jsonfeed")
    return page_url(house, partner, "jsonfeed", edition.page)


def withdrawn(withdrawal: Withdrawal) -> Json:
    """A story that the partner must remove: it is no item any more, so the feed's extension names it."""
    return {
        "id": withdrawal.uri,
        "version": str(withdrawal.version),
        "at": rfc3339(withdrawal.at),
        "note": withdrawal.note,
    }


def item(entry: Entry) -> Json:
    """One story as an item."""
    story = entry.story
    media = [_media(story, link, each) for link, each in linked(story.media)]
    labels = (*(subject.name for subject in story.subject), *story.topics, *story.keywords)
    return filled(
        {
            "id": entry.uri,
            "url": absolute_link(story.url),
            "title": line(story.headline),
            "summary": summary(story),
            "content_html": body_xhtml(story),
            "content_text": body_text(story),
            "image": next((each["url"] for each in media if each["kind"] == "picture"), None),
            "date_published": rfc3339(entry.published),
            "date_modified": rfc3339(entry.modified),
            "authors": [{"name": name} for name in creators(story)],
            "tags": lines(labels),
            "language": language_tag(story),
            "attachments": list(_attachments(media)),
            "_newsroom": {**_told(entry), **({"media": media} if media else {})},
        }
    )


def _told(entry: Entry) -> Json:
    story = entry.story
    return filled(
        {
            "version": str(entry.version),
            "revision": revision_of(entry),
            "partial": entry.partial or None,
            "subheadline": line(story.subheadline),
            "slugline": line(story.slugline),
            "byline": line(story.byline),
            "dateline": line(story.dateline),
            "located": line(story.located),
            "provider": line(story.provider),
            "source": line(story.source),
            "credit": line(entry.attribution or story.creditline),
            "copyright": rights(story, entry.attribution),
            "copyrightholder": line(story.copyrightholder),
            "copyrightnotice": line(story.copyrightnotice),
            "copyrightyear": story.copyrightyear,
            "usageterms": line(story.usageterms),
            "license": line(story.license),
            "tdm_reservation": 1 if entry.mining_reserved else None,
            "tdm_policy": absolute_link(entry.mining_policy) if entry.mining_reserved else None,
            "embargoed": rfc3339(story.embargoed) if story.embargoed else None,
            "expires": rfc3339(story.expires) if story.expires else None,
            "subject": [{"code": each.code, "name": line(each.name)} for each in story.subject],
            "topics": lines(story.topics),
            "keywords": lines(story.keywords),
            "genre": line(story.genre),
            "urgency": story.urgency,
            "ednote": line(story.ednote),
            "signals": lines(story.signals),
            "wire_id": line(story.wire_id),
            "wire_version": line(story.wire_version),
        }
    )


def _media(story: Story, link: str, media: Media) -> Json:
    return filled(
        {
            "url": link,
            "kind": media.kind,
            "mime_type": content_type(media),
            "caption": line(media.caption),
            "credit": line(media.credit),
            "copyright": notice_of(story, media),
            **sizes(media),
        }
    )


def _attachments(media: list[Json]) -> Iterator[Json]:
    """Only what has a media type: JSON Feed demands one."""
    for each in media:
        if "mime_type" in each:
            named = {"title": each["caption"]} if "caption" in each else {}
            yield {"url": each["url"], "mime_type": each["mime_type"], **named}
