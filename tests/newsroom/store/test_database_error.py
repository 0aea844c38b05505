"""What people read when the database fails under a command."""

import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from newsroom.store.database_error import MENDED_BY_A_PERSON, unfit


def test_a_full_disk_is_told_with_what_to_do(catalogue, monkeypatch):
    monkeypatch.setenv("NEWSROOM_CATALOGUE", catalogue.engine.url.render_as_string())
    with catalogue.writing() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        with pytest.raises(OperationalError) as seen:
            connection.execute(text("CREATE TABLE much AS SELECT randomblob(1000000) AS words"))
    told = str(unfit(seen.value))
    assert told.startswith(f"catalogue: saw “database or disk is full” at {catalogue.engine.url.database}; ")
    assert "make room, then do the same again" in told
    assert "CREATE" not in told


def test_a_catalogue_that_may_not_be_written_is_told(tmp_path, monkeypatch):
    path = tmp_path / "catalogue.db"
    sqlite3.connect(path).execute("CREATE TABLE any_ (n)").connection.close()
    monkeypatch.setenv("NEWSROOM_CATALOGUE", f"sqlite:///{path}")
    with (
        pytest.raises(sqlite3.OperationalError) as seen,
        sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db,
    ):
        db.execute("INSERT INTO any_ VALUES (1)")
    told = unfit(OperationalError("INSERT", {}, seen.value))
    assert told.mend == "let this user write it and its folder"


def test_what_is_the_programs_own_fault_is_none_of_them(catalogue):
    with catalogue.writing() as connection:
        connection.execute(text("CREATE TABLE once (n UNIQUE)"))
        with pytest.raises(IntegrityError) as seen:
            connection.execute(text("INSERT INTO once VALUES (1), (1)"))
    assert not isinstance(seen.value, MENDED_BY_A_PERSON)
