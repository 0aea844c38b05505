"""Kills in the catalogue: which stand, whom they must still reach, and which wait for a person."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Select,
    Table,
    and_,
    delete,
    exists,
    or_,
    select,
    true,
    union,
)

from newsroom.store import schema
from newsroom.store.chains import refresh
from newsroom.store.database import Database, in_parts, upsert
from newsroom.store.kills import Kill, KillAnswer, KillReceipt, KillRequest, Lift

_KILL = tuple(schema.kill.c[name] for name in Kill.model_fields)
"""The columns that a kill is filed with."""

LEFTOVER = timedelta(days=1)
"""After this long, what a tick said it would send is no longer under way: its process ended."""


@dataclass(frozen=True)
class DueKill:
    """A kill that must still reach a partner. `under_way`: a delivery may be sending the story right now."""

    uri: str
    evidence: str
    at: datetime
    under_way: bool


@dataclass(frozen=True)
class KilledRow:
    """A killed story that a partner got: the newest revision that it got, and the kill."""

    uri: str
    n: int
    at: datetime
    acts: int


@dataclass(frozen=True)
class KillRow:
    """A kill and, for each partner that ever got the story, when it took effect there; None: not yet.

    Where it was lifted, those alone that it reached before. `dead_since` is when the first of the kills was
    seen that stood one after the other until this one did, and `alive_at` when a lift left none of them.
    """

    kill: Kill
    lifted_at: datetime | None
    dead_since: datetime
    alive_at: datetime | None
    reached: dict[str, datetime | None]


class Tombstones(Database):
    """The kills' part of the catalogue."""

    def add_kills(self, kills: Sequence[Kill]) -> None:
        """Add kills; one that is there stays as it is."""
        with self.writing() as connection:
            upsert(connection, schema.kill, [each.model_dump() for each in kills], update=())
            _changed(connection, {each.uri for each in kills})

    def add_lifts(self, lifts: Sequence[Lift]) -> None:
        """Add lifts."""
        with self.writing() as connection:
            rows = [{**each.model_dump(), "evidence": list(each.evidence)} for each in lifts]
            upsert(connection, schema.lift, rows, update=())
            _changed(connection, {each.uri for each in lifts})

    def add_kill_receipts(self, receipts: Sequence[KillReceipt]) -> None:
        """Add receipts; of two the first counts."""
        with self.writing() as connection:
            upsert(connection, schema.kill_receipt, [each.model_dump() for each in receipts], update=())
            refresh_tombstones(connection, {each.uri for each in receipts})

    def add_kill_requests(self, requests: Sequence[KillRequest]) -> None:
        """Add kills that wait for a person."""
        rows = [
            {**each.model_dump(), "uris": list(each.uris), "evidence": list(each.evidence)}
            for each in requests
        ]
        with self.writing() as connection:
            upsert(connection, schema.kill_request, [_unanswered(row) for row in rows], update=())

    def add_kill_answers(self, answers: Sequence[KillAnswer]) -> None:
        """Note what people said to kills that waited."""
        table = schema.kill_request
        with self.writing() as connection:
            for each in answers:
                said = {"answer": each.answer, "answered_at": each.at, "answered_by": each.by}
                connection.execute(table.update().where(table.c.id == each.id).values(**said))

    def standing_kills(self, uris: Collection[str]) -> dict[str, Kill]:
        """The kill that stands for each of these stories, of several the last; others are missing."""
        with self.reading() as connection:
            return _standing(connection, uris)

    def kills(self, uri: str, *, standing: bool = False) -> list[Kill]:
        """Every kill of a story, or those that stand, the first one first."""
        asked = select(*_KILL).where(schema.kill.c.uri == uri)
        if standing:
            asked = asked.where(schema.kill.c.lifted_at.is_(None))
        with self.reading() as connection:
            rows = connection.execute(asked.order_by(schema.kill.c.at, schema.kill.c.evidence))
            return [Kill(**row._asdict()) for row in rows]

    def lifts(self, uri: str) -> list[Lift]:
        """Every lift of a story's kills, the first one first."""
        table = schema.lift
        asked = select(table).where(table.c.uri == uri).order_by(table.c.at)
        with self.reading() as connection:
            return [_lift(row) for row in connection.execute(asked)]

    def known_evidence(self, wire: str, uris: Collection[str]) -> tuple[set[str], set[str]]:
        """What kills of these stories stand on, and what the wire's kills that wait, or waited, do."""
        asked = schema.kill_request
        known: set[str] = set()
        waited: set[str] = set()
        with self.reading() as connection:
            for part in in_parts(uris):
                here = select(schema.kill.c.evidence).where(schema.kill.c.uri.in_(part))
                known.update(connection.scalars(here))
            for evidence in connection.scalars(select(asked.c.evidence).where(asked.c.wire == wire)):
                waited.update(evidence)
        return known, waited

    def request(self, beginning: str) -> list[KillRequest]:
        """The open requests whose ids begin so."""
        return [each for each in self.open_requests() if each.id.startswith(beginning)]

    def open_requests(self) -> list[KillRequest]:
        """Kills that wait for a person, the oldest first."""
        table = schema.kill_request
        asked = select(table).where(table.c.answer.is_(None)).order_by(table.c.at, table.c.id)
        with self.reading() as connection:
            return [_request(row._asdict()) for row in connection.execute(asked)]

    def recent_kills(self, limit: int) -> list[KillRow]:
        """The last kills, the newest first, with when each reached each partner."""
        table = schema.kill
        with self.reading() as connection:
            asked = select(table).order_by(table.c.at.desc(), table.c.uri, table.c.evidence).limit(limit)
            rows = connection.execute(asked).all()
            uris = {row.uri for row in rows}
            dead = _dead_spans(connection, uris)
            takers: dict[str, list[str]] = {}
            for uri, partner in _takers(connection, uris):
                takers.setdefault(uri, []).append(partner)
            reached: dict[tuple[str, str], dict[str, datetime | None]] = {
                (row.uri, row.evidence): {} if row.lifted_at else dict.fromkeys(takers.get(row.uri, ()))
                for row in rows
            }
            for receipt in _receipts(connection, uris):
                if (receipt.uri, receipt.evidence) in reached:
                    reached[receipt.uri, receipt.evidence][receipt.partner] = receipt.at
        return [
            KillRow(
                _kill(row),
                row.lifted_at,
                *next(span for span in reversed(dead[row.uri]) if span[0] <= row.at),
                reached[row.uri, row.evidence],
            )
            for row in rows
        ]

    def open_kills(self) -> list[str]:
        """The stories whose kill must still reach a partner."""
        stone = schema.tombstone
        with self.reading() as connection:
            return list(
                connection.scalars(select(stone.c.uri).where(stone.c.open == true()).order_by(stone.c.uri))
            )

    def partners_due(self) -> list[str]:
        """The partners that a kill must still reach."""
        with self.reading() as connection:
            due = _due().subquery()
            return list(connection.scalars(select(due.c.partner).distinct().order_by(due.c.partner)))

    def due_kills(self, partner: str) -> list[DueKill]:
        """The kills that must still reach this partner."""
        due, sending = _due().subquery(), schema.sending
        under_way = exists().where(sending.c.partner == partner, sending.c.uri == due.c.uri)
        asked = select(due.c.uri, due.c.evidence, due.c.at, under_way.label("under_way"))
        with self.reading() as connection:
            found = connection.execute(asked.where(due.c.partner == partner).order_by(due.c.uri))
            return [DueKill(**row._asdict()) for row in found]

    def killed_for(self, partner: str, since: datetime) -> list[KilledRow]:
        """The stories that this partner got, and whose kill stands and was seen since then."""
        stone, sent = schema.tombstone, schema.delivery
        asked = (
            select(stone.c.uri, sent.c.n, stone.c.killed_at, stone.c.acts)
            .join(sent, and_(sent.c.uri == stone.c.uri, sent.c.partner == partner))
            .where(stone.c.stands == true(), stone.c.killed_at >= since, sent.c.entered_at.is_not(None))
            .order_by(stone.c.uri, sent.c.n)
        )
        with self.reading() as connection:
            newest = {row.uri: row for row in connection.execute(asked)}
        return [KilledRow(row.uri, row.n, row.killed_at, row.acts) for row in newest.values()]

    def start_sending(self, tick: str, partner: str, uris: Collection[str], at: datetime) -> set[str]:
        """Say what this tick is about to send; returns those of the stories that are killed.

        One transaction, as a kill's is: either this sees the kill, or the kill sees this.
        """
        rows = [{"tick": tick, "partner": partner, "uri": uri, "at": at} for uri in sorted(uris)]
        with self.writing() as connection:
            upsert(connection, schema.sending, rows)
            return set(_standing(connection, uris))

    def end_sending(self, tick: str, partner: str, at: datetime) -> None:
        """Say that what this tick sent is on record; what crashed ticks left is taken away, too."""
        table = schema.sending
        left_over = and_(table.c.partner == partner, table.c.at < at - LEFTOVER)
        with self.writing() as connection:
            connection.execute(delete(table).where(or_(table.c.tick == tick, left_over)))


def refresh_tombstones(connection: Connection, uris: Collection[str]) -> None:
    """Work out anew what follows from kills and lifts, and whether everyone was reached."""
    kills = _by_uri(connection, schema.kill, uris, schema.kill.c.at, schema.kill.c.evidence)
    lifts = {
        uri: [_lift(row) for row in found]
        for uri, found in _by_uri(connection, schema.lift, uris, schema.lift.c.at).items()
    }
    takers = _takers(connection, kills)
    reached = {(row.uri, row.evidence, row.partner) for row in _receipts(connection, kills)}
    rows = []
    for uri, chain in kills.items():
        said = lifts.get(uri, [])
        ends = [_lifted_at(kill, said) for kill in chain]
        _note_ends(connection, chain, ends)
        standing = [kill for kill, end in zip(chain, ends, strict=True) if end is None]
        waiting = any(
            (uri, kill.evidence, partner) not in reached
            for of_uri, partner in takers
            if of_uri == uri
            for kill in standing
        )
        freed = [end for _, end in _spans(zip((kill.at for kill in chain), ends, strict=True)) if end]
        rows.append(
            {
                "uri": uri,
                "stands": bool(standing),
                "evidence": (standing or chain)[-1].evidence,
                "killed_at": chain[-1].at,
                "lifted_at": freed[-1] if freed else None,
                "acts": len(chain) + len(said),
                "open": waiting,
            }
        )
    upsert(connection, schema.tombstone, rows)


def _by_uri(connection: Connection, table: Table, uris: Collection[str], *order: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for part in in_parts(uris):
        for row in connection.execute(select(table).where(table.c.uri.in_(part)).order_by(*order)):
            found.setdefault(row.uri, []).append(row)
    return found


def _lifted_at(kill: Any, lifts: Iterable[Lift]) -> datetime | None:
    return next((each.at for each in lifts if each.lifts(kill.evidence, kill.at)), None)


def _note_ends(connection: Connection, chain: Sequence[Any], ends: Sequence[datetime | None]) -> None:
    table = schema.kill
    for kill, end in zip(chain, ends, strict=True):
        if kill.lifted_at != end:
            of_it = and_(table.c.uri == kill.uri, table.c.evidence == kill.evidence)
            connection.execute(table.update().where(of_it).values(lifted_at=end))


def _spans(kills: Iterable[tuple[datetime, datetime | None]]) -> list[tuple[datetime, datetime | None]]:
    """From when to when a story is dead without a break; `kills` are in order, each with its lift."""
    spans: list[tuple[datetime, datetime | None]] = []
    for at, end in kills:
        begun, last = spans[-1] if spans else (at, at)
        if spans and (last is None or at < last):
            spans[-1] = (begun, None if None in (last, end) else max(each for each in (last, end) if each))
        else:
            spans.append((at, end))
    return spans


def _dead_spans(
    connection: Connection, uris: Collection[str]
) -> dict[str, list[tuple[datetime, datetime | None]]]:
    kills = _by_uri(connection, schema.kill, uris, schema.kill.c.at, schema.kill.c.evidence)
    return {uri: _spans((kill.at, kill.lifted_at) for kill in chain) for uri, chain in kills.items()}


def _changed(connection: Connection, uris: Collection[str]) -> None:
    refresh_tombstones(connection, uris)
    refresh(connection, uris)


def _due() -> CompoundSelect[Any]:
    """Kills that stand, by partner: who got the story, or is about to, and has no receipt."""
    stone, kill, receipt, sent = schema.tombstone, schema.kill, schema.kill_receipt, schema.delivery
    got = [(sent, sent.c.entered_at.is_not(None)), (schema.sending, true())]

    def of(table: Table, holds: Any) -> Select[Any]:
        reached = exists().where(
            receipt.c.uri == kill.c.uri,
            receipt.c.evidence == kill.c.evidence,
            receipt.c.partner == table.c.partner,
        )
        asked = select(table.c.partner, kill.c.uri, kill.c.evidence, kill.c.at)
        asked = asked.join(stone, stone.c.uri == table.c.uri)
        asked = asked.join(kill, and_(kill.c.uri == stone.c.uri, kill.c.lifted_at.is_(None)))
        return asked.where(stone.c.open == true(), holds, ~reached)

    return union(*(of(table, holds) for table, holds in got))


def _takers(connection: Connection, uris: Iterable[str]) -> set[tuple[str, str]]:
    """Who got these stories at any time, or is about to get them, as (uri, partner)."""
    found: set[tuple[str, str]] = set()
    sent, sending = schema.delivery, schema.sending
    for part in in_parts(set(uris)):
        there = select(sent.c.uri, sent.c.partner).where(sent.c.uri.in_(part), sent.c.entered_at.is_not(None))
        soon = select(sending.c.uri, sending.c.partner).where(sending.c.uri.in_(part))
        found |= {(row.uri, row.partner) for row in connection.execute(union(there, soon))}
    return found


def _receipts(connection: Connection, uris: Iterable[str]) -> list[Any]:
    table = schema.kill_receipt
    return [
        row
        for part in in_parts(set(uris))
        for row in connection.execute(select(table).where(table.c.uri.in_(part)))
    ]


def _standing(connection: Connection, uris: Collection[str]) -> dict[str, Kill]:
    kill, stone = schema.kill, schema.tombstone
    found: dict[str, Kill] = {}
    for part in in_parts(uris):
        asked = (
            select(*_KILL)
            .join(stone, and_(stone.c.uri == kill.c.uri, stone.c.evidence == kill.c.evidence))
            .where(stone.c.stands == true(), stone.c.uri.in_(part))
        )
        found |= {row.uri: Kill(**row._asdict()) for row in connection.execute(asked)}
    return found


def _kill(row: Any) -> Kill:
    return Kill(**{name: getattr(row, name) for name in Kill.model_fields})


def _lift(row: Any) -> Lift:
    return Lift(**row._asdict() | {"evidence": tuple(row.evidence)})


def _unanswered(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "answer": None, "answered_at": None, "answered_by": None}


def _request(row: dict[str, Any]) -> KillRequest:
    told = {name: row[name] for name in KillRequest.model_fields}
    return KillRequest(**told | {"uris": tuple(row["uris"]), "evidence": tuple(row["evidence"])})
