"""The ledger in the catalogue: each stay of a revision in a partner's feed, and what it rests on.

It is made of ledger entries, which are only ever added. What a crash kept from being written may be on record
though the partner never saw it; what a partner saw is on record always.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, or_, select

from newsroom.store import schema
from newsroom.store.database import Database
from newsroom.store.deliveries import Grounds

ROWS_AT_ONCE = 1_000
"""Rows in memory at a time."""


@dataclass(frozen=True)
class LedgerRow:
    """One stay of a revision in a partner's feed; `left` and `reason` are None while it lasts.

    `raw_keys` and `reader` are what the revision was read from, and by which code; `filed_by` and `run` are
    the runs that filed and sent it. They are empty where the revision is not in the catalogue; `entered` is
    None where only its leaving is known.
    """

    partner: str
    uri: str
    n: int
    entered: datetime | None
    left: datetime | None
    reason: str | None
    wire: str | None
    headline: str | None
    content_hash: str | None
    raw_keys: tuple[str, ...]
    reader: str | None
    filed_by: str | None
    grounds: Grounds
    sender: str | None
    run: str | None


class Ledgers(Database):
    """What was sent to whom, as it stays on record."""

    def ledger(
        self, *, partner: str | None = None, uri: str | None = None, since: datetime | None = None
    ) -> Iterator[LedgerRow]:
        """Each stay, in the order of coming; with `since`, those that began or ended at that time or later.

        Rows are read as they are asked for: a long ledger needs no more memory than a short one.
        """
        asked = _stays(partner, uri)
        if since:
            last = func.coalesce(asked.selected_columns.left, asked.selected_columns.entered)
            asked = asked.where(last >= since)
        with self.reading() as connection:
            for row in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(asked):
                yield _row(row)


def _stays(partner: str | None, uri: str | None) -> Select[Any]:
    """A row for each stay, made of its coming and of the leaving that follows."""
    table = schema.ledger_entry
    revisions = (table.c.partner, table.c.uri, table.c.n)

    def beside(value: Any) -> Any:
        return value.over(partition_by=revisions, order_by=table.c.at)

    told = select(
        table,
        beside(func.lag(table.c.act)).label("act_before"),
        beside(func.lead(table.c.act)).label("act_after"),
        beside(func.lead(table.c.at)).label("at_after"),
        beside(func.lead(table.c.reason)).label("reason_after"),
    )
    if partner:
        told = told.where(table.c.partner == partner)
    if uri:
        told = told.where(table.c.uri == uri)
    entry, revision = told.subquery(), schema.revision
    came = entry.c.act == "entered"
    entered = case((came, entry.c.at)).label("entered")
    left = case((came, entry.c.at_after), else_=entry.c.at).label("left")
    asked = select(
        entry.c.partner,
        entry.c.uri,
        entry.c.n,
        entered,
        left,
        case((came, entry.c.reason_after), else_=entry.c.reason).label("reason"),
        revision.c.wire,
        revision.c.headline,
        revision.c.content_hash,
        revision.c.raw_keys,
        revision.c.reader,
        revision.c.run.label("filed_by"),
        entry.c.grounds,
        entry.c.sender,
        entry.c.run,
    )
    asked = asked.outerjoin(revision, and_(revision.c.uri == entry.c.uri, revision.c.n == entry.c.n))
    # Of two comings without a leaving between, the first was said but not done.
    stays = and_(came, or_(entry.c.act_after.is_(None), entry.c.act_after == "left"))
    unknown = and_(~came, or_(entry.c.act_before.is_(None), entry.c.act_before == "left"))
    asked = asked.where(or_(stays, unknown))
    return asked.order_by(entry.c.at, entry.c.partner, entry.c.uri, entry.c.n)


def _row(row: Row[Any]) -> LedgerRow:
    values = row._asdict()
    return LedgerRow(
        **values | {"raw_keys": tuple(values["raw_keys"] or ()), "grounds": Grounds(**values["grounds"])}
    )
