"""Reads the labelled set: pairs of stories, and whether they are copies of one."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newsroom.story import Story, paragraph

FOLDER = Path(__file__).parent / "labelled"


@dataclass
class Copy:
    """A story as one wire has it, while edits are made to it."""

    source: dict[str, Any]
    headline: str
    body: list[str]

    def story(self) -> Story:
        blocks = tuple(paragraph(text) for text in self.body)
        return Story(uri="urn:x", wire="sample", provider="Sample", headline=self.headline, blocks=blocks)


@dataclass(frozen=True)
class Pair:
    same: bool
    kind: str
    part: str
    a: Story
    b: Story


def _lines(name: str) -> list[str]:
    found: list[str] = json.loads((FOLDER / "lines.json").read_text(encoding="utf-8"))[name]
    return found


def _headline(copy: Copy, number: int) -> None:
    copy.headline = copy.source["headlines"][number]


def _swap(copy: Copy, old: str, new: str) -> None:
    copy.body = [text.replace(old, new) for text in copy.body]


def _reword(copy: Copy, *numbers: int) -> None:
    for number in numbers:
        _swap(copy, *copy.source["rewordings"][number])


def _update(copy: Copy) -> None:
    for edit in copy.source["update"]:
        _edit(copy, edit)


def _cut(copy: Copy, paragraphs: int) -> None:
    del copy.body[paragraphs:]


def _drop(copy: Copy, at: int) -> None:
    del copy.body[at]


def _order(copy: Copy, places: list[int]) -> None:
    copy.body = [copy.body[place] for place in places]


def _insert(copy: Copy, at: int, text: str) -> None:
    copy.body.insert(at, text)


def _local(copy: Copy, at: int, number: int) -> None:
    _insert(copy, at, _lines("local")[number])


def _dateline(copy: Copy, text: str) -> None:
    copy.body[0] = text + copy.body[0]


def _add_lines(copy: Copy, name: str) -> None:
    copy.body += _lines(name)


EDITS: dict[str, Callable[..., None]] = {
    "cut": _cut,
    "dateline": _dateline,
    "drop": _drop,
    "headline": _headline,
    "insert": _insert,
    "lines": _add_lines,
    "local": _local,
    "order": _order,
    "reword": _reword,
    "swap": _swap,
    "update": _update,
}


def _edit(copy: Copy, edit: list[Any]) -> None:
    name, *values = edit
    EDITS[name](copy, *values)


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def pairs() -> list[Pair]:
    """Every pair of the labelled set."""
    sources = {row["id"]: row for row in _rows("stories.jsonl")}

    def made(name: str, *edits: list[Any]) -> Story:
        source = sources[name]
        copy = Copy(source, source["headlines"][0], list(source["body"]))
        for edit in edits:
            _edit(copy, edit)
        return copy.story()

    return [
        Pair(row["same"], row["kind"], row["part"], made(*row["a"]), made(*row["b"]))
        for row in _rows("pairs.jsonl")
    ]
