from datetime import UTC, datetime

import pytest

from newsroom.config import House, Partner
from newsroom.deliver import release as module
from newsroom.deliver.edition import Edition
from newsroom.deliver.release import ReleaseError, release
from newsroom.deliver.release_check import Broken

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def edition(entries, withdrawals=()):
    return Edition(tuple(entries), NOON, tuple(withdrawals))


HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")


def test_clean_stories_are_in_every_format(make):
    entries = [make("a"), make("b")]
    done = release(HOUSE, PARTNER, edition(entries))
    assert set(done.documents) == {"rss", "ninjs"}
    assert done.edition.entries == tuple(entries)
    assert done.broken == ()


def test_a_broken_story_is_left_out_of_all_formats_and_named(make):
    good, bad = make("good"), make("bad", headline="")
    done = release(HOUSE, PARTNER, edition([bad, good]))
    assert done.edition.entries == (good,)
    assert {(each.uri, each.rule) for each in done.broken} == {
        (bad.uri, "rss.title"),
        (bad.uri, "ninjs.headlines"),
    }
    assert all(bad.uri.encode() not in document for document in done.documents.values())
    assert all(good.uri.encode() in document for document in done.documents.values())


def test_a_story_that_breaks_the_whole_document_is_found(make, monkeypatch):
    good, bad = make("good"), make("bad")
    rss = module.RENDERERS["rss"]

    def explode(house, partner, asked):
        if bad in asked.entries:
            raise ValueError("All strings must be XML compatible")
        return rss.render(house, partner, asked)

    monkeypatch.setitem(module.RENDERERS, "rss", module.Renderer(explode, rss.check, "x", "y", "z"))
    done = release(HOUSE, PARTNER, edition([bad, good]))
    assert done.edition.entries == (good,)
    assert [(each.uri, each.rule) for each in done.broken] == [(bad.uri, "rss.render")]


def test_a_document_that_is_wrong_by_itself_is_not_released(make, monkeypatch):
    rss = module.RENDERERS["rss"]
    fails = lambda document, asked: (Broken(None, "rss.root", "saw <html>"),)  # noqa: E731
    monkeypatch.setitem(module.RENDERERS, "rss", module.Renderer(rss.render, fails, "x", "y", "z"))
    with pytest.raises(ReleaseError, match=r"krdo: its feed can't be released: rss\.root: saw <html>"):
        release(HOUSE, PARTNER, edition([make()]))
