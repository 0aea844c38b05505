"""The breaker of a target: how long one that fails is left alone, so that it costs the others nothing."""

import random
from datetime import timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=10)
"""How long a target is left alone after its first failure, doubled with each in a row, and at most."""

OPEN_AFTER = 5
"""After so many failures in a row nobody waits for the target: each pause ends in one probe."""

OTHERS_EVERY = 3
"""After every so many failures in a row another message is the probe: the first may be at fault itself."""

KILL_PAUSE = timedelta(minutes=1)
"""A kill is tried again after so long at most, whatever the pause."""

MOST_FAILURES = 10
"""A message that failed so often while others passed is at fault itself: it is parked."""


def pause(failures: int, asked: float | None = None) -> timedelta:
    """How long to wait after so many failures in a row: with jitter, and no less than was asked (seconds)."""
    step = min(LONGEST.total_seconds(), FIRST.total_seconds() * 2.0 ** min(failures - 1, 20))
    jittered = step * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
    return timedelta(seconds=max(jittered, asked or 0.0))


def is_open(failures: int) -> bool:
    """Whether the target is taken for down."""
    return failures >= OPEN_AFTER
