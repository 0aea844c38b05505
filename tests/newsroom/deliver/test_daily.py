"""At most so many stories of a day, whatever comes in which order."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.config import Product
from newsroom.deliver.daily import day_of, part
from newsroom.store.catalogue import CandidateRow, Use

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DENVER = ZoneInfo("America/Denver")


def row(name: str, hours: float) -> CandidateRow:
    """A story that came so many hours after noon."""
    at = NOON + timedelta(hours=hours)
    return CandidateRow(
        uri=name,
        n=1,
        key=name,
        wire="sample",
        headline=name,
        url=None,
        language="en",
        subjects=(),
        labels=(),
        use=Use(1),
        newest=Use(1),
        ready_by="verdict",
        noticed=True,
        firstcreated=at,
        versioncreated=at,
        stored_at=at,
        first_created=at,
        first_stored=at,
    )


def names(rows) -> list[str]:
    return [each.uri for each in rows]


def test_those_that_it_has_then_the_newest_in_the_order_of_the_feed():
    product = Product(per_day=2)
    chosen = [row("d", 3), row("c", 2), row("b", 1), row("a", 0), row("y", -24)]
    kept, others = part(chosen, product, frozenset({"b"}), {})
    assert names(kept) == ["d", "b", "y"]
    assert [(each.uri, reason) for each, reason in others] == [
        (name, "at most 2 stories of a day are taken, and 2026-11-20 (UTC) has them") for name in ("c", "a")
    ]


def test_one_that_it_had_and_that_is_no_candidate_any_more_counts():
    kept, others = part([row("b", 1), row("a", 0)], Product(per_day=2), frozenset(), {"z": NOON, "y": NOON})
    assert (kept, len(others)) == ([], 2)


def test_the_day_is_the_products_own():
    chosen = [row("night", 18.5), row("noon", 0)]  # 06:30 UTC of the next day is still the 20th in Denver
    assert len(part(chosen, Product(per_day=1), frozenset(), {})[0]) == 2
    kept, others = part(chosen, Product(per_day=1, timezone="America/Denver"), frozenset(), {})
    assert names(kept) == ["night"]
    assert others[0][1].endswith("2026-11-20 (America/Denver) has them")


stories = st.lists(st.integers(0, 200), unique=True, max_size=30).map(
    lambda minutes: [row(f"{m:03}", m / 5) for m in sorted(minutes, reverse=True)]
)


@pytest.mark.slow
@given(stories, st.integers(1, 5), st.data())
def test_no_day_has_more_and_no_newer_story_throws_one_out(come, most, data):
    product = Product(per_day=most, timezone="America/Denver")
    sent: dict[str, datetime] = {}
    looked_at: list[CandidateRow] = []
    for each in data.draw(st.permutations(come)):
        looked_at = sorted([*looked_at, each], key=lambda one: one.first_stored, reverse=True)
        if data.draw(st.booleans()):
            continue  # no delivery yet: more stories wait
        had = frozenset(sent)
        kept, others = part(looked_at, product, had, sent)
        assert had <= {one.uri for one in kept}
        assert sorted(names([*kept, *(one for one, _ in others)])) == sorted(names(looked_at))
        assert kept == [one for one in looked_at if one in kept]
        days = [day_of(one.first_stored, DENVER) for one in kept]
        assert all(days.count(day) <= most for day in days)
        full = {day for day in days if days.count(day) == most}
        assert {day_of(one.first_stored, DENVER) for one, _ in others} <= full
        sent |= {one.uri: one.first_stored for one in kept}
