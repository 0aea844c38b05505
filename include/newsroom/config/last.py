"""A file that is wrong is taken as it was last right: a slip of the pen takes no story out of any feed."""

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from newsroom.config import Configuration, load, written_files
from newsroom.config.yaml_file import ConfigError, Problem

FIRST = ("house.yaml", "checks/", "topics/", "rights/")
"""What the other files refer to: those may be right again once these are."""

HELD = "; what it said when it was last right holds meanwhile"


def load_or_last(root: Path, last: Callable[[], Mapping[str, str]]) -> Configuration:
    """As `load`, but of a file that is wrong the text that `last` gives is taken, by its name under `root`.

    It is asked only where something is wrong. Problems stay among the configuration's, and say so. A file
    that is not there is no slip: where the whole folder is gone, nothing goes on as if it were empty.

    Raises:
        ConfigError: `house.yaml` or the house rules are not there, or wrong and were never right.
    """
    found = _tried(root)
    if isinstance(found, Configuration) and not found.problems:
        return found
    told = list(found.problems)
    there = {str(path.relative_to(root)) for path in written_files(root)}
    texts = {name: text for name, text in last().items() if name in there}
    taken: dict[str, str] = {}
    # A file may be read only once another is right: `house.yaml` comes before all.
    while names := {each.file for each in found.problems if each.file in texts} - taken.keys():
        first = {name for name in names if name.startswith(FIRST)}
        taken |= {name: texts[name] for name in first or names}
        found = _loaded_with(root, taken)
        told += [each for each in found.problems if each not in told]
    if isinstance(found, ConfigError):
        raise ConfigError(told)
    if not taken:
        return found
    return replace(found, root=root, problems=_told(told, {each.file for each in found.problems}))


def _tried(root: Path) -> Configuration | ConfigError:
    try:
        return load(root)
    except ConfigError as error:
        return error


def _loaded_with(root: Path, taken: Mapping[str, str]) -> Configuration | ConfigError:
    with TemporaryDirectory(prefix="newsroom-config-") as folder:
        for path in written_files(root):
            copy = Path(folder) / path.relative_to(root)
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, copy)
        for name, text in taken.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        return _tried(Path(folder))


def _told(problems: Iterable[Problem], still: set[str]) -> tuple[Problem, ...]:
    return tuple(
        each if each.file in still else replace(each, wanted=f"{each.wanted}{HELD}") for each in problems
    )
