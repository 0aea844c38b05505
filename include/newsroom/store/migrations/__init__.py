"""The catalogue's migrations: every change of its tables, oldest first, each a script under `versions/`.

Who opens a catalogue imports neither this nor alembic: an empty one gets its tables from `schema` at once,
and a test holds both to the same.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from newsroom.store import schema

SCRIPTS = Path(__file__).parent
"""Where alembic finds `env.py` and `versions/`."""

_ONE_THREAD = threading.Lock()
"""Held while alembic runs, whose `op` is one for all threads."""


@dataclass(frozen=True)
class Migration:
    """One change of the tables: the version that it leads to, and what it does."""

    version: str
    what: str


def upgrade(connection: Connection, seen: str | None) -> list[Migration]:
    """Run what leads from version `seen`, or from nothing, to the newest, in the connection's transaction."""
    with _configured(connection) as config:
        scripts = ScriptDirectory.from_config(config)
        newer = [
            Migration(script.revision, script.doc.rstrip("."))
            for script in scripts.iterate_revisions("head", seen or "base")
        ]
        command.upgrade(config, "head")
    return newer[::-1]


def known(version: str) -> bool:
    """Whether one of the migrations leads to this version."""
    scripts = ScriptDirectory(SCRIPTS)
    return version in {script.revision for script in scripts.walk_revisions()}


def write(connection: Connection, what: str) -> str:
    """Write the script of one more migration: from the connection's tables to those of `schema`.

    Returns:
        The version that it leads to.
    """
    version = f"{int(schema.VERSION) + 1:04}"
    with _configured(connection) as config:
        command.revision(config, what, autogenerate=True, rev_id=version)
    return version


@contextmanager
def _configured(connection: Connection) -> Iterator[Config]:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    with _ONE_THREAD:
        yield config
