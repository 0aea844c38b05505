"""topics: take a newer vocabulary, and tell which labels of the wires lead to no topic."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsroom.config import Configuration
from newsroom.extract.media_topics import Vocabulary, compare, medtop, read_vocabulary, take, vocabulary
from newsroom.stages import Newsroom

Record = dict[str, Any]


class Refused(LookupError):  # noqa: N818 - names what is
    """The vocabulary would take something away; the text says what, and how to go on."""


@dataclass(frozen=True)
class Import:
    """What an import brought. A change's `used_by` are the configuration's places that name its topic."""

    path: Path
    before: str
    release: str
    topics: int
    changes: list[Record]

    @property
    def counts(self) -> dict[str, int]:
        """How many topics changed, by how."""
        return dict(Counter(each["change"] for each in self.changes))


def import_vocabulary(configuration: Configuration, path: Path, *, dry: bool = False) -> Import:
    """Take the Media Topics in a file, in place of those in force; with `dry` only say what would change.

    Raises:
        NotAVocabulary: the file holds none.
        Refused: it is older than what is in force, or lacks a topic that the configuration names.
        OSError: it can't be read, or the configuration can't be written.
    """
    new, old = read_vocabulary(path), vocabulary(configuration.root)
    _refuse_older(path, new, old)
    uses = _uses(configuration)
    changes = [
        {
            "change": each.change,
            "code": each.code,
            "before": each.before,
            "after": each.after,
            "used_by": uses.get(each.code, []),
        }
        for each in compare(old, new)
    ]
    _refuse_poorer(path, changes)
    target = path if dry else take(new, configuration.root)
    return Import(target, old.release, new.release, len(new.concepts), changes)


def unmapped_labels(room: Newsroom, wire: str | None = None) -> list[Record]:
    """Labels that led to no topic when their story was read, and would lead to none today.

    Raises:
        LookupError: there is no such wire.
    """
    if wire:
        room.wire(wire)
    known = vocabulary(room.configuration.root)
    return [
        {
            "wire": row.wire,
            "label": row.label,
            "stories": row.stories,
            "first_seen": row.first_seen,
            "last_seen": row.last_seen,
            "example": f"{row.headline} ({row.uri})",
            "add_to": _add_to(room.configuration, row.wire),
        }
        for row in room.catalogue.unmapped(wire)
        if not _leads(room.configuration, known, row.wire, row.label)
    ]


def _refuse_older(path: Path, new: Vocabulary, old: Vocabulary) -> None:
    if "unknown" not in (new.release, old.release) and new.release < old.release:
        raise Refused(
            f"{path.name}: saw the release of {new.release}; wanted that of {old.release}, which is in"
            " force, or a newer one"
        )


def _refuse_poorer(path: Path, changes: list[Record]) -> None:
    lost = [each for each in changes if each["change"] == "removed" and each["used_by"]]
    if lost:
        told = "; ".join(f"{each['code']} ({each['before']}): {', '.join(each['used_by'])}" for each in lost)
        raise Refused(
            f"{path.name}: saw no topic for what the configuration names; wanted a vocabulary that has it, or"
            f" other codes in these files: {told}"
        )


def _uses(configuration: Configuration) -> dict[str, list[str]]:
    """By code, which files of the configuration name it, and for what."""
    found: dict[str, list[str]] = {}
    for code, place in _named(configuration):
        found.setdefault(code, []).append(place)
    return found


def _named(configuration: Configuration) -> Iterator[tuple[str, str]]:
    for topics in configuration.topics.values():
        for label, codes in topics.labels.items():
            for code in codes:
                yield code, f"topics/{topics.id}.yaml ({label})"
    for partner in configuration.partners.values():
        for text in (*partner.product.topics, *partner.product.not_topics):
            if told := medtop(text):
                yield told, f"partners/{partner.id}.yaml (product)"


def _leads(configuration: Configuration, known: Vocabulary, wire: str, label: str) -> bool:
    code = medtop(label)
    if code and known.name(code):
        return True
    its = configuration.wires.get(wire)
    return bool(its and configuration.topics_of(its).codes(label))


def _add_to(configuration: Configuration, wire: str) -> str:
    its = configuration.wires.get(wire)
    if its is None:
        return f"nowhere: wires/{wire}.yaml is gone or wrong"
    if its.topics is None:
        return f"a new topics/{wire}.yaml, named as `topics` in wires/{wire}.yaml"
    return f"topics/{its.topics}.yaml"
