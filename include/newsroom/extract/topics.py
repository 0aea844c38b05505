"""Topics: the wire's own labels, kept as received, and the Media Topics that its map leads to."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsroom.config import TopicMap
from newsroom.extract.media_topics import Vocabulary, medtop
from newsroom.story import Subject

MAX_LABELS = 20
MAX_LABEL = 120
"""Characters: what is longer is a sentence."""

_LINE = re.compile(
    r"^\W*(?:article\s+topics?\s+follows?|topics?\s+follows?|filed\s+under|posted\s+in)\s*:\s*(?P<labels>\S.*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Topics:
    """A story's topics: the labels as received, the subjects they lead to, and those that lead nowhere."""

    labels: tuple[str, ...]
    subject: tuple[Subject, ...]
    unmapped: tuple[str, ...]

    def flags(self, topics: TopicMap) -> tuple[str, ...]:
        """The unmapped labels as flags of the reader: `topic.unmapped: …`."""
        return tuple(
            f"topic.unmapped: saw {label!r}; wanted a label of topics/{topics.id}.yaml (version {topics.version}): add it there"
            for label in self.unmapped
        )


def topic_label(line: str) -> str | None:
    """The wire's label in a station's line `Article Topic Follows: CNN - World`, or None. Never raises."""
    match = _LINE.match(line[: MAX_LABEL + 60])
    label = " ".join(match["labels"].split()).strip(" .,;:") if match else ""
    return label if 0 < len(label) <= MAX_LABEL else None


def map_labels(labels: Iterable[str], topics: TopicMap, vocabulary: Vocabulary) -> Topics:
    """Labels to subjects: the wire's map first, else a Media Topics code or address that the label is itself."""
    kept = _unique(labels)
    subject: dict[str, Subject] = {}
    unmapped = []
    for label in kept:
        codes = topics.codes(label) or _as_code(label, vocabulary)
        if not codes:
            unmapped.append(label)
        for code in codes:
            subject.setdefault(code, Subject(code=code, name=vocabulary.name(code) or label, label=label))
    return Topics(kept, tuple(subject.values()), tuple(unmapped))


def _unique(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels without blanks and repeats, case and spacing aside."""
    found: dict[str, str] = {}
    for label in labels:
        text = " ".join(label.split())
        if text and len(text) <= MAX_LABEL:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())[:MAX_LABELS]


def _as_code(label: str, vocabulary: Vocabulary) -> Sequence[str]:
    code = medtop(label)
    return (code,) if code and vocabulary.name(code) else ()
