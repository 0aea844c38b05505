"""ninjs: only what the schema knows, stories that can be published, withdrawn ones that say nothing."""

from collections.abc import Iterator
from typing import Any

from newsroom.deliver import ninjs
from newsroom.deliver.edition import Edition
from newsroom.deliver.release_check.rules import (
    UUID_URN,
    Broken,
    NotWellFormed,
    body,
    is_aware,
    read_json,
    same_stories,
    withdrawn,
)

WITHDRAWN = frozenset(
    {"edNote", "name", "pubStatus", "representationType", "standard", "type", "uri", "version"}
    | {"versionCreated"}
)
"""All that a withdrawn story may say."""


def check_ninjs(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with a ninjs feed that should be this edition; empty when it may be released."""
    try:
        root = read_json(document)
    except NotWellFormed as error:
        return (Broken(None, "ninjs.well_formed", f"{error}"),)
    if root.get("type") != "composite":
        return (Broken(None, "ninjs.root", "wanted an item of type composite"),)
    items = [item for item in root.get("associations", []) if item.get("pubStatus") != "canceled"]
    gone = [item for item in root.get("associations", []) if item.get("pubStatus") == "canceled"]
    uris = [str(item.get("uri", "")) for item in items]
    broken = [Broken(None, rule, reason) for rule, reason in _known(root)]
    broken.extend(same_stories("ninjs.stories", uris, edition.entries))
    broken.extend(withdrawn("ninjs.withdrawals", [str(item.get("uri", "")) for item in gone], edition))
    for item in gone:
        broken.extend(Broken(None, rule, reason) for rule, reason in _withdrawn(item))
    for item, uri in zip(items, uris, strict=True):
        broken.extend(Broken(uri, rule, reason) for rule, reason in _item(item))
    return tuple(broken)


def _item(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _known(item)
    if not item.get("name"):
        yield "ninjs.name", "saw no name; wanted one, as every association has"
    if not UUID_URN.fullmatch(str(item.get("uri", ""))):
        yield "ninjs.uri", f"saw {item.get('uri')!r}; wanted a urn:uuid"
    for field in ("firstCreated", "versionCreated"):
        if not is_aware(item.get(field)):
            yield f"ninjs.{field}", f"saw {item.get(field)!r}; wanted a date-time with its zone"
    if not any(headline.get("value", "").strip() for headline in item.get("headlines", [])):
        yield "ninjs.headlines", "saw no headline; wanted one"
    bodies = {each.get("contentType"): each.get("value", "") for each in item.get("bodies", [])}
    if not bodies.get("text/plain", "").strip():
        yield "ninjs.bodies", "saw no text; wanted the body as text/plain"
    yield from (("ninjs.bodies", reason) for reason in body(bodies.get("application/xhtml+xml", "")))


def _withdrawn(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A withdrawn story is named by its uri, and nothing of it is told."""
    told = sorted(item.keys() - WITHDRAWN)
    if told:
        yield "ninjs.withdrawn", f"saw {', '.join(told)} of a withdrawn story; wanted no word of it"
    if not UUID_URN.fullmatch(str(item.get("uri", ""))) or item.get("name") != item.get("uri"):
        yield "ninjs.uri", f"saw {item.get('uri')!r}; wanted a urn:uuid, and no other name"
    if not is_aware(item.get("versionCreated")):
        yield "ninjs.versionCreated", "saw no date-time with its zone; wanted one"


def _known(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The schema refuses what it does not know, and every null."""
    unknown = item.keys() - ninjs.PROPERTIES
    if unknown:
        yield "ninjs.properties", f"saw {', '.join(sorted(unknown))}; wanted properties of ninjs 3.1 only"
    nulls = sorted(key for key, value in item.items() if value is None)
    if nulls:
        yield "ninjs.null", f"saw null in {', '.join(nulls)}; wanted the key left out"
