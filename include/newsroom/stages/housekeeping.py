"""What the newsroom made for itself and needs no more goes; what came, what was said and decided stays."""

from datetime import datetime, timedelta

from newsroom.stages import Newsroom
from newsroom.store import keys

KEPT_FOR = timedelta(days=7)
"""How long a run's work files stay: until then its tasks can be cleared in Airflow and run again."""


def remove_old_work(room: Newsroom, now: datetime) -> int:
    """Remove what the stages of long-ended runs handed to each other; returns how many objects.

    Raises:
        BucketError: the bucket can't be listed, or does not let its objects be removed.
    """
    return room.bucket.delete_many(key for key, _ in room.bucket.listed(keys.WORK, until=now - KEPT_FOR))
