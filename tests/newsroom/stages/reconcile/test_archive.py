"""A partner's archive, damaged: told, and written anew."""

import pytest

from newsroom.deliver.archive import Archive

pytestmark = pytest.mark.slow


def test_pages_that_are_gone_or_altered_are_written_anew(served):
    served.send(9)
    assert served.gaps() == []
    before = served.lying("archive-")
    gone, kept, foreign, *_ = before
    served.room.bucket.delete(gone)
    served.put_by_hand(kept, before[kept].replace(b"Story", b"Tale"), keep=True)
    served.put_by_hand(foreign, before[foreign].replace(b"Story", b"Tale"))
    assert sorted(served.gaps()) == [
        ("page_changed", kept, "repaired"),
        ("page_changed", foreign, "repaired"),
        ("page_missing", gone, "repaired"),
    ]
    after = served.lying("archive-")
    assert after.keys() == before.keys()
    assert not any(b"Tale" in body for body in after.values())
    assert served.gaps() == []


def test_a_killed_story_on_a_page_that_was_put_back_leaves_and_somebody_hears_of_it(served):
    served.send(9)
    before = served.lying("archive-")
    page = next(key for key in before if key.endswith("-rss.xml"))
    uri = next(uri for uri in served.uris if uri.encode() in before[page])
    served.kill(uri)
    now = served.room.bucket.stat(page).metadata
    served.room.bucket.put(page, before[page], content_type="application/rss+xml", metadata=now)
    (told,) = served.compare().findings
    assert (told.kind, told.where, told.state, told.alert) == (
        "killed_story_shown",
        f"{page}: {uri}",
        "repaired",
        True,
    )
    assert not any(uri.encode() in body for key, body in served.lying("archive-").items() if "rss" in key)
    assert served.gaps() == []


def test_a_story_between_feed_and_archive_comes_on_a_page(served, monkeypatch):
    """As after a ledger was lost, and the catalogue built anew without it."""
    with monkeypatch.context() as before:
        before.setattr(Archive, "new_pages", lambda *_: ())
        served.send(6)
    assert served.lying("archive-") == {}
    assert sorted(served.gaps()) == sorted(
        ("story_in_neither", f"krdo: {uri}", "repaired") for uri in served.uris[:2]
    )
    archive = b"".join(body for key, body in served.lying("archive-").items() if "rss" in key)
    assert all(uri.encode() in archive for uri in served.uris[:2])
    newest = served.room.catalogue.archive_pages("krdo")[0].page
    assert f"archive-{newest}-".encode() in served.lying("rss.xml")["partners/krdo/rss.xml"]
    assert served.gaps() == []
