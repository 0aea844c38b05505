"""What time it is, by the machine or by a test."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Gives the present moment, aware, in UTC."""


def wall_clock() -> datetime:
    """The machine's time, in whole seconds as HTTP dates have them."""
    return datetime.now(UTC).replace(microsecond=0)


class ManualClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, start: datetime | None = None) -> None:
        """Start at `start` (aware), by default now."""
        self._now = (start or wall_clock()).astimezone(UTC).replace(microsecond=0)
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """The moment at which the clock stands."""
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> datetime:
        """Move forward by `seconds`; returns the new moment."""
        with self._lock:
            self._now += timedelta(seconds=seconds)
            return self._now
