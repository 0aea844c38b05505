"""Pages that are built to hurt: what each costs its reader, and that the next one is read."""

import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Figure
from newsroom.extract.children import MEMORY_MB, SECONDS, Readers
from newsroom.extract.document import Unreadable
from newsroom.extract.manifest import document_of
from newsroom.extract.page import read

_LINES = (
    "The council of the harbor town met on Tuesday to decide whether the old ferry should sail at night.",
    "It was the third meeting in a month, and the first that ended before the last bus had left the square.",
    "A decision is expected in the autumn, when the boats have been taken out of the water and counted.",
)
_ROUND = 1.25
"""Of a time limit: what ending a reader and starting the next may take beside it."""


def page(before: str = "", head: str = "") -> str:
    """A story's page with this before its text, and in its head."""
    prose = "".join(f"<p>{line}</p>" for line in _LINES)
    return (
        f'<!doctype html><html lang="en"><head>{head}<title>Ferry sails at night</title></head>'
        f"<body>{before}<article><h1>Ferry sails at night</h1>{prose}</article></body></html>"
    )


HOSTILE: dict[str, Callable[[], str | bytes]] = {
    "20 MB": lambda: page(f"<p>{'word ' * 4_000_000}</p>"),
    "7.8 MB in one paragraph": lambda: page(f"<p>{'word, ' * 1_300_000}</p>"),
    "100,000 nested tags": lambda: page("<div>" * 100_000),
    "100,000 nested tags of no kind": lambda: page("<x-y>" * 100_000),
    "a million links": lambda: page('<a href="/x">x</a>' * 1_000_000),
    "39,000 links": lambda: page('<a href="/x">x</a>' * 39_000),
    "30,000 attributes on one tag": lambda: page(f"<p {' '.join(f'a{n}=1' for n in range(30_000))}>"),
    "null bytes": lambda: page().replace("ferry", "fer\0ry"),
    "UTF-16 without a mark": lambda: page().encode("utf-16-le"),
    "cp1252 that says UTF-8": lambda: page("<p>« Déjà »</p>", "<meta charset=utf-8>").encode("cp1252"),
    "two charsets": lambda: page("<p>« Déjà vécu »</p>").encode() + page("<p>« Déjà »</p>").encode("cp1252"),
    "JSON-LD 100,000 levels deep": lambda: page(
        head=f'<script type="application/ld+json">{"[" * 100_000}</script>'
    ),
    "7 MB of <": lambda: "<" * 7_000_000,
}
"""Pages by what is wrong with them."""


@dataclass(frozen=True)
class Cost:
    """What reading a page took: seconds, bytes of memory that the reader grew by, and what came of it."""

    seconds: float
    grown: int
    outcome: str


def measure(_: Path) -> Iterator[Figure]:
    """Read each page in a reader of its own, and a usual one after it."""
    for what, made in HOSTILE.items():
        body = made()
        data = body.encode() if isinstance(body, str) else body
        began = time.perf_counter()
        with Readers(cost_of, 1) as readers:
            cost, following = readers.read((data, page().encode()))
        took = time.perf_counter() - began
        if not isinstance(following, Cost) or following.outcome != "a story":
            message = f"hostile: saw {following} after {what}; wanted the next page to be read"
            raise RuntimeError(message)
        told = f"{cost.grown / 1e6:.0f} MB: {cost.outcome}" if isinstance(cost, Cost) else cost.code
        yield Figure(
            f"a page with {what}" if "MB" not in what else f"a page of {what}",
            f"{took:.1f} s, {told}",
            f"at most {SECONDS:g} s and {MEMORY_MB} MB",
            _ROUND * SECONDS / took,
            1.0,
        )


def cost_of(html: bytes) -> Cost:
    """Read a page, in the reader's process."""
    before, began = _peak(), time.perf_counter()
    try:
        read(document_of(html, "https://bench.invalid/"))
        outcome = "a story"
    except Unreadable as refused:
        outcome = refused.refusal.code
    return Cost(time.perf_counter() - began, _peak() - before, outcome)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
