"""What clearance must know of a story's revision and of a partner, gathered before it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from newsroom.store.catalogue import CandidateRow, Decision, RevisionRow, Use
from newsroom.store.kills import Kill
from newsroom.store.order import in_order, places
from newsroom.story import Verdict

Judged = Literal["no_rules", "passed", "failed", "unjudged"]
"""What a partner's own rules say of a revision, under the rules as they stand."""


@dataclass(frozen=True)
class Facts:
    """A revision and its chain.

    `use` is what the wire says of this revision, `newest` what it says of the newest of the chain that no
    person rejected: what holds that one back holds every older one. `passed` is what the wire's rules say,
    None where they were never asked; `failures` why not. `decision` is a person's on this very revision.
    `kill` is the one that stands. `superseded_by` is a newer revision that stands for the story.
    """

    use: Use
    newest: Use
    passed: bool | None = None
    failures: tuple[str, ...] = ()
    decision: Literal["release", "reject"] | None = None
    decided: str = ""
    kill: Kill | None = None
    superseded_by: int | None = None


@dataclass(frozen=True)
class Taker:
    """A partner as one revision meets it. `has_newer` is a newer revision that it was sent already."""

    id: str
    judged: Judged = "no_rules"
    failures: tuple[str, ...] = ()
    has_newer: int | None = None


def facts_of_candidate(row: CandidateRow) -> Facts:
    """The facts of a revision that stands for its story."""
    return Facts(
        use=row.use,
        newest=row.newest,
        passed=True if row.ready_by == "verdict" else None,
        decision="release" if row.ready_by == "release" else None,
        decided="by an editor" if row.ready_by == "release" else "",
        kill=row.kill,
    )


def facts_of_chain(
    chain: Sequence[RevisionRow],
    n: int,
    *,
    verdicts: Sequence[Verdict],
    decisions: Sequence[Decision],
    kill: Kill | None = None,
    standing: int | None = None,
) -> Facts:
    """The facts of revision `n` of a chain; `standing` is the one that stands for the story, if any does."""
    rows = {row.n: row for row in chain}
    decided = {each.n: each for each in sorted(decisions, key=lambda each: each.at)}
    own = _last_verdict(verdicts, n)
    decision = decided.get(n)
    place = places(chain)
    overtaken = standing is not None and place[standing] > place[n]
    return Facts(
        use=rows[n].use,
        newest=_newest(chain, decided).use,
        passed=own.passed if own else None,
        failures=own.reasons if own else (),
        decision=decision.action if decision else None,
        decided=f"by {decision.by}: {decision.reason}" if decision else "",
        kill=kill,
        superseded_by=standing if overtaken else None,
    )


def _last_verdict(verdicts: Sequence[Verdict], n: int) -> Verdict | None:
    """The last one that the wire's own rules gave of this revision."""
    own = [each for each in verdicts if each.n == n and each.scope.startswith("wire:")]
    return max(own, key=lambda each: each.checked_at, default=None)


def _newest(chain: Sequence[RevisionRow], decided: Mapping[int, Decision]) -> RevisionRow:
    ranked = in_order(chain)
    standing = [row for row in ranked if not (row.n in decided and decided[row.n].action == "reject")]
    return (standing or ranked)[-1]
