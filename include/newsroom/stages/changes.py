"""changes: what each revision of a story changed, and what kind of change that is. Nothing is written."""

from collections.abc import Sequence
from typing import Any

from newsroom.revise.changes import changes, summary
from newsroom.revise.kind import kind_of
from newsroom.stages import Newsroom
from newsroom.store.bucket import Corrupt, Missing
from newsroom.store.catalogue import RevisionRow
from newsroom.store.order import in_order
from newsroom.story import Revision, Story

Record = dict[str, Any]


def changes_between(room: Newsroom, uri: str, n: int | None = None, to: int | None = None) -> Record:
    """What changed from revision `n` of a story to revision `to`, word by word.

    Without `to`, what `n` changed of the one before it; without both, what the current one did. The order is
    the chain's, not that of the numbers: a late old version comes before a newer one.

    Raises:
        LookupError: no story, or several, have such a uri; it has no such revision, or none at all.
        BucketError: a revision can't be read.
    """
    whole = room.whole_uri(uri)
    chain = in_order(room.catalogue.chain(whole))
    if not chain:
        raise LookupError(f"{whole}: its kill is on record, but the story has not come")
    row = _row(chain, to or n or chain[-1].n)
    before = _row(chain, n) if to and n else _before(chain, row)
    old, new = _story(room, before) if before else None, _story(room, row)
    told = changes(old, new) if old else ()
    revised = kind_of(old, new)
    return {
        "uri": whole,
        "before": before.n if before else None,
        "after": row.n,
        "kind": revised.kind,
        "reason": revised.reason,
        "summary": summary(told) if old else "",
        "changes": [change.model_dump() for change in told],
    }


def told_of_chain(room: Newsroom, rows: Sequence[RevisionRow]) -> dict[int, Record]:
    """By number, each revision's kind, the reason for it, and its change in a line."""
    told: dict[int, Record] = {}
    before: Story | None = None
    for row in in_order(rows):
        try:
            story = _story(room, row)
        except (Corrupt, Missing) as error:
            told[row.n] = {"kind": None, "kind_reason": str(error), "change": None}
            continue
        revised = kind_of(before, story)
        change = summary(changes(before, story)) if before else None
        told[row.n] = {"kind": revised.kind, "kind_reason": revised.reason, "change": change}
        before = story
    return told


def _row(chain: Sequence[RevisionRow], n: int) -> RevisionRow:
    found = next((row for row in chain if row.n == n), None)
    if found is None:
        known = ", ".join(str(each) for each in sorted(row.n for row in chain))
        raise LookupError(f"revision: saw {n}; wanted one of {chain[0].uri}: {known}")
    return found


def _before(chain: Sequence[RevisionRow], row: RevisionRow) -> RevisionRow | None:
    place = chain.index(row)
    return chain[place - 1] if place else None


def _story(room: Newsroom, row: RevisionRow) -> Story:
    revision: Revision = Revision.from_json(room.bucket.get(row.key))
    return revision.story
