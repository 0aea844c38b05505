"""What a product takes, and what each of its rules says."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

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
        ({"urgencies": (1, 2, 3), "genres": ("feature",), "min_words": 100, "max_words": 400}, []),
        ({"not_genres": ("Opinion",), "max_words": 300}, []),
        ({"urgencies": (4, 5)}, ["urgency"]),
        ({"genres": ("Opinion", "Current")}, ["genre"]),
        ({"not_genres": ("FEATURE",)}, ["excluded_genre"]),
        ({"min_words": 301}, ["length"]),
        ({"max_words": 299}, ["length"]),
        ({"mentions": ("water rights", "Page")}, []),
        ({"mentions": ("Denver",)}, ["mention"]),
        ({"mentions": ("Page",), "not_mentions": ("water rights", "Denver")}, ["excluded_mention"]),
        (
            {"wires": ("other",), "languages": ("es",), "not_topics": ("World News",)},
            ["wire", "language", "excluded_topic"],
        ),
    ],
)
def test_each_rule_answers_whatever_the_others_say(product, blocking):
    story = row(urgency=3, genre="Feature", words=300)
    rules = ProductRules(Product(**product), broader, lambda _row: {"water rights", "Page"})
    rulings = list(rules.rulings(story))
    assert [ruling.rule for ruling in rulings] == [
        "wire", "language", "topic", "excluded_topic", "urgency", "genre", "excluded_genre", "length",
        "mention", "excluded_mention",
    ]  # fmt: skip
    assert [ruling.rule for ruling in rulings if not ruling.passes] == blocking
    assert all(ruling.reason for ruling in rulings)


@pytest.mark.parametrize(
    ("product", "reason"),
    [
        ({"urgencies": (1, 2)}, "its urgency is told by nobody, which counts as 5; taken are 1, 2"),
        ({"genres": ("Feature",)}, "its genre is not told; taken are Feature"),
        ({"min_words": 5, "max_words": 9}, "it has 0 words; taken are at least 5 and at most 9"),
        ({"mentions": ("river", "dam")}, "none of “river”, “dam” stands in it"),
    ],
)
def test_what_a_story_does_not_tell_is_said(product, reason):
    rulings = ProductRules(Product(**product), broader).rulings(row())
    assert [ruling.reason for ruling in rulings if not ruling.passes] == [reason]
    assert all(ruling.passes for ruling in ProductRules(Product(urgencies=(5,)), broader).rulings(row()))


@pytest.mark.parametrize(
    ("product", "wrong"),
    [
        ({"min_words": 10, "max_words": 9}, "saw min_words 10, max_words 9; wanted min_words first"),
        ({"mentions": ("Dam",), "not_mentions": ("dam",)}, "saw 'dam' in mentions and in not_mentions"),
        ({"genres": ("a b",), "not_genres": ("A B",)}, "saw 'A B' in genres and in not_genres"),
        ({"urgencies": (0,)}, "greater than or equal to 1"),
        ({"mentions": ("...",)}, "pattern"),
        ({"timezone": "Denver"}, "wanted an IANA time zone such as America/Denver"),
        ({"per_day": 0}, "greater than or equal to 1"),
    ],
)
def test_a_product_that_nothing_could_meet_is_refused(product, wrong):
    with pytest.raises(ValidationError, match=re.escape(wrong)):
        Product(**product)


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
