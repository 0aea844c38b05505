"""Local times: one that exists twice, or not at all, is the later of what it may mean."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def in_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment that a clock in `zone` shows as `local`, in UTC.

    When clocks go back an hour comes twice, and when they go forward one is left out (PEP 495). Nothing that
    is to wait for such a time may come early.

    Raises:
        OverflowError: it is outside of all calendars.
    """
    return max(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
