"""What partners share of a round is asked once, never too old, and never one partner's answer to another."""

from datetime import timedelta

import feedparser
import pytest

from newsroom.config import Product
from newsroom.deliver.choice import choose
from newsroom.deliver.round import Round
from newsroom.deliver.tick import deliver_in
from newsroom.store.catalogue import Decision

PARTNERS = ("krdo", "kvia", "radio")


class Counting:
    """A bucket or a catalogue that counts what is asked of it."""

    def __init__(self, real, *names):
        self.real, self.asked = real, dict.fromkeys(names, 0)

    def __getattr__(self, name):
        method = getattr(self.real, name)

        def counted(*args, **options):
            self.asked[name] += 1
            return method(*args, **options)

        return counted if name in self.asked else method


@pytest.fixture
def taking(feeds):
    """Partners that take the same."""
    return [feeds.partner.model_copy(update={"id": each, "name": each.upper()}) for each in PARTNERS]


def round_of(feeds, bucket=None, catalogue=None) -> Round:
    feeds.now += timedelta(minutes=5)
    return Round(feeds.configuration, bucket or feeds.bucket, catalogue or feeds.catalogue, feeds.now)


def titles(feeds, partner) -> set[str]:
    document = feeds.bucket.get(f"partners/{partner.id}/rss.xml")
    return {entry.title for entry in feedparser.parse(document).entries}


def test_partners_that_take_the_same_share_the_look_and_the_stories(feeds, taking):
    feeds.file(*(feeds.story(str(each)) for each in range(5)))
    catalogue = Counting(feeds.catalogue, "candidates", "chains")
    bucket = Counting(feeds.bucket, "get_whole")
    shared = round_of(feeds, bucket, catalogue)
    for partner in taking:
        assert deliver_in(shared, partner, run="r").new == 5
    assert (catalogue.asked["candidates"], bucket.asked["get_whole"]) == (1, 1)


def test_what_is_killed_or_comes_during_a_round_is_seen_by_the_next_partner(feeds, taking):
    feeds.file(feeds.story("1", headline="Stays"), feeds.story("2", headline="Killed"))
    shared = round_of(feeds)
    deliver_in(shared, taking[0], run="r")
    feeds.kill("2")
    feeds.file(feeds.story("3", headline="New"))
    deliver_in(shared, taking[1], run="r")
    assert titles(feeds, taking[0]) == {"Stays", "Killed"}
    assert titles(feeds, taking[1]) == {"Stays", "New"}
    feeds.file(feeds.story("1", headline="Stays, corrected"))
    deliver_in(shared, taking[2], run="r")
    assert titles(feeds, taking[2]) == {"Stays, corrected", "New"}


def test_a_partner_that_was_sent_a_newer_revision_is_no_other_partner(feeds, taking):
    feeds.file(feeds.story("1", headline="First"))
    feeds.file(feeds.story("1", headline="Second"))
    deliver_in(round_of(feeds), taking[0], run="r")
    no = Decision(uri=feeds.story("1").uri, n=2, action="reject", by="ed", reason="no", at=feeds.now)
    feeds.catalogue.add_decisions([no])
    shared = round_of(feeds)
    left = [choose(partner, shared).counts["order"] for partner in taking]
    assert left == [1, 0, 0]


def test_other_licences_or_products_share_no_answer(feeds, taking):
    feeds.file(feeds.story("1"))
    shared = round_of(feeds)
    unlicensed = taking[1].model_copy(update={"licences": ()})
    other = taking[2].model_copy(update={"product": Product(languages=("fr",))})
    found = [dict(choose(partner, shared).counts) for partner in (taking[0], unlicensed, other)]
    assert found == [{}, {"licence": 1}, {"language": 1}]


def test_sentences_that_name_a_partner_are_told_to_that_one_alone(feeds, taking):
    feeds.file(feeds.story("1"))
    shared = round_of(feeds)
    one, other = (each.model_copy(update={"licences": ()}) for each in taking[:2])
    (left,), (same,) = choose(one, shared).left_out, choose(other, shared).left_out
    assert "KRDO holds no licence" in left.told
    assert (same.reason, same.told) == (left.reason, "")


def test_of_the_archive_no_more_than_so_much_is_looked_through(feeds, monkeypatch):
    monkeypatch.setattr("newsroom.deliver.choice.LOOKED_AT_FIRST", 2)
    monkeypatch.setattr("newsroom.deliver.choice.LOOKED_AT_MOST", 8)
    narrow = feeds.partner.model_copy(update={"product": Product(newest=2, languages=("fr",))})
    feeds.file(feeds.story("old", language="fr"))
    assert deliver_in(round_of(feeds), narrow, run="r").new == 1
    for each in range(9):
        feeds.file(feeds.story(str(each), versioncreated=feeds.now + timedelta(seconds=each)))
    done = deliver_in(round_of(feeds), narrow, run="r")
    assert (done.stories, done.left_out["language"]) == (0, 8)
    assert [each.reason for each in feeds.ledgers()[-1].left] == ["older"]
