"""IPTC Media Topics: names, what is above a topic, and a way to take a newer or fuller vocabulary.

The project brings the top three levels (`media_topics.json`). `read_vocabulary` reads IPTC's own export, and
`take` keeps it beside the topic maps; from then on that is the vocabulary.
"""

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import orjson

from newsroom.config import config_root

FILE = "media_topics.json"
ATTRIBUTION = (
    "IPTC Media Topics, IPTC, International Press Telecommunications Council, https://iptc.org,"
    " CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)"
)
_OWN = Path(__file__).with_name(FILE)
_CODE = re.compile(r"(?:medtop:|https?://cv\.iptc\.org/newscodes/mediatopic/)?(\d{8})(?:\s*\(retired\))?/?")
_SUBJECT_CODE = re.compile(
    r"(?:(?:subj|iptc|subjectcode):|https?://cv\.iptc\.org/newscodes/subjectcode/)?(\d\d000000)/?",
    re.IGNORECASE,
)
_ENGLISH = ("en-GB", "en", "en-US")


@dataclass(frozen=True, slots=True)
class Concept:
    """A topic: its English name, the codes right above it, and since when it is out of use (a date)."""

    code: str
    name: str
    broader: tuple[str, ...] = ()
    retired: str | None = None


@dataclass(frozen=True)
class Vocabulary:
    """The topics by code (`medtop:20000638`). `release` is the date IPTC gave them."""

    release: str
    concepts: Mapping[str, Concept]

    def name(self, code: str) -> str | None:
        """The topic's English name, retired ones included; None for a code it does not have."""
        concept = self.concepts.get(code)
        return concept.name if concept else None

    def broader(self, code: str) -> tuple[str, ...]:
        """The topics right above; none for a top topic or an unknown code."""
        concept = self.concepts.get(code)
        return concept.broader if concept else ()

    def chain(self, code: str) -> tuple[str, ...]:
        """The topic and all above it, nearest first: whoever takes one of these takes the topic."""
        found: dict[str, None] = {}
        waiting = [code]
        while waiting:
            one = waiting.pop(0)
            if one not in found:
                found[one] = None
                waiting.extend(self.broader(one))
        return tuple(found)

    def is_retired(self, code: str) -> bool:
        """Whether IPTC has taken the topic out of use."""
        concept = self.concepts.get(code)
        return concept is not None and concept.retired is not None

    def code_of(self, name: str) -> str | None:
        """The code of the topic in use with this English name, case aside."""
        folded = " ".join(name.casefold().split())
        return next(
            (c.code for c in self.concepts.values() if c.name.casefold() == folded and not c.retired), None
        )


ChangeKind = Literal["added", "removed", "renamed", "moved", "retired", "in use again"]


@dataclass(frozen=True)
class TopicChange:
    """How a topic differs: its name, the codes above it, or since when it is retired, before and after."""

    code: str
    change: ChangeKind
    before: str | None
    after: str | None


class NotAVocabulary(ValueError):  # noqa: N818  (what it is, not that it failed)
    """The file holds no Media Topics; the text says what was seen and what is wanted."""


def medtop(text: str) -> str | None:
    """`text` as a Media Topics code (`medtop:20000638`) when it is one: bare, with alias, or an address."""
    match = _CODE.fullmatch(text.strip())
    return f"medtop:{match[1]}" if match else None


def subject_code(text: str) -> str | None:
    """The Media Topic that an older Subject Code of IPTC is: both share the codes of their top level."""
    match = _SUBJECT_CODE.fullmatch(text.strip())
    return f"medtop:{match[1]}" if match else None


def vocabulary(root: Path | None = None) -> Vocabulary:
    """The vocabulary in force: the imported one under `root` (else the configuration), or the project's."""
    imported = imported_path(root)
    try:
        changed = imported.stat().st_mtime_ns
    except OSError:
        return _loaded(_OWN, 0)
    return _loaded(imported, changed)


def imported_path(root: Path | None = None) -> Path:
    """Where an imported vocabulary lies: `topics/media_topics.json` of the configuration."""
    return (root or config_root()) / "topics" / FILE


def read_vocabulary(path: Path) -> Vocabulary:
    """The vocabulary in a file.

    Reads IPTC's JSON of https://cv.iptc.org/newscodes/mediatopic/ (`?format=json`), a flat list of
    concepts with `qcode`, `name` or `name_en` and `broader`, the JSON made of IPTC's xlsx, and this
    project's own file.

    Raises:
        NotAVocabulary: the file is none of these, or is no JSON.
        OSError: it cannot be read.
    """
    return parse_vocabulary(path.read_bytes(), path.name)


def take(vocabulary: Vocabulary, root: Path | None = None) -> Path:
    """Write the vocabulary into the configuration under `root`, where it is in force from now on.

    Raises:
        OSError: the configuration cannot be written.
    """
    target = imported_path(root)
    _write(target, serialised(vocabulary))
    return target


def compare(old: Vocabulary, new: Vocabulary) -> tuple[TopicChange, ...]:
    """What `new` changes, by code; a topic that was renamed and moved is told twice."""
    codes = sorted(old.concepts.keys() | new.concepts.keys())
    return tuple(
        change for code in codes for change in _changes(code, old.concepts.get(code), new.concepts.get(code))
    )


def parse_vocabulary(data: bytes, name: str) -> Vocabulary:
    """The vocabulary in the bytes of a file called `name`.

    Raises:
        NotAVocabulary: see `read_vocabulary`.
    """
    try:
        document = json.loads(data)  # orjson refuses the NaN of files made from a spreadsheet
    except (ValueError, RecursionError) as error:
        raise NotAVocabulary(f"{name}: saw no JSON ({error}); wanted IPTC's Media Topics as JSON") from None
    concepts = {concept.code: concept for concept in _concepts(document)}
    if not concepts:
        raise NotAVocabulary(
            f"{name}: saw no concept with a medtop code and an English name;"
            " wanted IPTC's Media Topics as JSON, from https://cv.iptc.org/newscodes/mediatopic/?format=json"
        )
    return Vocabulary(_release(document), _with_broader(concepts, document))


def serialised(vocabulary: Vocabulary) -> bytes:
    """The vocabulary in the project's own form: a concept a line, so that a change reads well in review."""
    rows = [
        orjson.dumps(
            [
                c.code.removeprefix("medtop:"),
                c.name,
                [b.removeprefix("medtop:") for b in c.broader],
                c.retired,
            ]
        )
        for c in sorted(vocabulary.concepts.values(), key=lambda c: c.code)
    ]
    head = orjson.dumps({"attribution": ATTRIBUTION, "release": vocabulary.release}).rstrip(b"}")
    return head + b',"concepts":[\n' + b",\n".join(rows) + b"\n]}\n"


def _changes(code: str, old: Concept | None, new: Concept | None) -> Iterator[TopicChange]:
    if old is None or new is None:
        if new:
            yield TopicChange(code, "added", None, new.name)
        if old:
            yield TopicChange(code, "removed", old.name, None)
        return
    if old.name != new.name:
        yield TopicChange(code, "renamed", old.name, new.name)
    if set(old.broader) != set(new.broader):
        yield TopicChange(code, "moved", ", ".join(old.broader) or None, ", ".join(new.broader) or None)
    if bool(old.retired) != bool(new.retired):
        kind: ChangeKind = "retired" if new.retired else "in use again"
        yield TopicChange(code, kind, old.retired, new.retired)


@lru_cache(maxsize=4)
def _loaded(path: Path, changed: int) -> Vocabulary:  # noqa: ARG001  (a changed file is read again)
    return parse_vocabulary(path.read_bytes(), path.name)


def _write(target: Path, data: bytes) -> None:
    """Whole or not at all: readers never see half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{FILE}")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).chmod(0o644)
    Path(name).replace(target)


def _release(document: Any) -> str:
    told = ""
    if isinstance(document, dict):
        told = str(document.get("release") or document.get("dateReleased") or document.get("source") or "")
    match = re.search(r"\d{4}-\d\d-\d\d", told)
    return match[0] if match else "unknown"


def _concepts(document: Any) -> Iterator[Concept]:
    for one in _rows(document):
        concept = (
            _from_list(one) if isinstance(one, list) else _from_dict(one) if isinstance(one, dict) else None
        )
        if concept:
            yield concept


def _rows(document: Any) -> list[Any]:
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        return []
    for name in ("concepts", "conceptSet"):
        if isinstance(document.get(name), list):
            return list(document[name])
    return [{"qcode": code, **row} for code, row in document.items() if isinstance(row, dict)]


def _from_list(row: list[Any]) -> Concept | None:
    if len(row) != 4 or not isinstance(row[0], str) or not isinstance(row[1], str):
        return None
    return _concept(row[0], row[1], row[2], row[3])


def _from_dict(row: dict[str, Any]) -> Concept | None:
    code = row.get("qcode") or row.get("code") or row.get("NewsCode-QCode (flat)") or row.get("uri")
    label = (
        row.get("prefLabel")
        or row.get("name_en_gb")
        or row.get("name_en")
        or row.get("name")
        or row.get("Name (en-GB)")
    )
    if isinstance(label, dict):
        label = next((label[tag] for tag in _ENGLISH if label.get(tag)), None)
    if not isinstance(code, str) or not isinstance(label, str):
        return None
    levels = [row.get(f"Level{n}/NewsCode") for n in range(1, 7)]
    above = [level for level in levels if isinstance(level, str)][:-1]
    retired = row.get("retired") or row.get("RetiredDate")
    return _concept(code, label, row.get("broader") or above[-1:], retired)


def _concept(code: str, name: str, broader: Any, retired: Any) -> Concept | None:
    own = medtop(code)
    if own is None or not name.strip():
        return None
    above = [broader] if isinstance(broader, str) else broader if isinstance(broader, list) else []
    codes = (medtop(one) for one in above if isinstance(one, str))
    date = retired[:10] if isinstance(retired, str) and retired else None
    return Concept(own, " ".join(name.split()), tuple(one for one in codes if one and one != own), date)


def _with_broader(concepts: dict[str, Concept], document: Any) -> dict[str, Concept]:
    """The concepts, with what is above them taken from `narrower` where the file has only that."""
    above: dict[str, list[str]] = {}
    for row in _rows(document):
        if isinstance(row, dict) and isinstance(row.get("narrower"), list):
            parent = medtop(str(row.get("qcode") or row.get("uri") or ""))
            for child in row["narrower"]:
                code = medtop(child) if isinstance(child, str) else None
                if parent and code:
                    above.setdefault(code, []).append(parent)
    return {
        code: c if c.broader or code not in above else Concept(code, c.name, tuple(above[code]), c.retired)
        for code, c in concepts.items()
    }
