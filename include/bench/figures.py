"""What a measurement says, and the table of them."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One line: what was measured, its value and unit, what it is held against, and the ratio wanted."""

    what: str
    value: str
    against: str = ""
    ratio: float | None = None
    wanted: float | None = None

    @property
    def met(self) -> bool:
        """Whether the ratio is what is wanted; True where nothing is."""
        return self.wanted is None or (self.ratio is not None and self.ratio >= self.wanted)


def show(figures: Iterable[Figure]) -> bool:
    """Print the table; whether every wanted ratio was met."""
    table = Table("measured", "value", "against", "ratio", "wanted")
    shown = list(figures)
    for figure in shown:
        ratio = f"{figure.ratio:.2f}" if figure.ratio is not None else ""
        wanted = f"≥ {figure.wanted:.2f}" if figure.wanted is not None else ""
        style = "" if figure.met else "red"
        table.add_row(figure.what, figure.value, figure.against, ratio, wanted, style=style)
    console = Console(width=130)
    console.print(table)
    cores = len(os.sched_getaffinity(0))
    console.print(f"on {cores} cores; load {os.getloadavg()[0]:.1f} at the end", highlight=False)
    return all(figure.met for figure in shown)
