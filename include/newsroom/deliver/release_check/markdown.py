"""Markdown: a ZIP with a file for each story, and in its front matter what a page can't do without."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import yaml

from newsroom.deliver.edition import Edition
from newsroom.deliver.release_check.rules import (
    UUID_URN,
    Broken,
    NotWellFormed,
    files,
    is_web,
    same_stories,
    withdrawn,
)

_PARTS = re.compile(r"---\n(.*?\n)---\n(.*)", re.DOTALL)
_WITHDRAWN = {"title", "id", "version", "lastmod", "expiryDate", "draft", "published", "withdrawn"}
_TAG = re.compile(r"(?<!\\)<[A-Za-z/!?]")
"""What would be markup of HTML: Markdown lets it pass."""


def check_markdown(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with a ZIP of Markdown files that should be this edition; empty when it may go out."""
    try:
        found = files(document, "md")
    except NotWellFormed as error:
        return (Broken(None, "markdown.zip", f"{error}"),)
    broken: list[Broken] = []
    shown, gone = list[str](), list[str]()
    for uri, text in found:
        try:
            matter, body = parts(text)
        except NotWellFormed as error:
            broken.append(Broken(uri, "markdown.front_matter", f"{error}"))
            continue
        taken_back = "withdrawn" in matter
        (gone if taken_back else shown).append(uri)
        rules = _gone(matter, body) if taken_back else _story(matter, body)
        broken.extend(
            Broken(uri, f"markdown.{rule}", reason) for rule, reason in (*_named(matter, uri), *rules)
        )
    if not any(each.rule == "markdown.front_matter" for each in broken):
        broken.extend(same_stories("markdown.stories", shown, edition.entries))
        broken.extend(withdrawn("markdown.withdrawals", gone, edition))
    return tuple(broken)


def parts(text: bytes) -> tuple[dict[str, Any], str]:
    """A file's front matter, and its body.

    Raises:
        NotWellFormed: it has no front matter that is a mapping of YAML.
    """
    try:
        found = _PARTS.fullmatch(text.decode())
        matter = yaml.load(found[1], yaml.CSafeLoader) if found else None
    except (yaml.YAMLError, ValueError) as error:
        raise NotWellFormed(f"saw: {' '.join(str(error).split())}; wanted front matter in YAML") from error
    if not found or not isinstance(matter, dict):
        raise NotWellFormed("saw no front matter; wanted one between two lines of ---")
    return matter, found[2]


def _named(matter: dict[str, Any], uri: str) -> Iterator[tuple[str, str]]:
    if matter.get("id") != uri or not UUID_URN.fullmatch(uri):
        yield "id", f"saw {matter.get('id')!r} in the file of {uri}; wanted a urn:uuid, and the same"
    if not isinstance(matter.get("version"), int):
        yield "version", f"saw {matter.get('version')!r}; wanted a number"


def _story(matter: dict[str, Any], body: str) -> Iterator[tuple[str, str]]:
    if not str(matter.get("title", "")).strip():
        yield "title", "saw no headline; wanted one"
    for name in ("date", "lastmod", "expiryDate"):
        moment = matter.get(name)
        if not isinstance(moment, datetime) and (moment is not None or name != "expiryDate"):
            yield name, f"saw {moment!r}; wanted a date-time with its zone"
    links = [matter.get("canonical_url"), *(each.get("url") for each in matter.get("media", ()))]
    for link in links:
        if link is not None and not is_web(link):
            yield "link", f"saw {link!r}; wanted an absolute http or https URL"
    if not body.strip():
        yield "body", "saw no body; wanted the full text"
    if tag := _TAG.search(body):
        yield "body", f"saw {body[tag.start() : tag.start() + 20]!r}; wanted no HTML"


def _gone(matter: dict[str, Any], body: str) -> Iterator[tuple[str, str]]:
    if matter.get("draft") is not True or matter.get("published") is not False:
        yield "draft", "saw a withdrawn story that would be published; wanted a draft"
    if told := sorted(matter.keys() - _WITHDRAWN) or body.split():
        yield "withdrawn", f"saw {', '.join(told)} of a withdrawn story; wanted no word of it"
