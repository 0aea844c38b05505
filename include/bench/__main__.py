"""`python -m bench`: measure, and print one table; the exit code is 1 when a wanted ratio is missed."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from bench import reading, scheduled, way
from bench.figures import Figure, show


def run(
    manifest: Annotated[
        Path | None, typer.Option(help="Read these pages, as JSON Lines of {id, url, file}.")
    ] = None,
    airflow: Annotated[bool, typer.Option(help="Measure runs in a real Airflow, too.")] = True,
) -> None:
    """Measure reading, the way from wire to feed, and Airflow runs."""
    parts: list[Callable[[Path], Iterator[Figure]]] = [
        lambda folder: reading.measure(folder, manifest),
        way.measure,
    ]
    if airflow:
        parts.append(scheduled.measure)
    figures: list[Figure] = []
    for part in parts:
        with tempfile.TemporaryDirectory() as folder:
            figures += part(Path(folder))
    sys.exit(0 if show(figures) else 1)


if __name__ == "__main__":
    typer.run(run)
