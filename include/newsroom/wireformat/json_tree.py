"""JSON as a tree whose leaves are told once they are taken."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from newsroom.wireformat.document import BadDocument, Concept, Lost, Said, check_body
from newsroom.wireformat.losses import told

MOST_CONTAINERS = 1_000_000
"""Objects and arrays in one text: each costs 60 bytes and more, however short it is written."""

MOST_LEAVES = 20_000
"""Leaves of one item; the richest seen have some 1,000."""

MOST_DEPTH = 40

_SURROGATE = re.compile(
    r"(?<!\\)((?:\\\\)*)(?:(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)

Step = str | int
Path = tuple[Step, ...]


def load_json(text: str) -> Any:
    """JSON; lone surrogates, which no text may hold, are left out.

    Raises:
        BadDocument: `malformed_document`, `hostile_document`.
    """
    containers = text.count("{") + text.count("[")
    if containers > MOST_CONTAINERS:
        raise BadDocument(
            "hostile_document",
            f"json: saw {containers:,} objects and arrays; wanted at most {MOST_CONTAINERS:,}",
        )
    try:
        return orjson.loads(text)
    except ValueError:
        pass
    try:
        return orjson.loads(_whole_characters(text))
    except ValueError as error:
        raise BadDocument(
            "malformed_document", f"json: it is no JSON, or cut off ({error}); wanted all of it"
        ) from None


def all_said(text: str, value: Any) -> tuple[Any, tuple[str, ...]]:
    """The `value` of a JSON text with all that stands under one name of an object, as a list; and the names.

    A reader of JSON takes the last and drops the others, one of which may be a kill.
    """
    repeated: dict[str, None] = {}

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        by_name: dict[str, list[Any]] = {}
        for name, each in pairs:
            by_name.setdefault(name, []).append(each)
        for name, several in by_name.items():
            if any(each != several[0] for each in several):
                found[name] = several
                repeated[name] = None
        return found

    try:
        again = json.loads(_whole_characters(text), object_pairs_hook=made)
    except (ValueError, RecursionError):
        return value, ()
    return (again, tuple(repeated)) if repeated else (value, ())


def _whole_characters(text: str) -> str:
    return _SURROGATE.sub(lambda found: found[1] + (found[2] or ""), text)


def text_of(value: Any) -> str | None:
    """A string without blanks around it, or a number as one; None for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return value.strip() or None if isinstance(value, str) else None


@dataclass
class JsonTree:
    """One item, and what was taken of it.

    Raises:
        BadDocument: `hostile_document`: it is deeper, or has more leaves, than any item.
    """

    value: dict[str, Any]
    taken: set[Path] = field(default_factory=set)
    strange: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Measure the item before anything walks it."""
        count = 0
        waiting: list[tuple[dict[str, Any] | list[Any], int]] = [(self.value, 1)]
        while waiting:
            each, depth = waiting.pop()
            count += len(each)
            if count > MOST_LEAVES or depth > MOST_DEPTH:
                raise BadDocument(
                    "hostile_document",
                    f"json: saw more than {MOST_LEAVES:,} values or {MOST_DEPTH} levels in one item;"
                    " wanted an item of a wire, which has far fewer",
                )
            members = list(each.values() if isinstance(each, dict) else each)
            for member in members:
                if isinstance(member, str):
                    check_body(member)
            waiting += [(member, depth + 1) for member in members if isinstance(member, dict | list)]

    @property
    def root(self) -> "Branch":
        """The item itself."""
        return Branch(self, self.value, ())

    @property
    def doubts(self) -> tuple[str, ...]:
        """Values of another type than was wanted."""
        return tuple(self.strange)

    def lost(self) -> tuple[Lost, ...]:
        """The leaves that nobody took; what says nothing (null, an empty text) is no loss."""
        left = ((path, value) for path, value in _leaves(self.value) if path not in self.taken)
        return told(
            (_shown(path, indexed=False), _written(value)) for path, value in left if value not in (None, "")
        )


@dataclass(frozen=True)
class Branch:
    """An object of the tree. Names are tried in their order: the first that says something counts."""

    tree: JsonTree
    value: dict[str, Any]
    path: Path

    def text(self, *names: str) -> Said | None:
        """A text or a number, taken."""
        for name in names:
            value = self.value.get(name)
            if (text := text_of(value)) is not None:
                return self._taken(name, text)
            self._expect(name, value, "a text")
        return None

    def peek(self, *names: str) -> str | None:
        """A text or a number, not taken."""
        return next((text for name in names if (text := text_of(self.value.get(name)))), None)

    def texts(self, *names: str) -> tuple[Said, ...]:
        """A list of texts, or one alone, taken."""
        for name in names:
            value = self.value.get(name)
            if not isinstance(value, list):
                if (said := self.text(name)) is not None:
                    return (said,)
                continue
            said_all = []
            for place, each in enumerate(value):
                if (text := text_of(each)) is not None:
                    self.tree.taken.add((*self.path, name, place))
                    said_all.append(Said(text, _shown((*self.path, name, place))))
            if said_all:
                return tuple(said_all)
        return ()

    def unread(self, *names: str) -> Iterator[str]:
        """Where something else than a text, a number or a list of those stands under these names.

        What says nothing (null, false, an empty text or list) does not count.
        """
        for name in names:
            value = self.value.get(name)
            members = enumerate(value) if isinstance(value, list) else [(None, value)]
            for place, each in members:
                if text_of(each) is None and each is not False and not _is_blank(each):
                    yield _shown((*self.path, name, *(() if place is None else (place,))))

    def branch(self, *names: str) -> "Branch | None":
        """An object."""
        return next(iter(self.branches(*names)), None)

    def branches(self, *names: str) -> tuple["Branch", ...]:
        """Objects: of a list, the one that stands alone, or (ninjs 1.x) those of an object of objects."""
        for name in names:
            value = self.value.get(name)
            members: Iterator[tuple[Path, Any]]
            if isinstance(value, list):
                members = (((name, place), each) for place, each in enumerate(value))
            elif isinstance(value, dict) and value and all(isinstance(each, dict) for each in value.values()):
                members = (((name, key), each) for key, each in value.items())
            elif isinstance(value, dict):
                members = iter([((name,), value)])
            else:
                self._expect(name, value, "objects")
                continue
            if found := tuple(
                Branch(self.tree, each, (*self.path, *steps))
                for steps, each in members
                if isinstance(each, dict)
            ):
                return found
        return ()

    def take(self, *names: str) -> None:
        """Take values that say nothing beyond what is taken otherwise."""
        for name in names:
            self.tree.taken.add((*self.path, name))

    def place(self, name: str) -> str:
        """Where this name stands."""
        return _shown((*self.path, name))

    @property
    def where(self) -> str:
        """Where it stands itself."""
        return _shown(self.path)

    def _taken(self, name: str, text: str) -> Said:
        self.tree.taken.add((*self.path, name))
        return Said(text, self.place(name))

    def _expect(self, name: str, value: Any, wanted: str) -> None:
        if not _is_blank(value):
            self.tree.strange[f"{self.place(name)}: saw {_type(value)}; wanted {wanted}"] = None


def concept_of(branch: Branch, name: Said | None, code: str | None, *code_names: str) -> Concept:
    """A concept of this name and code; the code is taken at once where it has no name beside it."""

    def take() -> None:
        branch.take(*code_names)

    if code and not name:
        take()
    return Concept(code, name.text if name else None, take)


def _leaves(value: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Every value that is no object and no list, in the document's order; an empty one of those too."""
    waiting: list[tuple[Path, Any]] = [((), value)]
    while waiting:
        path, each = waiting.pop()
        inner: list[tuple[Step, Any]] = []
        if isinstance(each, dict):
            inner = list(each.items())
        elif isinstance(each, list):
            inner = list(enumerate(each))
        elif path:
            yield path, each
        waiting.extend(((*path, step), member) for step, member in reversed(inner))


def _is_blank(value: Any) -> bool:
    return value in (None, "", [], {}) or (isinstance(value, str) and not value.strip())


def _shown(path: Path, *, indexed: bool = True) -> str:
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]" if indexed else "[]"
        else:
            text += f".{step}" if text else step
    return text


def _written(value: Any) -> str:
    return value if isinstance(value, str) else str(value).lower()


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    names = ((dict, "an object"), (list, "a list"), (str, "a text"))
    return next((name for kind, name in names if isinstance(value, kind)), "a number")
