"""Milliseconds of the catalogue that a tick of delivery takes beside a large archive; on SQLite.

`python -m bench.archive --stories 1000000` takes some minutes. The newest stories are filed as any are; the
older ones are copies of their rows, and so is what partners were sent of them.
"""

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection, Engine, Table

from bench import scale
from bench.figures import Figure, show
from newsroom.deliver.round import Round
from newsroom.deliver.tick import deliver_in
from newsroom.stages import Newsroom, now
from newsroom.stages.deliver import deliver_changed
from newsroom.store import schema
from newsroom.store.catalogue import Catalogue
from standalone.seaweedfs import free_ports

STORIES, PARTNERS = 100_000, 200
"""Stories in the catalogue, unless more are asked for, and partners."""

FILED, NEW, SENT = 1_000, 50, 1_000
"""Stories filed as any are, how many come before a tick, and how many each partner was sent long ago."""

MILLISECONDS = 200.0
"""What a tick with nothing to send may take."""

_TIMES = ("stored_at", "firstcreated", "versioncreated", "checked_at", "ready_at", "current_at")
_FIRST = ("first_created", "first_stored")


class Timed(Catalogue):
    """A catalogue that adds up the seconds for which it is asked or written to."""

    def __init__(self, engine: Engine) -> None:
        """Nothing was asked yet."""
        super().__init__(engine)
        self.seconds = 0.0

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The same, timed."""
        with self._timing(), super().reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The same, timed."""
        with self._timing(), super().writing() as connection:
            yield connection

    @contextmanager
    def _timing(self) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - began


def measure(folder: Path, stories: int = STORIES) -> Iterator[Figure]:
    """Deliver beside a tenth of so many stories, then beside all of them."""
    dice = random.Random(7)  # noqa: S311 - the same stories each time
    desk = scale.Desk(folder, free_ports(1)[0], PARTNERS)
    catalogue = Timed.open(f"sqlite:///{folder / 'catalogue.db'}")
    with desk.server():
        room = Newsroom(scale.configuration(PARTNERS), desk.bucket(), catalogue)
        scale.file_stories(desk.room(), dice, range(FILED))
        _spent(room, everything=True)
        beside: dict[int, float] = {}
        came = FILED
        for size in (stories // 10, stories):
            _grow(folder / "catalogue.db", beside, size)
            scale.file_stories(desk.room(), dice, range(came, came + NEW))
            came += NEW
            beside[size] = _spent(room, everything=True)
            _spent(room, everything=True)  # what the tick itself noted is new, too
        idle = _spent(room)
    catalogue.close()
    small, large = beside.values()
    what = f"{PARTNERS} partners, {stories:,} stories"
    yield Figure(
        f"catalogue, nothing new: {what}",
        f"{idle:.0f} ms",
        f"{MILLISECONDS:.0f} ms",
        MILLISECONDS / idle,
        1.0,
    )
    per = f"{large:.0f} ms, {large / PARTNERS:.1f} ms a partner"
    yield Figure(
        f"catalogue, {NEW} new: {what}", per, f"beside {stories // 10:,}: {small:.0f} ms", small / large, 0.8
    )


def _spent(room: Newsroom, *, everything: bool = False) -> float:
    """The milliseconds of one tick for all partners; `everything` looks at each, one after the other."""
    assert isinstance(room.catalogue, Timed)  # noqa: S101 - made above
    partners = sorted(room.configuration.partners)
    room.catalogue.seconds = 0.0
    if everything:
        shared = Round(room.configuration, room.bucket, room.catalogue, now())
        for partner in partners:
            deliver_in(shared, room.partner(partner), run="bench")
    elif any(each["written"] or each["error"] for each in deliver_changed(room, partners, "bench")):
        raise RuntimeError("wanted nothing to be sent where nothing came")
    return room.catalogue.seconds * 1_000


def _grow(path: Path, before: dict[int, float], stories: int) -> None:
    """Copy the rows of what is filed until there are so many stories, each copy some minutes older."""
    first, last = (max(before, default=0) // FILED or 1), stories // FILED
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        filed = [
            row[0]
            for row in connection.execute("SELECT uri FROM story WHERE uri NOT LIKE '%+%' LIMIT ?", (FILED,))
        ]
        connection.execute("CREATE TEMP TABLE filed (uri TEXT PRIMARY KEY)")
        connection.executemany("INSERT INTO filed VALUES (?)", [(uri,) for uri in filed])
        for copy in range(first, last):
            for table in (schema.revision, schema.verdict, schema.story):
                connection.execute(
                    _copying(table), {"copy": f"+{copy}", "back": f"-{copy * 10 + 60} minutes"}
                )
            connection.commit()  # a log as long as all of it would be read through by each look into it
        if not before:
            _send(connection, filed)
        connection.execute("ANALYZE")
    connection.close()


def _copying(table: Table) -> str:
    def value(name: str) -> str:
        if name == "uri":
            return "t.uri || :copy"
        if name in (*_TIMES, *_FIRST):
            return f"strftime('%Y-%m-%d %H:%M:%f000', t.{name}, :back)"
        return f't."{name}"'

    values = ", ".join(value(column.name) for column in table.columns)
    return f"INSERT INTO {table.name} SELECT {values} FROM filed CROSS JOIN {table.name} t USING (uri)"  # noqa: S608 - our tables


def _send(connection: sqlite3.Connection, filed: list[str]) -> None:
    """Each partner was sent the oldest stories, and they left its feed."""
    came, left = "2026-01-01 00:00:00.000000", "2026-01-02 00:00:00.000000"
    for partner in scale.configuration(PARTNERS).partners:
        uris = [f"{uri}+1" for uri in filed[:SENT]]
        connection.executemany(
            "INSERT INTO delivery VALUES (?, ?, 1, ?, ?, 'older', 'bench')",
            [(partner, uri, came, left) for uri in uris],
        )
        connection.executemany(
            "INSERT INTO ledger_entry VALUES (?, ?, 1, ?, ?, ?, '{}', 'bench', 'bench')",
            [
                (partner, uri, at, act, reason)
                for uri in uris
                for at, act, reason in ((came, "entered", None), (left, "left", "older"))
            ],
        )


def run(
    stories: Annotated[int, typer.Option(help="How many stories there are.", min=20 * FILED)] = STORIES,
) -> None:
    """Measure what a tick asks of the catalogue."""
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(0 if show(measure(Path(folder), stories)) else 1)


if __name__ == "__main__":
    typer.run(run)
