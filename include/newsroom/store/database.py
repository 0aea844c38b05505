"""The database under the catalogue: opened, kept apart by dialect, written in short transactions."""

import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

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
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from newsroom.settings import settings
from newsroom.store import schema

if TYPE_CHECKING:
    from newsroom.store.migrations import Migration

BUSY_MILLISECONDS = 30_000
"""How long a writer waits for another before it fails."""

WRITER_LOCK = 7_306_112
"""PostgreSQL's advisory lock that a writer holds, as SQLite has one writer at a time.

A story's row follows from rows that another writer may be adding, so that writers must take turns. Their
transactions take milliseconds.
"""

LOG_PAGES = 8_000
"""Pages of SQLite's log, 32 MB, before they are moved into the file, which waits for the disk. The default, 4
MB, is full after some fifty stories, as each changes pages all over the index of fingerprints."""

REBUILD = "give NEWSROOM_CATALOGUE an empty database and run `newsroom reindex`"
"""How to mend a catalogue that can't be migrated."""

FORM = "write NEWSROOM_CATALOGUE as postgresql+psycopg://USER:PASSWORD@HOST/NAME or sqlite:////FILE"
"""How to mend a URL that names no database."""

ROWS_AT_ONCE = 500
"""Rows in one statement: SQLite takes 32,766 values."""


class Unfit(LookupError):  # noqa: N818 - names what is
    """The catalogue must not be worked with as it is; says what was found, and how to mend it."""

    def __init__(self, found: str, mend: str) -> None:
        """Both are for people."""
        super().__init__(found, mend)
        self.found, self.mend = found, mend

    def __str__(self) -> str:
        """Both in one line."""
        return f"catalogue: {self.found}; {self.mend}"


class WrongVersion(Unfit):
    """The catalogue's tables are not of this release."""


class MigrationFailed(RuntimeError):  # noqa: N818 - names what is
    """The database refused a migration, and is as it was."""


class Database:
    """An open catalogue. Safe under several processes; a fork opens its own."""

    def __init__(self, engine: Engine) -> None:
        """Use `engine`; `open` makes one."""
        self.engine = engine

    @classmethod
    def open(cls, url: str | None = None) -> Self:
        """Open the catalogue at `url`, by default `settings().catalogue`; an empty one gets its tables.

        Raises:
            WrongVersion: another release made its tables.
            sqlalchemy.exc.SQLAlchemyError: the database can't be reached.
        """
        database = cls(_engine(url))
        try:
            database._make_or_verify_tables()
        except BaseException:
            database.close()
            raise
        return database

    @classmethod
    def connect(cls, url: str | None = None) -> Self:
        """Take the catalogue as it is, of whatever version: for `migrate` alone."""
        return cls(_engine(url))

    def migrate(self) -> "list[Migration]":
        """Bring the tables to this release's version, rows and all; all of it or nothing.

        Returns:
            What was done, in order; nothing where the tables were of this version.

        Raises:
            WrongVersion: no migration leads on from what is there.
            MigrationFailed: the database refused one, or was in use for half a minute.
        """
        from newsroom.store import migrations

        try:
            with self.writing() as connection:
                seen = _version(connection)
                if seen and not migrations.known(seen):
                    raise _wrong_version(seen)
                return migrations.upgrade(connection, seen)
        except SQLAlchemyError as error:
            cause = str(error.orig if isinstance(error, DBAPIError) else error).strip()
            raise MigrationFailed(
                f"catalogue: saw `{cause}`, wanted to bring it to version {schema.VERSION}; it is as it was: "
                "stop whatever works with it, mend what the message names, and try again"
            ) from error

    @staticmethod
    def exists(url: str | None = None) -> bool:
        """Whether there may be a catalogue at `url`, as in `open`: a file, or a server; none is made."""
        where = make_url(url or settings().catalogue)
        return where.get_backend_name() != "sqlite" or Path(where.database or "").is_file()

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

    def _make_or_verify_tables(self) -> None:
        with self.reading() as connection:
            seen = _version(connection)
        if seen is None:
            with self.writing() as connection:
                seen = _version(connection) or _make_tables(connection)
        if seen != schema.VERSION:
            raise _wrong_version(seen)


def _engine(url: str | None) -> Engine:
    where = make_url(url or settings().catalogue)
    lite = where.get_backend_name() == "sqlite"
    if lite and where.database:
        _make_folder(Path(where.database).parent)
    try:
        engine = create_engine(where, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise Unfit(f"saw a URL that asks for the driver {error.name}, which is not there", FORM) from error
    if lite:
        _prepare_sqlite(engine)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        mend = "let this user write there, or set NEWSROOM_CATALOGUE"
        raise Unfit(f"saw “{error.strerror}” at {folder}, which it is to lie in", mend) from error


def _version(connection: Connection) -> str | None:
    """The version of the tables; nothing where there are none of ours."""
    inspector, name = inspect(connection), schema.catalogue_version.name
    if inspector.has_table(name):
        seen: str | None = connection.scalar(select(schema.catalogue_version.c.version_num))
        if seen:
            return seen
    ours = (schema.metadata.tables.keys() - {name}).intersection(inspector.get_table_names())
    if ours:
        some = ", ".join(sorted(ours)[:3])
        raise WrongVersion(
            f"saw tables without a version ({some} …), wanted version {schema.VERSION}", REBUILD
        )
    return None


def _make_tables(connection: Connection) -> str:
    """Make them as the migrations would, in half the time and without alembic."""
    schema.metadata.create_all(connection)
    connection.execute(insert(schema.catalogue_version).values(version_num=schema.VERSION))
    return schema.VERSION


def _wrong_version(seen: str) -> WrongVersion:
    from newsroom.store import migrations

    if migrations.known(seen):
        return WrongVersion(
            f"saw version {seen}, wanted {schema.VERSION}",
            "stop whatever works with it, and run `newsroom migrate`",
        )
    return WrongVersion(
        f"saw version {seen}, which this release does not know, wanted {schema.VERSION}",
        f"run the release that made it, or {REBUILD}",
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

    An empty `update` keeps what is there, and so does a false `where`, which is given the new row's columns
    and asks by no list of values (`in_`): it is compiled once for all rows.
    """
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    columns = [c.name for c in table.columns if c.name not in keys] if update is None else list(update)
    # One row's statement for all of them: it is compiled once and for ever, one of many rows each time.
    statement = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
    if columns:
        new = statement.excluded
        holds = where(new) if where else None
        changed = {name: new[name] for name in columns}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changed, where=holds)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    connection.execute(statement, [dict(row) for row in rows])


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN comes too late for writers that read first.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")

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
