"""The catalogue's migrations, on SQLite and PostgreSQL: they make what `schema` says, and keep the rows."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Engine, Integer, MetaData, inspect, text, update

from newsroom.settings import CHECKOUT
from newsroom.store import database, migrations, schema
from newsroom.store.catalogue import Catalogue, FeedState
from newsroom.store.database import Database, MigrationFailed, WrongVersion
from newsroom.store.migrations import Migration
from newsroom.store.migrations.__main__ import main as write_migration

FIRST = Migration("0001", "Make the tables")

NOW, NEXT = schema.VERSION, f"{int(schema.VERSION) + 1:04}"

STEP = f'''
"""Add a feed's colour, and let an item have no wire."""

import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{NOW}"


def upgrade() -> None:
    with op.batch_alter_table("feed") as batch_op:
        batch_op.add_column(sa.Column("colour", sa.String(16), nullable=False, server_default="grey"))
    op.execute("UPDATE feed SET colour = 'red' WHERE feed = 'all'")
    with op.batch_alter_table("item") as batch_op:  # which makes SQLite's table anew
        batch_op.alter_column("wire", existing_type=sa.String(64), nullable=True)
        batch_op.alter_column("title", new_column_name="heading", existing_type=sa.Text())
    with op.batch_alter_table("fingerprint_bucket") as batch_op:
        batch_op.alter_column("bucket", existing_type=sa.BigInteger(), server_default="7")
'''  # noqa: S608 - no value in it

FAILING = STEP + '    op.execute("UPDATE feed SET colour = NULL")\n'  # noqa: S608 - no value in it


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> Callable[[], str]:
    """Makes empty databases of a kind; gives the URL of each."""
    if kind == "postgresql":
        made: Callable[[], str] = request.getfixturevalue("new_postgres")
        return made
    numbers = iter(range(99))
    return lambda: f"sqlite:///{tmp_path}/{next(numbers)}.db"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def migrated(new_url: Callable[[], str]) -> Iterator[Database]:
    """An empty catalogue that migrations made."""
    with closing(Database.connect(new_url())) as made:
        assert made.migrate()[0] == FIRST
        yield made


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The next release's migrations: so far the same, in a folder of the test's own."""
    folder = tmp_path / "100% next" / "migrations"
    shutil.copytree(migrations.SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrations, "SCRIPTS", folder)
    return folder


def differences(engine: Engine) -> list[Any]:
    """What `schema` has and the database lacks, and the other way round."""
    options = {"compare_server_default": True, "version_table": schema.catalogue_version.name}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        found: list[Any] = compare_metadata(context, schema.metadata)
    return found


def structure(engine: Engine) -> dict[str, Any]:
    """All that the database tells of its tables."""
    found = inspect(engine)
    return {
        name: {
            "columns": {
                column.pop("name"): {fact: str(value) for fact, value in column.items()}
                for column in map(dict, found.get_columns(name))
            },
            "key": found.get_pk_constraint(name),
            "indexes": {index["name"]: index for index in found.get_indexes(name)},
            "constraints": [
                found.get_unique_constraints(name),
                found.get_check_constraints(name),
                found.get_foreign_keys(name),
            ],
            "options": found.get_table_options(name),
        }
        for name in found.get_table_names()
    }


def rows(opened: Database) -> dict[str, list[dict[str, Any]]]:
    with opened.reading() as connection:
        return {
            name: [dict(row) for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()]  # noqa: S608
            for name in schema.metadata.tables
        }


def fill(url: str, make: Any) -> dict[str, list[dict[str, Any]]]:
    """Write to a catalogue; gives its rows."""
    with closing(Catalogue.open(url)) as opened:
        opened.record_poll(FeedState("sample", "all", polls=3), [make.item("1"), make.item("2")])
        opened.record_poll(FeedState("sample", "other"), [make.item("3", feed="other")])
        opened.add_revisions([make.revision()])
        with opened.writing() as connection:
            connection.execute(
                schema.fingerprint_bucket.insert(), [{"bucket": n, "number": -n} for n in (1, 2)]
            )
        return rows(opened)


def test_the_last_migration_is_the_version_that_is_asked_for():
    told = ScriptDirectory(migrations.SCRIPTS)
    assert told.get_heads() == [schema.VERSION], "set schema.VERSION to the last migration"
    in_order = [script.revision for script in told.walk_revisions()][::-1]
    assert in_order == [f"{n:04}" for n in range(1, len(in_order) + 1)]


def test_migrations_make_what_the_schema_says(new_url, migrated):
    assert differences(migrated.engine) == [], 'write the migration: make migration WHAT="Add the …"'
    with closing(Database.open(new_url())) as made_at_once:
        assert differences(made_at_once.engine) == []
        assert structure(migrated.engine) == structure(made_at_once.engine)
        assert rows(migrated) == rows(made_at_once)
        assert rows(migrated)["catalogue_version"] == [{"version_num": schema.VERSION}]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (["DROP INDEX revision_stored"], "add_index"),
        (["CREATE INDEX more ON feed (etag)"], "remove_index"),
        (["DROP TABLE mention"], "add_table"),
        (["ALTER TABLE feed DROP COLUMN etag"], "add_column"),
        (
            ["ALTER TABLE feed DROP COLUMN etag", "ALTER TABLE feed ADD COLUMN etag TEXT DEFAULT 'x'"],
            "modify_default",
        ),
        (
            ["ALTER TABLE feed DROP COLUMN polls", "ALTER TABLE feed ADD COLUMN polls BIGINT"],
            "modify_nullable, modify_type",
        ),
    ],
)
def test_every_difference_is_found(migrated, changes, found):
    with migrated.writing() as connection:
        for change in changes:
            connection.execute(text(change))
    told = differences(migrated.engine)
    flat = [each for one in told for each in (one if isinstance(one, list) else [one])]
    assert ", ".join(sorted(each[0] for each in flat)) == found


@pytest.mark.slow
def test_who_opens_a_catalogue_does_not_wait_for_alembic(tmp_path):
    program = (
        "import sys; from newsroom.store.database import Database\n"
        "for _ in range(2): Database.open(sys.argv[1]).close()\n"
        "print('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", program, f"sqlite:///{tmp_path / 'catalogue.db'}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"


def test_what_was_lifted_before_lifts_could_name_a_kill_stays_lifted(new_url):
    with closing(Database.connect(new_url())) as old:
        with old.writing() as connection, migrations._configured(connection) as config:
            command.upgrade(config, "0003")
            for uri, at in (("one", "10:00"), ("one", "12:00"), ("two", "10:00")):
                values = f"'{uri}', '{uri}{at}', '2026-11-20 {at}:00', 'editor', 'ed', 'libel'"
                connection.execute(text(f"INSERT INTO kill VALUES ({values})"))  # noqa: S608
            for uri in ("one", "two"):
                values = f"'{uri}', '2026-11-20 11:00:00', 'ed', 'settled'"
                connection.execute(text(f"INSERT INTO lift VALUES ({values})"))  # noqa: S608
        assert old.migrate()[0].version == "0004"
    with closing(Catalogue.open(url_of(old))) as opened:
        standing = {uri: opened.kills(uri, standing=True) for uri in ("one", "two")}
        assert {uri: [each.at.hour for each in found] for uri, found in standing.items()} == {
            "one": [12],
            "two": [],
        }
        assert [each.evidence for each in opened.lifts("one")] == [()]


def test_migrated_again_nothing_is_done(migrated):
    before = structure(migrated.engine)
    assert migrated.migrate() == []
    assert structure(migrated.engine) == before


def test_one_of_a_later_release_is_refused(migrated):
    with migrated.writing() as connection:
        connection.execute(update(schema.catalogue_version).values(version_num="9999"))
    for attempt in (lambda: Database.open(url_of(migrated)), migrated.migrate):
        with pytest.raises(WrongVersion) as refused:
            attempt()
        assert str(refused.value) == (
            f"catalogue: saw version 9999, which this release does not know, wanted {schema.VERSION}; "
            "run the release that made it, or give NEWSROOM_CATALOGUE an empty database and run "
            "`newsroom reindex`"
        )
    assert rows(migrated)["catalogue_version"] == [{"version_num": "9999"}]


@pytest.mark.parametrize("lost", ["DROP TABLE catalogue_version", "DELETE FROM catalogue_version"])
def test_tables_without_a_version_are_refused(migrated, lost):
    with migrated.writing() as connection:
        connection.execute(text(lost))
    before = structure(migrated.engine)
    for attempt in (lambda: Database.open(url_of(migrated)), migrated.migrate):
        with pytest.raises(WrongVersion, match=r"saw tables without a version \(archive_look, .*reindex`"):
            attempt()
    assert structure(migrated.engine) == before


def test_another_programs_tables_beside_ours_are_left_alone(new_url):
    url = new_url()
    with closing(Database.connect(url)) as shared:
        with shared.writing() as connection:
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
            connection.execute(text("INSERT INTO alembic_version VALUES ('theirs')"))
        Database.open(url).close()
        assert shared.migrate() == []
        with shared.reading() as connection:
            assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "theirs"


class TestTheNextRelease:
    @pytest.fixture
    def url(self, new_url: Callable[[], str]) -> str:
        return new_url()

    @pytest.fixture
    def before(self, url, make) -> dict[str, list[dict[str, Any]]]:
        """What this release wrote."""
        return fill(url, make)

    @pytest.fixture
    def next_release(self, before, scripts, monkeypatch) -> Callable[[str], None]:
        """Is installed, with one more migration."""

        def install(script: str = STEP) -> None:
            (scripts / "versions" / f"{NEXT}_next.py").write_text(script, encoding="utf-8")
            monkeypatch.setattr(schema, "VERSION", NEXT)

        return install

    def test_refuses_a_catalogue_that_is_behind(self, url, next_release):
        next_release()
        with pytest.raises(WrongVersion) as refused:
            Database.open(url)
        assert str(refused.value) == (
            f"catalogue: saw version {NOW}, wanted {NEXT}; "
            "stop whatever works with it, and run `newsroom migrate`"
        )

    def test_keeps_every_row(self, url, next_release, before):
        next_release()
        with closing(Database.connect(url)) as opened:
            plain = structure(opened.engine)
            assert opened.migrate() == [Migration(NEXT, "Add a feed's colour, and let an item have no wire")]
            assert opened.migrate() == []
            after, now = rows(opened), structure(opened.engine)
        Database.open(url).close()
        colours = {row["feed"]: row.pop("colour") for row in after["feed"]}
        assert colours == {"all": "red", "other": "grey"}
        for row in after["item"]:
            row["title"] = row.pop("heading")
        assert after.pop("catalogue_version") == [{"version_num": NEXT}]
        assert {name: len(kept) for name, kept in before.items() if kept} == {
            "catalogue_version": 1, "feed": 2, "item": 3, "revision": 1, "story": 1, "fingerprint_bucket": 2,
        } | ({"stamp": 1} if before["stamp"] else {})  # fmt: skip
        for name, kept in after.items():
            assert by_key(name, kept) == by_key(name, before[name])
        # A table that SQLite makes anew has its key, its indexes and its options as before.
        for name in ("item", "fingerprint_bucket"):
            for what in ("key", "indexes", "options"):
                assert now[name][what] == plain[name][what]

    def test_that_fails_leaves_everything_as_it_was(self, url, next_release, before):
        next_release(FAILING)
        with closing(Database.connect(url)) as opened:
            plain = structure(opened.engine)
            with pytest.raises(MigrationFailed, match=r"(?s)saw `.*colour.*, wanted to bring it to version "):
                opened.migrate()
            assert structure(opened.engine) == plain
            assert rows(opened) == before

    def test_fails_soon_while_another_writes(self, url, next_release, before, monkeypatch):
        monkeypatch.setattr(database, "BUSY_MILLISECONDS", 50)
        next_release()
        with closing(Database.connect(url)) as writer, closing(Database.connect(url)) as other:
            with writer.writing(), pytest.raises(MigrationFailed, match="stop whatever works with it"):
                other.migrate()
            assert rows(other) == before

    @pytest.mark.slow
    def test_migrates_once_however_many_ask(self, url, next_release, scripts):
        next_release()
        program = (
            "import sys; from pathlib import Path\n"
            "from newsroom.store import migrations, schema; from newsroom.store.database import Database\n"
            "migrations.SCRIPTS, schema.VERSION = Path(sys.argv[2]), sys.argv[3]\n"
            "opened = Database.connect(sys.argv[1]); print(len(opened.migrate())); opened.close()"
        )
        command = [sys.executable, "-c", program, url, str(scripts), NEXT]
        processes = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(4)
        ]
        said = [process.communicate() for process in processes]
        assert sorted(said) == [("0\n", "")] * 3 + [("1\n", "")]

    def test_is_written_by_what_the_schema_has_and_the_migrations_lack(
        self, url, scripts, monkeypatch, capsys
    ):
        now = MetaData()
        for table in schema.metadata.tables.values():
            table.to_metadata(now)
        feed = now.tables["feed"]
        feed.append_column(Column("looked_at", schema.UtcTime))
        feed.append_column(Column("note", schema.PlainText, nullable=False, server_default="none"))
        feed.append_column(Column("rank", Integer, index=True))
        monkeypatch.setattr(schema, "metadata", now)
        write_migration("Add when a feed was looked at")
        assert f'set VERSION = "{NEXT}" in newsroom/store/schema.py' in capsys.readouterr().out
        (written,) = (scripts / "versions").glob(f"{NEXT}_*.py")
        assert "newsroom" not in written.read_text(encoding="utf-8")
        monkeypatch.setattr(schema, "VERSION", NEXT)
        with closing(Database.connect(url)) as opened:
            assert opened.migrate()[-1] == Migration(NEXT, "Add when a feed was looked at")
            assert differences(opened.engine) == []


def by_key(name: str, kept: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    keys = [column.name for column in schema.metadata.tables[name].primary_key]
    return {tuple(row[key] for key in keys): row for row in kept}


def url_of(opened: Database) -> str:
    return opened.engine.url.render_as_string(hide_password=False)


@pytest.mark.slow
def test_a_wheel_has_the_migrations_in_it(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(CHECKOUT / "include", source / "include", ignore=shutil.ignore_patterns("*.egg-info"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, source)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", tmp_path, source], check=True, timeout=120)
    (wheel,) = tmp_path.glob("newsroom-*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(CHECKOUT / "include").as_posix()
        for path in migrations.SCRIPTS.rglob("*")
        if path.suffix in {".py", ".mako"}
    }
    assert len(wanted) >= 4
    assert wanted <= packed
