"""A document into its items: each as a text of its own, with what a feed must know of it.

A slice can be read again without its neighbours.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import orjson
from lxml import etree

from newsroom.story import digest
from newsroom.wireformat import ap_media, ninjs
from newsroom.wireformat.composite import texts_within
from newsroom.wireformat.document import BadDocument, Dispatch, Head, WireFormat
from newsroom.wireformat.g2_message import message_slices
from newsroom.wireformat.json_tree import all_said, load_json
from newsroom.wireformat.newsml_g2 import read_newsml_g2
from newsroom.wireformat.nitf import other_held, read_nitf
from newsroom.wireformat.slices import Left, Slice, xml_slice
from newsroom.wireformat.xml_text import parse_xml
from newsroom.wireformat.xml_tree import Tag, XmlTree

_ROOTS: dict[str, WireFormat] = {
    "nitf": "nitf",
    "newsItem": "newsml_g2",
    "packageItem": "newsml_g2",
    "newsMessage": "newsml_g2",
}
_PROLOG = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE\s[^\[>]*(?:\[.*?\]\s*)?>\s*)*", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)(?=[\s/>])")
_HEAD = 20_000

MOST_CHARS = 100_000_000
"""Of all of a document's items together; a document itself has a fifth of it at most."""

MOST_LINKED = 1_000
"""Items looked at in a document that should hold one."""


@dataclass(frozen=True)
class Split:
    """A document's items, in its order. `complete` is False when its end, or an item, is missing."""

    format: WireFormat
    slices: tuple[Slice, ...]
    complete: bool = True
    warnings: tuple[str, ...] = ()


def format_of_xml(text: str) -> WireFormat | None:
    """The format that a text in XML is in, by its root."""
    prolog = _PROLOG.match(text[:_HEAD])
    root = _ROOT.match(text, prolog.end() if prolog else 0)
    return _ROOTS.get(root[1]) if root else None


def format_of_json(value: Any) -> WireFormat | None:
    """The format that a JSON value is in, by its shape."""
    if ap_media.items_in(value) is not None:
        return "ap_media"
    return "ninjs" if ninjs.items_in(value) is not None else None


def format_of(text: str) -> WireFormat | None:
    """The format of a text, or None. Never raises."""
    if text[:1] in ("{", "["):
        try:
            return format_of_json(load_json(text))
        except BadDocument:
            return None
    return format_of_xml(text) if text[:1] == "<" else None


def split_json(value: Any, kind: WireFormat, most: int) -> Split:
    """The first `most` items of a JSON document in this format."""
    members = (ap_media.items_in(value) if kind == "ap_media" else ninjs.items_in(value)) or []
    left = Left()
    slices = _bounded(_json_slices(members, kind, left), most)
    over = _over(str(len(members)), most, len(members) > most)
    return Split(kind, tuple(slices), warnings=(*left.warnings, *over))


def split_xml(text: str, kind: WireFormat, most: int) -> Split:
    """The first `most` items of an XML document in this format.

    Raises:
        BadDocument: it can't be read, or is hostile.
    """
    parsed = parse_xml(text)
    left = Left()
    root = XmlTree(parsed.root).root
    found = _nitf_slices(root) if kind == "nitf" else message_slices(root, left, most)
    slices = _bounded(found, most + 1)
    return Split(
        kind,
        tuple(slices[:most]),
        parsed.complete,
        (*parsed.warnings, *left.warnings, *_over(f"more than {most}", most, len(slices) > most)),
    )


def read_linked(text: str, kind: WireFormat, wanted: str | None) -> Dispatch:
    """Read the item of a document that was linked to: the one of the id that is `wanted`, else its only one.

    Raises:
        BadDocument: it can't be read, or is hostile; `several_items`, `no_item`.
    """
    found = (
        split_xml(text, kind, MOST_LINKED)
        if text[:1] == "<"
        else split_json(all_said(text, load_json(text))[0], kind, MOST_LINKED)
    )
    slices = [each for each in found.slices if each.document is not None]
    chosen = [each for each in slices if each.head.id == wanted] or slices
    if len(chosen) > 1:
        raise BadDocument(
            "several_items",
            f"document: saw {len(chosen)} items; wanted one; list its address as a feed of the wire",
        )
    if not chosen or chosen[0].document is None:
        raise BadDocument("no_item", "document: saw no story in it; wanted a text item")
    dispatch = read_item(chosen[0].document, kind)
    if len(slices) == 1:
        return dispatch
    more = f"wire.more_items: the document holds {len(slices) - 1} more; list its address as a feed"
    return replace(dispatch, doubts=(*dispatch.doubts, more))


def read_item(text: str, kind: WireFormat) -> Dispatch:
    """Read a slice.

    Raises:
        BadDocument: it can't be read, or is hostile.
    """
    if kind == "nitf":
        return read_nitf(XmlTree(parse_xml(text).root).root)
    if kind == "newsml_g2":
        return read_newsml_g2(XmlTree(parse_xml(text).root).root)
    value = load_json(text)
    return ap_media.read_ap_media(value) if kind == "ap_media" else ninjs.read_ninjs(value)


def _over(seen: str, most: int, is_over: bool) -> tuple[str, ...]:
    if not is_over:
        return ()
    return (f"feed: saw {seen} entries; only the first {most} are read (`politeness: max_items:`)",)


def _bounded(found: Iterable[Slice], most: int) -> list[Slice]:
    """The first `most` slices. What items share is in each of them, and may be more than memory holds.

    Raises:
        BadDocument: `hostile_document`.
    """
    slices, size = [], 0
    for each in islice(found, most):
        size += len(each.document or "")
        if size > MOST_CHARS:
            raise BadDocument(
                "hostile_document",
                f"document: saw items of more than {MOST_CHARS:,} characters, with what they share in each;"
                " wanted a document that shares less",
            )
        slices.append(each)
    return slices


def _json_slices(members: Iterable[Any], kind: WireFormat, left: Left) -> Iterator[Slice]:
    for member in members:
        if isinstance(member, dict):
            yield from _json_slice(member, kind, left)
        else:
            left.count("no objects")


def _json_slice(member: dict[str, Any], kind: WireFormat, left: Left) -> list[Slice]:
    said = orjson.dumps(ap_media.steady(member.get("item", member)) if kind == "ap_media" else member)
    document = orjson.dumps(member).decode()
    try:
        dispatch = ap_media.read_ap_media(member) if kind == "ap_media" else ninjs.read_ninjs(member)
    except BadDocument:
        # Its own reading refuses it, with the reason; here it must only not be lost.
        return [Slice(Head(None), digest(said), document)]
    head = dispatch.head
    if head.kind not in ("text", "composite") and not head.canceled:
        left.count(f"of the type {head.kind[:20]}")
        return []
    if kind == "ninjs":
        left.count("texts that stand within another", texts_within(member))
    return [Slice(head, digest(said), document, head.body_link)]


def _nitf_slices(root: Tag) -> Iterator[Slice]:
    yield xml_slice(root.element, read_nitf(root).head)
    if other := other_held(root):
        yield _told_of(*other)


def _told_of(other: str, status: str) -> Slice:
    """The kill, or the hold, of another document, as a document of its own."""
    nitf = etree.Element("nitf")
    docdata = etree.SubElement(etree.SubElement(nitf, "head"), "docdata", {"management-status": status})
    etree.SubElement(docdata, "doc-id", {"id-string": other})
    etree.SubElement(nitf, "body")
    return xml_slice(nitf, read_nitf(XmlTree(nitf).root).head)
