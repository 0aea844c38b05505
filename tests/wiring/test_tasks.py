"""Who shares a mapped task, and what its label says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.config import Partner, Product
from wiring.tasks import GROUPS, dealt, named, shares, told_of, told_out


@given(st.lists(st.integers(), max_size=100))
def test_all_are_dealt_once_in_order_to_few_even_groups(targets):
    groups = dealt(targets)
    assert [each for group in groups for each in group] == targets
    assert len(groups) == min(GROUPS, len(targets))
    assert max(map(len, groups), default=0) - min(map(len, groups), default=0) <= 1


def test_partners_that_take_the_same_share_a_task():
    kinds = [Product(newest=at) for at in range(1, GROUPS + 1)]
    partners = [Partner(id=f"p{at}", name="Station", product=kinds[at % GROUPS]) for at in range(GROUPS * 5)]
    for group in shares(partners):
        assert len({int(each[1:]) % GROUPS for each in group}) == 1


def done(partner, new=0, stories=0, error=None):
    written = ["rss"] if new else []
    return {"partner": partner, "written": written, "stories": stories, "new": new, "left_out": {}} | {
        "kills": 0,
        "error": error,
    }


def test_a_label_names_few_partners_and_counts_many():
    few = [done("krdo", 3, 20), done("radio", 0, 4)]
    assert told_of(few, "new", "new") == "krdo: 3 new, 20 in the feed; radio: 0 new, 4 in the feed"
    many = [done(f"s{at}", at) for at in range(5)]
    assert told_of(many, "new", "new") == "5 from s0: 10 new, 4 written to"
    assert named(["a", "b", "c", "d"]) == "4 from a"
    assert named(["a", "b"]) == "a, b"


def test_those_that_failed_are_named_with_their_reasons():
    each = [done("krdo", 3, 20), done("a", error="BucketError: full"), done("b", error="KeyError: x")]
    with pytest.raises(RuntimeError, match=r"^2 of 3 partners failed: a: BucketError: full; b: KeyError: x$"):
        told_of(each, "new", "new")


def test_a_label_names_what_is_out_of_a_feed_until_it_is_mended():
    assert told_out([]) == ""
    one = {"headline": "Quay lights 221 lamps", "kind": "correction", "partner": "krdo"}
    end = "; see `newsroom held`"
    assert told_out([one]) == f"; 'Quay lights 221 lamps' (correction) is out of krdo{end}"
    assert told_out([one] * 5).endswith(f"; 2 more{end}")
