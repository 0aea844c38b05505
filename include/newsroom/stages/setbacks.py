"""Setbacks: what went no further in a run is put off, or given up, with its reason; never dropped."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from newsroom.config import Wire
from newsroom.stages import Newsroom, now
from newsroom.stages.work import Assignment, Setback
from newsroom.store.catalogue import ItemOutcome, ItemRow
from newsroom.story import Refusal

log = logging.getLogger(__name__)

BACKOFF = (timedelta(minutes=1), timedelta(hours=6))
"""How soon an item that failed is tried again: at first, and at most."""

FREE = frozenset({"later", "robots_unreachable"})
"""Codes that say nothing against the item: no attempt is counted."""


def put_off(room: Newsroom, wire: Wire, setbacks: Iterable[Setback]) -> dict[str, int]:
    """Record each setback in the catalogue, and log it; returns how many were put off and given up."""
    return _finish(room, [_outcome(wire, each.assignment, each.refusal) for each in setbacks])


def put_off_rows(room: Newsroom, wire: Wire, rows: Iterable[ItemRow], refusal: Refusal) -> dict[str, int]:
    """The same for entries that could not even be assigned, all for one reason."""
    return _finish(room, [_put_off(wire, row.key, row.digest, row.attempts, refusal) for row in rows])


def _finish(room: Newsroom, outcomes: Sequence[ItemOutcome]) -> dict[str, int]:
    room.catalogue.finish_items(outcomes)
    for outcome in outcomes:
        log.warning("%s: %s: %s", outcome.state, outcome.code, outcome.reason)
    counts = Counter("put_off" if outcome.state == "pending" else "given_up" for outcome in outcomes)
    return dict(counts)


def _outcome(wire: Wire, assignment: Assignment, refusal: Refusal) -> ItemOutcome:
    return _put_off(wire, assignment.item.key, assignment.item.digest, assignment.attempts, refusal)


def _put_off(wire: Wire, key: str, digest: str, attempts: int, refusal: Refusal) -> ItemOutcome:
    attempts += refusal.code not in FREE
    again = refusal.retry and attempts < wire.politeness.max_attempts
    first, most = BACKOFF
    pause = timedelta(0) if refusal.code in FREE else min(most, first * 2 ** (attempts - 1))
    return ItemOutcome(
        key=key,
        digest=digest,
        state="pending" if again else "failed",
        code=refusal.code,
        reason=refusal.reason,
        attempts=attempts,
        next_try=now() + pause if again else None,
    )
