"""Verdicts, decisions, kills, receipts and ledgers: every object has its rows, every row its object."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Table

from newsroom.stages import Newsroom
from newsroom.stages.reconcile.report import RESTORE, Notes
from newsroom.stages.reconcile.span import Span
from newsroom.store import keys, schema
from newsroom.store.bucket import THREADS, Corrupt
from newsroom.store.catalogue import Catalogue, Decision, Ledger
from newsroom.store.inventory import PrimaryKey
from newsroom.store.kills import Kill, KillAnswer, KillReceipt, KillRequest, Lift
from newsroom.store.revisions import Verdicts
from newsroom.story import Noun

AT_ONCE = 500
"""Objects compared together."""


@dataclass(frozen=True)
class _Kept:
    """One kind of record: where it lies, the rows that it makes, and how they are added.

    `key` is where the object of a row lies; None where several rows have one object, or a name of its own.
    """

    prefix: str
    kind: type[Noun]
    table: Table
    rows: Callable[[Any], list[PrimaryKey]]
    add: Callable[[Catalogue, Sequence[Any]], None]
    moment: str = "at"
    key: Callable[..., str] | None = None


def _add_ledgers(catalogue: Catalogue, ledgers: Sequence[Ledger]) -> None:
    for ledger in ledgers:
        catalogue.add_deliveries(ledger)


def _add_verdicts(catalogue: Catalogue, batches: Sequence[Verdicts]) -> None:
    catalogue.add_verdicts([verdict for batch in batches for verdict in batch.verdicts])


KEPT = (
    _Kept(
        "verdicts/",
        Verdicts,
        schema.verdict,
        lambda batch: [(each.uri, each.n, each.scope, each.ruleset) for each in batch.verdicts],
        _add_verdicts,
    ),
    _Kept(
        "decisions/",
        Decision,
        schema.decision,
        lambda each: [(each.uri, each.n, each.at)],
        Catalogue.add_decisions,
        key=lambda uri, _n, at: keys.decision(uri, keys.stamp(at)),
    ),
    _Kept(
        "kills/",
        Kill,
        schema.kill,
        lambda each: [(each.uri, each.evidence)],
        Catalogue.add_kills,
        key=keys.kill,
    ),
    _Kept(
        "lifts/",
        Lift,
        schema.lift,
        lambda each: [(each.uri, each.at)],
        Catalogue.add_lifts,
        key=lambda uri, at: keys.lift(uri, keys.stamp(at)),
    ),
    _Kept(
        "kill_requests/",
        KillRequest,
        schema.kill_request,
        lambda each: [(each.id,)],
        Catalogue.add_kill_requests,
        key=keys.kill_request,
    ),
    _Kept(
        "deliveries/",
        Ledger,
        schema.ledger_entry,
        lambda each: [(each.partner, it.uri, it.n, each.at) for it in (*each.entered, *each.left)],
        _add_ledgers,
    ),
    _Kept(
        "killed/",
        KillReceipt,
        schema.kill_receipt,
        lambda each: [(each.uri, each.evidence, each.partner)],
        Catalogue.add_kill_receipts,
        key=keys.kill_receipt,
    ),
)


def compare_records(room: Newsroom, span: Span, notes: Notes) -> None:
    """Compare what the bucket and the catalogue have on record; rows that are missing are added.

    Raises:
        BucketError: the bucket can't be read.
    """
    for kept in KEPT:
        _objects(room, kept, span, notes)
        _rows(room, kept, span, notes)
    _answers(room, span, notes)


def _objects(room: Newsroom, kept: _Kept, span: Span, notes: Notes) -> None:
    for found in _read(room, kept.prefix, kept.kind, span, notes):
        rows = {key: kept.rows(record) for key, record in found.items()}
        known = room.catalogue.known(kept.table, [row for each in rows.values() for row in each])
        missing = {key: [row for row in each if row not in known] for key, each in rows.items()}
        missing = {key: each for key, each in missing.items() if each}
        if missing:
            kept.add(room.catalogue, [found[key] for key in missing])
        for key, each in missing.items():
            told = f"{len(each)} of its {len(rows[key])} rows are missing from {kept.table.name}"
            notes.add(f"{kept.table.name}_without_row", key, found=told, done="rows added")
        notes.compared[kept.prefix.rstrip("/")] += len(found)


def _rows(room: Newsroom, kept: _Kept, span: Span, notes: Notes) -> None:
    """Every row's object is there."""
    if kept.key is None:
        return
    rows = room.catalogue.rows_since(kept.table, kept.moment, span.since, span.until)
    wanted = {kept.key(*row): row for row in rows}
    for key, stat in room.bucket.stat_many(wanted).items():
        if not stat:
            found = f"{kept.table.name} {wanted[key]} is in the catalogue alone"
            notes.open("row_without_object", key, found=found, mend=RESTORE)


def _answers(room: Newsroom, span: Span, notes: Notes) -> None:
    """A kill that waited and was answered waits no more."""
    waiting = {each.id for each in room.catalogue.open_requests()}
    for found in _read(room, "kill_answers/", KillAnswer, span, notes):
        late = {key: answer for key, answer in found.items() if answer.id in waiting}
        room.catalogue.add_kill_answers(list(late.values()))
        for key in late:
            notes.add("answer_without_row", key, found="the kill that it answers waits", done="answer noted")


def _read(room: Newsroom, prefix: str, kind: type[Any], span: Span, notes: Notes) -> Iterator[dict[str, Any]]:
    """The records written in the span, some at a time, by key; one that can't be read is noted."""
    listed = (key for key, _ in room.bucket.listed(prefix, span.since, span.until))

    def read(key: str) -> Any:
        try:
            return kind.from_json(room.bucket.get(key))
        except Corrupt as error:
            return error.reason
        except ValidationError as error:
            return f"no {kind.__name__}: {str(error).splitlines()[0]}"

    with ThreadPoolExecutor(THREADS) as pool:
        while part := list(islice(listed, AT_ONCE)):
            found = dict(zip(part, pool.map(read, part), strict=True))
            for key, wrong in found.items():
                if isinstance(wrong, str):
                    notes.open("broken_object", key, found=wrong, mend=RESTORE)
            yield {key: record for key, record in found.items() if not isinstance(record, str)}
