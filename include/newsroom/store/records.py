"""The kinds of records in the bucket: where each lies, what rows it makes, and what its rows say of it.

A revision is none of them: its rows do not hold its text. Of the others the catalogue has every word, a
verdict's batch and who noted an acknowledgement aside, so that one which is lost can be written anew.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Table

from newsroom.store import keys, schema
from newsroom.store.bucket import THREADS, Bucket, BucketError, Corrupt
from newsroom.store.catalogue import Catalogue, Decision, Ledger
from newsroom.store.deliveries import Entered, Grounds, Left
from newsroom.store.inventory import Row, Values
from newsroom.store.kills import Kill, KillAnswer, KillReceipt, KillRequest, Lift
from newsroom.store.outbox import Acknowledgement, PushOutcome, PushStart
from newsroom.store.revisions import Verdicts
from newsroom.story import Noun

Record = TypeVar("Record", bound=Noun)

SMALL = 500
"""Small records that are read together: some megabytes."""


@dataclass(frozen=True)
class Told:
    """What the catalogue says must lie in the bucket: under which key, and which record.

    `record` is None where its rows do not have all of it. `beginning` is what its key begins with at least,
    where the whole key can't be told for sure.
    """

    key: str
    record: Noun | None
    beginning: str | None = None


TellsOf = Callable[[Catalogue, datetime, datetime], Iterator[Told]]
"""Tells what, by the catalogue, must be there of a span of time."""


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    `name` is what many of them are called. `rows` gives, of each row of `table` that says what a record says,
    the values in `columns`, by default its primary key; `add` adds these rows. `told` gives what, by the
    catalogue, must be there of a span of time; None where it can't say. `at_once` records fit into memory,
    and each counts as `size`.
    """

    name: str
    prefix: str
    noun: type[Noun]
    table: Table
    rows: Callable[[Any], list[Values]]
    add: Callable[[Catalogue, Sequence[Any]], None]
    told: TellsOf | None = None
    columns: tuple[ColumnElement[Any], ...] = ()
    at_once: int = SMALL
    size: Callable[[Any], int] = lambda _: 1

    def missing(self, catalogue: Catalogue, records: Mapping[str, Noun]) -> dict[str, int]:
        """By key, how many of a record's rows are not there; one that has them all is missing."""
        rows = {key: self.rows(record) for key, record in records.items()}
        columns = self.columns or tuple(self.table.primary_key)
        known = catalogue.known(columns, [row for each in rows.values() for row in each])
        left = {key: sum(row not in known for row in each) for key, each in rows.items()}
        return {key: count for key, count in left.items() if count}


def as_record(kind: type[Record], key: str, body: bytes) -> Record:
    """The record that these bytes, which lie under `key`, are.

    Raises:
        Corrupt: they are none of this kind.
    """
    try:
        record: Record = kind.from_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        wrong = ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))
        raise Corrupt("no_record", f"{key}: what lies there is no {kind.__name__}: {wrong}") from error
    return record


def read_record(bucket: Bucket, kind: type[Record], key: str) -> Record:
    """The record that lies under a key.

    Raises:
        Missing: nothing lies there.
        Corrupt: what lies there is not what was written, or no record of this kind.
        BucketError: the bucket can't be read.
    """
    return as_record(kind, key, bucket.get(key))


def read_records(
    bucket: Bucket, kind: type[Record], keys: Iterable[str]
) -> tuple[dict[str, Record], dict[str, BucketError]]:
    """The records under these keys; of those that are gone or broken, what is wrong instead.

    Raises:
        BucketError: the bucket can't be read.
    """
    bodies, wrong = bucket.get_whole(keys)
    found: dict[str, Record] = {}
    for key, body in bodies.items():
        try:
            found[key] = as_record(kind, key, body)
        except Corrupt as error:
            wrong[key] = error
    return found, wrong


def _each(
    noun: type[Noun],
    table: Table,
    key: Callable[[Any], str],
    *,
    moment: str = "at",
    named: Callable[[Row], Row] = lambda row: row,
    only: Callable[[Row], bool] = lambda _: True,
) -> TellsOf:
    """Tells records that have one row each; `named` gives their fields, `only` says which rows have one."""

    def told(catalogue: Catalogue, since: datetime, until: datetime) -> Iterator[Told]:
        for row in catalogue.rows_since(table, moment, since, until):
            if only(row):
                fields = named(row)
                told = {name: fields[name] for name in noun.model_fields}
                record = noun.model_validate(told, strict=False)
                yield Told(key(record), record)

    return told


def _told_ledgers(catalogue: Catalogue, since: datetime, until: datetime) -> Iterator[Told]:
    rows = catalogue.rows_since(schema.ledger_entry, "at", since, until)
    for partner, at, entries in _ticks(rows):
        record = Ledger(
            partner=partner,
            at=at,
            run=entries[0]["run"],
            entered=tuple(
                Entered(uri=each["uri"], n=each["n"], grounds=Grounds(**each["grounds"]))
                for each in entries
                if each["act"] == "entered"
            ),
            left=tuple(
                Left(uri=each["uri"], n=each["n"], reason=each["reason"])
                for each in entries
                if each["act"] == "left"
            ),
            sender=entries[0]["sender"],
            pages=catalogue.pages_of(partner, at),
        )
        # Which tick wrote it is in its key, and in no row.
        key = keys.delivery(partner, keys.stamp(at))
        yield Told(key, record, key.removesuffix(".json"))


def _ticks(rows: Iterable[Row]) -> Iterator[tuple[str, datetime, list[Row]]]:
    ordered = sorted(rows, key=lambda row: (row["partner"], row["at"], row["uri"], row["n"]))
    for (partner, at), entries in groupby(ordered, key=lambda row: (row["partner"], row["at"])):
        yield partner, at, list(entries)


def _told_answers(catalogue: Catalogue, since: datetime, until: datetime) -> Iterator[Told]:
    for row in catalogue.rows_since(schema.kill_request, "answered_at", since, until):
        at, by = row["answered_at"], row["answered_by"]
        confirmed = catalogue.killed_at(at, by) if row["answer"] == "confirmed" else ()
        record = KillAnswer(id=row["id"], at=at, by=by, answer=row["answer"], uris=confirmed)
        yield Told(keys.kill_answer(record.id), record)


def _told_acknowledgements(catalogue: Catalogue, since: datetime, until: datetime) -> Iterator[Told]:
    for row in catalogue.rows_since(schema.push_message, "acknowledged_at", since, until):
        yield Told(keys.acknowledgement(row["partner"], row["target"], row["id"]), None)


def _add_ledgers(catalogue: Catalogue, ledgers: Sequence[Ledger]) -> None:
    for ledger in ledgers:
        catalogue.add_deliveries(ledger)


def _add_verdicts(catalogue: Catalogue, batches: Sequence[Verdicts]) -> None:
    catalogue.add_verdicts([verdict for batch in batches for verdict in batch.verdicts])


VERDICTS = Kind(
    "verdicts",
    "verdicts/",
    Verdicts,
    schema.verdict,
    lambda batch: [(each.uri, each.n, each.scope, each.ruleset) for each in batch.verdicts],
    _add_verdicts,
    at_once=THREADS,
    size=lambda batch: len(batch.verdicts),
)

KINDS = (
    VERDICTS,
    Kind(
        "decisions",
        "decisions/",
        Decision,
        schema.decision,
        lambda each: [(each.uri, each.n, each.at)],
        Catalogue.add_decisions,
        _each(Decision, schema.decision, lambda each: keys.decision(each.uri, keys.stamp(each.at))),
    ),
    Kind(
        "kills",
        "kills/",
        Kill,
        schema.kill,
        lambda each: [(each.uri, each.evidence)],
        Catalogue.add_kills,
        _each(Kill, schema.kill, lambda each: keys.kill(each.uri, each.evidence)),
    ),
    Kind(
        "lifts",
        "lifts/",
        Lift,
        schema.lift,
        lambda each: [(each.uri, each.at)],
        Catalogue.add_lifts,
        _each(Lift, schema.lift, lambda each: keys.lift(each.uri, keys.stamp(each.at))),
    ),
    Kind(
        "kill_requests",
        "kill_requests/",
        KillRequest,
        schema.kill_request,
        lambda each: [(each.id,)],
        Catalogue.add_kill_requests,
        _each(KillRequest, schema.kill_request, lambda each: keys.kill_request(each.id)),
    ),
    Kind(
        "kill_answers",
        "kill_answers/",
        KillAnswer,
        schema.kill_request,
        lambda each: [(each.id, each.at)],
        Catalogue.add_kill_answers,
        _told_answers,
        columns=(schema.kill_request.c.id, schema.kill_request.c.answered_at),
    ),
    Kind(
        "deliveries",
        "deliveries/",
        Ledger,
        schema.ledger_entry,
        lambda each: [(each.partner, it.uri, it.n, each.at) for it in (*each.entered, *each.left)],
        _add_ledgers,
        _told_ledgers,
    ),
    Kind(
        "kill_receipts",
        "killed/",
        KillReceipt,
        schema.kill_receipt,
        lambda each: [(each.uri, each.evidence, each.partner)],
        Catalogue.add_kill_receipts,
        _each(
            KillReceipt,
            schema.kill_receipt,
            lambda each: keys.kill_receipt(each.uri, each.evidence, each.partner),
        ),
    ),
    Kind(
        "push_starts",
        "push_starts/",
        PushStart,
        schema.push_target,
        lambda each: [(each.partner, each.target)],
        Catalogue.add_push_starts,
        _each(
            PushStart,
            schema.push_target,
            lambda each: keys.push_start(each.partner, each.target),
            moment="since",
            named=lambda row: row | {"at": row["since"]},
        ),
    ),
    Kind(
        "push_outcomes",
        "pushed/",
        PushOutcome,
        schema.push_message,
        # What was parked may be sent again, and is waited for then.
        lambda each: [(each.id, True)] if each.state != "parked" else [],
        Catalogue.add_push_outcomes,
        _each(
            PushOutcome,
            schema.push_message,
            lambda each: each.key,
            moment="done_at",
            only=lambda row: row["state"] != "waiting",
        ),
        columns=(schema.push_message.c.id, schema.push_message.c.state.in_(("delivered", "skipped"))),
    ),
    Kind(
        "acknowledgements",
        "acknowledged/",
        Acknowledgement,
        schema.push_message,
        lambda each: [(each.id, each.at)],
        Catalogue.add_acknowledgements,
        _told_acknowledgements,
        columns=(schema.push_message.c.id, schema.push_message.c.acknowledged_at),
    ),
)
"""Every kind, in the order in which their rows are added: what a row is of comes before it."""
