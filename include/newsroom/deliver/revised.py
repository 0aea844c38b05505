"""What a revision is to a partner that was sent an earlier one: an update, a correction, a clarification."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from newsroom.deliver.entry import Entry, last_modified
from newsroom.revise.kind import kind_since
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import AnyRevision, Catalogue, RevisionRow
from newsroom.store.order import in_order
from newsroom.store.records import read_records
from newsroom.story import Revision, Story

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Since:
    """A chain's revisions that the partner was sent before one, and what came after the last of them.

    Each is in the chain's order; the last of `after` is the revision itself. What was rejected is in neither.
    """

    sent: tuple[RevisionRow, ...]
    after: tuple[RevisionRow, ...]


def revised(
    partner: str,
    catalogue: Catalogue,
    bucket: Bucket,
    entries: Sequence[Entry],
    *,
    sent: Mapping[str, set[int]] | None = None,
) -> tuple[Entry, ...]:
    """The entries with what each is to the partner; of which it was sent none before, that stays as it is.

    `sent` are by story the revisions that it was sent, by default those that came into its feed.
    """
    numbers = {entry.uri: entry.revision.n for entry in entries}
    since = since_sent(catalogue, numbers, catalogue.sent(partner, numbers) if sent is None else sent)
    told = stories_of(bucket, [row for each in since.values() for row in (each.sent[-1], *each.after[:-1])])
    return tuple(_told(entry, since[entry.uri], told) if entry.uri in since else entry for entry in entries)


def since_sent(
    catalogue: Catalogue, numbers: Mapping[str, int], sent: Mapping[str, set[int]]
) -> dict[str, Since]:
    """By story, what a partner was sent before the revision of this number; stories without are missing."""
    several = {uri: ns - {numbers[uri]} for uri, ns in sent.items() if ns - {numbers[uri]}}
    found: dict[str, Since] = {}
    for uri, chain in catalogue.chains(several).items():
        rows = in_order(chain)
        up_to = next((place for place, row in enumerate(rows) if row.n == numbers[uri]), 0)
        places = [place for place in range(up_to) if rows[place].n in several[uri]]
        if places:
            had = tuple(rows[place] for place in places)
            after = rows[places[-1] + 1 : up_to + 1]
            found[uri] = Since(had, tuple(_not_rejected(catalogue, after) if len(after) > 1 else after))
    return found


def _not_rejected(catalogue: Catalogue, rows: Sequence[RevisionRow]) -> list[RevisionRow]:
    """Without what an editor rejected: it is as if it had never come."""
    actions = {each.n: each.action for each in catalogue.decisions(rows[0].uri)}
    return [row for row in rows if actions.get(row.n) != "reject" or row is rows[-1]]


def _told(entry: Entry, since: Since, told: Mapping[str, Story]) -> Entry:
    between = [told[row.key] for row in (since.sent[-1], *since.after[:-1]) if row.key in told]
    return replace(
        entry,
        revised=kind_since([*between, entry.story]) if since.sent[-1].key in told else None,
        follows=last_modified(since.sent, entry.published, entry.renewed),
    )


def stories_of(bucket: Bucket, rows: Iterable[AnyRevision]) -> dict[str, Story]:
    """What these revisions say, by key. One that can't be read any more is missing: it holds up nothing."""
    found, wrong = read_records(bucket, Revision, (row.key for row in rows))
    for error in wrong.values():
        log.warning("%s", error)
    return {key: revision.story for key, revision in found.items()}
