"""Copies of one story in the catalogue: found by their fingerprints, each linked to the head of its group.

A story is compared with those that share buckets with it and were filed within a window of days of it. It
joins the group of the head that it is most like, and heads are earlier than their copies: so a row of
stories, each a little like the next, is not taken for one. Its versions count for as long as the window
lasts; what was found then stays.

Of a story's versions the one counts that is the last in its chain's order, of those that may be used and came
within the window.

All of it follows from the stories alone, in the order in which they were first filed, whatever the order in
which they are added: a new version of an early story has those behind it looked at again. So a catalogue that
is built anew finds the same; save that of a bucket with very many stories in it only some are looked at.
"""

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CompoundSelect,
    Connection,
    Row,
    String,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal_column,
    select,
    text,
    union_all,
)

from newsroom.match.fingerprint import BODY_SLOTS, LEAD_SLOTS, LEAST_SHARED, Fingerprint, buckets_of
from newsroom.match.likeness import Likeness, likeness
from newsroom.store import schema
from newsroom.store.chains import raise_stamp
from newsroom.store.database import Database, in_parts, upsert
from newsroom.store.order import in_order
from newsroom.story import digest

Prints = Mapping[tuple[str, int], Fingerprint | None]
"""The fingerprints of revisions (uri, n); None of one that has too few words."""

MOST_IN_BUCKET = 50
"""Of a bucket with more stories than this only so many are looked at, and sharing it counts half: a phrase
that all of them have."""

MOST_COMPARED = 12
"""How many stories one is compared with at most: those that share most buckets with it, and their heads."""

PRUNED_AT_ONCE = 500
"""How many fingerprints are taken away in one transaction."""


@dataclass(frozen=True)
class VersionRow:
    """A version of a story, as far as it counts here; `filed_at` is when the story's first one was filed."""

    uri: str
    n: int
    key: str
    pubstatus: str
    wire_version: str | None
    versioncreated: datetime | None
    stored_at: datetime
    filed_at: datetime

    @property
    def number(self) -> int:
        """The story's number among the fingerprints."""
        return number_of(self.uri)


@dataclass(frozen=True)
class CopyRow:
    """A story of a group of copies: how much it is like the group's head, 0 to 1, and what was found.

    Both are None of the head itself.
    """

    uri: str
    head: str
    score: float | None
    reason: str | None


class Duplicates(Database):
    """The copies' part of the catalogue."""

    def without_fingerprint(
        self, revisions: Collection[tuple[str, int]], window: timedelta
    ) -> list[VersionRow]:
        """Of the stories of these revisions, the versions that count from now on and are not compared yet.

        Such a one may be another than these: a version that comes late may move those before it.
        """
        with self.reading() as connection:
            newest = _newest(connection, revisions, window)
            there = {row.number: row.n for row in _rows(connection, [each.number for each in newest])}
        return [each for each in newest if there.get(each.number) != each.n]

    def add_fingerprints(self, prints: Prints, window: timedelta) -> None:
        """Add fingerprints of revisions that are there, and find what they are copies of.

        One of a version that does not count, or no more, is left out.
        """
        sketches = {revision: each.to_bytes() if each else None for revision, each in prints.items()}
        with self.writing() as connection:
            newest = [each for each in _newest(connection, prints, window) if (each.uri, each.n) in prints]
            changed = _changed(connection, newest, sketches)
            _save(connection, [_values(each, sketches[each.uri, each.n]) for each in changed])
            told = [_Told(each.number, each.uri, each.filed_at, prints[each.uri, each.n]) for each in changed]
            _Groups(connection, window).settle(told)
            raise_stamp(connection)

    def copies_of(self, uri: str) -> list[CopyRow]:
        """The story's group, its head first, the story itself among them; empty where it has no copies."""
        table = schema.duplicate
        head = select(table.c.head).where(table.c.uri == uri).scalar_subquery()
        asked = select(table).where(table.c.head == head).order_by(table.c.uri != table.c.head, table.c.uri)
        with self.reading() as connection:
            return [CopyRow(**row._asdict()) for row in connection.execute(asked)]

    def groups(self, heads: Collection[str]) -> dict[str, list[str]]:
        """By head, all stories of its group."""
        table = schema.duplicate
        found: dict[str, list[str]] = {}
        with self.reading() as connection:
            for part in in_parts(heads):
                asked = select(table.c.head, table.c.uri).where(table.c.head.in_(part)).order_by(table.c.uri)
                for row in connection.execute(asked):
                    found.setdefault(row.head, []).append(row.uri)
        return found

    def prune_fingerprints(self, before: datetime) -> int:
        """Take away fingerprints of stories filed before this, some at a time; returns how many.

        Links stay. `before` must lie two windows back: so long a version may still come of a story that is to
        be compared with them.
        """
        table = schema.fingerprint
        old = select(table.c.number, table.c.sketch).where(table.c.filed_at < before)
        with self.reading() as connection:
            if connection.scalar(select(old.exists())) is False:
                return 0
        with self.writing() as connection:
            rows = list(connection.execute(old.order_by(table.c.filed_at).limit(PRUNED_AT_ONCE)))
            _leave(connection, rows)
        return len(rows)


def number_of(uri: str) -> int:
    """63 bits of the uri's digest: among a million stories two share one once in ten million times."""
    return int(digest(uri)[:16], 16) >> 1


def _newest(
    connection: Connection, revisions: Collection[tuple[str, int]], window: timedelta
) -> list[VersionRow]:
    """Of each story that one of these revisions came to within the window, the version that counts."""
    revision, story = schema.revision, schema.story
    wanted = set(revisions)
    chains: dict[str, list[VersionRow]] = {}
    columns = [revision.c[each.name] for each in fields(VersionRow) if each.name != "filed_at"]
    asked = select(*columns, story.c.first_stored.label("filed_at"))
    asked = asked.join(story, story.c.uri == revision.c.uri)
    for part in in_parts({uri for uri, _ in wanted}):
        for row in connection.execute(asked.where(revision.c.uri.in_(part))):
            if row.stored_at <= row.filed_at + window:
                chains.setdefault(row.uri, []).append(VersionRow(**row._asdict()))
    newest = []
    for uri, chain in chains.items():
        usable = [row for row in in_order(chain) if row.pubstatus == "usable"]
        if usable and any((uri, row.n) in wanted for row in chain):
            newest.append(usable[-1])
    return newest


def _changed(
    connection: Connection, newest: Sequence[VersionRow], sketches: Mapping[tuple[str, int], bytes | None]
) -> list[VersionRow]:
    """Those of the versions that say something new; what they replace is taken away."""
    there = {row.number: row for row in _rows(connection, [each.number for each in newest])}
    changed = []
    for each in newest:
        known = there.get(each.number)
        if known is None or (known.n, known.sketch) != (each.n, sketches[each.uri, each.n]):
            changed.append(each)
    _leave(connection, [there[each.number] for each in changed if each.number in there])
    return changed


def _values(row: VersionRow, sketch: bytes | None) -> dict[str, Any]:
    return {
        "number": row.number,
        "uri": row.uri,
        "n": row.n,
        "filed_at": row.filed_at,
        "sketch": sketch,
    }


def _save(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(schema.fingerprint), rows)
    # In the order of the index, which spares the database half of its way.
    taken = sorted((bucket, row["number"]) for row in rows for bucket in _buckets(row["sketch"]))
    if taken:
        values = [{"bucket": bucket, "number": number} for bucket, number in taken]
        connection.execute(insert(schema.fingerprint_bucket), values)


def _leave(connection: Connection, rows: Sequence[Any]) -> None:
    table, index = schema.fingerprint, schema.fingerprint_bucket
    left = sorted((bucket, row.number) for row in rows for bucket in _buckets(row.sketch))
    if left:
        here = and_(index.c.bucket == bindparam("of"), index.c.number == bindparam("gone"))
        connection.execute(
            delete(index).where(here), [{"of": bucket, "gone": number} for bucket, number in left]
        )
    if rows:
        gone = delete(table).where(table.c.number == bindparam("gone"))
        connection.execute(gone, [{"gone": row.number} for row in rows])


def _buckets(sketch: bytes | None) -> tuple[int, ...]:
    return buckets_of(sketch) if sketch else ()


def _rows(connection: Connection, numbers: Sequence[int]) -> Iterator[Row[Any]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield from connection.execute(_BY_NUMBER, {"numbers": numbers[start : start + _AT_ONCE]})


_AT_ONCE = 500
_BY_NUMBER = select(schema.fingerprint).where(
    schema.fingerprint.c.number.in_(bindparam("numbers", expanding=True))
)


def _in_slots() -> CompoundSelect[Any]:
    """Asks who is in each of a story's buckets, as one text for each: hundreds of rows would cost more."""
    index = schema.fingerprint_bucket
    comma: Any = literal_column("','")  # no value to be bound each time
    most: Any = literal_column(f"{MOST_IN_BUCKET}")
    slots = [
        select(index.c.number)
        .where(index.c.bucket == bindparam(f"bucket_{slot}"))
        .order_by(index.c.number)
        .limit(most)
        .subquery(f"slot_{slot}")
        for slot in range(BODY_SLOTS + LEAD_SLOTS)
    ]
    return union_all(*(select(func.aggregate_strings(cast(each.c.number, String), comma)) for each in slots))


_IN_SLOTS = _in_slots()
"""Made once, as it is asked for each story."""

_IN_LISTED = text(
    "SELECT (SELECT string_agg(CAST(number AS text), ',') FROM (SELECT number FROM fingerprint_bucket "  # noqa: S608
    f"WHERE bucket = listed ORDER BY number LIMIT {MOST_IN_BUCKET}) AS there) FROM unnest(:buckets) AS listed"
).bindparams(bindparam("buckets", type_=ARRAY(BigInteger)))
"""The same for PostgreSQL, which starts a query of many parts in twice the time that it answers this one."""


@dataclass(frozen=True)
class _Told:
    """A story with its fingerprint."""

    number: int
    uri: str
    filed_at: datetime
    print: Fingerprint | None

    @property
    def order(self) -> tuple[datetime, str]:
        """Of two stories, a copy is the later one."""
        return (self.filed_at, self.uri)


class _Groups:
    """Works out to which group stories belong, within one transaction."""

    def __init__(self, connection: Connection, window: timedelta) -> None:
        self._connection = connection
        self._window = window
        self._told: dict[int, _Told] = {}
        self._linked: dict[str, str | None] = {}
        self._unwritten: dict[str, dict[str, Any]] = {}

    def settle(self, changed: Sequence[_Told]) -> None:
        """Work out the groups of stories whose fingerprints changed, and of those that hang on them.

        A story's group depends on earlier ones alone, so that each is looked at once, the earliest first.
        """
        anew = {told.number for told in changed}
        self._told.update((told.number, told) for told in changed)
        self._heads([told.uri for told in changed])
        waiting = [told.order for told in changed]
        heapq.heapify(waiting)
        done: set[str] = set()
        while waiting:
            _, uri = heapq.heappop(waiting)
            if uri not in done:
                done.add(uri)
                number = number_of(uri)
                for later in self._place(self._told[number], anew=number in anew):
                    heapq.heappush(waiting, later.order)
        self._write()

    def _place(self, one: _Told, *, anew: bool) -> list[_Told]:
        """Link the story to its head, or to none; returns the later ones to which that makes a difference."""
        alike = self._alike(one)
        was = self._heads([one.uri, *(other.uri for other, _ in alike)])[one.uri] or one.uri
        alike += self._compared(one, map(number_of, self._heads_beyond(one, alike)))
        found = [
            (-like.score, other.order, like)
            for other, like in alike
            if other.order < one.order and self._linked.get(other.uri) in (None, other.uri)
        ]
        best = min(found, key=lambda each: each[:2], default=None)
        head = best[1][1] if best else one.uri
        later = {other.number: other for other, _ in alike if other.order > one.order}
        if self._linked[one.uri] == one.uri:
            later |= {told.number: told for told in self._load(map(number_of, self._copies(one.uri)))}
        self._link(one.uri, was, head, best[2] if best else None)
        return list(later.values()) if anew or was != head else []

    def _heads_beyond(self, one: _Told, alike: Iterable[tuple[_Told, Likeness]]) -> list[str]:
        """The heads of earlier copies that are not among what was found: there may be very many copies."""
        known = {other.uri for other, _ in alike} | {one.uri, None}
        theirs = {self._linked[other.uri] for other, _ in alike if other.order < one.order}
        return sorted(uri for uri in theirs - known if uri)

    def _alike(self, one: _Told) -> list[tuple[_Told, Likeness]]:
        """The stories that share enough buckets with this one, and are like it."""
        if one.print is None:
            return []
        halves = Counter[str]()
        for there in self._in_buckets(one.print.buckets):
            numbers = there.split(",") if there else []
            halves.update(numbers)
            if len(numbers) < MOST_IN_BUCKET:
                halves.update(numbers)
        enough = [(-count, int(each)) for each, count in halves.items() if count >= 2 * LEAST_SHARED]
        most = [each for _, each in sorted(enough) if each != one.number]
        return self._compared(one, most[:MOST_COMPARED])

    def _in_buckets(self, buckets: Sequence[int]) -> Sequence[str | None]:
        """The numbers in each bucket, parted by commas; None of one that has none."""
        if self._connection.dialect.name == "postgresql":
            return self._connection.scalars(_IN_LISTED, {"buckets": list(buckets)}).all()
        values = {f"bucket_{slot}": bucket for slot, bucket in enumerate(buckets)}
        return self._connection.scalars(_IN_SLOTS, values).all()

    def _compared(self, one: _Told, numbers: Iterable[int]) -> list[tuple[_Told, Likeness]]:
        """Those of these stories that are like the one, with the evidence."""
        found = []
        for other in self._load(numbers):
            if one.print and other.print and abs(other.filed_at - one.filed_at) <= self._window:
                like = likeness(one.print, other.print)
                if like.same:
                    found.append((other, like))
        return found

    def _load(self, numbers: Iterable[int]) -> list[_Told]:
        """The stories of these numbers; one that is out of the window is missing."""
        wanted = list(numbers)
        for row in _rows(self._connection, [number for number in wanted if number not in self._told]):
            sketch = Fingerprint.from_bytes(row.sketch) if row.sketch else None
            self._told[row.number] = _Told(row.number, row.uri, row.filed_at, sketch)
        return [self._told[number] for number in wanted if number in self._told]

    def _heads(self, uris: Collection[str]) -> dict[str, str | None]:
        """The head of each story that is known by now, these among them; None where it has none."""
        table = schema.duplicate
        unknown = [uri for uri in uris if uri not in self._linked]
        self._linked |= dict.fromkeys(unknown)
        for part in in_parts(unknown):
            asked = select(table.c.uri, table.c.head).where(table.c.uri.in_(part))
            self._linked |= {row.uri: row.head for row in self._connection.execute(asked)}
        return self._linked

    def _copies(self, head: str) -> list[str]:
        self._write()
        table = schema.duplicate
        asked = select(table.c.uri).where(table.c.head == head, table.c.uri != head)
        return list(self._connection.scalars(asked))

    def _link(self, uri: str, was: str, head: str, like: Likeness | None) -> None:
        """Link the story to its head. A head is linked to itself for as long as it has copies."""
        if like:
            self._linked[uri] = head
            self._unwritten[uri] = {"uri": uri, "head": head, "score": like.score, "reason": like.reason}
            if self._heads([head])[head] is None:
                self._linked[head] = head
                self._unwritten[head] = {"uri": head, "head": head, "score": None, "reason": None}
        elif was != uri:
            self._unlink(uri)
        for former in {was, uri} - {head if like else None}:
            if self._heads([former])[former] == former and not self._copies(former):
                self._unlink(former)

    def _unlink(self, uri: str) -> None:
        self._connection.execute(delete(schema.duplicate).where(schema.duplicate.c.uri == uri))
        self._linked[uri] = None
        self._unwritten.pop(uri, None)

    def _write(self) -> None:
        """Write the links that are new, all of a batch at once."""
        upsert(self._connection, schema.duplicate, list(self._unwritten.values()))
        self._unwritten.clear()
