"""The one decision on publishing: what blocks blocks, whatever else is true."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsroom.clear.clearance import FINAL, HOLDS, clear
from newsroom.clear.facts import Facts, Taker
from newsroom.clear.ruling import Ruling
from newsroom.store.catalogue import Use
from newsroom.store.kills import Kill

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
KILL = Kill(uri="urn:uuid:0", evidence="0", at=NOON, source="editor", by="ed", reason="libel")
FREE = Use(1)
PASSED = Facts(use=FREE, newest=FREE, passed=True)
RIGHTS_NO = Ruling(rule="territory", passes=False, reason="not for Spain")

BLOCKS = {
    "kill": lambda facts: replace(facts, kill=KILL),
    "canceled": lambda facts: of_both(facts, pubstatus="canceled"),
    "kill signal": lambda facts: of_both(facts, signals=("Kill",)),
    "kill note": lambda facts: of_both(facts, ednote="BULLETIN KILL: do not use"),
    "embargo": lambda facts: of_both(facts, embargoed=NOON + HOUR),
    "expired": lambda facts: of_both(facts, expires=NOON),
    "superseded": lambda facts: replace(facts, superseded_by=9),
    "rejected": lambda facts: replace(facts, decision="reject"),
    "newer canceled": lambda facts: replace(facts, newest=Use(7, pubstatus="canceled")),
    "newer withheld": lambda facts: replace(facts, newest=Use(7, pubstatus="withheld")),
    "newer embargoed": lambda facts: replace(facts, newest=Use(7, embargoed=NOON + HOUR)),
    "newer expired": lambda facts: replace(facts, newest=Use(7, expires=NOON)),
    "newer on hold": lambda facts: replace(facts, newest=Use(7, signals=("withhold",))),
    "newer embargoed without a date": lambda facts: replace(facts, newest=Use(7, signals=("embargo",))),
}
"""What no other fact outweighs."""

ANSWERED = {
    "withheld": lambda facts: of_both(facts, pubstatus="withheld"),
    "hold signal": lambda facts: of_both(facts, signals=("Hold for Release",)),
    "hold note": lambda facts: of_both(facts, ednote="HOLD FOR RELEASE"),
    "embargo without a date": lambda facts: of_both(facts, signals=("embargo",), embargoed=None),
    "failed": lambda facts: replace(facts, passed=False, failures=("byline: nothing found",)),
    "unjudged": lambda facts: replace(facts, passed=None),
}
"""What a person's release of this very revision answers for."""


def of_both(facts: Facts, **said) -> Facts:
    """The facts of a revision of which the wire says this."""
    use = replace(facts.use, **said)
    return replace(facts, use=use, newest=use if facts.newest.n == use.n else facts.newest)


moments = st.sampled_from([None, NOON - HOUR, NOON, NOON + HOUR, NOON + 2 * HOUR])


def uses(n: int) -> st.SearchStrategy[Use]:
    return st.builds(
        Use,
        n=st.just(n),
        pubstatus=st.sampled_from(["usable", "withheld", "canceled"]),
        embargoed=moments,
        expires=moments,
        signals=st.sets(st.sampled_from(["update", "embargo", *sorted(HOLDS)]), max_size=2).map(tuple),
        ednote=st.sampled_from([None, "UPDATES with vote", "HOLD FOR RELEASE", "BULLETIN KILL"]),
    )


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    use = draw(uses(1))
    return Facts(
        use=use,
        newest=use if draw(st.booleans()) else draw(uses(2)),
        passed=draw(st.sampled_from([None, True, False])),
        failures=draw(st.sampled_from([(), ("topic: nothing found",)])),
        decision=draw(st.sampled_from([None, "release", "reject"])),
        kill=draw(st.sampled_from([None, KILL])),
        superseded_by=draw(st.sampled_from([None, 2])),
    )


takers = st.none() | st.builds(
    Taker,
    id=st.just("krdo"),
    judged=st.sampled_from(["no_rules", "passed", "failed", "unjudged"]),
    has_newer=st.sampled_from([None, 3]),
)


def test_a_story_that_passed_is_cleared():
    clearance = clear(PASSED, NOON, taker=Taker("krdo"))
    assert clearance.cleared
    assert (clearance.blocking, clearance.until) == ((), None)


@given(facts(), takers, st.sampled_from(sorted(BLOCKS)))
def test_whatever_else_is_true_what_blocks_blocks(known, taker, block):
    assert not clear(BLOCKS[block](known), NOON, taker=taker).cleared


@given(facts(), takers, st.sampled_from(sorted(ANSWERED)))
def test_only_a_release_answers_for_checks_and_holds(known, taker, block):
    assume(known.decision != "release")
    assert not clear(ANSWERED[block](known), NOON, taker=taker).cleared


@given(facts(), takers)
def test_a_release_answers_for_nothing_else(known, taker):
    """Released, a story is cleared exactly where the same story without its holds is."""
    released = replace(known, decision="release", superseded_by=None)
    said = released.use
    final = FINAL.intersection(said.signals) or said.pubstatus == "canceled" or said.ednote == "BULLETIN KILL"
    bare = of_both(released, pubstatus="usable", signals=(), ednote=None)
    assert clear(released, NOON, taker=taker).cleared == (
        not final and clear(bare, NOON, taker=taker).cleared
    )


@given(facts(), takers, st.sampled_from(sorted(BLOCKS) + sorted(ANSWERED)))
def test_another_blocking_fact_never_clears(known, taker, block):
    assume(not clear(known, NOON, taker=taker).cleared)
    assume(not (known.decision == "release" and block == "rejected"))
    changed = {**BLOCKS, **ANSWERED}[block](known)
    # A date in place of one that can't be read is no blocking fact more.
    assume(block not in ("embargo", "embargo without a date"))
    assume(not block.startswith("newer"))
    more = replace(changed, use=_worse(known.use, changed.use), newest=_worse(known.newest, changed.newest))
    assert not clear(more, NOON, taker=taker).cleared


def _worse(one: Use, other: Use) -> Use:
    """All that either says."""
    return replace(
        other,
        signals=tuple({*one.signals, *other.signals}),
        ednote="\n".join(filter(None, (one.ednote, other.ednote))) or None,
        pubstatus=max(one.pubstatus, other.pubstatus, key=["usable", "withheld", "canceled"].index),
    )


@given(facts(), takers)
def test_it_is_pure_and_asks_the_same_rules_in_the_same_order(known, taker):
    first, second = (clear(known, NOON, taker=taker) for _ in range(2))
    assert first == second
    asked = list(dict.fromkeys(ruling.rule for ruling in first.rulings))
    story = ["kill", "pubstatus", "signals", "ednote", "embargo", "expiry", "superseded", "check"]
    assert asked == story + (["order", "partner_check"] if taker else [])
    assert all(ruling.reason for ruling in first.rulings)
    assert first.cleared == (not first.blocking)


@given(facts(), takers)
def test_until_is_when_the_answer_changes_by_itself(known, taker):
    now = clear(known, NOON, taker=taker)
    moments = sorted(
        {m for use in (known.use, known.newest) for m in (use.embargoed, use.expires) if m and m > NOON}
    )
    if now.until is None:
        assert all(clear(known, m, taker=taker).cleared == now.cleared for m in moments)
        return
    before = [m for m in moments if m < now.until]
    assert now.until > NOON
    assert all(clear(known, m, taker=taker).cleared == now.cleared for m in before)
    assert clear(known, now.until - timedelta(microseconds=1), taker=taker).cleared == now.cleared


@pytest.mark.parametrize(
    ("taker", "rule"),
    [
        (Taker("krdo", judged="failed", failures=("length: 9000 words",)), "partner_check"),
        (Taker("krdo", judged="unjudged"), "partner_check"),
        (Taker("krdo", has_newer=4), "order"),
    ],
)
def test_what_keeps_it_from_one_partner_alone(taker, rule):
    assert [ruling.rule for ruling in clear(PASSED, NOON, taker=taker).blocking] == [rule]
    assert clear(PASSED, NOON).cleared


def test_rulings_made_elsewhere_come_last_and_count():
    clearance = clear(PASSED, NOON, taker=Taker("krdo"), more=(RIGHTS_NO,))
    assert clearance.rulings[-1] == RIGHTS_NO
    assert clearance.reasons == ("not for Spain",)


def test_every_reason_of_a_check_is_told():
    failed = replace(PASSED, passed=False, failures=("byline: nothing found", "topic: nothing found"))
    assert clear(failed, NOON).reasons == ("byline: nothing found", "topic: nothing found")


def test_an_embargo_ends_at_its_very_moment():
    waits = of_both(PASSED, embargoed=NOON + HOUR)
    assert clear(waits, NOON).until == NOON + HOUR
    assert not clear(waits, NOON + HOUR - timedelta(microseconds=1)).cleared
    assert clear(waits, NOON + HOUR).cleared


def test_the_newest_revision_decides_on_the_embargo_though_it_is_held():
    extended = replace(of_both(PASSED, embargoed=NOON - HOUR), newest=Use(2, embargoed=NOON + HOUR))
    assert clear(extended, NOON).until == NOON + HOUR
