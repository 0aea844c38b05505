"""The outbox in the catalogue: what each of a partner's targets is to be told, and what came of it.

Messages follow from what the ledger says came and left, and from kills: the same ledger gives the same
messages with the same ids, so that a rebuilt catalogue sends nothing twice. What came of each is filed in the
bucket first.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field
from sqlalchemy import Connection, and_, case, exists, func, or_, select, true, update

from newsroom.store import keys, schema
from newsroom.store.bucket import Bucket
from newsroom.store.database import Database, in_parts, upsert
from newsroom.store.first import put_first
from newsroom.story import Moment, Noun, digest

if TYPE_CHECKING:
    from newsroom.store.catalogue import Catalogue

Act = Literal["published", "withdrawn", "killed"]
"""What a message says of its story: take it, or take it away; `killed` at once and for good."""

Final = Literal["delivered", "skipped", "parked"]
"""What may come of a message. `skipped`: it holds no more; `parked`: it waits for a person."""

State = Literal["waiting", "delivered", "skipped", "parked"]

Receipt = dict[str, str | int]
"""The evidence that a message arrived, as its transport has it."""


REMOVED = "removed"
"""In the receipt of a kill: the target said at once that the story is gone."""


class PushStart(Noun):
    """Since when a target is told of stories: `push_starts/{partner}/{target}.json`, written once.

    It gets what the partner's feed holds then, and what comes later.
    """

    partner: str
    target: str
    at: Moment


class PushOutcome(Noun):
    """What came of a message: `pushed/{partner}/{target}/{id}/{state}.json`, written once.

    `at` is when what it tells happened, `done_at` when this came of it. It may be parked several times, each
    time for a reason of its own: then the state in its key has the number of `tries` behind it.
    """

    id: str
    partner: str
    target: str
    uri: str
    n: int
    act: Act
    version: int | None
    rule: str | None
    at: Moment
    state: Final
    tries: int
    done_at: Moment
    reason: str | None = None
    receipt: Receipt = Field(default_factory=dict)

    @property
    def key(self) -> str:
        """Where it lies."""
        state = f"parked-{self.tries:04}" if self.state == "parked" else self.state
        return keys.push_outcome(self.partner, self.target, self.id, state)


class Acknowledgement(Noun):
    """A partner's word that a killed story is gone: `acknowledged/{partner}/{target}/{id}.json`.

    `by` is who noted it: the target itself, or a person at the desk who was told.
    """

    id: str
    partner: str
    target: str
    uri: str
    at: Moment
    by: str


@dataclass(frozen=True)
class TargetRow:
    """A target as its last exchanges left it: how many failed in a row, and until when it is left alone.

    `suspect` is the message that failed last, where it may be at fault itself.
    """

    partner: str
    target: str
    since: datetime
    cursor: datetime | None
    failures: int
    failing_since: datetime | None
    pause_until: datetime | None
    suspect: str | None
    reason: str | None
    last_delivered: datetime | None
    sender: str | None
    lease_until: datetime | None


@dataclass(frozen=True)
class MessageRow:
    """One message of an outbox.

    `tries` were begun, `failures` are those that were its own fault, as others passed. `rule` is why its
    story is taken back.
    """

    id: str
    partner: str
    target: str
    uri: str
    n: int
    act: Act
    version: int | None
    rule: str | None
    rank: int
    at: datetime
    state: State
    tries: int
    failures: int
    next_try: datetime | None
    done_at: datetime | None
    reason: str | None
    receipt: Receipt
    acknowledged_at: datetime | None = None
    alarmed_at: datetime | None = None


@dataclass(frozen=True)
class Waiting:
    """How many of a target's messages are in each state, and since when the oldest one waits."""

    counts: dict[str, int]
    oldest: datetime | None


def message_id(partner: str, target: str, uri: str, n: int, act: Act, turn: str) -> str:
    """A message's id, which is its idempotency key. `turn` tells returns of the same revision apart."""
    return f"msg_{digest(chr(0).join((partner, target, uri, str(n), act, turn)))[:32]}"


def file_outcome(bucket: Bucket, catalogue: "Catalogue", outcome: PushOutcome) -> PushOutcome:
    """File what came of a message, the object first; of two the first counts, and is returned.

    What is refused again is filed already: the catalogue tells when, and why, it was refused last.
    """
    there, _ = put_first(bucket, outcome.key, outcome)
    catalogue.add_push_outcomes([outcome if outcome.state == "parked" else there])
    return there


def file_acknowledgement(bucket: Bucket, catalogue: "Catalogue", told: Acknowledgement) -> Acknowledgement:
    """File a partner's word, the object first; of two the first counts, and is returned."""
    key = keys.acknowledgement(told.partner, told.target, told.id)
    there, _ = put_first(bucket, key, told)
    catalogue.add_acknowledgements([there])
    return there


class Outbox(Database):
    """The messages' part of the catalogue."""

    def push_target(self, partner: str, target: str) -> TargetRow | None:
        """The target's state; None before it was first seen."""
        table = schema.push_target
        asked = select(table).where(table.c.partner == partner, table.c.target == target)
        with self.reading() as connection:
            row = connection.execute(asked).first()
        return TargetRow(**row._asdict()) if row else None

    def add_push_starts(self, starts: Sequence[PushStart]) -> None:
        """Add targets; one that is there stays as it is."""
        rows = [
            {"partner": each.partner, "target": each.target, "since": each.at, "failures": 0}
            for each in starts
        ]
        with self.writing() as connection:
            upsert(connection, schema.push_target, rows, update=())

    def add_push_outcomes(self, outcomes: Sequence[PushOutcome]) -> None:
        """Note what came of messages. They may come in any order: a delivery outranks whatever else came."""
        best = {each.id: each for each in sorted(outcomes, key=lambda each: each.state == "delivered")}
        rows = [
            each.model_dump() | {"rank": _rank(each.act), "failures": 0, "next_try": None}
            for each in best.values()
        ]
        columns, was = (
            ("state", "version", "done_at", "reason", "receipt", "tries"),
            schema.push_message.c.state,
        )
        with self.writing() as connection:
            upsert(
                connection,
                schema.push_message,
                rows,
                update=columns,
                where=lambda new: or_(was == "waiting", was == "parked", new.state == "delivered"),
            )

    def add_acknowledgements(self, told: Sequence[Acknowledgement]) -> None:
        """Note of which kills partners said that the story is gone."""
        table = schema.push_message
        with self.writing() as connection:
            for each in told:
                here = update(table).where(table.c.id == each.id)
                connection.execute(here.values(acknowledged_at=each.at))

    def unfinished_kills(self, since: datetime) -> list[MessageRow]:
        """The messages of kills told since then of which nobody has said that the story is gone."""
        table = schema.push_message
        asked = select(table).where(
            table.c.act == "killed",
            table.c.at >= since,
            table.c.state != "skipped",
            table.c.acknowledged_at.is_(None),
        )
        with self.reading() as connection:
            rows = connection.execute(asked.order_by(table.c.at, table.c.id))
            return [MessageRow(**row._asdict()) for row in rows]

    def note_alarm(self, messages: Collection[str], at: datetime) -> None:
        """Note that somebody is told of these messages."""
        table = schema.push_message
        with self.writing() as connection:
            for part in in_parts(messages):
                connection.execute(update(table).where(table.c.id.in_(part)).values(alarmed_at=at))

    def kill_messages(self, uris: Collection[str]) -> list[MessageRow]:
        """The messages of these stories' kills, as they happened."""
        table = schema.push_message
        found: list[MessageRow] = []
        with self.reading() as connection:
            for part in in_parts(uris):
                asked = select(table).where(table.c.uri.in_(part), table.c.act == "killed")
                rows = connection.execute(asked.order_by(table.c.at, table.c.partner, table.c.target))
                found += [MessageRow(**row._asdict()) for row in rows]
        return found

    def fill_outbox(self, partner: str, target: str, *, rules: Collection[str], only_kills: bool) -> None:
        """Add the messages that follow from what is on record by now.

        A leaving for one of `rules` is told, any other is not: the story just became old. With `only_kills`
        the target is told of nothing else, ever.
        """
        with self.reading() as connection:
            state = connection.execute(_target(partner, target)).one()
            last = connection.scalar(_last_entry(partner)) if not only_kills else None
            entries: list[Any] = []
            if last and (state.cursor is None or last > state.cursor):
                entries = list(_new_entries(connection, state))
            made = [*_told(state, entries, rules), *_killed(connection, state)]
        if not made and (last is None or last == state.cursor):
            return
        table = schema.push_target
        with self.writing() as connection:
            upsert(connection, schema.push_message, made, update=())
            if last:
                here = and_(table.c.partner == partner, table.c.target == target)
                later = or_(table.c.cursor.is_(None), table.c.cursor < last)
                connection.execute(update(table).where(here, later).values(cursor=last))

    def next_message(
        self,
        partner: str,
        target: str,
        now: datetime,
        *,
        only_kills: bool = False,
        but: str | None = None,
    ) -> MessageRow | None:
        """The message whose turn it is, `but` aside; kills first, then as things happened."""
        table = schema.push_message
        due = or_(table.c.next_try.is_(None), table.c.next_try <= now)
        asked = select(table).where(
            table.c.partner == partner, table.c.target == target, table.c.state == "waiting", due
        )
        if only_kills:
            asked = asked.where(table.c.rank == 0)
        if but:
            asked = asked.where(table.c.id != but)
        asked = asked.order_by(table.c.rank, table.c.at, table.c.uri, table.c.n).limit(1)
        with self.reading() as connection:
            row = connection.execute(asked).first()
        return MessageRow(**row._asdict()) if row else None

    def later_message(self, message: MessageRow) -> MessageRow | None:
        """The last message to the same target that tells something newer of the same story, kills aside."""
        table = schema.push_message
        same = and_(
            table.c.partner == message.partner,
            table.c.target == message.target,
            table.c.uri == message.uri,
            table.c.act != "killed",
        )
        asked = select(table).where(same, table.c.at > message.at).order_by(table.c.at.desc()).limit(1)
        with self.reading() as connection:
            row = connection.execute(asked).first()
        return MessageRow(**row._asdict()) if row else None

    def is_shown(self, partner: str, uri: str, n: int) -> bool:
        """Whether the revision is in the partner's feed now."""
        table = schema.delivery
        asked = select(table.c.uri).where(
            table.c.partner == partner, table.c.uri == uri, table.c.n == n, table.c.left_at.is_(None)
        )
        with self.reading() as connection:
            return connection.scalar(asked) is not None

    def begin_try(self, message: MessageRow) -> None:
        """Say that the message is about to be sent."""
        table = schema.push_message
        with self.writing() as connection:
            connection.execute(update(table).where(table.c.id == message.id).values(tries=table.c.tries + 1))

    def put_off(self, message: MessageRow, until: datetime | None, reason: str, *, fault: bool) -> None:
        """Let the message wait; `fault` says whether its failure is its own."""
        table = schema.push_message
        said = {"next_try": until, "reason": reason, "failures": table.c.failures + int(fault)}
        with self.writing() as connection:
            connection.execute(update(table).where(table.c.id == message.id).values(**said))

    def unpark(self, partner: str, target: str) -> int:
        """Let parked messages wait for their turn again; returns how many."""
        table = schema.push_message
        parked = and_(table.c.partner == partner, table.c.target == target, table.c.state == "parked")
        said = {"state": "waiting", "failures": 0, "next_try": None, "done_at": None}
        pause = schema.push_target
        here = and_(pause.c.partner == partner, pause.c.target == target)
        with self.writing() as connection:
            connection.execute(update(pause).where(here).values(pause_until=None))
            return connection.execute(update(table).where(parked).values(**said)).rowcount

    def note_exchange(
        self,
        partner: str,
        target: str,
        now: datetime,
        *,
        pause_until: datetime | None = None,
        suspect: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Note how an exchange with the target went: with `pause_until` it failed, for this reason."""
        table = schema.push_target
        said: dict[str, Any] = {"failures": 0, "failing_since": None, "pause_until": None}
        said |= {"suspect": None, "reason": None, "last_delivered": now}
        if pause_until:
            said = {
                "failures": table.c.failures + 1,
                "failing_since": func.coalesce(table.c.failing_since, now),
                "pause_until": pause_until,
                "suspect": suspect,
                "reason": reason,
            }
        here = and_(table.c.partner == partner, table.c.target == target)
        with self.writing() as connection:
            connection.execute(update(table).where(here).values(**said))

    def note_answer(self, partner: str, target: str) -> None:
        """Note that the target answers, though it refused this message: whatever failed there is over."""
        table = schema.push_target
        said = {"failures": 0, "failing_since": None, "pause_until": None, "suspect": None, "reason": None}
        here = and_(table.c.partner == partner, table.c.target == target)
        with self.writing() as connection:
            connection.execute(update(table).where(here).values(**said))

    def take_lease(self, partner: str, target: str, sender: str, now: datetime, until: datetime) -> bool:
        """Become the target's only sender until then, or stay it; False when another is."""
        table = schema.push_target
        free = or_(table.c.lease_until.is_(None), table.c.lease_until <= now, table.c.sender == sender)
        here = and_(table.c.partner == partner, table.c.target == target, free)
        with self.writing() as connection:
            taken = connection.execute(update(table).where(here).values(sender=sender, lease_until=until))
            return taken.rowcount == 1

    def end_lease(self, partner: str, target: str, sender: str) -> None:
        """Let another send to the target."""
        table = schema.push_target
        here = and_(table.c.partner == partner, table.c.target == target, table.c.sender == sender)
        with self.writing() as connection:
            connection.execute(update(table).where(here).values(sender=None, lease_until=None))

    def waiting(self, partner: str, target: str) -> Waiting:
        """What the target's outbox holds."""
        table = schema.push_message
        here = and_(table.c.partner == partner, table.c.target == target)
        counted = select(
            table.c.state, func.count(), func.min(case((table.c.state == "waiting", table.c.at)))
        )
        with self.reading() as connection:
            rows = list(connection.execute(counted.where(here).group_by(table.c.state)))
        return Waiting({row[0]: row[1] for row in rows}, next((row[2] for row in rows if row[2]), None))

    def messages(
        self, *, partner: str | None = None, uri: str | None = None, state: State | None = None
    ) -> list[MessageRow]:
        """Messages to a partner, or of a story, as things happened."""
        table = schema.push_message
        asked = select(table)
        for column, value in ((table.c.partner, partner), (table.c.uri, uri), (table.c.state, state)):
            if value is not None:
                asked = asked.where(column == value)
        with self.reading() as connection:
            rows = connection.execute(asked.order_by(table.c.at, table.c.partner, table.c.target, table.c.id))
            return [MessageRow(**row._asdict()) for row in rows]


def _rank(act: Act) -> int:
    """Kills overtake."""
    return 0 if act == "killed" else 1


def _target(partner: str, target: str) -> Any:
    table = schema.push_target
    return select(table).where(table.c.partner == partner, table.c.target == target)


def _last_entry(partner: str) -> Any:
    table = schema.ledger_entry
    return select(func.max(table.c.at)).where(table.c.partner == partner)


def _new_entries(connection: Connection, state: Any) -> Iterator[tuple[Any, int]]:
    """Ledger entries that the target was not told of, in order, each with the number of its stay.

    Of two comings without a leaving between, as of two leavings, the second says nothing new: a crash kept
    what the first said from being written. At the start that is what the feed holds, and what came since.
    """
    entry, sent = schema.ledger_entry, schema.delivery
    wanted = entry.c.at > (state.cursor or state.since)
    if state.cursor is None:
        shown = exists().where(
            sent.c.partner == entry.c.partner,
            sent.c.uri == entry.c.uri,
            sent.c.n == entry.c.n,
            sent.c.left_at.is_(None),
        )
        wanted = or_(wanted, shown)
    new = select(entry.c.uri, entry.c.n, entry.c.at).where(entry.c.partner == state.partner, wanted)
    asked = {(row.uri, row.n, row.at) for row in connection.execute(new)}
    found: list[tuple[Any, int]] = []
    for part in in_parts({uri for uri, _, _ in asked}):
        chain = select(entry).where(entry.c.partner == state.partner, entry.c.uri.in_(part))
        rows = connection.execute(chain.order_by(entry.c.at, entry.c.uri, entry.c.n))
        found += [(row, stay) for row, stay in _changes(rows) if (row.uri, row.n, row.at) in asked]
    return iter(sorted(found, key=lambda each: (each[0].at, each[0].uri, each[0].n)))


def _changes(entries: Iterable[Any]) -> Iterator[tuple[Any, int]]:
    """Those entries that change something, each with how many stays of its revision ended before."""
    last: dict[tuple[str, int], tuple[str, int]] = {}
    for entry in entries:
        act, stay = last.get((entry.uri, entry.n), ("left", -1))
        if entry.act == act:
            continue
        stay += entry.act == "entered"
        last[entry.uri, entry.n] = (entry.act, stay)
        yield entry, stay


def _told(state: Any, entries: Iterable[tuple[Any, int]], rules: Collection[str]) -> Iterator[dict[str, Any]]:
    for entry, stay in entries:
        if entry.act == "entered":
            yield _message(state, entry, "published", str(stay))
        elif entry.reason in rules and entry.reason != "kill":
            yield _message(state, entry, "withdrawn", str(stay), version=entry.n + 1, rule=entry.reason)


def _killed(connection: Connection, state: Any) -> list[dict[str, Any]]:
    """The kills that stand of stories which the partner ever got, in its feed or otherwise."""
    stone, sent, message = schema.tombstone, schema.delivery, schema.push_message
    told = exists().where(
        message.c.partner == state.partner,
        message.c.target == state.target,
        message.c.uri == stone.c.uri,
        message.c.act == "killed",
        # Another notice of the same death is no other kill; a kill after a lift is.
        or_(stone.c.lifted_at.is_(None), message.c.at >= stone.c.lifted_at),
    )
    asked = (
        select(stone, stone.c.killed_at.label("at"), sent.c.n)
        .join(sent, and_(sent.c.uri == stone.c.uri, sent.c.partner == state.partner))
        .where(
            stone.c.stands == true(), stone.c.killed_at > state.since, sent.c.entered_at.is_not(None), ~told
        )
        .order_by(stone.c.killed_at, stone.c.uri, sent.c.n)
    )
    newest = {row.uri: row for row in connection.execute(asked)}
    return [_kill_message(state, row) for row in newest.values()]


def _kill_message(state: Any, row: Any) -> dict[str, Any]:
    turn = row.lifted_at.isoformat() if row.lifted_at else ""
    return _message(state, row, "killed", turn, version=row.n + row.acts, rule="kill")


def _message(
    state: Any, of: Any, act: Act, turn: str, *, version: int | None = None, rule: str | None = None
) -> dict[str, Any]:
    # A kill is of the whole story, whichever revision the partner was sent last.
    named = 0 if act == "killed" else of.n
    return {
        "id": message_id(state.partner, state.target, of.uri, named, act, turn),
        "partner": state.partner,
        "target": state.target,
        "uri": of.uri,
        "n": of.n,
        "act": act,
        "version": version,
        "rule": rule,
        "rank": _rank(act),
        "at": of.at,
        "state": "waiting",
        "tries": 0,
        "failures": 0,
        "next_try": None,
        "done_at": None,
        "reason": None,
        "receipt": {},
    }
