"""A partner's change feed: every number is there, and every document as it was written."""

from collections.abc import Collection, Iterator, Mapping

from newsroom.config import Partner
from newsroom.deliver.change_feed import (
    BEGINNING,
    FILENAME,
    PER_PAGE,
    Changes,
    full_pages,
    record_changes,
    restore_page,
)
from newsroom.stages import Newsroom, now
from newsroom.stages.reconcile.gap import Gap
from newsroom.stages.reconcile.report import RESTORE, Notes
from newsroom.store import keys
from newsroom.store.bucket import Corrupt, Missing
from newsroom.store.records import as_record, read_record
from newsroom.story import digest

NEWEST = ""
"""What stands for the newest part, which is no full page."""

TELL_THEM = f"{RESTORE}; else tell the partner to read its feeds as a whole: those numbers are lost"


def change_feed_gaps(room: Newsroom, partner: Partner, notes: Notes) -> Iterator[Gap]:
    """What is wrong with the change feed at this moment.

    Raises:
        BucketError: the bucket can't be read.
    """
    listed = [_number(key) for key in room.bucket.keys(keys.document(partner.id, keys.CHANGES_PAGES))]
    key, before = keys.document(partner.id, FILENAME), 0
    try:
        body, stat = room.bucket.read(key)
        there = as_record(Changes, key, body)
        before = (there.changes[0].seq - 1) // PER_PAGE if there.changes else 0
        if not {"at", "sha256"} <= stat.metadata.keys():
            found = f"it is not as a delivery writes it; its sha256 is {digest(body)}"
            yield Gap("changes_changed", key, found, changes=NEWEST)
        elif not there.counts:
            yield Gap("changes_changed", key, "its numbers have a gap", changes=NEWEST)
    except Missing:
        if room.catalogue.ledger_lines(partner.id, BEGINNING):
            yield Gap("changes_missing", key, "the ledger has lines, and nothing tells them", changes=NEWEST)
    except Corrupt as error:
        yield Gap("changes_changed", key, error.reason, changes=NEWEST)
    for page in range(1, max(before, *listed, 0) + 1 if listed else before + 1):
        if wrong := _wrong_with(room, partner, page):
            name, first = keys.changes_page(page), (page - 1) * PER_PAGE + 1
            found = f"{wrong}; it has numbers {first} to {first + PER_PAGE - 1}"
            where = keys.document(partner.id, name)
            yield Gap("changes_page_broken", where, found, changes=name, mend=TELL_THEM)
        else:
            notes.compared["changes_pages"] += 1


def mend_change_feed(room: Newsroom, partner: Partner, broken: Collection[str]) -> None:
    """Write what the change feed lacks, where the ledger tells it for sure.

    Raises:
        BucketError: the bucket can't be read or written.
    """
    if not broken:
        return
    told = full_pages(room.catalogue, room.bucket, partner)
    if _agree(room, partner, told):
        for name in sorted(told.keys() & set(broken)):
            restore_page(room.bucket, partner, name, told[name])
    if NEWEST in broken:
        killed = room.catalogue.killed_for(partner.id, BEGINNING)
        record_changes(room.bucket, room.catalogue, partner, killed, now())


def _wrong_with(room: Newsroom, partner: Partner, page: int) -> str | None:
    key = keys.document(partner.id, keys.changes_page(page))
    try:
        body, stat = room.bucket.read(key)
        there = as_record(Changes, key, body)
    except (Missing, Corrupt) as error:
        return error.reason
    numbers = [each.seq for each in there.changes[:1]], len(there.changes), there.counts
    whole = numbers == ([(page - 1) * PER_PAGE + 1], PER_PAGE, True)
    return None if whole and "sha256" in stat.metadata else f"{key}: it is not as a delivery writes it"


def _agree(room: Newsroom, partner: Partner, told: Mapping[str, Changes]) -> bool:
    """Whether the pages that are whole say what the ledger tells."""
    whole = [name for name in told if _wrong_with(room, partner, _number(name)) is None]
    for name in whole:
        there = read_record(room.bucket, Changes, keys.document(partner.id, name))
        if _moves(there) != _moves(told[name]):
            return False
    return True


def _moves(page: Changes) -> list[object]:
    return [(each.kind, each.uri, each.n, each.at) for each in page.changes]


def _number(name: str) -> int:
    """The number of a full page."""
    return int(name.rpartition(keys.CHANGES_PAGES)[2].removesuffix(".json"))
