"""What a comparison looks at: what was written or filed in a span of time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SETTLED = timedelta(minutes=10)
"""How long a run may be between an object and its row: what is younger is its own to finish."""

SKEW = timedelta(minutes=10)
"""How far the server's clock may be off ours."""


@dataclass(frozen=True)
class Span:
    """From `since` to `until`, in our time."""

    since: datetime
    until: datetime

    @property
    def wider(self) -> "Span":
        """The span in which what belongs to this one may lie by another clock."""
        return Span(self.since - SKEW, self.until + SKEW)
