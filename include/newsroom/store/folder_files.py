"""Files of folders in the catalogue, from when they were seen or taken until they are moved away."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, select

from newsroom.store import schema
from newsroom.store.database import Database, in_parts, upsert
from newsroom.store.feeds import PollCounts, record_items
from newsroom.story import Item


@dataclass(frozen=True)
class FileRow:
    """A file as it was when it was seen; `raw_key` is where its bytes lie, None until it is taken.

    `entries` are its entries' keys and digests.
    """

    id: str
    name: str
    raw_key: str | None
    entries: tuple[tuple[str, str], ...]
    at: datetime


@dataclass(frozen=True)
class FileOutcome:
    """What became of a taken file: whether every entry was read, and why some gave no story."""

    row: FileRow
    finished: bool
    reasons: tuple[str, ...]


class FolderFiles(Database):
    """The folders' part of the catalogue."""

    def files(self, wire: str, feed: str) -> dict[str, FileRow]:
        """The feed's files that were seen or taken and not moved away yet, by id."""
        table = schema.folder_file
        asked = select(table).where(table.c.wire == wire, table.c.feed == feed)
        with self.reading() as connection:
            return {row.id: _file(row) for row in connection.execute(asked)}

    def saw_files(self, wire: str, feed: str, names: Mapping[str, str], at: datetime) -> None:
        """Note since when files are seen as they are, by id; one that is noted stays."""
        rows: list[dict[str, Any]] = [
            {"wire": wire, "feed": feed, "id": id_, "name": name, "raw_key": None, "entries": [], "at": at}
            for id_, name in sorted(names.items())
        ]
        with self.writing() as connection:
            upsert(connection, schema.folder_file, rows, update=())

    def take_file(self, wire: str, feed: str, row: FileRow, items: Sequence[Item]) -> PollCounts:
        """Record a file and its entries, in one transaction; what is new in it is due to be read."""
        told = {"id": row.id, "name": row.name, "raw_key": row.raw_key, "at": row.at}
        told_entries = [list(each) for each in row.entries]
        with self.writing() as connection:
            counts = record_items(connection, feed, items, row.at)
            upsert(
                connection,
                schema.folder_file,
                [{"wire": wire, "feed": feed, **told, "entries": told_entries}],
            )
        return counts

    def forget_files(self, wire: str, feed: str, ids: Collection[str]) -> None:
        """Files that do not lie in the folder any more."""
        table = schema.folder_file
        with self.writing() as connection:
            for part in in_parts(ids):
                here = and_(table.c.wire == wire, table.c.feed == feed, table.c.id.in_(part))
                connection.execute(delete(table).where(here))

    def file_outcomes(self, feed: str, rows: Collection[FileRow]) -> list[FileOutcome]:
        """What became of taken files. An entry that says something else by now was read from another one."""
        with self.reading() as connection:
            states = _states(connection, feed, {key for row in rows for key, _ in row.entries})
        return [_outcome(row, states) for row in rows]

    def unread(self, feed: str, items: Collection[Item]) -> set[str]:
        """The keys of those items of which another version waits to be read for the first time."""
        with self.reading() as connection:
            states = _states(connection, feed, {item.key for item in items})
        waiting = {
            key: said for key, (said, state, tried, _) in states.items() if state == "pending" and not tried
        }
        return {item.key for item in items if waiting.get(item.key, item.digest) != item.digest}


_State = tuple[str, str, int, str]


def _states(connection: Connection, feed: str, keys: Collection[str]) -> dict[str, _State]:
    """By item: its digest, its state, how often it was tried, and why it gave nothing."""
    table = schema.item
    found: dict[str, _State] = {}
    for part in in_parts(keys):
        columns = (table.c.key, table.c.digest, table.c.state, table.c.attempts, table.c.code, table.c.reason)
        asked = select(*columns).where(table.c.feed == feed, table.c.key.in_(part))
        for row in connection.execute(asked):
            found[row.key] = (row.digest, row.state, row.attempts, f"{row.code}: {row.reason}")
    return found


def _outcome(row: FileRow, states: Mapping[str, _State]) -> FileOutcome:
    own = [states[key] for key, said in row.entries if key in states and states[key][0] == said]
    waits = any(state == "pending" for _, state, _, _ in own)
    reasons = (reason for _, state, _, reason in own if state in ("failed", "quarantined"))
    return FileOutcome(row, not waits, tuple(dict.fromkeys(reasons)))


def _file(row: Row[Any]) -> FileRow:
    entries = tuple((key, said) for key, said in row.entries)
    return FileRow(row.id, row.name, row.raw_key, entries, row.at)
