"""Setbacks: what went no further in a run is put off, or given up, with its reason; never dropped."""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from newsroom.config import Wire
from newsroom.stages import Newsroom, now
from newsroom.stages.work import Setback
from newsroom.store.catalogue import ItemOutcome

log = logging.getLogger(__name__)

BACKOFF = (timedelta(minutes=1), timedelta(hours=6))
"""How soon an item that failed is tried again: at first, and at most."""

FREE = frozenset({"later", "robots_unreachable"})
"""Codes that say nothing against the item: no attempt is counted."""


def put_off(room: Newsroom, wire: Wire, setbacks: Iterable[Setback]) -> dict[str, int]:
    """Record each setback in the catalogue, and log it; returns how many were put off and given up."""
    outcomes = [_outcome(wire, setback) for setback in setbacks]
    room.catalogue.finish_items(outcomes)
    for outcome in outcomes:
        log.warning("%s: %s: %s", outcome.state, outcome.code, outcome.reason)
    counts = Counter("put_off" if outcome.state == "pending" else "given_up" for outcome in outcomes)
    return dict(counts)


def _outcome(wire: Wire, setback: Setback) -> ItemOutcome:
    item, refusal = setback.assignment.item, setback.refusal
    attempts = setback.assignment.attempts + (refusal.code not in FREE)
    again = refusal.retry and attempts < wire.politeness.max_attempts
    first, most = BACKOFF
    pause = timedelta(0) if refusal.code in FREE else min(most, first * 2 ** (attempts - 1))
    return ItemOutcome(
        key=item.key,
        digest=item.digest,
        state="pending" if again else "failed",
        code=refusal.code,
        reason=refusal.reason,
        attempts=attempts,
        next_try=now() + pause if again else None,
    )
