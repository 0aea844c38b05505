"""Local times: one that exists twice, or not at all, is the later of what it may mean by then."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def in_utc(local: datetime, zone: ZoneInfo, *, by: datetime | None = None) -> datetime:
    """The moment that a clock in `zone` shows as `local`, in UTC.

    When clocks go back an hour comes twice, and when they go forward one is left out (PEP 495). Nothing that
    is to wait for such a time may come early. What happened `by` a moment is not of the hour that is yet to
    come.

    Raises:
        OverflowError: it is outside of all calendars.
    """
    moments = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return max([moment for moment in moments if by and moment <= by] or moments)
