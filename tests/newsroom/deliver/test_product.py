"""What a product takes, and what each of its rules says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsroom.clear.clearance import Clearance
from newsroom.clear.ruling import Ruling
from newsroom.config import Product
from newsroom.deliver.product import ProductRules, matches_language, select
from newsroom.store.catalogue import CandidateRow, Use

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BROADER = {"medtop:20000638": ("medtop:11000000",)}
CLEARED = Clearance(rulings=(Ruling(rule="check", passes=True, reason="passed"),))


def row(number: int = 1, **fields) -> CandidateRow:
    plain: dict[str, Any] = {
        "uri": f"urn:uuid:{number}",
        "n": 1,
        "key": f"stories/{number}",
        "wire": "sample",
        "headline": "Council votes",
        "url": "https://wire.example/votes",
        "noticed": True,
        "language": "en-US",
        "subjects": ("medtop:20000638",),
        "labels": ("World  News",),
        "use": Use(1),
        "newest": Use(1),
        "ready_by": "verdict",
        "firstcreated": NOON,
        "versioncreated": NOON,
        "stored_at": NOON,
        "first_created": NOON,
        "first_stored": NOON,
    }
    return CandidateRow(**plain | fields)


def broader(code: str) -> tuple[str, ...]:
    return BROADER.get(code, ())


@pytest.mark.parametrize(
    ("product", "blocking"),
    [
        ({}, []),
        ({"wires": ("sample",), "languages": ("en",), "topics": ("medtop:11000000",)}, []),
        ({"topics": ("world news",)}, []),
        ({"wires": ("other",)}, ["wire"]),
        ({"languages": ("es",)}, ["language"]),
        ({"topics": ("medtop:15000000",)}, ["topic"]),
        ({"not_topics": ("medtop:11000000",)}, ["excluded_topic"]),
        (
            {"wires": ("other",), "languages": ("es",), "not_topics": ("World News",)},
            ["wire", "language", "excluded_topic"],
        ),
    ],
)
def test_each_rule_answers_whatever_the_others_say(product, blocking):
    rulings = list(ProductRules(Product(**product), broader).rulings(row()))
    assert [ruling.rule for ruling in rulings] == ["wire", "language", "topic", "excluded_topic"]
    assert [ruling.rule for ruling in rulings if not ruling.passes] == blocking
    assert all(ruling.reason for ruling in rulings)


@pytest.mark.parametrize(
    ("ranges", "tag", "matches"),
    [((), None, True), (("en",), "en-US", True), (("en-US",), "en", False), (("en",), None, False)],
)
def test_language_ranges_as_of_rfc_4647(ranges, tag, matches):
    assert matches_language(ranges, tag) is matches


def test_the_first_rule_that_blocks_is_the_reason_and_the_rest_fills_the_feed():
    waits = Ruling(rule="embargo", passes=False, reason="embargoed", until=NOON + timedelta(hours=2))
    ends = Ruling(rule="expiry", passes=True, reason="until one", until=NOON + timedelta(hours=1))
    answers = {2: Clearance(rulings=(waits,)), 3: Clearance(rulings=(ends,))}
    rows = [row(number, wire="other" if number == 1 else "sample") for number in range(1, 6)]
    selection = select(
        Product(wires=("sample",), newest=2),
        rows,
        broader=broader,
        clear=lambda each: answers.get(int(each.uri[-1]), CLEARED),
    )
    assert [each.uri for each in selection.taken] == ["urn:uuid:3", "urn:uuid:4"]
    assert [(each.uri, each.reason) for each in selection.left_out] == [
        ("urn:uuid:1", "wire"),
        ("urn:uuid:2", "embargo"),
        ("urn:uuid:5", "older"),
    ]
    assert selection.until == NOON + timedelta(hours=1)
