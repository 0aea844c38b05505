"""How deliveries to partners go, for all of them at once: what came last, what waits, how fast kills were."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, select

from newsroom.store import schema
from newsroom.store.database import Database

Way = tuple[str, str]
"""A partner, and what it is reached by: its feeds, or one of its targets."""

FEEDS = "its feeds"
"""How a partner's documents in our own bucket are called here; no target's id has a blank."""


@dataclass
class Health:
    """How one way to a partner does. `kill_seconds` are those from each kill to its effect there.

    `parked` are by reason how many messages wait for a person; `reason` is why the way itself fails.
    """

    last: datetime | None = None
    waiting: int = 0
    oldest: datetime | None = None
    parked: dict[str, int] = field(default_factory=dict)
    failing_since: datetime | None = None
    reason: str | None = None
    kill_seconds: list[float] = field(default_factory=list)


class PartnerHealth(Database):
    """The catalogue, looked at by partner."""

    def partner_health(self, kills_since: datetime) -> dict[Way, Health]:
        """How each way to each partner does; kills are those that were told since then."""
        found: dict[Way, Health] = {}
        with self.reading() as connection:
            for row in connection.execute(_last_ledgers()):
                _of(found, row.partner, FEEDS).last = row.last
            for row in connection.execute(_kill_receipts(kills_since)):
                seconds = (row.at - row.told).total_seconds()
                _of(found, row.partner, FEEDS).kill_seconds.append(seconds)
            for row in connection.execute(select(schema.push_target)):
                here = _of(found, row.partner, row.target)
                here.last, here.failing_since, here.reason = row.last_delivered, row.failing_since, row.reason
            for row in connection.execute(_messages()):
                here = _of(found, row.partner, row.target)
                here.waiting, here.oldest, here.last = row.waiting, row.oldest, row.last
            for row in connection.execute(_parked()):
                _of(found, row.partner, row.target).parked[row.reason or ""] = row.messages
            for row in connection.execute(_killed(kills_since)):
                seconds = (row.done_at - row.at).total_seconds()
                _of(found, row.partner, row.target).kill_seconds.append(seconds)
        return found


def _of(found: dict[Way, Health], partner: str, way: str) -> Health:
    return found.setdefault((partner, way), Health())


def _last_ledgers() -> Any:
    table = schema.ledger_entry
    return select(table.c.partner, func.max(table.c.at).label("last")).group_by(table.c.partner)


def _kill_receipts(since: datetime) -> Any:
    receipt, kill = schema.kill_receipt, schema.kill
    of_it = and_(kill.c.uri == receipt.c.uri, kill.c.evidence == receipt.c.evidence)
    asked = select(receipt.c.partner, receipt.c.at, kill.c.at.label("told")).join(kill, of_it)
    return asked.where(kill.c.at >= since)


def _messages() -> Any:
    table = schema.push_message
    waits, came = table.c.state == "waiting", table.c.state == "delivered"
    return select(
        table.c.partner,
        table.c.target,
        func.coalesce(func.sum(case((waits, 1), else_=0)), 0).label("waiting"),
        func.min(case((waits, table.c.at))).label("oldest"),
        func.max(case((came, table.c.done_at))).label("last"),
    ).group_by(table.c.partner, table.c.target)


def _parked() -> Any:
    table = schema.push_message
    named = (table.c.partner, table.c.target, table.c.reason)
    return select(*named, func.count().label("messages")).where(table.c.state == "parked").group_by(*named)


def _killed(since: datetime) -> Any:
    table = schema.push_message
    told = and_(table.c.act == "killed", table.c.state == "delivered", table.c.at >= since)
    return select(table.c.partner, table.c.target, table.c.at, table.c.done_at).where(told)
