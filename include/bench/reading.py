"""Pages a second of `newsroom read`'s path, with one process and two, against other extractors'."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import trafilatura

from bench import peers
from bench.figures import Figure
from bench.pages import bodies_of, manifest_in
from newsroom.extract.manifest import read_manifest

ROUNDS = 3

WANTED = 0.9
"""Of bare trafilatura's pages a second."""

WANTED_OF_TWO = 1.8
"""How much faster two processes are to be than one."""


def measure(folder: Path, manifest: Path | None = None, installed: Path | None = None) -> Iterator[Figure]:
    """Read pages like real ones, or those of a manifest; the best of some rounds counts.

    The peers are those in the folder `installed`; without it trafilatura is the only one.
    """
    path = manifest or manifest_in(folder)
    bodies = list(bodies_of(path))

    def ours(processes: int) -> int:
        return sum(1 for _ in read_manifest(path, processes))

    def bare() -> int:
        return sum(1 for body in bodies if trafilatura.extract(body, with_metadata=True) is not None)

    def text_only() -> int:
        return sum(1 for body in bodies if trafilatura.extract(body) is not None)

    seconds = _best(partial(ours, 1), partial(ours, 2), bare, text_only)
    read, two, full, text = (len(bodies) / each for each in seconds)
    kilobytes = sum(map(len, bodies)) / len(bodies) / 1000
    kind = "real" if manifest else "made"
    what = f"newsroom read: pages/s, {len(bodies)} {kind} pages of {kilobytes:.0f} kB, one process"
    # Made pages are simple: trafilatura's second looks, most of its time on real ones, don't show.
    wanted = WANTED if manifest else None
    yield Figure(what, f"{read:.0f}", f"trafilatura with metadata: {full:.0f}", read / full, wanted)
    yield Figure("the same", f"{read:.0f}", f"trafilatura, text alone: {text:.0f}", read / text)
    if installed:
        yield from peers.measure(installed, path, read)
    yield Figure("the same, two processes", f"{two:.0f}", f"one: {read:.0f}", two / read, WANTED_OF_TWO)
    yield _command(path)


def _command(path: Path) -> Figure:
    """The command from start to end, imports and models included, which no second process shares."""

    def run(processes: int) -> int:
        program = Path(sys.executable).with_name("newsroom")
        command = [str(program), "read", "--manifest", str(path), "--processes", str(processes)]
        return subprocess.run(command, stdout=subprocess.DEVNULL, check=True).returncode  # noqa: S603 - our own

    one, two = _best(partial(run, 1), partial(run, 2), rounds=2)
    what = "the same as a command, start-up included: two processes"
    return Figure(what, f"{two:.1f} s", f"one: {one:.1f} s", one / two)


def _best(*jobs: Callable[[], int], rounds: int = ROUNDS) -> list[float]:
    """The shortest time of each job, over rounds that take turns."""
    best = [float("inf")] * len(jobs)
    for _ in range(rounds):
        for place, job in enumerate(jobs):
            began = time.perf_counter()
            job()
            best[place] = min(best[place], time.perf_counter() - began)
    return best
