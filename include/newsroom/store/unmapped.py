"""Labels that led to no Media Topic, in the catalogue: how often, since when, and on which story."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from newsroom.store import schema
from newsroom.store.database import Database, upsert
from newsroom.story import Revision


@dataclass(frozen=True)
class UnmappedRow:
    """A wire's label that no map knew; `uri` and `headline` are of the story that came last with it."""

    wire: str
    label: str
    stories: int
    first_seen: datetime
    last_seen: datetime
    uri: str
    headline: str


class Unmapped(Database):
    """The unmapped labels' part of the catalogue; its rows follow from the revisions."""

    def unmapped(self, wire: str | None = None) -> list[UnmappedRow]:
        """Each label of the wires, or of one, the most frequent first."""
        table, revision = schema.unmapped_label, schema.revision
        last = func.row_number().over(
            partition_by=(table.c.wire, table.c.label), order_by=(table.c.at.desc(), table.c.uri, table.c.n)
        )
        newest = select(table.c.wire, table.c.label, table.c.uri, table.c.n, last.label("place")).subquery()
        counted = select(
            table.c.wire,
            table.c.label,
            func.count(table.c.uri.distinct()).label("stories"),
            func.min(table.c.at).label("first_seen"),
            func.max(table.c.at).label("last_seen"),
        ).group_by(table.c.wire, table.c.label)
        if wire:
            counted = counted.where(table.c.wire == wire)
        groups = counted.subquery()
        same = and_(newest.c.wire == groups.c.wire, newest.c.label == groups.c.label, newest.c.place == 1)
        asked = select(groups, newest.c.uri, revision.c.headline).join(newest, same)
        asked = asked.join(revision, and_(revision.c.uri == newest.c.uri, revision.c.n == newest.c.n))
        asked = asked.order_by(groups.c.stories.desc(), groups.c.wire, groups.c.label)
        with self.reading() as connection:
            return [UnmappedRow(**row._asdict()) for row in connection.execute(asked)]


def add_unmapped(connection: Connection, revisions: Sequence[Revision]) -> None:
    """Add the labels of filed revisions; one that is there stays."""
    upsert(connection, schema.unmapped_label, [row for each in revisions for row in _rows(each)], update=())


def _rows(revision: Revision) -> list[dict[str, Any]]:
    story = revision.story
    return [
        {"uri": story.uri, "n": revision.n, "label": label, "wire": story.wire, "at": revision.stored_at}
        for label in story.unmapped
    ]
