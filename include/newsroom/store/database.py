"""The database under the catalogue: opened, kept apart by dialect, written in short transactions."""

import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url

from newsroom.settings import settings
from newsroom.store import schema

BUSY_MILLISECONDS = 30_000
"""How long a writer waits for another before it fails."""

WRITER_LOCK = 7_306_112
"""PostgreSQL's advisory lock that a writer holds, as SQLite has one writer at a time.

A story's row follows from rows that another writer may be adding, so that writers must take turns. Their
transactions take milliseconds.
"""

ROWS_AT_ONCE = 500
"""Rows in one statement: SQLite takes 32,766 values."""


class WrongVersion(LookupError):  # noqa: N818 - names what is
    """The catalogue was made by another release; its text says how to go on."""


class Database:
    """An open catalogue. Safe under several processes; a fork opens its own."""

    def __init__(self, engine: Engine) -> None:
        """Use `engine`; `open` makes one."""
        self.engine = engine

    @classmethod
    def open(cls, url: str | None = None) -> Self:
        """Open the catalogue at `url`, by default `settings().catalogue`; its tables are made when missing.

        Raises:
            WrongVersion: another release made it.
            sqlalchemy.exc.SQLAlchemyError: the database can't be reached.
        """
        where = make_url(url or settings().catalogue)
        lite = where.get_backend_name() == "sqlite"
        if lite and where.database:
            Path(where.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(where, hide_parameters=True)
        if lite:
            _prepare_sqlite(engine)
        database = cls(engine)
        try:
            database._make_tables()
        except BaseException:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the catalogue."""
        with self.engine.connect() as connection:
            if self._is_postgresql:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all of it or nothing, one writer at a time.

        Raises:
            sqlalchemy.exc.OperationalError: another writer held the catalogue for half a minute.
        """
        with self.engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                if self._is_postgresql:
                    connection.execute(text(f"SET LOCAL lock_timeout = {BUSY_MILLISECONDS}"))
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})"))
                yield connection

    @property
    def _is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    def _make_tables(self) -> None:
        with self.reading() as connection:
            if inspect(connection).has_table("about"):
                self._verify(connection)
                return
        with self.writing() as connection:
            schema.metadata.create_all(connection)
            if connection.execute(select(schema.about)).first() is None:
                connection.execute(insert(schema.about).values(version=schema.VERSION))
            self._verify(connection)

    def _verify(self, connection: Connection) -> None:
        found = connection.execute(select(schema.about.c.version)).scalar()
        if found != schema.VERSION:
            raise WrongVersion(
                f"catalogue: saw version {found}, wanted {schema.VERSION}; give NEWSROOM_CATALOGUE an empty "
                "database and run `newsroom reindex`"
            )


def in_parts(values: Collection[str]) -> Iterator[list[str]]:
    """The values in order, as many at a time as one statement asks for."""
    listed = sorted(values)
    return (listed[start : start + ROWS_AT_ONCE] for start in range(0, len(listed), ROWS_AT_ONCE))


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    update: Iterable[str] | None = None,
    where: Callable[[Any], ColumnElement[bool]] | None = None,
) -> None:
    """Insert rows by their primary key; of one that is there, set `update`'s columns, by default all.

    An empty `update` keeps what is there, and so does a false `where`, which is given the new row's columns.
    """
    keys = [column.name for column in table.primary_key]
    columns = [c.name for c in table.columns if c.name not in keys] if update is None else list(update)
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for start in range(0, len(rows), ROWS_AT_ONCE):
        statement = dialect.insert(table).values([dict(row) for row in rows[start : start + ROWS_AT_ONCE]])
        if columns:
            new = statement.excluded
            changed = {name: new[name] for name in columns}
            holds = where(new) if where else None
            connection.execute(
                statement.on_conflict_do_update(index_elements=keys, set_=changed, where=holds)
            )
        else:
            connection.execute(statement.on_conflict_do_nothing(index_elements=keys))


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN comes too late for writers that read first.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers go on beside a writer. SQLite does not wait by itself for its turn to change to that."""
    until = time.monotonic() + BUSY_MILLISECONDS / 1_000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return
