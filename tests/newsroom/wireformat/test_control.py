import pytest

from newsroom.wireformat.control import Control
from newsroom.wireformat.document import Said


def said(text: str) -> Said:
    return Said(text, "somewhere")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("usable", "usable"),
        ("stat:canceled", "canceled"),
        ("http://cv.iptc.org/newscodes/pubstatusg2/withheld", "withheld"),
        ("Cancelled", "canceled"),
        ("stat:killed", "withheld"),
        ("published", "withheld"),
    ],
)
def test_a_status_that_is_not_understood_withholds(text, status):
    control = Control()
    control.pubstatus(said(text))
    assert control.status == status
    assert bool(control.doubts) == (text in ("stat:killed", "published"))


def test_no_status_is_usable():
    control = Control()
    control.pubstatus(None)
    control.embargo(None)
    assert (control.status, control.doubts) == ("usable", [])


def test_an_embargo_without_its_end_withholds():
    control = Control()
    control.pubstatus(said("embargoed"))
    control.embargo(None)
    assert control.status == "withheld"
    dated = Control()
    dated.pubstatus(said("embargoed"))
    dated.embargo(said("2026-06-20T10:00:00Z"))
    assert dated.status == "usable"


@pytest.mark.parametrize(
    ("word", "signal", "status"),
    [
        ("Kill", "kill", "canceled"),
        ("Elimination", "kill", "canceled"),
        ("Withhold", "withhold", "withheld"),
        ("HoldForRelease", "withhold", "withheld"),
        ("Disregard", "withhold", "withheld"),
        ("Advisory", "advisory", "withheld"),
        ("Corrective", "correction", "usable"),
        ("Writethru", "replace", "usable"),
    ],
)
def test_editorial_types(word, signal, status):
    control = Control()
    control.orders([said(word)])
    assert (tuple(control.signals), control.status, control.doubts) == ((signal,), status, [])


def test_an_order_that_nobody_knows_holds_the_story():
    control = Control()
    control.orders([said("Frobnicate")])
    assert control.doubts[0].startswith("gate.control: somewhere: saw 'Frobnicate'")


def test_a_hint_that_nobody_knows_is_kept():
    control = Control()
    control.hints([said("sig:correction"), said("newscontent")])
    assert (tuple(control.signals), control.doubts) == (("correction", "newscontent"), [])
