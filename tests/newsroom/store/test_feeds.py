"""Feeds' cursors and entries: what is due, what became of it, and what two feeds share."""

from dataclasses import replace

import pytest

from newsroom.store.catalogue import FeedState, ItemOutcome, PollCounts
from newsroom.story import digest


@pytest.fixture
def poll(catalogue, make):
    """Records a poll at a minute after noon: items, or their keys and what they say."""

    def record(*items, feed="all", at=0) -> PollCounts:
        told = [make.item(each, feed=feed) if isinstance(each, str) else each for each in items]
        return catalogue.record_poll(FeedState("sample", feed, last_polled=make.at(at)), told)

    return record


@pytest.fixture
def due(catalogue, make):
    def keys(feed="all", at=1_000, limit=100) -> list[str]:
        return [row.key for row in catalogue.due_items("sample", feed, make.at(at), limit)]

    return keys


def outcome(key, said="a", state="done", **more) -> ItemOutcome:
    return ItemOutcome(key=key, digest=digest(said), state=state, **more)


class TestPolls:
    def test_a_feed_never_asked_has_a_fresh_state(self, catalogue):
        assert catalogue.feed_state("sample", "all") == FeedState("sample", "all")

    def test_the_cursor_is_kept(self, catalogue, make):
        state = FeedState(
            "sample", "all", etag='"1"', body_sha256=digest("x"), polls=3, last_polled=make.at(1)
        )
        catalogue.save_feed_state(state)
        assert catalogue.feed_state("sample", "all") == state
        assert catalogue.feed_state("sample", "other").polls == 0

    def test_entries_are_new_once(self, poll, due):
        assert poll("1", "2") == PollCounts(new=2, changed=0, known=0)
        assert poll("1", "2") == PollCounts(new=0, changed=0, known=2)
        assert due() == ["1", "2"]

    def test_an_entry_that_changed_is_due_again(self, poll, due, catalogue, make):
        poll("1")
        catalogue.finish_items([outcome("1")])
        assert due() == []
        assert poll(make.item("1", "b")) == PollCounts(new=0, changed=1, known=0)
        assert due() == ["1"]

    def test_an_entry_that_is_twice_in_a_feed_counts_once_as_the_newest_says(self, poll, catalogue, make):
        assert poll(make.item("1", "newest"), make.item("1", "older")).new == 1
        (row,) = catalogue.due_items("sample", "all", make.at(1), 10)
        assert row.digest == digest("newest")

    def test_entries_and_cursor_move_together(self, catalogue, make):
        broken = make.item("2").model_copy(update={"raw_key": None})
        with pytest.raises(Exception, match="NOT NULL"):
            catalogue.record_poll(FeedState("sample", "all", polls=1), [make.item("1"), broken])
        assert catalogue.feed_state("sample", "all").polls == 0
        assert catalogue.item_counts() == {}


class TestTwoFeeds:
    def test_an_entry_both_show_alike_is_read_once(self, poll, due):
        poll("1", feed="all")
        assert poll("1", feed="politics") == PollCounts(new=0, changed=0, known=1)
        assert (due("all"), due("politics")) == (["1"], [])

    def test_an_entry_they_show_otherwise_is_not_read_for_ever(self, poll, due, catalogue, make):
        both = [(make.item("1", "long", feed="all"), "all"), (make.item("1", "short", feed="top"), "top")]
        for item, feed in both:
            poll(item, feed=feed)
        catalogue.finish_items([outcome("1", "long"), outcome("1", "short")])
        for item, feed in both * 2:
            assert poll(item, feed=feed).known == 1
        assert (due("all"), due("top")) == ([], [])


class TestDue:
    def test_the_longest_waiting_come_first(self, poll, due):
        poll("b", at=2)
        poll("c", at=1)
        poll("a", at=2)
        assert due() == ["c", "a", "b"]
        assert due(limit=2) == ["c", "a"]

    def test_of_this_feed_alone(self, poll, due):
        poll("1", feed="all")
        poll("2", feed="top")
        assert due("top") == ["2"]

    def test_what_was_put_off_waits_for_its_time(self, poll, due, catalogue, make):
        poll("1")
        catalogue.finish_items([outcome("1", state="pending", attempts=2, next_try=make.at(30))])
        assert due(at=29) == []
        assert due(at=30) == ["1"]
        (row,) = catalogue.due_items("sample", "all", make.at(30), 1)
        assert row.attempts == 2


class TestFinished:
    def test_what_became_of_an_item_is_on_record(self, poll, catalogue):
        poll("1", "2")
        catalogue.finish_items([outcome("1", uri="urn:uuid:1"), outcome("2", state="failed", code="gone")])
        assert catalogue.item_counts() == {"done": 1, "failed": 1}
        (stuck,) = catalogue.stuck_items()
        assert (stuck.key, stuck.code) == ("2", "gone")

    def test_an_entry_that_changed_meanwhile_stays_due(self, poll, due, catalogue, make):
        poll("1")
        poll(make.item("1", "b"))
        catalogue.finish_items([outcome("1", "a")])
        assert due() == ["1"]

    def test_nothing_to_finish_is_no_error(self, catalogue):
        catalogue.finish_items([])
        assert catalogue.item_counts() == {}

    def test_stuck_items_are_the_wires_newest_first(self, poll, catalogue):
        poll("1", at=1)
        poll("2", at=2)
        catalogue.finish_items([outcome("1", state="failed"), outcome("2", state="quarantined")])
        assert [row.key for row in catalogue.stuck_items("sample")] == ["2", "1"]
        assert [row.key for row in catalogue.stuck_items(limit=1)] == ["2"]
        assert catalogue.stuck_items("other") == []


class TestPutBack:
    @pytest.fixture
    def row(self, poll, catalogue, make):
        """An item that was read at minute 1."""
        poll("1", at=1)
        (pending,) = catalogue.due_items("sample", "all", make.at(1), 1)
        return replace(pending, state="done")

    def test_it_is_known_to_the_next_poll(self, row, catalogue, poll, due):
        catalogue.add_finished([replace(row, key="2")])
        assert poll("2").known == 1
        assert due() == ["1"]

    def test_an_item_still_to_be_read_stays_so(self, row, catalogue, due, make):
        catalogue.add_finished([replace(row, seen_at=make.at(5))])
        assert due() == ["1"]

    @pytest.mark.parametrize("order", [(1, 2), (2, 1)])
    def test_the_last_reading_counts(self, row, catalogue, make, order):
        readings = {n: replace(row, key="2", digest=str(n), seen_at=make.at(n)) for n in order}
        for n in order:
            catalogue.add_finished([readings[n]])
        catalogue.add_finished(list(readings.values()))
        with catalogue.reading() as connection:
            found = connection.exec_driver_sql("SELECT digest FROM item WHERE key = '2'").scalars().all()
        assert found == ["2"]
