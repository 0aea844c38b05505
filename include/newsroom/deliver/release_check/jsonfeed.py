"""JSON Feed: what version 1.1 demands of a feed and its items."""

from collections.abc import Iterator
from typing import Any

from newsroom.deliver.edition import Edition
from newsroom.deliver.jsonfeed import STANDARD
from newsroom.deliver.release_check.rules import (
    UUID_URN,
    Broken,
    NotWellFormed,
    body,
    is_aware,
    is_web,
    read_json,
    same_stories,
    withdrawn,
)

WITHDRAWN = frozenset({"id", "version", "at", "note"})
"""All that a withdrawn story may say."""


def check_jsonfeed(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with a JSON Feed that should be this edition; empty when it may be released."""
    try:
        root = read_json(document)
    except NotWellFormed as error:
        return (Broken(None, "jsonfeed.well_formed", f"{error}"),)
    items = root.get("items")
    if root.get("version") != STANDARD or not root.get("title") or not isinstance(items, list):
        return (Broken(None, "jsonfeed.root", f"wanted version {STANDARD}, a title and a list of items"),)
    gone = root.get("_newsroom", {}).get("withdrawn", [])
    ids = [str(item.get("id", "")) for item in items]
    broken = [*same_stories("jsonfeed.stories", ids, edition.entries)]
    broken.extend(withdrawn("jsonfeed.withdrawals", [str(each.get("id", "")) for each in gone], edition))
    for each in gone:
        if told := sorted(each.keys() - WITHDRAWN):
            reason = f"saw {', '.join(told)} of a withdrawn story; wanted no word of it"
            broken.append(Broken(None, "jsonfeed.withdrawn", reason))
    for item, uri in zip(items, ids, strict=True):
        broken.extend(Broken(uri, rule, reason) for rule, reason in _item(item))
    return tuple(broken)


def _item(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if not UUID_URN.fullmatch(str(item.get("id", ""))):
        yield "jsonfeed.id", f"saw {item.get('id')!r}; wanted a urn:uuid"
    if not item.get("title"):
        yield "jsonfeed.title", "saw no headline; wanted one"
    if not item.get("content_text", "").strip():
        yield "jsonfeed.content_text", "saw no text; wanted the body"
    for field in ("date_published", "date_modified"):
        if not is_aware(item.get(field)):
            yield f"jsonfeed.{field}", f"saw {item.get(field)!r}; wanted a date-time with its zone"
    yield from _links(item)
    yield from (("jsonfeed.content_html", reason) for reason in body(item.get("content_html", "")))


def _links(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    attachments = item.get("attachments", [])
    for link in [item.get("url"), item.get("image"), *(each.get("url") for each in attachments)]:
        if link is not None and not is_web(link):
            yield "jsonfeed.link", f"saw {link!r}; wanted an absolute http or https URL"
    if not all(each.get("mime_type") for each in attachments):
        yield "jsonfeed.attachments", "saw an attachment without its media type; wanted one for each"
