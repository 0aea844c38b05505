"""`python -m bench`: measure, and print one table; the exit code is 1 when a wanted ratio is missed."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from bench import archive, copies, gate, hostile, memory, reading, scale, scheduled, way
from bench.figures import Figure, show


def run(
    manifest: Annotated[
        Path | None, typer.Option(help="Read these pages, as JSON Lines of {id, url, file}.")
    ] = None,
    peers: Annotated[
        Path | None, typer.Option(help="Where newspaper4k and readability-lxml are installed.")
    ] = None,
    pages: Annotated[
        int, typer.Option(help="How many pages one reader reads, for its memory.", min=2 * memory.WARM)
    ] = memory.PAGES,
    stories: Annotated[
        int, typer.Option(help="How many stories lie in the catalogue.", min=20 * archive.FILED)
    ] = copies.STORIES,
    partners: Annotated[
        int, typer.Option(help="To how many partners stories are delivered.", min=2 * min(scale.SIZES))
    ] = scale.PARTNERS,
    airflow: Annotated[bool, typer.Option(help="Measure runs in a real Airflow, too.")] = True,
) -> None:
    """Measure reading, the way from wire to feed, finding copies, very many partners, and Airflow runs."""
    parts: list[Callable[[Path], Iterator[Figure]]] = [
        lambda folder: reading.measure(folder, manifest, peers),
        lambda folder: memory.measure(folder, manifest, pages),
        hostile.measure,
        way.measure,
        lambda folder: copies.measure(folder, stories),
        lambda folder: archive.measure(folder, stories),
        lambda folder: scale.measure(folder, partners),
    ]
    if manifest:
        parts.append(lambda _: gate.measure(manifest))
    if airflow:
        parts.append(scheduled.measure)
    figures: list[Figure] = []
    for part in parts:
        with tempfile.TemporaryDirectory() as folder:
            figures += part(Path(folder))
    sys.exit(0 if show(figures) else 1)


if __name__ == "__main__":
    typer.run(run)
