"""Copies in the catalogue: linked to the first, told apart again, the same in whatever order they come."""

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from newsroom.match.fingerprint import fingerprint
from newsroom.store import keys, schema
from newsroom.store.catalogue import Catalogue
from newsroom.store.copies import link_copies
from newsroom.store.duplicates import MOST_IN_BUCKET, PRUNED_AT_ONCE
from newsroom.story import Revision

WINDOW = timedelta(days=7)
DAY = 24 * 60
TABLES = (schema.fingerprint, schema.fingerprint_bucket, schema.duplicate)

_DICE = random.Random(4)  # noqa: S311 - the same words each time
_WORDS = ["".join(_DICE.choices("abcdefghilmnoprstu", k=_DICE.randint(3, 9))) for _ in range(4_000)]


def text(topic: int, *, kept: float = 1.0, tail: int = 0) -> str:
    """Twelve sentences on a topic, of which `kept` are the topic's own and the others those of `tail`."""
    own = round(12 * kept)
    return " ".join(_sentence(topic, at) if at < own else _sentence(tail, at) for at in range(12))


def _sentence(topic: int, at: int) -> str:
    dice = random.Random(topic * 100 + at)  # noqa: S311
    first, name, *rest = dice.choices(_WORDS, k=14)
    return f"{first.title()} {' '.join(rest)} {name.title()} {dice.randint(100, 999)}."


def add(catalogue: Catalogue, *revisions: Revision, window: timedelta = WINDOW) -> None:
    catalogue.add_revisions(revisions)
    again(catalogue, *revisions, window=window)


def again(catalogue: Catalogue, *revisions: Revision, window: timedelta = WINDOW) -> None:
    """Add what is known of these revisions alone."""
    prints = {(each.uri, each.n): fingerprint(each.story) for each in revisions}
    catalogue.add_fingerprints(prints, window)


def ask(catalogue: Catalogue, every: Sequence[Revision], *revisions: Revision) -> None:
    """Add of these revisions' stories what counts, whichever of all it is."""
    asked = catalogue.without_fingerprint([(each.uri, each.n) for each in revisions], WINDOW)
    known = {(each.uri, each.n): each.story for each in every}
    prints = {(row.uri, row.n): fingerprint(known[row.uri, row.n]) for row in asked}
    catalogue.add_fingerprints(prints, WINDOW)


def groups(catalogue: Catalogue) -> set[tuple[str, ...]]:
    with catalogue.reading() as connection:
        heads = set(connection.scalars(select(schema.duplicate.c.head)))
    return {tuple(group) for group in catalogue.groups(heads).values()}


def rows(catalogue: Catalogue) -> dict[str, list[tuple[object, ...]]]:
    with catalogue.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in TABLES
        }


def count(catalogue: Catalogue, table) -> int:
    with catalogue.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def test_a_copy_from_another_wire_is_linked_to_the_first_with_its_evidence(either, make):
    first = make.revision("1", text=text(1), stored=0)
    other = make.revision("2", text=text(1, kept=0.9, tail=8), wire="other", stored=30)
    apart = make.revision("3", text=text(2), stored=40)
    add(either, first, other, apart)
    head, copy = either.copies_of(other.uri)
    assert [each.uri for each in either.copies_of(first.uri)] == [head.uri, copy.uri]
    assert (head.uri, head.head, head.score) == (first.uri, first.uri, None)
    assert (copy.uri, copy.head) == (other.uri, first.uri)
    assert copy.score is not None
    assert 0.8 < copy.score < 1
    assert "of the shorter one's wording" in (copy.reason or "")
    assert either.copies_of(apart.uri) == []


def test_once_more_it_changes_nothing(either, make):
    revisions = [make.revision(each, text=text(1), stored=int(each)) for each in "123"]
    add(either, *revisions)
    before = rows(either)
    again(either, *reversed(revisions))
    assert rows(either) == before


def test_the_first_filed_is_the_head_whichever_came_to_the_catalogue_first(either, make):
    late, early = make.revision("1", text=text(1), stored=50), make.revision("2", text=text(1), stored=10)
    add(either, late)
    add(either, early)
    assert [each.uri for each in either.copies_of(late.uri)] == [early.uri, late.uri]


def test_a_new_version_that_says_something_else_is_no_copy_any_more(either, make):
    first, copy = make.revision("1", text=text(1)), make.revision("2", text=text(1), stored=1)
    add(either, first, copy)
    assert groups(either) != set()
    add(either, make.revision("2", 2, text=text(5), stored=2))
    assert groups(either) == set()
    assert count(either, schema.fingerprint) == 2
    add(either, make.revision("2", 3, text=text(1, kept=0.9, tail=3), stored=3))
    assert len(either.copies_of(first.uri)) == 2


def test_an_older_version_that_comes_late_does_not_count(either, make):
    first = make.revision("1", 2, text=text(1), versioncreated=make.at(20))
    add(either, first, make.revision("2", text=text(1), stored=1))
    add(either, make.revision("1", 3, text=text(6), versioncreated=make.at(5), stored=30))
    assert len(either.copies_of(first.uri)) == 2


def test_a_lower_version_that_comes_late_does_not_count_whatever_its_time(either, make):
    first = make.revision("1", text=text(1), wire_version="2")
    add(either, first, make.revision("2", text=text(1), stored=1))
    add(either, make.revision("1", 2, text=text(6), wire_version="1", versioncreated=make.at(50), stored=2))
    assert len(either.copies_of(first.uri)) == 2
    add(either, make.revision("1", 3, text=text(7), wire_version="3", versioncreated=make.at(9), stored=3))
    assert groups(either) == set()


def test_a_late_version_that_moves_those_before_it_has_the_right_one_compared(either, make, bucket, caplog):
    """Number against number, time against time: 1, without a number, 2; where 1 comes last, it moves 2 up."""
    chain = [
        make.revision("1", n, text=text(n), wire_version=number, versioncreated=make.at(n), stored=n)
        for n, number in enumerate(("2", None, "1"), 1)
    ]
    copies = [make.revision(f"copy {n}", text=text(n), wire="other", stored=9) for n in (1, 2, 3)]
    for each in (*chain, *copies):
        bucket.put_once(keys.revision(each.story.wire, each.uri, each.n), each.to_json())
    for each, copy_of in zip([copies, *chain], (None, 1, 2, 1), strict=True):
        batch = each if isinstance(each, list) else [each]
        either.add_revisions(batch)
        link_copies(bucket, either, {(one.uri, one.n): one.story for one in batch}, WINDOW)
        found = {row.uri for row in either.copies_of(chain[0].uri)} - {chain[0].uri}
        assert found == ({copies[copy_of - 1].uri} if copy_of else set())
    assert not caplog.records


def test_a_version_whose_object_is_gone_is_told_and_leaves_what_was_found(either, make, bucket, caplog):
    first, copy = make.revision("1", text=text(1)), make.revision("2", text=text(1), stored=1)
    add(either, first, copy)
    lost = make.revision("1", 2, text=text(8), stored=2)
    either.add_revisions([lost])
    link_copies(bucket, either, {(first.uri, 1): first.story}, WINDOW)
    assert "not compared with other stories" in caplog.text
    assert len(either.copies_of(copy.uri)) == 2


def test_a_kill_leaves_what_the_story_was_a_copy_of(either, make):
    first, copy = make.revision("1", text=text(1)), make.revision("2", text=text(1), stored=1)
    add(either, first, copy)
    add(either, make.revision("1", 2, text=text(9), pubstatus="canceled", stored=2))
    assert [each.uri for each in either.copies_of(copy.uri)] == [first.uri, copy.uri]


def test_the_others_find_a_new_head_when_theirs_goes_its_own_way(either, make):
    revisions = [make.revision(each, text=text(1), stored=int(each)) for each in "1234"]
    add(either, *revisions)
    assert len(either.copies_of(revisions[0].uri)) == 4
    add(either, make.revision("1", 2, text=text(7), stored=9))
    assert [each.head for each in either.copies_of(revisions[3].uri)] == [revisions[1].uri] * 3
    assert either.copies_of(revisions[0].uri) == []
    add(either, make.revision("1", 3, text=text(1), stored=10))
    assert [each.head for each in either.copies_of(revisions[3].uri)] == [revisions[0].uri] * 4


def test_a_row_of_stories_each_like_the_next_is_not_one_group(either, make):
    steps = [make.revision(str(at), text=text(1, kept=kept, tail=2), stored=at) for at, kept in enumerate(
        (1.0, 0.75, 0.5, 0.25, 0.0)
    )]  # fmt: skip
    add(either, *steps)
    assert either.copies_of(steps[0].uri)
    assert steps[-1].uri not in {each.uri for each in either.copies_of(steps[0].uri)}


def test_what_was_filed_outside_the_window_is_another_story(either, make):
    old = make.revision("1", text=text(1))
    add(either, old, make.revision("2", text=text(1), stored=7 * DAY + 1))
    assert groups(either) == set()
    add(either, make.revision("3", text=text(1), stored=7 * DAY))
    assert len(either.copies_of(old.uri)) == 2


def test_a_version_that_comes_after_the_window_leaves_all_as_it_was(either, make):
    first, copy = make.revision("1", text=text(1)), make.revision("2", text=text(1), stored=1)
    add(either, first, copy)
    before = rows(either)
    add(either, make.revision("2", 2, text=text(5), stored=8 * DAY))
    assert rows(either) == before


def test_few_words_are_no_copy_of_anything(either, make):
    flash = [make.revision(each, text="Ferry aground.", stored=int(each)) for each in "12"]
    add(either, *flash)
    assert groups(either) == set()
    add(either, *(make.revision(each, 2, text=text(1), stored=int(each)) for each in "12"))
    assert len(groups(either)) == 1


def test_of_more_copies_than_are_looked_at_each_is_linked_to_the_first(either, make):
    copies = [make.revision(str(at), text=text(1), stored=at) for at in range(MOST_IN_BUCKET + 30)]
    for start in range(0, len(copies), 26):
        add(either, *copies[start : start + 26])
    assert [len(group) for group in groups(either)] == [len(copies)]


def test_pruning_takes_old_fingerprints_with_their_buckets_and_leaves_links(either, make):
    old = [make.revision(str(at), text=text(at % 30), stored=at) for at in range(60)]
    new = make.revision("new", text=text(99), stored=9 * DAY)
    add(either, *old, new)
    linked = groups(either)
    assert len(linked) == 30
    assert either.prune_fingerprints(make.at(8 * DAY)) == 60 < PRUNED_AT_ONCE
    assert either.prune_fingerprints(make.at(8 * DAY)) == 0
    assert count(either, schema.fingerprint) == 1
    assert 0 < count(either, schema.fingerprint_bucket) <= 24
    assert groups(either) == linked


filings = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 2),
        st.sampled_from([1.0, 0.8, 0.65, 0.5, 0.35]),
        st.integers(0, 2),
        st.integers(0, 9),
        st.sampled_from([None, None, "1", "2", "3"]),
    ),
    min_size=2,
    max_size=12,
)


@pytest.mark.slow
@pytest.mark.parametrize("newer_first", [False, True])
@settings(max_examples=40, deadline=None)
@given(filings=filings, dice=st.randoms(use_true_random=False))
def test_what_is_found_does_not_depend_on_the_order(new_catalogue, make, newer_first, filings, dice):
    """As they came, one by one; and all over again, in any order, in parts: row for row the same."""
    revisions: list[Revision] = []
    for at, (story, topic, kept, tail, days, number) in enumerate(filings):
        n = sum(each.uri == make.story(str(story)).uri for each in revisions) + 1
        stored = max([days * DAY, *(minutes(each, make) + 1 for each in revisions)]) if n > 1 else days * DAY
        told = text(topic, kept=kept, tail=10 + tail)
        rank = make.at(-at if newer_first else at)
        fields = {"text": told, "versioncreated": rank, "wire_version": number}
        revisions.append(make.revision(str(story), n, stored=stored, **fields))
    came, anew = new_catalogue(), new_catalogue()
    try:
        came.add_revisions([each for each in revisions if each.n == 1])
        for each in revisions:
            came.add_revisions([each])
            ask(came, revisions, each)
        anew.add_revisions(revisions)
        shuffled = list(revisions)
        dice.shuffle(shuffled)
        for start in range(0, len(shuffled), 5):
            ask(anew, revisions, *shuffled[start : start + 5])
        assert rows(anew) == rows(came)
    finally:
        came.close()
        anew.close()


def minutes(revision: Revision, make) -> float:
    return (revision.stored_at - make.at(0)).total_seconds() / 60
