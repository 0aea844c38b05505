"""The ledger as people and programs read it: who got what, when, and on what grounds."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from newsroom.stages import Newsroom
from newsroom.store.catalogue import LedgerRow

Record = dict[str, Any]

COLUMNS = (
    "partner", "uri", "n", "entered_at", "left_at", "reason", "wire", "headline", "content_sha256",
    "raw_sha256", "reader", "cleared_by", "checks", "rights_profile", "rights", "sender", "filed_by_run",
    "sent_by_run",
)  # fmt: skip
"""What a record has, in this order."""


def ledger(room: Newsroom, partner: str | None = None, since: datetime | None = None) -> Iterator[Record]:
    """Each stay of a revision in a partner's feed, in the order of coming; read as it is asked for.

    Raises:
        LookupError: nobody knows such a partner, and it never got anything.
    """
    rows = room.catalogue.ledger(partner=partner, since=since)
    first = next(rows, None)
    if first is None and partner and next(room.catalogue.ledger(partner=partner), None) is None:
        room.partner(partner)
    return _records(first, rows)


def record_of(row: LedgerRow) -> Record:
    """One row of the ledger; the sha256s are of the bytes that the revision was read from."""
    return {
        "partner": row.partner,
        "uri": row.uri,
        "n": row.n,
        "entered_at": row.entered,
        "left_at": row.left,
        "reason": row.reason,
        "wire": row.wire,
        "headline": row.headline,
        "content_sha256": row.content_hash,
        "raw_sha256": [key.rsplit("/", 1)[-1] for key in row.raw_keys],
        "reader": row.reader,
        "cleared_by": row.grounds.cleared_by,
        "checks": row.grounds.checks,
        "rights_profile": row.grounds.profile,
        "rights": row.grounds.rights,
        "sender": row.sender,
        "filed_by_run": row.filed_by,
        "sent_by_run": row.run,
    }


def _records(first: LedgerRow | None, rows: Iterator[LedgerRow]) -> Iterator[Record]:
    if first is not None:
        yield record_of(first)
        yield from map(record_of, rows)
