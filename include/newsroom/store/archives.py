"""Archive pages in the catalogue: which stories stand on which page of a partner's archive.

They come from the ledgers, and so come back with them. What a page was last looked at with is kept beside, so
that a delivery asks of all pages in two short questions whether one of them must be written anew.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, outerjoin, select

from newsroom.store import schema
from newsroom.store.database import Database, in_parts, upsert
from newsroom.store.deliveries import Archived, ArchivePage

_TABLES = (schema.archive_page, schema.archive_story, schema.archive_look, schema.archive_seen)


@dataclass(frozen=True)
class PageRow:
    """A page of a partner's archive; `previous` is the one before, at its birth.

    `until` is when its answer may change by itself, `grounds` a digest of what it was made under; None where
    it was not looked at since it came into the catalogue.
    """

    page: str
    previous: str | None
    at: datetime
    until: datetime | None
    grounds: str | None


@dataclass(frozen=True)
class StoryState:
    """The revision that stands for a story, its newest one, and how often it was killed and brought back."""

    ready_n: int | None
    newest_n: int | None
    acts: int


class Archives(Database):
    """The archives' part of the catalogue."""

    def archive_pages(self, partner: str) -> list[PageRow]:
        """The pages of a partner's archive, the newest first."""
        table, look = schema.archive_page, schema.archive_look
        columns = (table.c.page, table.c.previous, table.c.at, look.c.until, look.c.grounds)
        same = and_(look.c.partner == table.c.partner, look.c.page == table.c.page)
        asked = select(*columns).select_from(outerjoin(table, look, same)).where(table.c.partner == partner)
        with self.reading() as connection:
            rows = connection.execute(asked.order_by(table.c.at.desc(), table.c.page.desc()))
            return [PageRow(**row._asdict()) for row in rows]

    def pages_of(self, partner: str, at: datetime) -> tuple[ArchivePage, ...]:
        """The pages that the tick of this moment added, the oldest first, as its ledger has them."""
        table = schema.archive_page
        asked = select(table).where(table.c.partner == partner, table.c.at == at).order_by(table.c.page)
        with self.reading() as connection:
            rows = connection.execute(asked).all()
        stories = self.archived(partner, {row.page for row in rows})
        return tuple(
            ArchivePage(
                page=row.page,
                previous=row.previous,
                stories=tuple(Archived(uri=uri, n=n) for uri, n in stories[row.page]),
            )
            for row in rows
        )

    def changed_pages(self, partner: str) -> set[str]:
        """The pages with a story of which another revision stands than when the page was looked at.

        So it is with one that was killed, or that nothing stands for any more.
        """
        seen, story, stone = schema.archive_seen, schema.story, schema.tombstone
        source = outerjoin(seen, story, story.c.uri == seen.c.uri)
        source = outerjoin(source, stone, stone.c.uri == seen.c.uri)
        changed = or_(
            story.c.ready_n.is_distinct_from(seen.c.ready_n),
            story.c.newest_n.is_distinct_from(seen.c.newest_n),
            func.coalesce(stone.c.acts, 0) != seen.c.acts,
        )
        asked = select(seen.c.page).select_from(source).where(seen.c.partner == partner, changed).distinct()
        with self.reading() as connection:
            return set(connection.scalars(asked))

    def archived(self, partner: str, pages: Collection[str]) -> dict[str, list[tuple[str, int]]]:
        """By page, the revisions (uri, n) that stand on it, shown or not."""
        table = schema.archive_story
        found: dict[str, list[tuple[str, int]]] = {page: [] for page in pages}
        with self.reading() as connection:
            for part in in_parts(pages):
                here = and_(table.c.partner == partner, table.c.page.in_(part))
                asked = select(table.c.page, table.c.uri, table.c.n).where(here)
                for row in connection.execute(asked.order_by(table.c.uri, table.c.n)):
                    found[row.page].append((row.uri, row.n))
        return found

    def in_archive(self, partner: str, uris: Collection[str]) -> set[tuple[str, int]]:
        """The revisions of these stories that stand on some page."""
        table = schema.archive_story
        found: set[tuple[str, int]] = set()
        with self.reading() as connection:
            for part in in_parts(uris):
                here = and_(table.c.partner == partner, table.c.uri.in_(part))
                asked = select(table.c.uri, table.c.n).where(here)
                found.update((row.uri, row.n) for row in connection.execute(asked))
        return found

    def pages_with(self, partner: str, uris: Collection[str]) -> set[str]:
        """The pages on which any revision of these stories stands, shown or not."""
        table = schema.archive_story
        found: set[str] = set()
        with self.reading() as connection:
            for part in in_parts(uris):
                here = and_(table.c.partner == partner, table.c.uri.in_(part))
                found.update(connection.scalars(select(table.c.page).where(here)))
        return found

    def story_states(self, uris: Collection[str]) -> dict[str, StoryState]:
        """What stands for each of these stories; one that is not known is missing."""
        story, stone = schema.story, schema.tombstone
        source = outerjoin(story, stone, stone.c.uri == story.c.uri)
        acts = func.coalesce(stone.c.acts, 0)
        asked = select(story.c.uri, story.c.ready_n, story.c.newest_n, acts.label("acts")).select_from(source)
        found: dict[str, StoryState] = {}
        with self.reading() as connection:
            for part in in_parts(uris):
                for row in connection.execute(asked.where(story.c.uri.in_(part))):
                    found[row.uri] = StoryState(row.ready_n, row.newest_n, row.acts)
        return found

    def note_page(
        self,
        partner: str,
        page: str,
        *,
        until: datetime | None,
        grounds: str,
        states: Mapping[str, StoryState],
    ) -> None:
        """Note that a page lies there as it should, by what its stories' states were."""
        of = {"partner": partner, "page": page}
        seen = [{**of, "uri": uri, **asdict(state)} for uri, state in states.items()]
        with self.writing() as connection:
            upsert(connection, schema.archive_look, [{**of, "until": until, "grounds": grounds}])
            upsert(connection, schema.archive_seen, seen)

    def drop_pages(self, partner: str, pages: Collection[str]) -> None:
        """Forget pages."""
        with self.writing() as connection:
            for part in in_parts(pages):
                for table in _TABLES:
                    here = and_(table.c.partner == partner, table.c.page.in_(part))
                    connection.execute(delete(table).where(here))

    def archive_wakes(self, partner: str) -> datetime | None:
        """When a page's answer may first change by itself; None where none can."""
        table = schema.archive_look
        with self.reading() as connection:
            first: datetime | None = connection.scalar(
                select(func.min(table.c.until)).where(table.c.partner == partner)
            )
        return first
