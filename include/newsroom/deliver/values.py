"""How a value stands in a document, whatever the format: lines of text, moments, only what says something."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from newsroom.deliver.entry import Entry
from newsroom.deliver.markup import line
from newsroom.story import Story

_BCP47 = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def lines(texts: Iterable[str | None]) -> list[str]:
    """Each text as a clean line, once, in order; without those that are empty."""
    return list(dict.fromkeys(filter(None, map(line, texts))))


def language_tag(story: Story) -> str | None:
    """The story's language as every format takes one (BCP 47); None where it is told in no such form."""
    return story.language if story.language and _BCP47.fullmatch(story.language) else None


def rfc3339(moment: datetime) -> str:
    """A moment in UTC as RFC 3339 writes it, in whole seconds.

    Its year has four digits, which strftime does not see to: a wire's `0001-01-01` stands for no date at all.
    """
    return f"{moment.year:04}-{moment:%m-%dT%H:%M:%SZ}"


def filled(told: Mapping[str, Any]) -> dict[str, Any]:
    """Only the keys that say something: no schema takes a null, and an empty text is no statement."""
    return {key: value for key, value in told.items() if value not in (None, "", [], (), {})}


def revision_of(entry: Entry) -> dict[str, Any] | None:
    """What the revision is to a partner that was sent an earlier one, and what readers are told of it."""
    revised = entry.revised
    return filled({"kind": revised.kind, "note": line(revised.note)}) if revised else None
