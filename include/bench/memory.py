"""Whether a reader's memory stays flat over many pages, none of which it has seen before."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from statistics import median

from bench.figures import Figure
from bench.pages import bodies_of, manifest_in
from newsroom.config import Feed, TopicMap, Wire
from newsroom.extract.children import Readers
from newsroom.extract.document import Document, Unreadable
from newsroom.extract.page import read
from newsroom.story import Refusal

WANTED = 0.9
"""Of a reader's memory at the end, how much it must have had early on."""

PAGES = 2_000
"""A minute's worth. Over 20,000 (`--pages 20000`) it is as flat."""

WARM = 300
"""Pages until every part was loaded and the caches were emptied once."""

_TEXT = re.compile(rb">([^<>]{20,})<")
"""A text between two tags."""

_WIRE = Wire(id="bench", provider="Bench", feeds=(Feed(id="files", url="https://bench.invalid/"),))
_TOPICS = TopicMap(id="none", version="0")


@dataclass(frozen=True)
class Turn:
    """A page to read in a reader's process: its place in the manifest, and which time it is read."""

    manifest: Path
    place: int
    round: int


def measure(folder: Path, manifest: Path | None, pages: int) -> Iterator[Figure]:
    """Read so many pages in one process, and compare what it holds after `WARM` of them and at the end."""
    path = manifest or manifest_in(folder)
    count = len(_bodies(path))
    turns = (Turn(path, n % count, n // count) for n in range(pages))
    ours: list[int] = []
    theirs: list[int] = []
    with Readers(resident_after, 1) as readers:
        for seen in readers.read(turns):
            if isinstance(seen, Refusal):
                message = f"memory: saw {seen.code}: {seen.reason}; wanted a reader that reads on"
                raise RuntimeError(message)  # noqa: TRY004 - a refusal is no wrong argument
            theirs.append(seen)
            ours.append(_resident())
    for who, sizes in (("a reader", theirs), ("its parent", ours)):
        early, late = median(sizes[WARM : 2 * WARM]), median(sizes[-WARM:])
        grown = f"{late / 1e6:.0f} MB, at most {max(sizes) / 1e6:.0f} MB"
        yield Figure(
            f"memory of {who} after {pages:,} pages",
            grown,
            f"after {WARM}: {early / 1e6:.0f} MB",
            early / late,
            WANTED,
        )


def resident_after(turn: Turn) -> int:
    """The bytes that this process has in memory after it read the page, changed to be another one."""
    html = _TEXT.sub(rb"> %d \1<" % turn.round, _bodies(turn.manifest)[turn.place])
    url = f"https://bench.invalid/{turn.round}/{turn.place}"
    with suppress(Unreadable):  # its memory counts the same
        read(Document(url, html, None, None, _WIRE, _TOPICS, datetime.now(UTC)))
    return _resident()


@lru_cache(maxsize=1)
def _bodies(manifest: Path) -> list[bytes]:
    """Read in the parent, before a reader is forked: they count from the beginning."""
    return list(bodies_of(manifest))


def _resident() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
