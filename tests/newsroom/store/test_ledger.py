"""The ledger: each stay in a partner's feed is a row, in whatever order it is told; none is overwritten."""

from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.store.catalogue import Catalogue, Ledger
from newsroom.store.deliveries import Entered, Grounds, Left
from newsroom.story import story_uri

URI = story_uri("sample", "1")


def told(at, entered=(), left=(), partner="krdo", **grounds) -> Ledger:
    return Ledger(
        partner=partner,
        at=at,
        run=f"{at:%H:%M}",
        entered=tuple(Entered(uri=URI, n=n, grounds=Grounds(**grounds)) for n in entered),
        left=tuple(Left(uri=URI, n=n, reason="older") for n in left),
        sender="newsroom/1",
    )


def stays(catalogue, **asked):
    return [(row.partner, row.n, row.entered, row.left, row.reason) for row in catalogue.ledger(**asked)]


def test_a_story_that_comes_again_has_two_stays(either, make):
    for at, change in [(1, {"entered": [1]}), (2, {"left": [1]}), (3, {"entered": [1]})]:
        either.add_deliveries(told(make.at(at), **change))
    assert stays(either) == [
        ("krdo", 1, make.at(1), make.at(2), "older"),
        ("krdo", 1, make.at(3), None, None),
    ]


def test_a_row_tells_what_the_revision_was_read_from_and_on_what_grounds_it_went(either, make):
    revision = make.revision("1", 1)
    either.add_revisions([revision])
    either.add_deliveries(told(make.at(1), [1], cleared_by="release", profile="sample", rights="ab"))
    (row,) = either.ledger()
    assert (row.raw_keys, row.reader, row.headline) == (revision.raw_keys, "test", revision.story.headline)
    assert row.content_hash == revision.content_hash
    assert row.grounds == Grounds(cleared_by="release", profile="sample", rights="ab")
    assert (row.sender, row.run, row.filed_by) == ("newsroom/1", "12:01", None)


def test_since_asks_for_what_began_or_ended_then(either, make):
    either.add_deliveries(told(make.at(1), entered=[1, 2]))
    either.add_deliveries(told(make.at(2), left=[1]))
    either.add_deliveries(told(make.at(5), entered=[3], left=[2]))
    assert [row[1] for row in stays(either, since=make.at(5))] == [2, 3]
    assert [row[1] for row in stays(either, since=make.at(2))] == [1, 2, 3]
    assert stays(either, since=make.at(6)) == []


def test_partners_and_stories_are_asked_for_alone(either, make):
    either.add_deliveries(told(make.at(1), entered=[1]))
    either.add_deliveries(told(make.at(1), entered=[1], partner="kktv"))
    assert [row[0] for row in stays(either, partner="kktv")] == ["kktv"]
    assert len(stays(either, uri=URI)) == 2
    assert stays(either, uri="urn:uuid:none") == []


def test_what_was_said_twice_and_what_only_left_are_one_row_each(either, make):
    either.add_deliveries(told(make.at(1), entered=[1]))  # said, but never written
    either.add_deliveries(told(make.at(2), entered=[1]))
    either.add_deliveries(told(make.at(3), left=[1, 2]))
    assert stays(either) == [
        ("krdo", 1, make.at(2), make.at(3), "older"),
        ("krdo", 2, None, make.at(3), "older"),
    ]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    return f"sqlite:///{tmp_path_factory.mktemp('ledger')}"


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_any_order_tells_the_same_stays(url, make, gaps, random):
    acts = [
        told(make.at(at), **({"entered": [1]} if at % 2 == 0 else {"left": [1]})) for at in range(len(gaps))
    ]
    times = [make.at(at) for at in range(len(gaps))] + [None]
    wanted = [("krdo", 1, come, go, go and "older") for come, go in list(pairwise(times))[::2]]
    again = [act for act, twice in zip(acts, gaps, strict=True) if twice]
    shuffled = acts + again
    random.shuffle(shuffled)
    catalogue = Catalogue.open(f"{url}/{uuid4().hex}.db")
    for act in shuffled:
        catalogue.add_deliveries(act)
    assert stays(catalogue) == wanted
    catalogue.close()
