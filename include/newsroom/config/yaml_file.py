"""YAML files that people write: read strictly, every mistake named by file, line and field."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from ruamel.yaml.reader import ReaderError

from newsroom.config.known_fields import closest, known_fields

MAX_BYTES = 256 * 1024
"""A hand-written file is a few kilobytes; what is larger is not one."""

_SECRET = re.compile(r"(?<=//)[^/@\s]*(?=@)|(?<=apikey=)[^&\s'\"]+", re.IGNORECASE)
"""What an error does not quote of a URL that should not have it: user and password, an API's key."""

SEEN_LIMIT = 80
"""How much of a wrong value an error quotes, in characters."""

REMEMBERED = 256
"""How many files' models a process keeps: to read one again takes milliseconds, and they seldom change."""


_SHOULD = re.compile(r"^[A-Z]\w+ should (be |have |match )?")
"""How pydantic begins: `Input should be `, `String should have `."""


class Section(BaseModel):
    """A part of a configuration file: an unknown field is an error, a value is not changed later."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True)
class Problem:
    """One mistake: where it stands, what was seen, what is wanted."""

    file: str
    line: int
    field: str
    seen: str
    wanted: str

    def __str__(self) -> str:
        """`cnn.yaml:12: feeds[0].kind: saw 'rsss'; wanted 'auto', 'rss' or 'atom'`."""
        saw = f"saw {self.seen}; " if self.seen else ""
        return f"{self.file}:{self.line}: {self.field}: {saw}{self.wanted}"


class ConfigError(Exception):
    """One or more configuration files are wrong; the text has a line for each mistake."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep every problem, so that one look shows all there is to mend."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


Model = TypeVar("Model", bound=BaseModel)


ProblemAt = Callable[[str, Sequence[int | str], str, str], Problem]
"""Makes a located problem of a file's id, a field's path, what was seen and what is wanted."""


def read_yaml(path: Path, model: type[Model], *, named: bool = False, shown: Path | None = None) -> Model:
    """Read `path` as a `model`; with `named`, the field `id` is the file's name without its ending.

    Values are taken strictly: `"3"` is no number, `yes` no boolean.

    Raises:
        ConfigError: the file can't be read, is no YAML, or a field is wrong; lists every mistake.
    """
    name = _shown(path, shown)
    found: Model = _read(_text(path, name), name, model, path.stem if named else None)
    return found


@lru_cache(REMEMBERED)
def _read(text: str, name: str, model: type[Model], own_id: str | None) -> Model:
    """The model of a file's text; the same one each time, as it is frozen."""
    data, root = _parsed(text, name)
    if not isinstance(data, dict):
        raise ConfigError([Problem(name, 1, "(file)", quoted(data), "wanted fields, as `name: value`")])
    if own_id is not None:
        written = data.setdefault("id", own_id)
        if written != own_id:
            line = _line_of(root, ("id",))
            wanted = f"wanted {own_id!r}, the file's own name (or leave the field out)"
            raise ConfigError([Problem(name, line, "id", quoted(written), wanted)])
    try:
        return model.model_validate(data, strict=True)
    except ValidationError as error:
        raise ConfigError(_problems(name, root, model, error.errors())) from None


def problem_at(path: Path, field: Sequence[int | str], seen: str, wanted: str, *, shown: Path) -> Problem:
    """A mistake that only shows beside other files, at the line of `field` in a file that was read before.

    Where the file changed in between and can't be read any more, the line is its first.
    """
    name = _shown(path, shown)
    try:
        _, root = _parsed(_text(path, name), name)
    except ConfigError:
        root = None
    return Problem(name, _line_of(root, field), _dotted(field), seen, wanted)


def quoted(value: Any) -> str:
    """A value as an error shows it, cut when it is long."""
    if isinstance(value, date):
        return value.isoformat()
    shown = _SECRET.sub("***", repr(list(value) if isinstance(value, tuple) else value))
    text = {"None": "nothing", "True": "true", "False": "false"}.get(shown, shown)
    return text if len(text) <= SEEN_LIMIT else f"{text[:SEEN_LIMIT]}…"


def _shown(path: Path, shown: Path | None) -> str:
    return str(path.relative_to(shown)) if shown and path.is_relative_to(shown) else str(path)


def _parsed(text: str, name: str) -> tuple[Any, Node | None]:
    """A file's values, lists as tuples, and its node tree, which knows the lines."""
    yaml = YAML(typ="safe", pure=True)
    try:
        _refuse_aliases(text, name)
        root = yaml.compose(text)
        return (None if root is None else _tuples(yaml.constructor.construct_document(root))), root
    except (YAMLError, ValueError, RecursionError) as error:
        raise ConfigError([_syntax_problem(name, text, error)]) from None


def _text(path: Path, name: str) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            wanted = f"wanted at most {MAX_BYTES} bytes"
            raise ConfigError([Problem(name, 1, "(file)", f"{size} bytes", wanted)])
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        said, wanted = error.strerror or str(error), "wanted a readable file"
    except UnicodeDecodeError as error:
        said, wanted = f"{error.reason} at byte {error.start}", "wanted text in UTF-8"
    raise ConfigError([Problem(name, 1, "(file)", said, wanted)]) from None


def _refuse_aliases(text: str, name: str) -> None:
    """An alias can make a small file enormous; nothing here needs one."""
    if "*" not in text:  # spares a pass over most files
        return
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, AliasEvent):
            line = event.start_mark.line + 1
            wanted = "wanted the value itself: aliases are not read (a text that begins with * needs quotes)"
            raise ConfigError([Problem(name, line, "(file)", f"*{event.anchor}", wanted)])


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _tuples(part) for name, part in value.items()}
    return tuple(_tuples(part) for part in value) if isinstance(value, list) else value


def _syntax_problem(name: str, text: str, error: Exception) -> Problem:
    line, said, wanted = 1, str(error), "wanted YAML"
    if isinstance(error, MarkedYAMLError) and error.problem_mark:
        line, said = error.problem_mark.line + 1, error.problem or said
    elif isinstance(error, ReaderError):
        line, said = text.count("\n", 0, error.position) + 1, f"{error.reason} (#x{error.character:04x})"
    elif isinstance(error, RecursionError):
        said, wanted = "values nested too deeply", "wanted a few levels"
    return Problem(name, line, "(file)", said.strip().splitlines()[0], wanted)


def _problems(
    name: str, root: Node | None, model: type[BaseModel], details: list[ErrorDetails]
) -> list[Problem]:
    """A problem for each wrong field; what pydantic says twice of one field is said once."""
    wanted: dict[tuple[int, str, str], list[str]] = {}
    wrong = [_place(root, detail) for detail in details]
    for path, detail in zip(wrong, details, strict=True):
        # A list is also called too short when its only items are wrong: that says nothing new.
        if detail["type"] == "too_short" and any(p[: len(path)] == path and p != path for p in wrong):
            continue
        missing = detail["type"] in ("missing", "union_tag_not_found")
        line = _line_of(root, path[:-1] if missing else path)
        place = (line, _dotted(path), "nothing" if missing else _seen(detail))
        wanted.setdefault(place, []).append(_wanted(model, detail))
    return [Problem(name, *place, " or ".join(dict.fromkeys(said))) for place, said in wanted.items()]


def _place(root: Node | None, detail: ErrorDetails) -> tuple[int | str, ...]:
    """The field's path as the file has it: without the names that pydantic gives to a union's members."""
    path: list[int | str] = []
    node = root
    for at, part in enumerate(detail["loc"]):
        found = _child(node, part)
        last = at == len(detail["loc"]) - 1
        if found or at == 0 or isinstance(part, int) or (last and detail["type"] == "missing"):
            path.append(part)
            node = found[1] if found else None
    if detail["type"].startswith("union_tag"):
        path.append(detail["ctx"]["discriminator"].strip("'"))
    return tuple(path)


def _seen(detail: ErrorDetails) -> str:
    return quoted(detail["ctx"]["tag"] if detail["type"] == "union_tag_invalid" else detail["input"])


def _wanted(model: type[BaseModel], detail: ErrorDetails) -> str:
    kind, message, context = detail["type"], detail["msg"], detail.get("ctx", {})
    if kind == "string_type" and isinstance(detail["input"], date | int | float):
        return "wanted text: put it in quotes"
    if kind == "extra_forbidden":
        return _other_fields(model, detail["loc"])
    said = {
        "missing": "this field is needed",
        "union_tag_not_found": "this field is needed",
        "literal_error": f"wanted {context.get('expected')}",
        "union_tag_invalid": f"wanted one of {context.get('expected_tags')}",
        "tuple_type": "wanted a list",
        "model_type": "wanted fields, as `name: value`",
        "model_attributes_type": "wanted fields, as `name: value`",
        "dict_type": "wanted fields, as `name: value`",
    }.get(kind)
    return said or _SHOULD.sub(
        "wanted ", message.removeprefix("Value error, ").replace(" after validation", "")
    )


def _other_fields(model: type[BaseModel], path: Sequence[int | str]) -> str:
    known = known_fields(model, path[:-1])
    meant = closest(str(path[-1]), known)
    hint = f" (did you mean {meant}?)" if meant else ""
    return f"no such field is known here{hint}; wanted one of {', '.join(known) or 'none'}"


def _dotted(path: Sequence[int | str]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "(file)"


def _child(node: Node | None, part: int | str) -> tuple[Node, Node] | None:
    """A part of a node: where it begins, and what it holds."""
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


def _line_of(node: Node | None, path: Sequence[int | str]) -> int:
    """The line (from 1) of the innermost part of `path` that the file has."""
    line = node.start_mark.line + 1 if node else 1
    for part in path:
        found = _child(node, part)
        if found is None:
            break
        start, node = found
        line = start.start_mark.line + 1
    return line
