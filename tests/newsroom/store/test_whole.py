"""Nobody works with a catalogue that does not know what the bucket holds."""

import pytest

from newsroom.store.bucket import BucketError
from newsroom.store.catalogue import Catalogue, FeedState
from newsroom.store.reindex import reindex
from newsroom.store.revisions import file_stories
from newsroom.store.whole import CatalogueBehind, require_whole


@pytest.fixture
def run(make):
    return {"reader": "test", "run": "r", "now": make.at(60)}


@pytest.fixture
def anew(catalogue_url):
    opened = Catalogue.open(catalogue_url)
    yield opened
    opened.close()


def test_a_new_newsroom_begins_with_an_empty_catalogue(bucket, catalogue):
    require_whole(bucket, catalogue)


def test_one_that_was_lost_is_rebuilt_before_anything_else(bucket, catalogue, anew, make, run):
    file_stories(bucket, catalogue, [make.draft("1")], **run)
    require_whole(bucket, catalogue)
    with pytest.raises(CatalogueBehind, match="saw an empty one, but the bucket has stories; run `newsroom"):
        require_whole(bucket, anew)
    reindex(bucket, anew)
    require_whole(bucket, anew)


def test_a_crash_of_the_first_run_of_all_is_no_loss(bucket, catalogue, make, run, monkeypatch):
    catalogue.record_poll(FeedState(wire="sample", feed="all"), [make.item("1")])
    with monkeypatch.context() as patch:
        patch.setattr(Catalogue, "add_revisions", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            file_stories(bucket, catalogue, [make.draft("1")], **run)
    require_whole(bucket, catalogue)


def test_a_rebuild_that_was_broken_off_goes_on_first(bucket, catalogue, anew, make, run, monkeypatch):
    file_stories(bucket, catalogue, [make.draft("1")], **run)
    with monkeypatch.context() as patch:
        patch.setattr("newsroom.store.reindex._add", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            reindex(bucket, anew)
    assert anew.holds_anything()
    with pytest.raises(CatalogueBehind, match=r"saw a rebuild that began at .*run `newsroom reindex` again"):
        require_whole(bucket, anew)
    began = anew.rebuilding_since()
    anew.begin_rebuilding(make.at(1))
    assert anew.rebuilding_since() == began
    reindex(bucket, anew)
    require_whole(bucket, anew)


def test_a_rebuild_that_cannot_read_the_bucket_begins_nothing(bucket, catalogue, make, run, monkeypatch):
    file_stories(bucket, catalogue, [make.draft("1")], **run)

    def down(_prefix):
        raise BucketError("access_denied", "give these credentials read and write on the bucket")

    with monkeypatch.context() as patch:
        patch.setattr(bucket, "keys", down)
        with pytest.raises(BucketError):
            reindex(bucket, catalogue)
    require_whole(bucket, catalogue)


def test_a_bucket_that_cannot_be_asked_lets_no_empty_catalogue_pass(bucket, catalogue, monkeypatch):
    def down(_prefix):
        raise BucketError("unreachable", "EndpointConnectionError")

    monkeypatch.setattr(bucket, "keys", down)
    with pytest.raises(BucketError):
        require_whole(bucket, catalogue)
