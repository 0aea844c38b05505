"""Feeds and their items in the catalogue: cursors, and what is still to be read."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection, Row, and_, func, or_, select, union, update

from newsroom.store import schema
from newsroom.store.database import ROWS_AT_ONCE, Database, in_parts, upsert
from newsroom.story import Item

ItemState = Literal["pending", "done", "failed", "quarantined"]


@dataclass(frozen=True)
class FeedState:
    """A feed's cursor and health. `next_ok_at` is when it may be asked again.

    `next_page` is where the next poll begins, in a listing that goes on from page to page; `next_page_of` is
    the digest of the feed's address that led there.
    """

    wire: str
    feed: str
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    next_page: str | None = None
    next_page_of: str | None = None
    polls: int = 0
    last_polled: datetime | None = None
    last_ok: datetime | None = None
    last_new: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    last_error: str | None = None
    next_ok_at: datetime | None = None

    @property
    def waits_since(self) -> datetime | None:
        """When it was asked last or, where it asked for a pause, may be asked again; None if it never was."""
        return self.last_polled and max(self.last_polled, self.next_ok_at or self.last_polled)


@dataclass(frozen=True)
class PollCounts:
    """How many of a feed's entries were new, changed, or known."""

    new: int
    changed: int
    known: int


@dataclass(frozen=True)
class ItemRow:
    """An item as the catalogue has it; `digest` is of the entry as last seen."""

    key: str
    wire: str
    feed: str
    digest: str
    raw_key: str
    guid: str | None
    url: str | None
    title: str | None
    state: ItemState
    code: str | None
    reason: str | None
    attempts: int
    next_try: datetime | None
    seen_at: datetime | None
    uri: str | None


@dataclass(frozen=True)
class ItemOutcome:
    """What became of an item, as it was with this `digest`."""

    key: str
    digest: str
    state: ItemState
    code: str | None = None
    reason: str | None = None
    attempts: int = 0
    next_try: datetime | None = None
    uri: str | None = None


class Feeds(Database):
    """The feeds' part of the catalogue."""

    def feed_state(self, wire: str, feed: str) -> FeedState:
        """The feed's cursor and health; a fresh one when it was never asked."""
        table = schema.feed
        with self.reading() as connection:
            row = connection.execute(select(table).where(table.c.wire == wire, table.c.feed == feed)).first()
        return FeedState(**row._asdict()) if row else FeedState(wire, feed)

    def save_feed_state(self, state: FeedState) -> None:
        """Set the feed's cursor and health."""
        with self.writing() as connection:
            upsert(connection, schema.feed, [asdict(state)])

    def record_poll(self, state: FeedState, items: Sequence[Item]) -> PollCounts:
        """Record a poll's entries and move the cursor, in one transaction.

        An entry that is new, or says something else than before, is due to be read; one that another feed
        of the wire shows just so is that feed's to read.
        """
        with self.writing() as connection:
            counts = record_items(connection, state.feed, items, state.last_polled)
            upsert(connection, schema.feed, [asdict(state)])
        return counts

    def add_unseen(self, items: Sequence[Item], seen_at: datetime) -> list[str]:
        """Add entries that no poll recorded, as due to be read; returns their keys.

        Known ones stay as they are.
        """
        told = {item.key: item for item in reversed(items)}
        with self.writing() as connection:
            known = set()
            for part in in_parts(told):
                asked = select(schema.item.c.key).where(schema.item.c.key.in_(part))
                known |= set(connection.scalars(asked))
            unseen = [item for key, item in told.items() if key not in known]
            upsert(connection, schema.item, [_row(item, "pending", seen_at) for item in unseen])
        return sorted(item.key for item in unseen)

    def due_items(self, wire: str, feed: str, now: datetime, limit: int) -> list[ItemRow]:
        """The feed's items that are still to be read, the longest waiting first."""
        table = schema.item
        due = select(table).where(
            table.c.wire == wire,
            table.c.feed == feed,
            table.c.state == "pending",
            or_(table.c.next_try.is_(None), table.c.next_try <= now),
        )
        with self.reading() as connection:
            rows = connection.execute(due.order_by(table.c.seen_at, table.c.key).limit(limit)).all()
        return [_item(row) for row in rows]

    def finish_items(self, outcomes: Sequence[ItemOutcome]) -> None:
        """Record what became of items; one whose entry has changed meanwhile stays due."""
        if not outcomes:
            return
        table = schema.item
        with self.writing() as connection:
            for outcome in outcomes:
                values = asdict(outcome)
                here = and_(table.c.key == values.pop("key"), table.c.digest == values.pop("digest"))
                connection.execute(update(table).where(here).values(**values))

    def add_finished(self, rows: Sequence[ItemRow]) -> None:
        """Put back items that were read, as the bucket tells of them, in any order.

        What is there stays when it was seen later, or is not read yet.
        """
        table = schema.item
        newest = {(row.key, row.feed): asdict(row) for row in sorted(rows, key=_seen)}
        with self.writing() as connection:
            upsert(
                connection,
                table,
                list(newest.values()),
                where=lambda new: and_(table.c.state == "done", new.seen_at > table.c.seen_at),
            )

    def uris_of(self, keys: Collection[str]) -> dict[str, set[str]]:
        """By item, every story that it was read into; others are missing."""
        found: dict[str, set[str]] = {}
        item, revision = schema.item, schema.revision
        with self.reading() as connection:
            for part in in_parts(keys):
                read = select(item.c.key, item.c.uri).where(item.c.key.in_(part), item.c.uri.is_not(None))
                filed = select(revision.c.item_key, revision.c.uri).where(revision.c.item_key.in_(part))
                for key, uri in connection.execute(union(read, filed)):
                    found.setdefault(key, set()).add(uri)
        return found

    def stuck_items(self, wire: str | None = None, limit: int = 200) -> list[ItemRow]:
        """Items that were given up or put into quarantine, the newest first."""
        table = schema.item
        stuck = select(table).where(table.c.state.in_(("failed", "quarantined")))
        if wire:
            stuck = stuck.where(table.c.wire == wire)
        with self.reading() as connection:
            rows = connection.execute(stuck.order_by(table.c.seen_at.desc(), table.c.key).limit(limit)).all()
        return [_item(row) for row in rows]

    def item_counts(self) -> dict[str, int]:
        """How many items are in each state."""
        counted = select(schema.item.c.state, func.count()).group_by(schema.item.c.state)
        with self.reading() as connection:
            return dict(iter(connection.execute(counted)))


def record_items(
    connection: Connection, feed: str, items: Sequence[Item], seen_at: datetime | None
) -> PollCounts:
    """Record a feed's entries: what is new, or says something else than before, is due to be read."""
    told = {item.key: item for item in reversed(items)}
    here, elsewhere = _known_items(connection, feed, list(told))
    unseen = [item for item in told.values() if here.get(item.key) != item.digest]
    shared = [item for item in unseen if (item.key, item.digest) in elsewhere]
    due = [item for item in unseen if (item.key, item.digest) not in elsewhere]
    rows = [_row(item, "pending", seen_at) for item in due]
    rows += [_row(item, "done", seen_at) for item in shared]
    upsert(connection, schema.item, rows)
    before = here.keys() | {key for key, _ in elsewhere}
    changed = sum(item.key in before for item in due)
    return PollCounts(new=len(due) - changed, changed=changed, known=len(told) - len(due))


def _known_items(
    connection: Connection, feed: str, keys: Sequence[str]
) -> tuple[dict[str, str], set[tuple[str, str]]]:
    """What was seen of these items: their digests in this feed by key, and (key, digest) in others."""
    table = schema.item
    here: dict[str, str] = {}
    elsewhere: set[tuple[str, str]] = set()
    for start in range(0, len(keys), ROWS_AT_ONCE):
        part = select(table.c.key, table.c.feed, table.c.digest).where(
            table.c.key.in_(keys[start : start + ROWS_AT_ONCE])
        )
        for row in connection.execute(part):
            if row.feed == feed:
                here[row.key] = row.digest
            else:
                elsewhere.add((row.key, row.digest))
    return here, elsewhere


def _seen(row: ItemRow) -> datetime:
    return row.seen_at or datetime.min.replace(tzinfo=UTC)


def _row(item: Item, state: ItemState, seen_at: datetime | None) -> dict[str, object]:
    return {
        "key": item.key,
        "wire": item.wire,
        "feed": item.feed,
        "digest": item.digest,
        "raw_key": item.raw_key,
        "guid": item.guid,
        "url": item.url,
        "title": item.title,
        "state": state,
        "code": None,
        "reason": None,
        "attempts": 0,
        "next_try": None,
        "seen_at": seen_at,
        "uri": None,
    }


def _item(row: Row[tuple[object, ...]]) -> ItemRow:
    return ItemRow(**row._asdict())
