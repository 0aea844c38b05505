"""Reindex: the catalogue built anew from the bucket, which is the truth.

What the bucket does not know is told here: feeds' cursors and health begin afresh, so that the next poll
asks without validators and finds only known content; entries that wait, were given up or quarantined come
back with that poll, if their feed still shows them. Everything else is the same, row for row.
"""

from collections.abc import Iterator
from itertools import islice
from typing import TypeVar

from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue, Decision, ItemRow, Ledger
from newsroom.story import Noun, Revision, Verdict

Kind = TypeVar("Kind", bound=Noun)

AT_ONCE = 1_000
"""Objects read before their rows are written: some megabytes."""


def reindex(bucket: Bucket, catalogue: Catalogue) -> dict[str, int]:
    """Read every object and add its rows; what is there stays. Returns the objects read, by kind."""
    return {
        "revisions": _add_revisions(bucket, catalogue),
        "verdicts": _add_verdicts(bucket, catalogue),
        "decisions": _add_decisions(bucket, catalogue),
        "deliveries": _add_deliveries(bucket, catalogue),
    }


def _add_revisions(bucket: Bucket, catalogue: Catalogue) -> int:
    count = 0
    for revisions in _read(bucket, "stories/", Revision):
        catalogue.add_revisions(revisions)
        catalogue.add_finished([_finished(revision) for revision in revisions])
        count += len(revisions)
    return count


def _add_verdicts(bucket: Bucket, catalogue: Catalogue) -> int:
    count = 0
    for verdicts in _read(bucket, "verdicts/", Verdict):
        catalogue.add_verdicts(sorted(verdicts, key=lambda verdict: verdict.checked_at))
        count += len(verdicts)
    return count


def _add_decisions(bucket: Bucket, catalogue: Catalogue) -> int:
    decisions = [each for part in _read(bucket, "decisions/", Decision) for each in part]
    catalogue.add_decisions(decisions)
    return len(decisions)


def _add_deliveries(bucket: Bucket, catalogue: Catalogue) -> int:
    ledgers = [each for part in _read(bucket, "deliveries/", Ledger) for each in part]
    # What left the feed must have entered it before.
    for ledger in sorted(ledgers, key=lambda ledger: (ledger.at, ledger.partner)):
        catalogue.add_deliveries(ledger)
    return len(ledgers)


def _read(bucket: Bucket, prefix: str, kind: type[Kind]) -> Iterator[list[Kind]]:
    """The records under a prefix, some at a time, in the order of their keys."""
    keys = bucket.keys(prefix)
    while part := list(islice(keys, AT_ONCE)):
        bodies = bucket.get_many(part)
        yield [kind.from_json(bodies[key]) for key in part]


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
