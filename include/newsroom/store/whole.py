"""Whether the catalogue knows what the bucket holds: one that does not must not be worked with.

A catalogue that was lost and made anew knows no kill and no delivery. Filled by the next polls, it would let
partners' feeds shrink to what is new, and killed stories out again.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import delete, exists, or_, select

from newsroom.store import keys, schema
from newsroom.store.bucket import Bucket
from newsroom.store.database import Database, Unfit, upsert


class CatalogueBehind(Unfit):
    """The catalogue is not what the bucket holds, which no retry mends."""

    retry: ClassVar[bool] = False


class Whole(Database):
    """What the catalogue knows of its own state."""

    def holds_anything(self) -> bool:
        """Whether anything was ever polled or filed."""
        tables = (schema.revision, schema.item, schema.feed)
        with self.reading() as connection:
            return bool(connection.scalar(select(or_(*(exists().select_from(each) for each in tables)))))

    def rebuilding_since(self) -> datetime | None:
        """When the rebuild began that has not come to its end."""
        with self.reading() as connection:
            return connection.scalar(select(schema.rebuilding.c.since))

    def begin_rebuilding(self, now: datetime) -> None:
        """Note that a rebuild begins; of one that was broken off, the beginning stays."""
        with self.writing() as connection:
            upsert(connection, schema.rebuilding, [{"what": "catalogue", "since": now}], update=())

    def end_rebuilding(self) -> None:
        """Note that the rebuild has come to its end."""
        with self.writing() as connection:
            connection.execute(delete(schema.rebuilding))


def require_whole(bucket: Bucket, catalogue: Whole) -> None:
    """Let nobody work with a catalogue that does not know what the bucket holds.

    Raises:
        CatalogueBehind: it was made anew, or its rebuild has not come to its end.
        BucketError: it holds nothing, and whether the bucket does can't be told.
    """
    if since := catalogue.rebuilding_since():
        raise CatalogueBehind(
            f"saw a rebuild that began at {since:%Y-%m-%d %H:%M:%SZ} and has not come to its end",
            "wait for it, or run `newsroom reindex` again if it was broken off",
        )
    if not catalogue.holds_anything() and any(True for _ in bucket.keys(keys.STORIES)):
        raise CatalogueBehind(
            "saw an empty one, but the bucket has stories",
            "run `newsroom reindex`, which fills it, or set NEWSROOM_CATALOGUE to the one that knows them",
        )
