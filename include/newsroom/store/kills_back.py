"""Kills that the catalogue does not know come back from the bucket before anything goes out.

A catalogue that was restored from a backup is older than its bucket. Until it is rebuilt, it would let out
what was killed since.
"""

import logging
from datetime import UTC, datetime, timedelta

from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue
from newsroom.store.kills import Kill, Lift
from newsroom.store.records import KINDS, Kind, TellsOf, read_record

log = logging.getLogger(__name__)

KEPT = tuple((kind, kind.told) for kind in KINDS if kind.name in ("kills", "lifts") and kind.told)

UNDER_WAY = timedelta(minutes=1)
"""How long another may take to enter what it has filed: until then, nothing was lost."""

EVER = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def take_back_kills(bucket: Bucket, catalogue: Catalogue) -> int:
    """Add the kills and lifts that lie in the bucket alone; returns how many.

    One question to the bucket for each thousand that there ever were.

    Raises:
        BucketError: the bucket can't be read, or one of them is broken.
    """
    found = [each for kind, told in KEPT for each in _take_back(bucket, catalogue, kind, told)]
    lost = sum(at < datetime.now(UTC) - UNDER_WAY for at in found)
    if lost:
        log.error(
            "the catalogue did not know %d kills and lifts that the bucket has, as one that was restored "
            "from a backup; they are back, and `newsroom reindex` brings back what else it does not know",
            lost,
        )
    return len(found)


def _take_back(bucket: Bucket, catalogue: Catalogue, kind: Kind, told: TellsOf) -> list[datetime]:
    """Add those of one kind; when each was filed, by its own word: the bucket's clock may be off ours."""
    there = set(bucket.keys(kind.prefix))
    missing = sorted(there - {each.key for each in told(catalogue, *EVER)}) if there else []
    records = [read_record(bucket, kind.noun, key) for key in missing]
    if records:
        kind.add(catalogue, records)
    return [each.at for each in records if isinstance(each, Kill | Lift)]
