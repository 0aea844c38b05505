"""A partner's change feed, damaged: told, and written anew where the ledger tells it for sure."""

import orjson
import pytest

from newsroom.deliver import change_feed
from newsroom.stages.reconcile import changes as of_changes

pytestmark = pytest.mark.slow

NEWEST = "partners/krdo/changes.json"


@pytest.fixture(autouse=True)
def small(monkeypatch):
    for module in (change_feed, of_changes):
        monkeypatch.setattr(module, "PER_PAGE", 5)


def told(served):
    """Every change, the first one first."""
    pages = [*served.lying("changes-").values(), served.lying("changes.json")[NEWEST]]
    return [change for page in pages for change in orjson.loads(page)["changes"]]


def test_the_newest_part_that_is_gone_or_altered_is_told_anew(served):
    served.send(7)
    before = told(served)
    assert served.gaps() == []
    body = served.lying("changes.json")[NEWEST]
    served.room.bucket.delete(NEWEST)
    assert served.gaps() == [("changes_missing", NEWEST, "repaired")]
    assert told(served) == before
    for altered, keep in ((body[:-9], False), (body.replace(b"entered", b"updated"), True), (body, False)):
        served.put_by_hand(NEWEST, altered, keep=keep)
        assert served.gaps() == [("changes_changed", NEWEST, "repaired")]
        assert told(served) == before
    assert served.gaps() == []


def test_many_changes_of_one_moment_are_all_told_again(served):
    served.send(4, each=False)
    served.send(4, each=False)
    served.send(1)
    before = told(served)
    served.room.bucket.delete(NEWEST)
    assert served.gaps() == [("changes_missing", NEWEST, "repaired")]
    assert told(served) == before


def test_a_full_page_that_is_gone_or_altered_comes_back_as_it_was(served):
    served.send(9)
    first, second, *_ = before = served.lying("changes-")
    served.room.bucket.delete(first)
    served.put_by_hand(second, before[second].replace(b'"seq":6', b'"seq":60'))
    assert served.gaps() == [
        ("changes_page_broken", first, "repaired"),
        ("changes_page_broken", second, "repaired"),
    ]
    assert served.lying("changes-") == before
    assert served.gaps() == []


def test_what_the_ledger_does_not_tell_is_for_a_person(served):
    """A kill of what had left the feed long before is in no ledger."""
    served.send(6)
    served.kill(served.uris[0])
    served.send(5)
    _, second, *_ = served.lying("changes-")
    served.room.bucket.delete(second)
    (gap,) = served.compare().findings
    assert (gap.kind, gap.where, gap.state) == ("changes_page_broken", second, "open")
    assert "read its feeds as a whole" in gap.done


def test_a_kill_is_delivered_though_a_page_is_gone(served):
    served.send(9)
    for key in served.lying("changes-"):
        served.room.bucket.delete(key)
    served.kill(served.uris[0])
    assert served.room.catalogue.partners_due() == []
    assert {"kind": "killed", "uri": served.uris[0], "remove": True}.items() <= told(served)[-1].items()
