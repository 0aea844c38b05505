"""Reindex: the catalogue built anew from the bucket, which is the truth.

The tables of `REBUILT` come back row for row. So do copies and what they are told by: each story's
fingerprint is made anew, and what it finds does not depend on the order in which stories are read. The tables
of `AFRESH` hold what the bucket does not know, and begin afresh, each for a reason.
"""

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

from newsroom.config.house import Duplicates
from newsroom.store.bucket import THREADS, Bucket, Corrupt, Missing
from newsroom.store.catalogue import Catalogue, ItemRow
from newsroom.store.copies import link_copies
from newsroom.store.keys import STORIES
from newsroom.store.records import KINDS, SMALL, Kind, Record, read_record
from newsroom.story import Revision

log = logging.getLogger(__name__)

REBUILT = frozenset(
    {
        "archive_page",
        "archive_story",
        "decision",
        "delivery",
        "duplicate",
        "fingerprint",
        "fingerprint_bucket",
        "kill",
        "kill_receipt",
        "kill_request",
        "ledger_entry",
        "lift",
        "repeated_line",
        "revision",
        "story",
        "tombstone",
        "unmapped_label",
        "verdict",
    }
)
"""The tables that are the same after a reindex, row for row."""

AFRESH = {
    "archive_look": "each page of an archive is looked at once by the next delivery, and written if it shows "
    "what it should not",
    "archive_seen": "what stood for a page's stories is noted when the next delivery looks at the page",
    "catalogue_version": "it says of which version the tables are: that of the release which makes them",
    "config_file": "what each configuration file said is noted anew by whoever opens the newsroom next",
    "feed": "cursors and health of the feeds: the next poll asks without validators, as at the first time",
    "folder_file": "a file lies in its folder until its entries were read; it is taken once more, and known",
    "item": "entries that were read into a revision come back as done; the others come with their feed's "
    "next poll, or with `newsroom reconcile` from the bytes of one that is past",
    "mention": "which phrases stand in a text: the next delivery looks up again what products ask for",
    "partner_document": "the next delivery looks at what lies there, and notes it",
    "partner_look": "the next delivery to each partner looks at all of it, and notes with what it ended",
    "push_message": "what came of each comes back; the next push makes what waits anew, under the same ids",
    "push_target": "since when it is told of stories comes back; how it does is seen by the next push",
    "rebuilding": "it says that a rebuild has not come to its end",
    "sending": "what a delivery is sending right now: stop the deliveries while the catalogue is rebuilt",
    "stamp": "counts changes, for what was kept in mind while the catalogue was there",
}
"""The tables that begin afresh, and why nothing is lost by it."""


def reindex(bucket: Bucket, catalogue: Catalogue, window: timedelta | None = None) -> dict[str, int]:
    """Read every object and add its rows; what is there stays. Until its end nobody works with it.

    Copies are looked for within `window`, by default the one that a house has.

    Returns:
        How many came back of each kind; `broken` are objects that can't be read, each named in the log.

    Raises:
        BucketError: the bucket can't be read.
    """
    reader = _Reader(bucket)
    next(iter(bucket.keys(STORIES)), None)  # Where nothing can be read, nobody is stopped.
    catalogue.begin_rebuilding(datetime.now(UTC))
    counts = {"revisions": _add_revisions(reader, catalogue, window or Duplicates().window)}
    counts |= {kind.name: _add(reader, kind, catalogue) for kind in KINDS}
    catalogue.end_rebuilding()
    return counts | {"broken": reader.broken}


def restore_revisions(
    bucket: Bucket, catalogue: Catalogue, revisions: Sequence[Revision], window: timedelta
) -> None:
    """Add the rows of revisions that lie in the bucket, and what follows from them; what is there stays."""
    catalogue.add_revisions(revisions)
    link_copies(bucket, catalogue, {(each.uri, each.n): each.story for each in revisions}, window)
    in_turn = sorted(revisions, key=lambda revision: revision.n)
    catalogue.add_finished([_finished(revision) for revision in in_turn])


class _Reader:
    """Reads records, and counts those that are no records any more."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        self.broken = 0

    def read(self, prefix: str, noun: type[Record], at_once: int) -> Iterator[list[Record]]:
        """The records under a prefix, some at a time, in the order of their keys."""
        keys = self.bucket.keys(prefix)
        with ThreadPoolExecutor(THREADS) as pool:
            while part := list(islice(keys, at_once)):
                records = [each for each in pool.map(partial(self._read, noun), part) if each is not None]
                self.broken += len(part) - len(records)
                yield records

    def _read(self, noun: type[Record], key: str) -> Record | None:
        try:
            return read_record(self.bucket, noun, key)
        except (Corrupt, Missing) as error:
            log.warning("%s", error)
            return None


def _add_revisions(reader: _Reader, catalogue: Catalogue, window: timedelta) -> int:
    count = 0
    for revisions in reader.read(STORIES, Revision, SMALL):
        restore_revisions(reader.bucket, catalogue, revisions, window)
        count += len(revisions)
    while catalogue.prune_fingerprints(datetime.now(UTC) - 2 * window):
        pass
    return count


def _add(reader: _Reader, kind: Kind, catalogue: Catalogue) -> int:
    count = 0
    for records in reader.read(kind.prefix, kind.noun, kind.at_once):
        kind.add(catalogue, records)
        count += sum(map(kind.size, records))
    return count


def _finished(revision: Revision) -> ItemRow:
    """The entry that a revision was read from; its feed's next poll finds it known."""
    story = revision.story
    return ItemRow(
        key=revision.item_key,
        wire=story.wire,
        feed=story.feed or "",
        digest=revision.item_digest,
        raw_key=revision.raw_keys[0],
        guid=story.wire_id,
        url=story.url,
        title=story.headline,
        state="done",
        code=None,
        reason=None,
        attempts=0,
        next_try=None,
        seen_at=revision.stored_at,
        uri=revision.uri,
    )
