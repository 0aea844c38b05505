"""For whom a tick has nothing to do: only while nothing whatever has changed that a feed is made by."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from newsroom.config import Product
from newsroom.deliver.round import Round
from newsroom.deliver.unchanged import LOOK_AGAIN, unchanged


def told(feeds) -> dict[str, int]:
    shared = Round(feeds.configuration, feeds.bucket, feeds.catalogue, feeds.now + timedelta(minutes=5))
    return unchanged(shared, [feeds.partner])


@pytest.fixture
def settled(feeds):
    """A partner that has one story of two, as the other is embargoed for an hour."""
    feeds.file(feeds.story("1"), feeds.story("2", embargoed=feeds.now + timedelta(hours=1)))
    feeds.tick()
    # What its first delivery judges and notes for itself is new to the catalogue, too.
    feeds.tick()
    return feeds


def test_nothing_is_to_be_done_where_all_is_as_it_was_left(settled):
    assert told(settled) == {"krdo": 1}
    done = settled.tick()
    assert (done.written, done.stories) == ((), 1)


def another_partner_file(feeds) -> None:
    feeds.partner = feeds.partner.model_copy(update={"product": Product(newest=9)})


def another_contract(feeds) -> None:
    feeds.contract(attribution="{provider}")


def another_house(feeds) -> None:
    house = feeds.configuration.house.model_copy(update={"name": "Other Desk"})
    feeds.configure(house=house)


def a_document_by_another_hand(feeds) -> None:
    feeds.bucket.put("partners/krdo/rss.xml", b"<rss/>", content_type="application/rss+xml")


def a_document_gone(feeds) -> None:
    feeds.bucket.delete("partners/krdo/ninjs.json")


def a_format_more(feeds) -> None:
    feeds.partner = feeds.partner.model_copy(update={"formats": ("rss", "ninjs", "atom")})


def time(**span: float) -> Callable[..., None]:
    def pass_by(feeds) -> None:
        feeds.now += timedelta(**span)

    return pass_by


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda feeds: feeds.file(feeds.story("3")), id="a story"),
        pytest.param(lambda feeds: feeds.file(feeds.story("3"), passed=False), id="a held story"),
        pytest.param(lambda feeds: feeds.kill("1"), id="a kill"),
        pytest.param(another_partner_file, id="partner"),
        pytest.param(another_contract, id="contract"),
        pytest.param(another_house, id="house"),
        pytest.param(a_document_by_another_hand, id="altered"),
        pytest.param(a_document_gone, id="gone"),
        pytest.param(a_format_more, id="format"),
        pytest.param(time(seconds=LOOK_AGAIN.total_seconds()), id="half an hour"),
        pytest.param(time(minutes=-30), id="a clock that went back"),
    ],
)
def test_whatever_changes_is_looked_at(settled, change):
    change(settled)
    assert told(settled) == {}


def test_the_end_of_an_embargo_is_not_slept_through(settled):
    settled.now += timedelta(minutes=30)
    settled.tick()
    assert told(settled) == {"krdo": 1}
    settled.now += timedelta(minutes=10)
    assert told(settled) == {}
    assert settled.tick().stories == 2


def test_a_delivery_that_failed_was_none(settled, monkeypatch):
    settled.file(settled.story("3"))
    with monkeypatch.context() as broken:
        broken.setattr("newsroom.deliver.tick.record_changes", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            settled.tick()
    assert told(settled) == {}
    settled.tick()
    assert told(settled) == {"krdo": 2}


def test_a_partner_that_was_never_delivered_to_is_looked_at(feeds):
    assert told(feeds) == {}
