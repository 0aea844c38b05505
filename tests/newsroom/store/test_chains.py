"""Chains of revisions: which one stands for its story, what is held, what people decided."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.store.catalogue import Catalogue
from newsroom.story import Subject, story_uri

ONE = story_uri("sample", "1")


@pytest.fixture
def filed(catalogue, make):
    """Files a revision and, unless it is None, the verdict of its wire."""

    def add(identity="1", n=1, *, passed=True, **fields) -> str:
        revision = make.revision(identity, n, **fields)
        catalogue.add_revisions([revision])
        if passed is not None:
            catalogue.add_verdicts([make.verdict(revision.uri, n, passed=passed)])
        return revision.uri

    return add


def ready(catalogue, **asked) -> list[tuple[str, int]]:
    return [(row.headline.rsplit(" ", 1)[-1], row.n) for row in catalogue.candidates(**asked)]


def held(catalogue, *asked) -> list[tuple[str, int]]:
    return [(row.headline.rsplit(" ", 1)[-1], row.n) for row in catalogue.held(*asked)]


class TestRows:
    def test_a_revision_comes_back_as_it_was_filed(self, either, make):
        revision = make.revision(
            "1", 1, topics=("Local News",), subject=(Subject(code="medtop:20000638", name="agriculture"),)
        )
        either.add_revisions([revision])
        (row,) = either.chain(revision.uri)
        assert (row.key, row.n) == (f"stories/sample/{revision.uri[9:]}/1.json", 1)
        assert (row.subjects, row.labels) == (("medtop:20000638",), ("Local News",))
        assert (row.content_hash, row.raw_keys) == (revision.content_hash, revision.raw_keys)
        assert (row.versioncreated, row.stored_at) == (make.at(1), make.at(0))

    def test_one_that_is_there_stays(self, catalogue, make):
        catalogue.add_revisions([make.revision("1", 1)])
        catalogue.add_revisions([make.revision("1", 1, text="Other words.")])
        assert [row.content_hash for row in catalogue.chain(ONE)] == [make.revision("1", 1).content_hash]

    def test_a_story_nobody_filed_has_an_empty_chain(self, catalogue):
        assert catalogue.chain(ONE) == []
        assert not catalogue.is_held(ONE)

    def test_chains_of_many_stories(self, catalogue, make):
        revisions = [make.revision(str(each), n) for each in range(600) for n in (1, 2)]
        catalogue.add_revisions(revisions)
        chains = catalogue.chains([story_uri("sample", str(each)) for each in range(700)])
        assert len(chains) == 600
        assert all([row.n for row in chain] == [1, 2] for chain in chains.values())

    def test_verdicts_come_back_as_they_were_given(self, either, make):
        given_first, given_last = (
            make.verdict(ONE, 1, passed=False),
            make.verdict(ONE, 1, ruleset="f" * 16, at=11),
        )
        either.add_verdicts([given_last, given_first])
        assert either.verdicts(ONE) == [given_first, given_last]

    def test_decisions_come_back_as_they_were_made(self, either, make):
        released, rejected = make.decision(ONE, 1, "release"), make.decision(ONE, 1, "reject", at=21)
        either.add_decisions([rejected, released])
        assert either.decisions(ONE) == [released, rejected]

    def test_a_uri_is_found_by_its_first_digits(self, filed, catalogue):
        filed("1")
        filed("2")
        assert catalogue.find_uris(ONE) == catalogue.find_uris(ONE[9:15].upper()) == [ONE]
        assert len(catalogue.find_uris("")) == 2
        assert catalogue.find_uris("%") == []

    def test_a_story_is_found_by_words_of_any_of_its_headlines(self, either, make):
        older, newer = (make.revision("1", n, headline=f"Ferry {n}% full", stored=n) for n in (1, 2))
        other = make.revision("2", headline="Ferry home", stored=3)
        either.add_revisions([older, newer, other])
        assert list(either.named("FERRY").items()) == [
            (other.uri, "Ferry home"),
            (older.uri, "Ferry 2% full"),
        ]
        assert either.named("1% f") == {older.uri: "Ferry 2% full"}
        assert either.named("%h") == {}


class TestVerdicts:
    def test_a_story_that_passed_is_ready(self, filed, catalogue):
        filed(passed=True)
        assert (ready(catalogue), held(catalogue)) == ([("1", 1)], [])

    def test_one_that_did_not_is_held(self, filed, catalogue):
        filed(passed=False)
        assert (ready(catalogue), held(catalogue)) == ([], [("1", 1)])
        assert catalogue.is_held(ONE)

    def test_one_that_was_not_judged_is_held(self, filed, catalogue):
        filed(passed=None)
        assert (ready(catalogue), held(catalogue)) == ([], [("1", 1)])

    def test_a_held_update_leaves_the_last_good_revision_in_the_feed(self, filed, catalogue):
        filed(n=1, passed=True)
        filed(n=2, passed=False)
        assert (ready(catalogue), held(catalogue)) == ([("1", 1)], [("1", 2)])

    def test_the_last_verdict_counts_in_whatever_order_they_come(self, filed, catalogue, make):
        filed(passed=None)
        catalogue.add_verdicts([make.verdict(ONE, passed=True, ruleset="b", at=12)])
        catalogue.add_verdicts([make.verdict(ONE, passed=False, ruleset="a", at=11)])
        assert ready(catalogue) == [("1", 1)]

    def test_under_the_same_rules_too(self, filed, catalogue, make):
        filed(passed=None)
        catalogue.add_verdicts(
            [make.verdict(ONE, passed=True, at=12), make.verdict(ONE, passed=False, at=13)]
        )
        catalogue.add_verdicts([make.verdict(ONE, passed=True, at=11)])
        assert (ready(catalogue), len(catalogue.verdicts(ONE))) == ([], 1)

    def test_a_partners_own_verdict_holds_it_from_nobody_else(self, filed, catalogue, make):
        filed(passed=True)
        catalogue.add_verdicts([make.verdict(ONE, passed=False, scope="partner:krdo", at=20)])
        assert ready(catalogue) == [("1", 1)]

    def test_states_are_those_under_these_very_rules(self, either, make):
        two = story_uri("sample", "2")
        either.add_verdicts(
            [
                make.verdict(ONE, 1, passed=False, scope="partner:krdo"),
                make.verdict(ONE, 2, passed=True, scope="partner:krdo"),
                make.verdict(ONE, 1, passed=True, scope="partner:kktv"),
                make.verdict(two, 1, passed=True, scope="partner:krdo", ruleset="other"),
            ]
        )
        asked = [(ONE, 1), (two, 1)]
        assert either.verdict_states("partner:krdo", "0123456789abcdef", asked) == {(ONE, 1): False}

    def test_counts_are_by_wire(self, either, make):
        either.add_revisions([make.revision("1"), make.revision("2"), make.revision("3", wire="other")])
        either.add_verdicts([make.verdict(ONE)])
        assert either.story_counts() == {"other": {"ready": 0, "held": 1}, "sample": {"ready": 1, "held": 1}}


class TestDecisions:
    def test_a_release_passes_it_as_it_is(self, filed, catalogue, make):
        filed(passed=False)
        catalogue.add_decisions([make.decision(ONE, 1, "release")])
        assert (ready(catalogue), held(catalogue)) == ([("1", 1)], [])

    def test_a_release_is_of_that_revision_alone(self, filed, catalogue, make):
        filed(n=1, passed=False)
        catalogue.add_decisions([make.decision(ONE, 1, "release")])
        filed(n=2, passed=False)
        assert (ready(catalogue), held(catalogue)) == ([("1", 1)], [("1", 2)])

    def test_a_reject_keeps_it_back_and_off_the_list(self, filed, catalogue, make):
        filed(passed=False)
        catalogue.add_decisions([make.decision(ONE, 1, "reject")])
        assert (ready(catalogue), held(catalogue)) == ([], [])

    def test_a_reject_takes_back_what_had_passed(self, filed, catalogue, make):
        filed(n=1, passed=True)
        filed(n=2, passed=True)
        catalogue.add_decisions([make.decision(ONE, 2, "reject")])
        assert (ready(catalogue), held(catalogue)) == ([("1", 1)], [])

    def test_the_last_one_counts_in_whatever_order_they_come(self, filed, catalogue, make):
        filed(passed=False)
        catalogue.add_decisions([make.decision(ONE, 1, "release", at=22)])
        catalogue.add_decisions([make.decision(ONE, 1, "reject", at=21)])
        assert ready(catalogue) == [("1", 1)]

    def test_a_withdrawal_needs_no_check(self, filed, catalogue):
        filed(n=1, passed=True)
        filed(n=2, passed=None, pubstatus="canceled")
        assert [(row.n, row.use.pubstatus) for row in catalogue.candidates()] == [(2, "canceled")]
        assert held(catalogue) == []


class TestOrder:
    def test_a_late_old_version_does_not_overtake(self, filed, catalogue, make):
        filed(n=1, versioncreated=make.at(60))
        filed(n=2, versioncreated=make.at(30))
        assert ready(catalogue) == [("1", 1)]

    def test_without_the_wires_time_ours_counts(self, filed, catalogue):
        filed(n=1, versioncreated=None, stored=1)
        filed(n=2, versioncreated=None, stored=2)
        assert ready(catalogue) == [("1", 2)]

    def test_the_newest_stories_come_first_and_equals_by_uri(self, either, make):
        revisions = [make.revision(str(each), 1, versioncreated=make.at(each % 3)) for each in range(9)]
        either.add_revisions(revisions)
        either.add_verdicts([make.verdict(each.uri) for each in revisions])
        expected = sorted(revisions, key=lambda each: each.uri)
        expected.sort(key=lambda each: each.story.versioncreated, reverse=True)
        assert [row.uri for row in either.candidates()] == [each.uri for each in expected]
        assert [row.uri for row in either.candidates(limit=4)] == [each.uri for each in expected[:4]]

    def test_held_stories_come_newest_first(self, filed, catalogue):
        for each in (1, 3, 2):
            filed(str(each), n=each, passed=False)
        assert held(catalogue) == [("3", 3), ("2", 2), ("1", 1)]
        assert held(catalogue, "sample", 2) == [("3", 3), ("2", 2)]
        assert held(catalogue, "other") == []

    def test_when_a_story_was_first_seen_never_changes(self, filed, catalogue, make):
        filed(n=1, stored=1, firstcreated=make.at(-5))
        filed(n=2, stored=9, firstcreated=make.at(3))
        (row,) = catalogue.candidates()
        assert (row.n, row.first_created, row.first_stored) == (2, make.at(-5), make.at(1))


class TestCandidates:
    def test_wires_are_asked_for(self, filed, catalogue):
        filed("1", wire="sample")
        filed("2", wire="other")
        assert ready(catalogue, wires=["other"]) == [("2", 1)]
        assert len(ready(catalogue, wires=[])) == 2

    def test_the_newest_of_several_wires_come_first_whichever_has_them(self, either, make):
        for at, wire in enumerate(["north", "north", "south", "west", "south", "north"]):
            revision = make.revision(str(at), wire=wire, versioncreated=make.at(at))
            either.add_revisions([revision])
            either.add_verdicts([make.verdict(revision.uri, scope=f"wire:{wire}")])
        assert ready(either, wires=["north", "south"], limit=3) == [("5", 1), ("4", 1), ("2", 1)]
        assert [tag for tag, _ in ready(either, wires=["north", "south"])] == ["5", "4", "2", "1", "0"]


def test_writers_at_once_do_not_hide_what_the_other_adds(catalogue_url, make):
    """One adds revisions while another adds the verdicts on them: each story stands as both say."""
    revisions = [make.revision(str(each)) for each in range(40)]
    start = threading.Barrier(2)

    def write(add, things) -> None:
        own = Catalogue.open(catalogue_url)
        start.wait(5)
        for each in things:
            getattr(own, add)([each])
        own.close()

    with ThreadPoolExecutor(2) as pool:
        done = [
            pool.submit(write, "add_revisions", revisions),
            pool.submit(write, "add_verdicts", [make.verdict(each.uri) for each in revisions]),
        ]
    assert [each.exception() for each in done] == [None, None]
    catalogue = Catalogue.open(catalogue_url)
    assert catalogue.story_counts() == {"sample": {"ready": 40, "held": 0}}
    catalogue.close()


# What happens to a story: the kind, the revision's number, the minute, and whether it is good for the story.
events = st.lists(
    st.tuples(
        st.sampled_from(["revision", "verdict", "decision"]),
        st.integers(1, 3),
        st.integers(0, 60),
        st.booleans(),
    ),
    max_size=10,
    unique_by=lambda event: event[:3] if event[0] != "revision" else event[:2],
)


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(happened=events, data=st.data())
def test_the_order_of_arrival_does_not_matter(new_catalogue, make, happened, data):
    first, second = new_catalogue(), new_catalogue()
    for each in happened:
        _add(first, make, *each)
    for each in data.draw(st.permutations(happened)):
        _add(second, make, *each)
    assert first.candidates() == second.candidates()
    assert first.held() == second.held()
    assert (first.candidates(), first.is_held(ONE)) == _expected(first, happened)
    first.close()
    second.close()


def _add(catalogue, make, kind, n, minute, good) -> None:
    if kind == "revision":
        catalogue.add_revisions([make.revision("1", n, versioncreated=make.at(minute))])
    elif kind == "verdict":
        catalogue.add_verdicts([make.verdict(ONE, n, passed=good, at=minute)])
    else:
        catalogue.add_decisions([make.decision(ONE, n, "release" if good else "reject", at=minute)])


def _expected(catalogue, happened):
    """The same told plainly: the newest revision whose last decision, or else last verdict, is good."""

    def last(kind, n):
        said = [(minute, good) for each, number, minute, good in happened if (each, number) == (kind, n)]
        return max(said)[1] if said else None

    by_age = sorted((minute, n) for kind, n, minute, _ in happened if kind == "revision")
    numbers = [n for _, n in by_age]
    good = [n for n in numbers if last("decision", n) or (last("decision", n) is None and last("verdict", n))]
    waits = bool(numbers) and last("decision", numbers[-1]) is not False and numbers[-1] not in good
    standing = [row for row in catalogue.candidates() if good and row.n == good[-1]]
    assert len(standing) == bool(good)
    return standing, waits
