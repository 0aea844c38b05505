"""Filing: what is new, what changed, and what happens when two do it at once or one is killed."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom.store.bucket import BucketError
from newsroom.store.catalogue import Catalogue
from newsroom.store.order import in_order
from newsroom.store.revisions import Verdicts, file_decision, file_stories, file_verdicts
from newsroom.story import Revision, story_uri

ONE = story_uri("sample", "1")


@pytest.fixture
def file(bucket, catalogue, make):
    """Files drafts at a minute after noon; returns number and outcome of each."""

    def go(*drafts, at=0, into=None, run="r") -> list[tuple[int, str]]:
        filed = file_stories(bucket, into or catalogue, drafts, reader="test", run=run, now=make.at(at))
        return [(each.n, each.outcome) for each in filed]

    return go


@pytest.fixture
def killed(file, new_catalogue):
    """Files drafts as a run does that is killed before it writes a row."""

    def go(*drafts, **more) -> list[tuple[int, str]]:
        lost = new_catalogue()
        filed = file(*drafts, into=lost, **more)
        lost.close()
        return filed

    return go


def objects(bucket) -> dict[str, Revision]:
    return {key.rsplit("/", 1)[-1]: Revision.from_json(bucket.get(key)) for key in bucket.keys("stories/")}


class TestOneRun:
    def test_a_new_story_is_its_chains_first_revision(self, file, bucket, catalogue, make):
        draft = make.draft()
        assert file(draft, at=5) == [(1, "new")]
        (revision,) = objects(bucket).values()
        assert (revision.story, revision.stored_at, revision.run) == (draft.story, make.at(5), "r")
        (row,) = catalogue.chain(ONE)
        assert Revision.from_json(bucket.get(row.key)) == revision

    def test_the_same_again_is_unchanged(self, file, make):
        file(make.draft())
        assert file(make.draft(versioncreated=make.at(9)), at=10) == [(1, "unchanged")]

    def test_other_words_are_an_update(self, file, catalogue, make):
        file(make.draft())
        assert file(make.draft(text="It goes.", versioncreated=make.at(1)), at=1) == [(2, "update")]
        assert [row.n for row in catalogue.chain(ONE)] == [1, 2]

    def test_words_of_before_that_come_late_are_older(self, file, catalogue, make):
        file(make.draft(text="Newer.", versioncreated=make.at(5)))
        assert file(make.draft(text="Older.", versioncreated=make.at(1)), at=6) == [(2, "older")]
        assert in_order(catalogue.chain(ONE))[-1].n == 1
        # A slow mirror shows it again and again.
        assert file(make.draft(text="Older.", versioncreated=make.at(1)), at=7) == [(2, "older")]

    def test_a_lower_version_is_older_whatever_its_time(self, file, catalogue, make):
        file(make.draft(text="Newer.", wire_version="3", versioncreated=make.at(1)))
        late = make.draft(text="Older.", wire_version="2", versioncreated=make.at(5))
        assert file(late, at=6) == [(2, "older")]
        assert file(late, at=7) == [(2, "older")]
        assert in_order(catalogue.chain(ONE))[-1].n == 1

    def test_words_under_a_wrong_date_give_way_to_those_that_mend_it(self, file, catalogue, make):
        slip = make.draft(text="Text 1.", versioncreated=make.at(60 * 24 * 365))
        assert file(slip) == [(1, "new")]
        assert file(make.draft(text="Text 2.", versioncreated=make.at(5)), at=6) == [(2, "update")]
        assert file(slip, at=12) == [(1, "older")]
        assert [row.n for row in in_order(catalogue.chain(ONE))] == [1, 2]
        again = make.draft(text="Text 1.", versioncreated=make.at(90))
        assert file(again, at=91) == [(3, "update")]

    def test_words_taken_back_are_an_update(self, file, make):
        for at, text in enumerate(["First.", "Second."]):
            file(make.draft(text=text, versioncreated=make.at(at)))
        assert file(make.draft(text="First.", versioncreated=make.at(9))) == [(3, "update")]

    def test_where_each_draft_went_comes_in_their_order(self, file, make):
        file(make.draft("2"))
        drafts = [
            make.draft("3"),
            make.draft("2"),
            make.draft("1"),
            make.draft("3", "More.", versioncreated=make.at(1)),
        ]
        assert file(*drafts) == [(1, "new"), (1, "unchanged"), (1, "new"), (2, "update")]

    def test_a_story_twice_in_a_batch_is_filed_once(self, file, make):
        assert file(make.draft(), make.draft()) == [(1, "new"), (1, "unchanged")]

    def test_no_drafts_are_no_error(self, file):
        assert file() == []


class TestInterrupted:
    def test_the_next_run_takes_up_what_has_no_row(self, file, killed, bucket, catalogue, make):
        killed(make.draft(), at=1, run="first")
        assert catalogue.chain(ONE) == []
        assert file(make.draft(), at=2, run="second") == [(1, "new")]
        assert [(row.n, row.run) for row in catalogue.chain(ONE)] == [(1, "first")]
        assert list(objects(bucket)) == ["1.json"]

    def test_even_when_the_story_says_something_else_by_then(self, file, killed, bucket, catalogue, make):
        first, lost, third = (make.draft(text=f"{n}.", versioncreated=make.at(n)) for n in range(3))
        file(first)
        killed(first, lost)
        assert file(third, at=3) == [(3, "update")]
        assert [row.n for row in catalogue.chain(ONE)] == [1, 2, 3]
        assert file(lost, at=4) == [(2, "older")]
        assert len(objects(bucket)) == 3

    def test_a_bucket_that_fails_leaves_no_row(self, catalogue, over, line, make):
        line.faults = ["500"] * 4
        with pytest.raises(BucketError):
            file_stories(
                over(line.endpoint, attempts=1),
                catalogue,
                [make.draft()],
                reader="t",
                run=None,
                now=make.at(0),
            )
        assert catalogue.chain(ONE) == []


@pytest.mark.slow
@pytest.mark.parametrize("parts", [1, 2])
def test_runs_at_once_leave_one_chain_without_doubles(bucket, catalogue_url, make, parts):
    """Three runs file the same three versions of twenty stories, each from another end."""
    versions = [
        make.draft(str(each), f"Version {n}.", versioncreated=make.at(n))
        for each in range(20)
        for n in range(3)
    ]
    orders = [versions, versions[::-1], versions[30:] + versions[:30]]
    start = threading.Barrier(3)

    def run(drafts) -> None:
        own = Catalogue.open(catalogue_url)
        start.wait(30)
        for place in range(parts):
            file_stories(bucket, own, drafts[place::parts], reader="test", run=None, now=make.at(60))
        own.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, orders))
    catalogue = Catalogue.open(catalogue_url)
    chains = catalogue.chains({draft.story.uri for draft in versions})
    assert len(chains) == 20
    for chain in chains.values():
        assert [row.n for row in chain] == [1, 2, 3]
        assert len({row.content_hash for row in chain}) == 3
        current = in_order(chain)[-1]
        assert Revision.from_json(bucket.get(current.key)).story.body == "Version 2."
    assert len(list(bucket.keys("stories/"))) == 60
    catalogue.close()


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=7))
def test_whatever_is_killed_the_chain_is_whole(file, killed, bucket, catalogue, make, steps):
    """Versions come in any order, some in runs that are killed; then the newest is filed once more."""
    identity = uuid.uuid4().hex
    for dies, text, minute in steps:
        draft = make.draft(identity, f"Text {text}.", versioncreated=make.at(minute))
        (killed if dies else file)(draft, at=60)
    newest = make.draft(identity, "The last word.", versioncreated=make.at(30))
    ((n, outcome),) = file(newest, at=61)
    chain = catalogue.chain(newest.story.uri)
    keys = list(bucket.keys(f"stories/sample/{newest.story.uri[9:]}/"))
    assert [row.n for row in chain] == list(range(1, len(keys) + 1))
    assert {row.key for row in chain} == set(keys)
    current = in_order(chain)[-1]
    assert (current.n, current.content_hash) == (n, newest.story.content_hash)
    assert outcome == ("update" if n > 1 else "new")


class TestVerdicts:
    def test_those_of_a_check_lie_in_one_object(self, bucket, catalogue, make):
        verdicts = [make.verdict(story_uri("sample", str(each)), at=each) for each in range(5)]
        file_verdicts(bucket, catalogue, verdicts, "sample")
        (key,) = bucket.keys("verdicts/")
        assert key.startswith("verdicts/sample/20261120T120400.000000Z-")
        assert Verdicts.from_json(bucket.get(key)).verdicts == tuple(verdicts)
        assert [catalogue.verdicts(each.uri) for each in verdicts] == [[each] for each in verdicts]

    def test_filed_again_they_are_the_same(self, bucket, catalogue, make):
        for _ in range(2):
            file_verdicts(bucket, catalogue, [make.verdict(ONE)], "sample")
        assert len(list(bucket.keys("verdicts/"))) == 1
        assert catalogue.verdicts(ONE) == [make.verdict(ONE)]

    def test_very_many_are_parted(self, bucket, catalogue, make):
        verdicts = [make.verdict(ONE, n) for n in range(1_001)]
        file_verdicts(bucket, catalogue, verdicts, "sample")
        assert len(list(bucket.keys("verdicts/"))) == 2
        assert len(catalogue.verdicts(ONE)) == 1_001

    def test_none_are_no_object(self, bucket, catalogue):
        file_verdicts(bucket, catalogue, [], "sample")
        assert list(bucket.keys("verdicts/")) == []

    def test_a_decision_is_filed_before_its_row(self, bucket, catalogue, make):
        decision = make.decision(ONE, 1, "release")
        file_decision(bucket, catalogue, decision)
        (key,) = bucket.keys("decisions/")
        assert bucket.get(key) == decision.to_json()
        assert catalogue.decisions(ONE) == [decision]
