"""Kills that a partner has not taken, or not acknowledged, within its limit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsroom.config import Configuration
from newsroom.config.push import Push
from newsroom.push.newsdesk import Newsdesk
from newsroom.store.catalogue import Catalogue, MessageRow
from newsroom.store.outbox import Acknowledgement, file_acknowledgement

LOOKED_BACK = timedelta(days=30)
"""How old a kill may be of which somebody is told; what was told once is not told again."""


@dataclass(frozen=True)
class Overdue:
    """A kill that is not done at a target within the partner's limit, or never will be, and why."""

    row: MessageRow
    reason: str


def acknowledge(desk: Newsdesk, row: MessageRow, *, by: str, at: datetime) -> Acknowledgement:
    """File a partner's word that the story is gone; of two the first counts."""
    told = Acknowledgement(id=row.id, partner=row.partner, target=row.target, uri=row.uri, at=at, by=by)
    return file_acknowledgement(desk.bucket, desk.catalogue, told)


def overdue(configuration: Configuration, catalogue: Catalogue, now: datetime) -> list[Overdue]:
    """The kills that are not done within their targets' limits, or at some address; the oldest first."""
    rows = catalogue.unfinished_kills(now - LOOKED_BACK)
    standing = catalogue.standing_kills({row.uri for row in rows})
    return list(_late(configuration, [row for row in rows if row.uri in standing], now))


def _late(configuration: Configuration, rows: list[MessageRow], now: datetime) -> Iterator[Overdue]:
    targets = {
        (partner.id, target.id): target
        for partner in configuration.partners.values()
        for target in partner.push
    }
    for row in rows:
        target = targets.get((row.partner, row.target))
        reason = _why(row, target, now) if target else None
        if reason:
            yield Overdue(row, reason)


def _why(row: MessageRow, target: Push, now: datetime) -> str | None:
    if row.state == "delivered" and (refused := (row.receipt or {}).get("refused")):
        # It is not sent again: it would come once more to all who have it.
        return f"taken, but not for {refused}"
    if row.state == "parked":
        return f"refused, and not tried again: {row.reason}"
    if now - row.at <= timedelta(minutes=target.kills_within_minutes):
        return None
    limit = f"within {target.kills_within_minutes:g} minutes (`kills_within_minutes:`)"
    if row.state != "delivered":
        return f"not taken {limit}: {row.reason or 'not tried yet'}"
    return f"taken, but not acknowledged {limit}" if target.acknowledges_kills else None
