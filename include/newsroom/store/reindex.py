"""Reindex: the catalogue built anew from the bucket, which is the truth.

The tables of `REBUILT` come back row for row. So do copies and what they are told by: each story's
fingerprint is made anew, and what it finds does not depend on the order in which stories are read. The tables
of `AFRESH` hold what the bucket does not know, and begin afresh, each for a reason.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import TypeVar

from pydantic import ValidationError

from newsroom.config.house import Duplicates
from newsroom.store.bucket import THREADS, Bucket, Corrupt
from newsroom.store.catalogue import Catalogue, Decision, ItemRow, Ledger
from newsroom.store.copies import link_copies
from newsroom.store.kills import Kill, KillAnswer, KillReceipt, KillRequest, Lift
from newsroom.store.outbox import Acknowledgement, PushOutcome, PushStart
from newsroom.store.revisions import Verdicts
from newsroom.story import Noun, Revision

log = logging.getLogger(__name__)

Kind = TypeVar("Kind", bound=Noun)

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
    "about": "it says of which version the tables are: that of the release which makes them",
    "feed": "cursors and health of the feeds: the next poll asks without validators, as at the first time",
    "folder_file": "a file lies in its folder until its entries were read; it is taken once more, and known",
    "item": "entries that were read into a revision come back as done; the others come with their feed's "
    "next poll, or with `newsroom reconcile` from the bytes of one that is past",
    "mention": "which phrases stand in a text: the next delivery looks up again what products ask for",
    "partner_document": "the next delivery looks at what lies there, and notes it",
    "push_message": "what came of each comes back; the next push makes what waits anew, under the same ids",
    "push_target": "since when it is told of stories comes back; how it does is seen by the next push",
    "sending": "what a delivery is sending right now: stop the deliveries while the catalogue is rebuilt",
    "stamp": "counts changes, for what was kept in mind while the catalogue was there",
    "wake": "each delivery works out anew when its partner's feed next changes by itself",
}
"""The tables that begin afresh, and why nothing is lost by it."""

AT_ONCE = 1_000
"""Small objects read before their rows are written: some megabytes."""


def reindex(bucket: Bucket, catalogue: Catalogue, window: timedelta | None = None) -> dict[str, int]:
    """Read every object and add its rows; what is there stays.

    Copies are looked for within `window`, by default the one that a house has.

    Returns:
        How many came back of each kind; `broken` are objects that can't be read, each named in the log.

    Raises:
        BucketError: the bucket can't be read.
    """
    reader = _Reader(bucket)
    return {
        "revisions": _add_revisions(reader, catalogue, window or Duplicates().window),
        "verdicts": _add_verdicts(reader, catalogue),
        "decisions": _add(reader, "decisions/", Decision, catalogue.add_decisions),
        "kills": _add(reader, "kills/", Kill, catalogue.add_kills),
        "lifts": _add(reader, "lifts/", Lift, catalogue.add_lifts),
        "kill_requests": _add(reader, "kill_requests/", KillRequest, catalogue.add_kill_requests),
        "kill_answers": _add(reader, "kill_answers/", KillAnswer, catalogue.add_kill_answers),
        "deliveries": _add_deliveries(reader, catalogue),
        "kill_receipts": _add(reader, "killed/", KillReceipt, catalogue.add_kill_receipts),
        "push_starts": _add(reader, "push_starts/", PushStart, catalogue.add_push_starts),
        "push_outcomes": _add(reader, "pushed/", PushOutcome, catalogue.add_push_outcomes),
        "acknowledgements": _add(reader, "acknowledged/", Acknowledgement, catalogue.add_acknowledgements),
        "broken": reader.broken,
    }


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

    def read(self, prefix: str, kind: type[Kind], at_once: int = AT_ONCE) -> Iterator[list[Kind]]:
        """The records under a prefix, some at a time, in the order of their keys."""
        keys = self.bucket.keys(prefix)
        with ThreadPoolExecutor(THREADS) as pool:
            while part := list(islice(keys, at_once)):
                records = [each for each in pool.map(partial(self._read, kind), part) if each is not None]
                self.broken += len(part) - len(records)
                yield records

    def _read(self, kind: type[Kind], key: str) -> Kind | None:
        try:
            record: Kind = kind.from_json(self.bucket.get(key))
        except Corrupt as error:
            log.warning("%s", error)
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            log.warning("%s: no %s: %s: %s", key, kind.__name__, first["loc"], first["msg"])
        else:
            return record
        return None


def _add_revisions(reader: _Reader, catalogue: Catalogue, window: timedelta) -> int:
    count = 0
    for revisions in reader.read("stories/", Revision):
        restore_revisions(reader.bucket, catalogue, revisions, window)
        count += len(revisions)
    while catalogue.prune_fingerprints(datetime.now(UTC) - 2 * window):
        pass
    return count


def _add_verdicts(reader: _Reader, catalogue: Catalogue) -> int:
    count = 0
    for batches in reader.read("verdicts/", Verdicts, THREADS):
        verdicts = [verdict for batch in batches for verdict in batch.verdicts]
        catalogue.add_verdicts(verdicts)
        count += len(verdicts)
    return count


def _add(reader: _Reader, prefix: str, kind: type[Kind], add: Callable[[Sequence[Kind]], None]) -> int:
    count = 0
    for records in reader.read(prefix, kind):
        add(records)
        count += len(records)
    return count


def _add_deliveries(reader: _Reader, catalogue: Catalogue) -> int:
    count = 0
    for ledgers in reader.read("deliveries/", Ledger):
        for ledger in ledgers:
            catalogue.add_deliveries(ledger)
        count += len(ledgers)
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
