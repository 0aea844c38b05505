"""A message in the format that its target takes: one item of JSON, or one file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from newsroom.config import House, Partner
from newsroom.config.push import Document, Item
from newsroom.deliver import json_ld, markdown, newsml_g2, ninjs, ninjs_earlier, nitf
from newsroom.deliver.bundle import file_name
from newsroom.push.message import Message


@dataclass(frozen=True)
class File:
    """One story's file, or that it is gone. Its name never changes: a later message replaces it."""

    name: str
    body: bytes
    content_type: str


def item(message: Message, format: Item) -> Mapping[str, Any]:  # noqa: A002 - as the configuration has it
    """The story, or its withdrawal, as one item of IPTC ninjs."""
    told = ninjs.story_item(message.entry) if message.entry else ninjs.withdrawn_item(message.gone)
    if format == "ninjs_2_2":
        return ninjs_earlier.item_2_2(told)
    return ninjs_earlier.item_1_6(told) if format == "ninjs_1_6" else told


def file_of(house: House, partner: Partner, message: Message, format: Document) -> File:  # noqa: A002
    """The story, or its withdrawal, as one file.

    Raises:
        ValueError: a text holds what the format can't carry.
    """
    entry = message.entry
    match format:
        case "nitf":
            ending, kind = "xml", "application/nitf+xml"
            body = nitf.story_file(entry) if entry else nitf.canceled_file(house, message.gone)
        case "markdown":
            ending, kind = "md", "text/markdown; charset=utf-8"
            body = markdown.story_file(entry) if entry else markdown.withdrawn_file(message.gone)
        case "newsml_g2":
            ending, kind = "xml", newsml_g2.CONTENT_TYPE
            body = newsml_g2.render(house, partner, message.edition)
        case "json_ld":
            ending, kind = "jsonld", json_ld.CONTENT_TYPE
            body = json_ld.render(house, partner, message.edition)
        case _:
            ending, kind = "json", ninjs.CONTENT_TYPE
            body = ninjs.encode(dict(item(message, format)))
    return File(file_name(message.uri, ending), body, kind)
