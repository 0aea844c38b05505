"""Which of a folder's files are taken now; every other one is counted, by why not."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from newsroom.config import FolderRules
from newsroom.folder.files import File
from newsroom.folder.name import is_fit


@dataclass(frozen=True)
class Choice:
    """`ready` files, the oldest first; how many others there are, by why.

    `odd` are names that a person should look at, `unsure` files to look at again.
    """

    ready: tuple[File, ...]
    passed_over: Counter[str]
    odd: tuple[str, ...] = ()
    unsure: tuple[File, ...] = ()


WRONG_CLOCK = timedelta(hours=1)
"""How far behind ours the clock of a server may be that is not trusted."""


def choose(
    files: Iterable[File],
    rules: FolderRules,
    now: datetime,
    seen: Mapping[str, datetime],
    *,
    trusted: bool = True,
) -> Choice:
    """Choose what is ready.

    A file is settled when it has not changed for so long by its own time, or when we have seen it as it is
    for so long: `seen` tells since when, by its id. Its own time counts only if it is not in the future, and,
    where the server's times are not `trusted`, if it is far in the past: its clock may be behind ours.
    """
    ready, unsure, odd = [], [], []
    why: Counter[str] = Counter()
    settle = timedelta(seconds=rules.settle_seconds)
    by_its_time = settle if trusted or not settle else settle + WRONG_CLOCK
    for file in files:
        if file.kind == "folder" and file.name in (rules.done, rules.failed):
            continue
        if reason := _why_not(file, rules):
            why[reason] += 1
            odd += [ascii(file.name)[:80]] if reason in _TOLD else []
        elif now - file.modified < by_its_time and now - seen.get(file.id, now) < settle:
            why["still_written"] += 1
            unsure += [file] if file.modified > now or not trusted else []
        else:
            ready.append(file)
    ready.sort(key=lambda file: (file.modified, file.name))
    return Choice(tuple(ready), why, tuple(sorted(odd)), tuple(unsure))


_TOLD = ("links", "odd_names", "odd_kinds")
"""What a person should look at, by name."""


def _why_not(file: File, rules: FolderRules) -> str | None:
    """Why a file is never taken as it is; None when its time alone decides."""
    if file.kind == "folder":
        return "subfolders"
    if not is_fit(file.name):
        return "odd_names"
    if file.kind != "file":
        return "links" if file.kind == "link" else "odd_kinds"
    name = file.name.lower()
    if name.startswith(".") or name.endswith(tuple(ending.lower() for ending in rules.unfinished)):
        return "unfinished"
    if not any(fnmatchcase(name, pattern.lower()) for pattern in rules.names):
        return "other_names"
    return None
