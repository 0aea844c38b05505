"""What the catalogue has, asked for in order to compare it with what lies in the bucket."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_, select, tuple_, union

from newsroom.store import schema
from newsroom.store.chains import verdict_of
from newsroom.store.database import Database, in_parts
from newsroom.story import Verdict

KEYS_AT_ONCE = 200
"""Primary keys in one statement: SQLite nests at most a thousand expressions."""

ROWS_AT_ONCE = 500
"""Rows in memory at a time."""

Values = tuple[Any, ...]
"""What stands in some columns of a row."""

Row = dict[str, Any]
"""A whole row, by column."""


@dataclass(frozen=True)
class FiledObject:
    """A revision's row: where its object must lie, what it says as a digest, and what it was read from."""

    uri: str
    n: int
    key: str
    content_hash: str
    raw_keys: tuple[str, ...]
    stored_at: datetime


class Inventory(Database):
    """What is there, and what is not."""

    def known(self, columns: Sequence[ColumnElement[Any]], values: Collection[Values]) -> set[Values]:
        """Those of these values that some row has in these columns."""
        listed = list(values)
        found: set[Values] = set()
        with self.reading() as connection:
            for start in range(0, len(listed), KEYS_AT_ONCE):
                here = tuple_(*columns).in_(listed[start : start + KEYS_AT_ONCE])
                found |= {tuple(row) for row in connection.execute(select(*columns).where(here))}
        return found

    def rows_since(self, table: Table, moment: str, since: datetime, until: datetime) -> Iterator[Row]:
        """The table's rows whose column `moment` is in this span, in its order, as they are asked for."""
        column = table.c[moment]
        asked = select(table).where(column >= since, column <= until).order_by(column, *table.primary_key)
        with self.reading() as connection:
            for row in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(asked):
                yield row._asdict()

    def verdicts_since(self, since: datetime, until: datetime) -> Iterator[tuple[str, Verdict]]:
        """The verdicts of this span, each with the wire of its story, as they are asked for."""
        table, story = schema.verdict, schema.story
        asked = select(table, story.c.wire).join(story, story.c.uri == table.c.uri)
        asked = asked.where(table.c.checked_at >= since, table.c.checked_at <= until)
        asked = asked.order_by(story.c.wire, table.c.checked_at)
        with self.reading() as connection:
            for row in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(asked):
                yield row.wire, verdict_of(row)

    def killed_at(self, at: datetime, by: str) -> tuple[str, ...]:
        """The stories that one word of a person killed."""
        table = schema.kill
        asked = select(table.c.uri).where(table.c.at == at, table.c.by == by).order_by(table.c.uri)
        with self.reading() as connection:
            return tuple(connection.scalars(asked))

    def filed_objects(self, wire: str, since: datetime, until: datetime) -> Iterator[list[FiledObject]]:
        """The wire's revisions filed in this span, some at a time, the first one first."""
        table = schema.revision
        columns = (
            table.c.uri,
            table.c.n,
            table.c.key,
            table.c.content_hash,
            table.c.raw_keys,
            table.c.stored_at,
        )
        asked = select(*columns).where(
            table.c.wire == wire, table.c.stored_at >= since, table.c.stored_at <= until
        )
        asked = asked.order_by(table.c.stored_at, table.c.uri, table.c.n).limit(ROWS_AT_ONCE)
        after = None
        while True:
            with self.reading() as connection:
                rows = connection.execute(asked if after is None else asked.where(after)).all()
            if not rows:
                return
            yield [FiledObject(**row._asdict() | {"raw_keys": tuple(row.raw_keys)}) for row in rows]
            last = rows[-1]
            same = table.c.stored_at == last.stored_at
            behind = or_(table.c.uri > last.uri, and_(table.c.uri == last.uri, table.c.n > last.n))
            after = or_(table.c.stored_at > last.stored_at, and_(same, behind))

    def raw_keys_of_entries(self, wire: str, since: datetime) -> set[str]:
        """The feed snapshots that the wire's entries, seen since then, were read from."""
        table = schema.item
        asked = select(table.c.raw_key).where(table.c.wire == wire, table.c.seen_at >= since).distinct()
        with self.reading() as connection:
            return set(connection.scalars(asked))

    def entry_states(self, keys: Collection[str]) -> dict[str, str]:
        """By entry, the state it is in; `pending` where any feed has still to read it. Others are missing."""
        table = schema.item
        found: dict[str, str] = {}
        with self.reading() as connection:
            for part in in_parts(keys):
                asked = select(table.c.key, table.c.state).where(table.c.key.in_(part))
                for row in connection.execute(asked):
                    if found.get(row.key) != "pending":
                        found[row.key] = row.state
        return found

    def partners_on_record(self) -> list[str]:
        """Every partner that ever got something."""
        tables = (schema.delivery, schema.partner_document)
        with self.reading() as connection:
            return sorted(connection.scalars(union(*(select(table.c.partner) for table in tables))))
