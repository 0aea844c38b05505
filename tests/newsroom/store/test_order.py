"""The order of a chain: one for each set of versions, however they came."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom.store.order import current, in_order, number, places
from newsroom.store.reindex import reindex
from newsroom.store.revisions import file_stories
from newsroom.story import Revision

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Version:
    n: int
    wire_version: str | None
    versioncreated: datetime | None
    stored_at: datetime = NOON


def version(n: int, number: str | None, minute: int | None) -> Version:
    return Version(n, number, None if minute is None else NOON + timedelta(minutes=minute))


@pytest.mark.parametrize(
    ("chain", "order"),
    [
        ([version(1, None, 1), version(2, None, 2)], [1, 2]),
        ([version(1, None, 2), version(2, None, 1)], [2, 1]),
        ([version(1, "2", 1), version(2, "1", 9)], [2, 1]),
        ([version(1, "9", 1), version(2, "10", 1)], [1, 2]),
        ([version(1, "v2", 1), version(2, "v1", 9)], [1, 2]),
        ([version(1, "5", 1), version(2, None, 9)], [1, 2]),
        ([version(1, "5", 9), version(2, None, 1)], [2, 1]),
        ([version(1, "4", 3), version(2, "4", 5)], [1, 2]),
        # Number against number, time against time, and no circle: 1, then what has no number, then 2.
        ([version(1, "2", 1), version(2, None, 2), version(3, "1", 3)], [2, 3, 1]),
    ],
)
def test_by_number_then_by_time(chain, order):
    assert [row.n for row in in_order(chain)] == order
    assert current(chain) == in_order(chain)[-1]
    assert places(chain) == {n: place for place, n in enumerate(order)}


def test_without_a_time_it_counts_when_it_was_filed():
    early = Version(1, None, None, NOON)
    late = Version(2, None, NOON - timedelta(minutes=1))
    assert in_order([early, late]) == [late, early]
    assert current([]) is None


@pytest.mark.parametrize(("minutes", "order"), [(60, [2, 1]), (61, [1, 2]), (60 * 24 * 365, [1, 2])])
def test_a_date_that_cannot_be_true_overtakes_no_version_that_mends_it(minutes, order):
    """A wire whose clock is a little fast is taken by its word; the wrong year is a slip of the pen."""
    slip, mended = (
        version(1, None, minutes),
        replace(version(2, None, 30), stored_at=NOON + timedelta(hours=1)),
    )
    assert [row.n for row in in_order([slip, mended])] == order


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), (" 007 ", 7), ("0", 0), ("", -1), ("1.2", -1), ("³", -1), ("9" * 19, -1)]
)
def test_what_a_number_is(text, value):
    assert number(text) == value


VERSIONS = st.lists(
    st.tuples(st.none() | st.integers(1, 12), st.integers(-30, 30)), min_size=1, max_size=6, unique=True
)


@given(told=VERSIONS, chance=st.randoms(use_true_random=False))
def test_the_order_hangs_on_the_versions_alone(told, chance):
    rows = [version(n, str(v) if v else None, minute) for n, (v, minute) in enumerate(told, 1)]
    numbers = [row.n for row in rows]
    chance.shuffle(numbers)
    other = [replace(row, n=n) for row, n in zip(rows, numbers, strict=True)]
    chance.shuffle(other)
    ours, theirs = (
        [(row.wire_version, row.versioncreated) for row in in_order(each)] for each in (rows, other)
    )
    assert ours == theirs
    numbered = [int(v) for v, _ in ours if v]
    assert numbered == sorted(numbered)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=VERSIONS, data=st.data())
def test_whatever_order_they_come_in(bucket, new_catalogue, make, told, data):
    """Versions come in any order, again and again, several in a batch: one chain, and its last word stays."""
    for key in list(bucket.keys("")):
        bucket.delete(key)
    drafts = [
        make.draft("1", f"Text {v}.", wire_version=str(v[0]) if v[0] else None, versioncreated=make.at(v[1]))
        for v in told
    ]
    rows = [
        version(n, draft.story.wire_version, minute)
        for n, (draft, (_, minute)) in enumerate(zip(drafts, told, strict=True))
    ]
    last = in_order(rows)[-1].n
    again = data.draw(st.lists(st.sampled_from(drafts), max_size=4))
    arrivals = data.draw(st.permutations([*drafts, *again]))
    cut = data.draw(st.integers(0, len(arrivals)))
    catalogue, rebuilt = new_catalogue(), new_catalogue()
    for part in (arrivals[:cut], arrivals[cut:]):
        file_stories(bucket, catalogue, part, reader="test", run=None, now=make.at(60))
    uri = drafts[0].story.uri
    chain = catalogue.chain(uri)
    assert [row.n for row in chain] == list(range(1, len(drafts) + 1))
    assert {row.content_hash for row in chain} == {draft.story.content_hash for draft in drafts}
    newest = in_order(chain)[-1]
    assert Revision.from_json(bucket.get(newest.key)).story == drafts[last].story
    reindex(bucket, rebuilt)
    assert rebuilt.chain(uri) == chain
    (held, again_held) = (each.held() for each in (catalogue, rebuilt))
    assert [row.n for row in held] == [newest.n]
    assert held == again_held
    catalogue.close()
    rebuilt.close()
