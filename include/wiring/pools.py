"""A pool for each wire, so that a slow wire can't take every worker, one for pushes, and one for kills.

`python -m wiring.pools` makes them.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from newsroom.config import Configuration
from wiring.configuration import configured

SLOTS = 4
"""How many tasks of one wire may run at once."""


TAKEDOWN_POOL = "takedown"
"""The pool of kills: no other task ever waits in it."""

PUSH_POOL = "push"
"""The pool of pushes: partners that hang can't take every worker either."""


def pool_of(wire: str) -> str:
    """The name of a wire's pool."""
    return f"wire_{wire}"


def pools(configuration: Configuration) -> dict[str, dict[str, object]]:
    """Every wire's pool, that of pushes and that of kills, as `airflow pools import` reads them."""
    takedown = {"slots": SLOTS, "description": "Kills, before all else", "include_deferred": False}
    push = {"slots": SLOTS, "description": "Pushes to partners", "include_deferred": False}
    wires = {
        pool_of(wire.id): {
            "slots": SLOTS,
            "description": f"Tasks of {wire.provider} that may run at once",
            "include_deferred": False,
        }
        for wire in configuration.wires.values()
    }
    return {TAKEDOWN_POOL: takedown, PUSH_POOL: push, **wires}


def ensure_pools() -> list[str]:
    """Create or update the pool of every wire; run it again after a wire was added.

    Returns:
        The pools' names.

    Raises:
        subprocess.CalledProcessError: Airflow's database can't be reached; its own message is shown.
    """
    wanted = pools(configured())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pools.json"
        path.write_text(json.dumps(wanted))
        airflow = Path(sys.executable).with_name("airflow")
        subprocess.run([airflow, "pools", "import", str(path)], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return sorted(wanted)


if __name__ == "__main__":
    for name in ensure_pools():
        sys.stdout.write(f"pool {name}: {SLOTS} slots\n")
