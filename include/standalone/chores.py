"""What a desk that runs for weeks must do, lest it fill its disk: short logs, and a short history of runs."""

import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from standalone.children import Part
from standalone.places import Places

LOG_BYTES = 32 * 1024 * 1024
"""How long a part's log may grow until it begins anew; the one before is kept."""

FIRST_AFTER, EVERY = 600.0, 24 * 3600.0
"""Seconds from the start to the first time that Airflow forgets its old runs, and between two times."""


@dataclass
class Chores:
    """What is done beside the parts, at its time; `look` asks whether it is time."""

    history: Part
    logs: Path
    _due: float = field(init=False, default_factory=lambda: time.monotonic() + FIRST_AFTER)

    @classmethod
    def of(cls, places: Places, env: Mapping[str, str]) -> "Chores":
        """The chores of a desk, whose Airflow has the environment `env`."""
        command = [sys.executable, "-m", "wiring.airflow_history"]
        return cls(Part("airflow-history", command, places.logs / "airflow-history.log", env), places.logs)

    def look(self) -> None:
        """Do what is due."""
        for log in self.logs.glob("*.log"):
            if log.stat().st_size > LOG_BYTES:
                begin_anew(log)
        if time.monotonic() >= self._due and not self.history.running:
            self._due = time.monotonic() + EVERY
            self.history.start()


def begin_anew(log: Path) -> None:
    """Copy a log aside, over the one before, and empty it: who writes it has it open and adds to its end."""
    shutil.copyfile(log, log.with_suffix(".log.1"))
    with log.open("r+b") as emptied:
        emptied.truncate()
