"""Kills that the catalogue does not know come back from the bucket before anything goes out.

A catalogue that was restored from a backup is older than its bucket. Until it is rebuilt, it would let out
what was killed since.
"""

import logging
from datetime import UTC, datetime

from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue
from newsroom.store.records import KINDS, Kind, TellsOf, read_record

log = logging.getLogger(__name__)

KEPT = tuple((kind, kind.told) for kind in KINDS if kind.name in ("kills", "lifts") and kind.told)

EVER = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def take_back_kills(bucket: Bucket, catalogue: Catalogue) -> int:
    """Add the kills and lifts that lie in the bucket alone; returns how many.

    One question to the bucket for each thousand that there ever were.

    Raises:
        BucketError: the bucket can't be read, or one of them is broken.
    """
    added = sum(_take_back(bucket, catalogue, kind, told) for kind, told in KEPT)
    if added:
        log.error(
            "the catalogue did not know %d kills and lifts that the bucket has, as one that was restored "
            "from a backup; they are back, and `newsroom reindex` brings back what else it does not know",
            added,
        )
    return added


def _take_back(bucket: Bucket, catalogue: Catalogue, kind: Kind, told: TellsOf) -> int:
    there = set(bucket.keys(kind.prefix))
    missing = sorted(there - {each.key for each in told(catalogue, *EVER)}) if there else []
    if missing:
        kind.add(catalogue, [read_record(bucket, kind.noun, key) for key in missing])
    return len(missing)
