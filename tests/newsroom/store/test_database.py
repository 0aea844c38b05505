"""The database under the catalogue: several processes at once, on SQLite and on PostgreSQL."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import OperationalError, StatementError

from newsroom.store import database, schema
from newsroom.store.catalogue import Catalogue, FeedState
from newsroom.store.database import upsert
from newsroom.story import Item, digest

WRITER = """
import sys
from datetime import UTC, datetime
from newsroom.store.catalogue import Catalogue, FeedState
from newsroom.story import Item
url, name = sys.argv[1:]
sys.stdin.readline()  # all start at once
catalogue = Catalogue.open(url)
state = FeedState("sample", name, last_polled=datetime.now(UTC))
for n in range(10):
    own = Item(key=f"{name}{n}", wire="sample", feed=name, digest=name, raw_key="raw")
    shared = Item(key=f"shared{n}", wire="sample", feed=name, digest="same", raw_key="raw")
    catalogue.record_poll(state, [own, shared])
catalogue.close()
"""


@pytest.mark.slow
def test_processes_that_open_and_write_at_once_lose_nothing(catalogue_url):
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, catalogue_url, name],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in "abc"
    ]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("\n")
        writer.stdin.flush()
    assert [(writer.communicate()[1], writer.returncode) for writer in writers] == [("", 0)] * 3
    catalogue = Catalogue.open(catalogue_url)
    assert len(catalogue.due_items("sample", "a", datetime.now().astimezone(), 100)) >= 10
    # Each feed's own ten, and the shared ten, which only the first feed to see them reads.
    assert catalogue.item_counts() == {"pending": 40, "done": 20}
    catalogue.close()


def test_many_open_a_new_one_at_once(catalogue_url):
    start = threading.Barrier(8)

    def open_it() -> dict[str, int]:
        start.wait(30)
        opened = Catalogue.open(catalogue_url)
        try:
            return opened.item_counts()
        finally:
            opened.close()

    with ThreadPoolExecutor(8) as pool:
        assert [done.result() for done in [pool.submit(open_it) for _ in range(8)]] == [{}] * 8


def test_opened_again_it_is_the_same(catalogue_url, make):
    first = Catalogue.open(catalogue_url)
    first.record_poll(FeedState("sample", "all"), [make.item("1")])
    second = Catalogue.open(catalogue_url)
    assert second.item_counts() == {"pending": 1}
    first.close()
    second.close()


def test_a_reader_sees_one_state(either, make):
    count = select(func.count()).select_from(schema.item)
    with either.reading() as connection:
        before = connection.scalar(count)
        either.record_poll(FeedState("sample", "all"), [make.item("1")])
        assert connection.scalar(count) == before == 0
    with either.reading() as connection:
        assert connection.scalar(count) == 1


def test_a_transaction_that_fails_leaves_nothing(either):
    def half() -> None:
        with either.writing() as connection:
            connection.execute(insert(schema.feed).values(wire="sample", feed="all", polls=1, failures=0))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        half()
    assert either.feed_state("sample", "all").polls == 0


def test_a_writer_waits_for_another_only_so_long(catalogue_url, make, monkeypatch):
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 50)
    first, second = Catalogue.open(catalogue_url), Catalogue.open(catalogue_url)
    with first.writing(), pytest.raises(OperationalError, match="lock"):
        second.record_poll(FeedState("sample", "all"), [make.item("1")])
    second.record_poll(FeedState("sample", "all"), [make.item("1")])
    first.close()
    second.close()


def test_times_come_back_in_utc(either, make):
    elsewhere = datetime.fromisoformat("2026-11-20T05:00:00.123456-07:00")
    either.save_feed_state(FeedState("sample", "all", last_ok=elsewhere))
    found = either.feed_state("sample", "all").last_ok
    assert found == elsewhere
    assert found.isoformat() == "2026-11-20T12:00:00.123456+00:00"


def test_a_time_without_a_zone_is_refused(either):
    with pytest.raises((StatementError, ValueError), match="wanted a time with a zone"):
        either.save_feed_state(FeedState("sample", "all", last_ok=datetime(2026, 11, 20, 12)))  # noqa: DTZ001


def test_text_that_postgresql_refuses_stops_nothing(either, make):
    hostile = make.revision(headline="Two\x00parts", url="https://a.example/\x00", language="x" * 99)
    either.add_revisions([hostile])
    (row,) = either.chain(hostile.uri)
    assert (row.headline, row.language) == ("Two\ufffdparts", "x" * 99)


def test_more_rows_than_one_statement_takes(either):
    many = [
        Item(key=str(n), wire="sample", feed="all", digest=digest(str(n)), raw_key="raw")
        for n in range(1_201)
    ]
    assert either.record_poll(FeedState("sample", "all"), many).new == 1_201
    assert either.record_poll(FeedState("sample", "all"), many).known == 1_201


ROW = {"wire": "sample", "feed": "all", "polls": 1, "failures": 1}


class TestUpsert:
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, (5, 5)),
            ({"update": ("polls",)}, (5, 1)),
            ({"update": ()}, (1, 1)),
            ({"where": lambda new: new.polls > schema.feed.c.polls}, (5, 5)),
            ({"where": lambda new: new.polls < schema.feed.c.polls}, (1, 1)),
        ],
    )
    def test_changes_what_it_is_asked_to(self, either, asked, found):
        with either.writing() as connection:
            upsert(connection, schema.feed, [ROW])
            upsert(connection, schema.feed, [{**ROW, "polls": 5, "failures": 5}], **asked)
        state = either.feed_state("sample", "all")
        assert (state.polls, state.failures) == found

    def test_of_no_rows_does_nothing(self, either):
        with either.writing() as connection:
            upsert(connection, schema.feed, [])
        assert either.feed_state("sample", "all") == FeedState("sample", "all")
