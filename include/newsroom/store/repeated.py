"""Lines that recur across a wire's pages, in the catalogue: in how many stories, and which are furniture.

The rows follow from the revisions, each of which names the lines that were taken away from it: what is
learned stays learned while the pages show it, and comes back with a rebuilt catalogue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from newsroom.match.repeated import keyed_lines
from newsroom.store import schema
from newsroom.store.database import Database, upsert
from newsroom.story import Revision

WINDOW = timedelta(days=30)
"""How far back a wire's stories are looked at."""

MOST_STORIES = 1_000
"""How many stories of a wire are looked at: some 15,000 lines."""

FEWEST_STORIES = 8
LEAST_SHARE = 0.25
"""In how many stories of the window, and in which share of them, a line stands that is furniture. Ground that
several stories cover in the same words stands in few of a hundred."""

LEAST_SPAN = timedelta(days=1)
"""How long a line must have been seen: a day's news repeats itself."""

MOST_LEARNED = 200
"""Lines learned of one wire."""


@dataclass(frozen=True)
class RepeatedRow:
    """A line that was learned: in how many of its wire's stories it stands, in which share, since when."""

    wire: str
    key: str
    line: str
    stories: int
    share: float
    first_seen: datetime
    last_seen: datetime


class Repeated(Database):
    """The repeated lines' part of the catalogue."""

    def learned(self, wire: str, now: datetime) -> list[RepeatedRow]:
        """The wire's furniture as its pages of the window teach it, the most frequent first."""
        table = schema.repeated_line
        here = (table.c.wire == wire, table.c.at >= now - WINDOW)
        stories, first, last = func.count(), func.min(table.c.at), func.max(table.c.at)
        with self.reading() as connection:
            total = connection.scalar(select(func.count(table.c.uri.distinct())).where(*here)) or 0
            least = max(FEWEST_STORIES, LEAST_SHARE * total)
            asked = select(table.c.key, func.max(table.c.line), stories, first, last).where(*here)
            grouped = (
                asked.group_by(table.c.key).having(stories >= least).order_by(stories.desc(), table.c.key)
            )
            rows = [
                RepeatedRow(wire, key, line, count, count / total, since, until)
                for key, line, count, since, until in connection.execute(grouped)
                if until - since >= LEAST_SPAN
            ]
        return rows[:MOST_LEARNED]

    def prune_repeated(self, wire: str, now: datetime) -> None:
        """Forget lines of stories that are out of the window, or more than are looked at."""
        table = schema.repeated_line
        newest = func.max(table.c.at).label("newest")
        stories = select(newest).where(table.c.wire == wire).group_by(table.c.uri)
        with self.writing() as connection:
            oldest = connection.scalar(stories.order_by(newest.desc()).offset(MOST_STORIES - 1).limit(1))
            before = max(now - WINDOW, oldest) if oldest else now - WINDOW
            connection.execute(delete(table).where(table.c.wire == wire, table.c.at < before))


def add_repeated(connection: Connection, revisions: Sequence[Revision]) -> None:
    """Add the lines of filed revisions, in any order; of a story the last version with a line counts."""
    ordered = sorted(revisions, key=lambda revision: revision.stored_at)
    rows = {
        (each.story.wire, key, each.uri): {
            "wire": each.story.wire,
            "key": key,
            "uri": each.uri,
            "line": line,
            "at": each.stored_at,
        }
        for each in ordered
        for key, line in keyed_lines(each.story).items()
    }
    upsert(
        connection,
        schema.repeated_line,
        list(rows.values()),
        where=lambda new: new.at > schema.repeated_line.c.at,
    )
