"""YAML files that people write: read strictly, every mistake named by file, line and field."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

MAX_BYTES = 256 * 1024
"""A hand-written file is a few kilobytes; what is larger is not one."""

SEEN_LIMIT = 80
"""How much of a wrong value an error quotes, in characters."""


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


def read_yaml(path: Path, model: type[Model], *, named: bool = False, shown: Path | None = None) -> Model:
    """Read `path` as a `model`; with `named`, the field `id` is the file's name without its ending.

    Raises:
        ConfigError: the file can't be read, is no YAML, or a field is wrong; lists every mistake.
    """
    name = str(path.relative_to(shown)) if shown and path.is_relative_to(shown) else str(path)
    data, root = _parsed(path, name)
    if not isinstance(data, dict):
        raise ConfigError([Problem(name, 1, "(file)", _quoted(data), "wanted fields, as `name: value`")])
    if named:
        written = data.setdefault("id", path.stem)
        if written != path.stem:
            line = _line_of(root, ("id",))
            wanted = f"wanted {path.stem!r}, the file's own name (or leave the field out)"
            raise ConfigError([Problem(name, line, "id", _quoted(written), wanted)])
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ConfigError(_problem(name, root, detail) for detail in error.errors()) from None


def _parsed(path: Path, name: str) -> tuple[Any, Node | None]:
    """The file's values, and its node tree, which knows the lines."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            wanted = f"wanted at most {MAX_BYTES} bytes"
            raise ConfigError([Problem(name, 1, "(file)", f"{size} bytes", wanted)])
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        wanted = "wanted a readable file in UTF-8"
        raise ConfigError([Problem(name, 1, "(file)", f"{error}", wanted)]) from None
    try:
        # An alias can make a small file enormous; nothing here needs one.
        for event in YAML(typ="safe", pure=True).parse(text):
            if isinstance(event, AliasEvent):
                line = event.start_mark.line + 1
                wanted = "wanted the value itself: aliases are not read"
                raise ConfigError([Problem(name, line, "(file)", f"*{event.anchor}", wanted)])
        return YAML(typ="safe", pure=True).load(text), YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise ConfigError([_syntax_problem(name, error)]) from None


def _syntax_problem(name: str, error: Exception) -> Problem:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    said = (error.problem if isinstance(error, MarkedYAMLError) else None) or str(error)
    return Problem(name, mark.line + 1 if mark else 1, "(file)", said.splitlines()[0], "wanted YAML")


def _problem(name: str, root: Node | None, detail: ErrorDetails) -> Problem:
    path = tuple(part for part in detail["loc"] if not _is_tag(part))
    missing = detail["type"] == "missing"
    seen = "nothing" if missing else _quoted(detail["input"])
    line = _line_of(root, path[:-1] if missing else path)
    return Problem(name, line, _dotted(path), seen, _wanted(detail))


def _is_tag(part: int | str) -> bool:
    # pydantic names the member of a union it tried, as in `list[str]` or `function-after[...]`.
    return isinstance(part, str) and any(mark in part for mark in "[(")


def _wanted(detail: ErrorDetails) -> str:
    kind, message = detail["type"], detail["msg"]
    if kind == "extra_forbidden":
        return "this field is not known here; check its spelling, or remove it"
    if kind == "missing":
        return "this field is needed"
    if kind == "literal_error":
        return f"wanted {detail['ctx']['expected']}"
    return message.removeprefix("Value error, ").replace("Input should be", "wanted")


def _dotted(path: Sequence[int | str]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "(file)"


def _quoted(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SEEN_LIMIT else f"{text[:SEEN_LIMIT]}…"


def _line_of(node: Node | None, path: Sequence[int | str]) -> int:
    """The line (from 1) of the innermost part of `path` that the file has."""
    line = node.start_mark.line + 1 if node else 1
    for part in path:
        if isinstance(node, MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                break
            key, node = found
            line = key.start_mark.line + 1
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
