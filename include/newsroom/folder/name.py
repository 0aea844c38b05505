"""Names of files: which are fit to be taken, and which one a file gets where its own is taken."""

import unicodedata
from collections.abc import Iterator
from pathlib import PurePosixPath

LONGEST = 200
"""Bytes of a name: with a digest and `.reason.txt` it still fits a file system's 255."""

REASON = ".reason.txt"
"""What stands behind the name of a failed file, in the name of the file that says why."""

_ODD = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories of what can't be seen, or turns the text around."""


def is_fit(name: str) -> bool:
    """Whether a name is one file's name that can be shown: no path, no control character, not too long."""
    if name in ("", ".", "..") or "/" in name or "\\" in name:
        return False
    if any(unicodedata.category(character) in _ODD for character in name):
        return False
    return len(name.encode()) <= LONGEST


def names_for(name: str, mark: str) -> Iterator[str]:
    """Where to move a file: under its own name, else with `mark`, of which the same file has the same."""
    yield name
    path = PurePosixPath(name)
    yield f"{path.stem}~{mark[:12]}{path.suffix}"
