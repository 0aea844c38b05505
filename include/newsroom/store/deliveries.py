"""Deliveries in the catalogue: which document a partner has, and which stories are in it since when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Connection, and_, exists, func, or_, outerjoin, select, update

from newsroom.store import schema
from newsroom.store.database import Database, in_parts, upsert
from newsroom.store.tombstones import refresh_tombstones
from newsroom.story import Moment, Noun


class Grounds(Noun):
    """On what a revision was sent, as things stood at that moment.

    `cleared_by` is what passed it, `checks` the digest of the rules of each scope that judged it last.
    `profile` is its wire's contract, `rights` a digest over that contract and the licences that the partner
    held of it.
    """

    cleared_by: Literal["verdict", "release", "withdrawal"] | None = None
    checks: dict[str, str] = Field(default_factory=dict)
    profile: str | None = None
    rights: str | None = None


class Entered(Noun):
    """A revision that came into a partner's feed, and on what grounds."""

    uri: str
    n: int
    grounds: Grounds = Grounds()


class Left(Noun):
    """A revision that left a partner's feed, and why."""

    uri: str
    n: int
    reason: str


class Archived(Noun):
    """A revision on a page of a partner's archive."""

    uri: str
    n: int


class ArchivePage(Noun):
    """A page of a partner's archive: its name, that of the page before, and what stands on it."""

    page: str
    previous: str | None = None
    stories: tuple[Archived, ...]


class Ledger(Noun):
    """What one tick changed in a partner's feed: `deliveries/{partner}/….json`, written before the feed.

    `sender` is the code that made the feed, `pages` what it added to the archive, the oldest first.
    """

    partner: str
    at: Moment
    run: str | None
    entered: tuple[Entered, ...]
    left: tuple[Left, ...]
    sender: str | None = None
    pages: tuple[ArchivePage, ...] = ()


@dataclass(frozen=True)
class DocumentRow:
    """A partner's feed as it lies in the bucket; `signature` tells what it was made from."""

    partner: str
    format: str
    key: str
    signature: str
    sha256: str
    etag: str
    stories: int
    written_at: datetime


@dataclass(frozen=True)
class LookRow:
    """With what a partner's last delivery came to its end: the stamp of stories, and a digest of the rest.

    `until` is when its answer may change by itself; None where it can't.
    """

    partner: str
    stamp: int
    grounds: str
    at: datetime
    until: datetime | None


@dataclass(frozen=True)
class DeliveryRow:
    """One revision in one partner's feed: since when, until when, and why it left."""

    partner: str
    uri: str
    n: int
    entered_at: datetime
    left_at: datetime | None
    reason: str | None
    run: str | None


@dataclass(frozen=True)
class LedgerLine:
    """One line of a partner's ledger: a revision that `entered` or `left` its feed.

    `acts` is how often its story was killed and brought back, `again` whether another revision of it had
    entered before.
    """

    uri: str
    n: int
    at: datetime
    act: str
    reason: str | None
    acts: int
    again: bool


class Deliveries(Database):
    """The partners' part of the catalogue."""

    def partner_document(self, partner: str, format: str) -> DocumentRow | None:  # noqa: A002 - ninjs' word
        """The partner's feed of this format; None when none was written."""
        table = schema.partner_document
        asked = select(table).where(table.c.partner == partner, table.c.format == format)
        with self.reading() as connection:
            row = connection.execute(asked).first()
        return DocumentRow(**row._asdict()) if row else None

    def partner_documents(self, partner: str) -> dict[str, DocumentRow]:
        """The partner's feeds by format."""
        table = schema.partner_document
        with self.reading() as connection:
            rows = connection.execute(select(table).where(table.c.partner == partner))
            return {row.format: DocumentRow(**row._asdict()) for row in rows}

    def save_partner_documents(self, documents: Sequence[DocumentRow]) -> None:
        """Note which documents a partner has."""
        with self.writing() as connection:
            upsert(connection, schema.partner_document, [asdict(each) for each in documents])

    def save_look(self, look: LookRow) -> None:
        """Note that a partner has all that it should."""
        with self.writing() as connection:
            upsert(connection, schema.partner_look, [asdict(look)])

    def unchanged(
        self, grounds: Mapping[str, str], now: datetime, *, since: datetime
    ) -> dict[str, dict[str, DocumentRow]]:
        """The documents by format of the partners for whom all is as it was when they were looked at last.

        `grounds` has the partners, each with its digest by now. They were looked at after `since`, no story
        has changed, and no time has come.
        """
        table, documents = schema.partner_look, schema.partner_document
        stamp = select(func.max(schema.stamp.c.stories)).scalar_subquery()
        same = and_(table.c.stamp == func.coalesce(stamp, 0), table.c.at > since, table.c.at <= now)
        still = or_(table.c.until.is_(None), table.c.until > now)
        found: dict[str, dict[str, DocumentRow]] = {}
        with self.reading() as connection:
            for part in in_parts(grounds):
                asked = select(documents, table.c.grounds).join(table, table.c.partner == documents.c.partner)
                for row in connection.execute(asked.where(documents.c.partner.in_(part), same, still)):
                    values = row._asdict()
                    if values.pop("grounds") == grounds[row.partner]:
                        found.setdefault(row.partner, {})[row.format] = DocumentRow(**values)
        return found

    def add_deliveries(self, ledger: Ledger) -> None:
        """Add what a tick changed. Ledgers may come in any order, and again: the later one counts."""
        table = schema.delivery
        with self.writing() as connection:
            entered = [_values(ledger, each) | {"entered_at": ledger.at} for each in ledger.entered]
            upsert(
                connection,
                table,
                entered,
                update=("entered_at", "run"),
                where=lambda new: or_(table.c.entered_at.is_(None), new.entered_at > table.c.entered_at),
            )
            left = [
                _values(ledger, each) | {"left_at": ledger.at, "reason": each.reason} for each in ledger.left
            ]
            upsert(
                connection,
                table,
                left,
                update=("left_at", "reason"),
                where=lambda new: or_(table.c.left_at.is_(None), new.left_at > table.c.left_at),
            )
            # What came again after it left is there.
            named = {each.uri for each in ledger.entered} | {each.uri for each in ledger.left}
            again = and_(
                table.c.partner == ledger.partner,
                table.c.uri.in_(sorted(named)),
                table.c.left_at < table.c.entered_at,
            )
            connection.execute(update(table).where(again).values(left_at=None, reason=None))
            upsert(connection, schema.ledger_entry, _entries(ledger), update=())
            _add_pages(connection, ledger)
            refresh_tombstones(connection, {each.uri for each in ledger.entered})

    def ledger_lines(self, partner: str, after: datetime) -> list[LedgerLine]:
        """The lines of a partner's ledger that were written after that moment, in the order of happening."""
        table, stone = schema.ledger_entry, schema.tombstone
        earlier = table.alias("earlier")
        again = exists().where(
            earlier.c.partner == partner,
            earlier.c.uri == table.c.uri,
            earlier.c.n != table.c.n,
            earlier.c.at < table.c.at,
            earlier.c.act == "entered",
        )
        acts = func.coalesce(stone.c.acts, 0).label("acts")
        told = (table.c.uri, table.c.n, table.c.at, table.c.act, table.c.reason)
        asked = (
            select(*told, acts, again.label("again"))
            .select_from(outerjoin(table, stone, stone.c.uri == table.c.uri))
            .where(table.c.partner == partner, table.c.at > after)
            .order_by(table.c.at, table.c.act.desc(), table.c.uri, table.c.n)
        )
        with self.reading() as connection:
            return [LedgerLine(**row._asdict()) for row in connection.execute(asked)]

    def in_feed(self, partner: str) -> set[tuple[str, int]]:
        """The revisions that are in the partner's feed now."""
        table = schema.delivery
        here = and_(table.c.partner == partner, table.c.left_at.is_(None))
        asked = select(table.c.uri, table.c.n).where(here)
        with self.reading() as connection:
            return {(row.uri, row.n) for row in connection.execute(asked)}

    def sent(self, partner: str, uris: Collection[str]) -> dict[str, set[int]]:
        """By story, the revisions that came into the partner's feed at any time; others are missing."""
        table = schema.delivery
        found: dict[str, set[int]] = {}
        with self.reading() as connection:
            for part in in_parts(uris):
                here = and_(
                    table.c.partner == partner, table.c.uri.in_(part), table.c.entered_at.is_not(None)
                )
                for row in connection.execute(select(table.c.uri, table.c.n).where(here)):
                    found.setdefault(row.uri, set()).add(row.n)
        return found

    def shown(self, uris: Collection[str]) -> dict[str, list[DeliveryRow]]:
        """By story, the revisions that are in partners' feeds now; those in none are missing."""
        table = schema.delivery
        found: dict[str, list[DeliveryRow]] = {}
        with self.reading() as connection:
            for part in in_parts(uris):
                here = and_(table.c.uri.in_(part), table.c.left_at.is_(None), table.c.entered_at.is_not(None))
                for row in connection.execute(select(table).where(here).order_by(table.c.partner)):
                    found.setdefault(row.uri, []).append(DeliveryRow(**row._asdict()))
        return found

    def sent_of(self, partner: str, since: datetime) -> dict[str, datetime]:
        """When each story came that the partner has, or had until it was too old; of those since then."""
        sent, story = schema.delivery, schema.story
        has = or_(sent.c.left_at.is_(None), sent.c.reason == "older")
        asked = select(sent.c.uri, story.c.first_stored).join(story, story.c.uri == sent.c.uri)
        asked = asked.where(sent.c.partner == partner, sent.c.entered_at.is_not(None), has)
        with self.reading() as connection:
            rows = connection.execute(asked.where(story.c.first_stored >= since))
            return {row.uri: row.first_stored for row in rows}

    def was_sent(self, uri: str) -> bool:
        """Whether any partner ever got the story."""
        table = schema.delivery
        asked = select(table.c.uri).where(table.c.uri == uri, table.c.entered_at.is_not(None)).limit(1)
        with self.reading() as connection:
            return connection.scalar(asked) is not None

    def leavings(
        self, partner: str, uris: Collection[str], reasons: Collection[str]
    ) -> dict[str, list[datetime]]:
        """By story, when it left the partner's feed for one of these reasons; others are missing."""
        table = schema.ledger_entry
        found: dict[str, list[datetime]] = {}
        with self.reading() as connection:
            for part in in_parts(uris):
                here = and_(table.c.partner == partner, table.c.uri.in_(part), table.c.act == "left")
                asked = select(table.c.uri, table.c.at).where(here, table.c.reason.in_(list(reasons)))
                for row in connection.execute(asked.order_by(table.c.at)):
                    found.setdefault(row.uri, []).append(row.at)
        return found

    def withdrawn(self, partner: str, since: datetime, reasons: Collection[str]) -> list[DeliveryRow]:
        """Stories that left the partner's feed since then for one of these reasons, and are in it no more."""
        table = schema.delivery
        here = table.alias("here")
        back = select(here.c.uri).where(here.c.partner == partner, here.c.left_at.is_(None))
        asked = select(table).where(
            table.c.partner == partner,
            table.c.left_at >= since,
            table.c.reason.in_(list(reasons)),
            table.c.entered_at.is_not(None),
            table.c.uri.not_in(back),
        )
        with self.reading() as connection:
            rows = connection.execute(asked.order_by(table.c.left_at, table.c.uri, table.c.n))
            return list({row.uri: DeliveryRow(**row._asdict()) for row in rows}.values())

    def gone(
        self,
        since: datetime,
        *,
        but: Collection[str],
        partners: Collection[str] | None = None,
        uri: str | None = None,
    ) -> list[DeliveryRow]:
        """Stories that left partners' feeds since then, and are in them no more; `but` those that left so."""
        table = schema.delivery
        after = table.alias("after")
        came_or_went = or_(after.c.left_at.is_(None), after.c.left_at > table.c.left_at)
        later = exists().where(after.c.partner == table.c.partner, after.c.uri == table.c.uri, came_or_went)
        asked = select(table).where(
            table.c.left_at >= since,
            table.c.reason.not_in(sorted(but)),
            table.c.entered_at.is_not(None),
            ~later,
        )
        if partners is not None:
            asked = asked.where(table.c.partner.in_(sorted(partners)))
        if uri is not None:
            asked = asked.where(table.c.uri == uri)
        with self.reading() as connection:
            rows = connection.execute(asked.order_by(table.c.left_at, table.c.partner, table.c.uri))
            return [DeliveryRow(**row._asdict()) for row in rows]

    def awake(self, now: datetime, *, since: datetime | None = None) -> list[str]:
        """The partners whose feeds may have changed by themselves by now, or between `since` and now."""
        table = schema.partner_look
        asked = select(table.c.partner).where(table.c.until <= now).order_by(table.c.partner)
        if since:
            asked = asked.where(table.c.until > since)
        with self.reading() as connection:
            return list(connection.scalars(asked))

    def deliveries(self, *, uri: str | None = None, partner: str | None = None) -> Sequence[DeliveryRow]:
        """Deliveries of a story, or to a partner, the first one first."""
        table = schema.delivery
        known = select(table).where(table.c.entered_at.is_not(None))
        asked = known.order_by(table.c.entered_at, table.c.partner, table.c.uri, table.c.n)
        if uri:
            asked = asked.where(table.c.uri == uri)
        if partner:
            asked = asked.where(table.c.partner == partner)
        with self.reading() as connection:
            return [DeliveryRow(**row._asdict()) for row in connection.execute(asked)]


def _add_pages(connection: Connection, ledger: Ledger) -> None:
    pages = [
        {"partner": ledger.partner, "page": each.page, "previous": each.previous, "at": ledger.at}
        for each in ledger.pages
    ]
    stories = [
        {"partner": ledger.partner, "page": each.page, "uri": story.uri, "n": story.n}
        for each in ledger.pages
        for story in each.stories
    ]
    upsert(connection, schema.archive_page, pages, update=())
    upsert(connection, schema.archive_story, stories, update=())


def _values(ledger: Ledger, each: Entered | Left) -> dict[str, Any]:
    return {
        "partner": ledger.partner,
        "uri": each.uri,
        "n": each.n,
        "entered_at": None,
        "left_at": None,
        "reason": None,
        "run": ledger.run,
    }


def _entries(ledger: Ledger) -> list[dict[str, Any]]:
    """The ledger line by line, as it stays on record."""
    same = {"partner": ledger.partner, "at": ledger.at, "sender": ledger.sender, "run": ledger.run}
    came = [
        same
        | {"uri": each.uri, "n": each.n, "act": "entered", "reason": None}
        | {"grounds": each.grounds.model_dump(mode="json")}
        for each in ledger.entered
    ]
    left = [
        same | {"uri": each.uri, "n": each.n, "act": "left", "reason": each.reason, "grounds": {}}
        for each in ledger.left
    ]
    return came + left
