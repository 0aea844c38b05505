"""Pages a second of `newsroom read`'s path, against bare trafilatura on the same pages."""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import trafilatura

from bench.figures import Figure
from bench.pages import usual_pages
from newsroom.extract.manifest import read_manifest

PAGES = 200
ROUNDS = 3
WANTED = 0.85


def measure(folder: Path, manifest: Path | None = None) -> Iterator[Figure]:
    """Read pages like real ones, or those of a manifest, one process each; the best of some rounds counts."""
    path = manifest or _write_pages(folder)
    bodies = list(_bodies(path))

    def ours() -> int:
        return sum(1 for _ in read_manifest(path, 1))

    def bare() -> int:
        return sum(1 for body in bodies if trafilatura.extract(body, with_metadata=True) is not None)

    def text_only() -> int:
        return sum(1 for body in bodies if trafilatura.extract(body) is not None)

    seconds = _best(ours, bare, text_only)
    read, full, text = (len(bodies) / each for each in seconds)
    kilobytes = sum(map(len, bodies)) / len(bodies) / 1000
    kind = "real" if manifest else "made"
    what = f"newsroom read: pages/s, {len(bodies)} {kind} pages of {kilobytes:.0f} kB, one process"
    # Made pages are simple: trafilatura's second looks, most of its time on real ones, don't show.
    wanted = WANTED if manifest else None
    yield Figure(what, f"{read:.0f}", f"trafilatura with metadata: {full:.0f}", read / full, wanted)
    yield Figure("the same", f"{read:.0f}", f"trafilatura, text alone: {text:.0f}", read / text)


def _bodies(path: Path) -> Iterator[bytes]:
    for line in path.read_text(encoding="utf-8").splitlines():
        body = (path.parent / json.loads(line)["file"]).read_bytes()
        yield gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


def _best(*jobs: Callable[[], int]) -> list[float]:
    """The shortest time of each job, over rounds that take turns."""
    best = [float("inf")] * len(jobs)
    for _ in range(ROUNDS):
        for place, job in enumerate(jobs):
            began = time.perf_counter()
            job()
            best[place] = min(best[place], time.perf_counter() - began)
    return best


def _write_pages(folder: Path) -> Path:
    """Pages as real ones are, as files with a manifest."""
    lines = []
    for number, (url, body) in enumerate(usual_pages(PAGES, "http://127.0.0.1")):
        (folder / f"{number}.html").write_bytes(body)
        lines.append(json.dumps({"id": str(number), "url": url, "file": f"{number}.html"}))
    path = folder / "pages.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
