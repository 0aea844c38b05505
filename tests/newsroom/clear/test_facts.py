"""Facts from the two places that tell them, which must agree: a candidate's row, and its whole chain."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom.clear.clearance import clear
from newsroom.clear.facts import facts_of_candidate, facts_of_chain
from newsroom.store.catalogue import Decision
from newsroom.story import Finding, Revision, Story, Verdict, paragraph, story_uri

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
URI = story_uri("sample", "1")

versions = st.fixed_dictionaries(
    {
        "minute": st.integers(0, 5),
        "pubstatus": st.sampled_from(["usable", "usable", "withheld", "canceled"]),
        "embargoed": st.sampled_from([None, None, -60, 60]),
        "verdict": st.sampled_from([None, True, True, False]),
        "decision": st.sampled_from([None, None, "release", "reject"]),
    }
)


def revision(n: int, told: dict[str, Any]) -> Revision:
    embargo = told["embargoed"]
    story = Story(
        uri=URI,
        wire="sample",
        provider="Sample",
        blocks=(paragraph(f"Text {n}."),),
        pubstatus=told["pubstatus"],
        embargoed=NOON + timedelta(minutes=embargo) if embargo else None,
        versioncreated=NOON - timedelta(minutes=10 - told["minute"]),
    )
    return Revision(
        uri=URI,
        n=n,
        story=story,
        content_hash=story.content_hash,
        raw_keys=("raw/x",),
        item_key="1",
        item_digest="0",
        reader="test",
        stored_at=NOON,
    )


def verdict(n: int, *, passed: bool) -> Verdict:
    finding = Finding(
        rule="body", field="body", severity="critical", passed=passed, reason="" if passed else "no"
    )
    return Verdict(uri=URI, n=n, scope="wire:sample", ruleset="r", checked_at=NOON, findings=(finding,))


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(versions, min_size=1, max_size=4))
def test_row_and_chain_lead_to_the_same_clearance(new_catalogue, chain):
    catalogue = new_catalogue()
    numbered = list(enumerate(chain, 1))
    catalogue.add_revisions([revision(n, told) for n, told in numbered])
    catalogue.add_verdicts(
        [verdict(n, passed=told["verdict"]) for n, told in numbered if told["verdict"] is not None]
    )
    catalogue.add_decisions(
        [
            Decision(uri=URI, n=n, action=told["decision"], by="ed", reason="seen", at=NOON)
            for n, told in numbered
            if told["decision"]
        ]
    )
    rows, verdicts, decisions = catalogue.chain(URI), catalogue.verdicts(URI), catalogue.decisions(URI)
    standing = catalogue.standing(URI)

    def cleared(n: int) -> bool:
        return clear(
            facts_of_chain(rows, n, verdicts=verdicts, decisions=decisions, standing=standing), NOON
        ).cleared

    for row in catalogue.candidates():
        assert row.n == standing
        assert clear(facts_of_candidate(row), NOON).cleared == cleared(row.n)
    # What does not stand for the story never goes out.
    assert [row.n for row in rows if row.n != standing and cleared(row.n)] == []
    catalogue.close()
