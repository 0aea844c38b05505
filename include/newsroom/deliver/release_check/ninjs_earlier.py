"""ninjs 2.2 and 1.6: made from 3.1 by a table, so what is asked is whether the table lost something."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from newsroom.deliver.edition import Edition
from newsroom.deliver.release_check.ninjs import WITHDRAWN
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

Json = dict[str, Any]


@dataclass(frozen=True)
class _Line:
    """One line of the standard: its format here, and where it has what a story can't be published without."""

    name: str
    standard: str
    associated: Callable[[Json], list[Json]]
    headline: Callable[[Json], str]
    text: Callable[[Json], str]
    xhtml: Callable[[Json], str]


def _first(item: Json, name: str, key: str, wanted: str) -> str:
    return next((str(one.get("value", "")) for one in item.get(name, []) if one.get(key) == wanted), "")


_LINE_2_2 = _Line(
    "ninjs_2_2",
    "standard",
    lambda root: list(root.get("associations", [])),
    lambda item: _first(item, "headlines", "role", "main"),
    lambda item: _first(item, "bodies", "contenttype", "text/plain"),
    lambda item: _first(item, "bodies", "contenttype", "application/xhtml+xml"),
)
_LINE_1_6 = _Line(
    "ninjs_1_6",
    "$standard",
    lambda root: list(root.get("associations", {}).values()),
    lambda item: item.get("headline", ""),
    lambda item: item.get("body_text", ""),
    lambda item: item.get("body_xhtml", ""),
)

_WITHDRAWN = {name.lower() for name in WITHDRAWN} | {"$standard", "title"}


def check_ninjs_2_2(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with a ninjs 2.2 feed that should be this edition; empty when it may be released."""
    return tuple(_check(document, edition, _LINE_2_2))


def check_ninjs_1_6(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with a ninjs 1.6 feed that should be this edition; empty when it may be released."""
    return tuple(_check(document, edition, _LINE_1_6))


def _check(document: bytes, edition: Edition, line: _Line) -> Iterator[Broken]:
    name = line.name
    try:
        root = read_json(document)
    except NotWellFormed as error:
        yield Broken(None, f"{name}.well_formed", f"{error}")
        return
    if root.get("type") != "composite" or line.standard not in root:
        yield Broken(None, f"{name}.root", f"wanted an item of type composite with its {line.standard}")
        return
    items = line.associated(root)
    gone = [item for item in items if item.get("pubstatus") == "canceled"]
    shown = [item for item in items if item.get("pubstatus") != "canceled"]
    yield from same_stories(f"{name}.stories", [str(item.get("uri", "")) for item in shown], edition.entries)
    yield from withdrawn(f"{name}.withdrawals", [str(item.get("uri", "")) for item in gone], edition)
    for item in gone:
        if told := sorted(item.keys() - _WITHDRAWN):
            reason = f"saw {', '.join(told)} of a withdrawn story; wanted no word of it"
            yield Broken(None, f"{name}.withdrawn", reason)
    for item in shown:
        for rule, reason in _item(item, line):
            yield Broken(str(item.get("uri", "")), f"{name}.{rule}", reason)


def _item(item: Json, line: _Line) -> Iterator[tuple[str, str]]:
    if not UUID_URN.fullmatch(str(item.get("uri", ""))):
        yield "uri", f"saw {item.get('uri')!r}; wanted a urn:uuid"
    if large := sorted(key for key in item if key != key.lower()):
        yield "properties", f"saw {', '.join(large)}; wanted small letters, as this line has them"
    for field in ("firstcreated", "versioncreated"):
        if not is_aware(item.get(field)):
            yield field, f"saw {item.get(field)!r}; wanted a date-time with its zone"
    if not line.headline(item).strip():
        yield "headline", "saw no headline; wanted one"
    if not line.text(item).strip():
        yield "body", "saw no text; wanted the body as plain text"
    yield from (("body", reason) for reason in body(line.xhtml(item)))
