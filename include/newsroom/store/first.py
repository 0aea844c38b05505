"""Records that are written once: of two under one key the first counts."""

from typing import TypeVar

from newsroom.store.bucket import Bucket, Conflict
from newsroom.story import Noun

Record = TypeVar("Record", bound=Noun)


def put_first(bucket: Bucket, key: str, record: Record) -> tuple[Record, bool]:
    """Write the record unless one lies there; what lies there then, and whether it is this one.

    Raises:
        BucketError: the bucket can't be read or written.
    """
    try:
        bucket.put_once(key, record.to_json())
    except Conflict:
        there: Record = type(record).from_json(bucket.get(key))
        return there, False
    return record, True
