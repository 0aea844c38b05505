"""Entries in quarantine, read again with today's code; filed when asked, as their wire's run would have."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from newsroom.check.validate import check
from newsroom.config import Wire
from newsroom.extract import page
from newsroom.extract.children import Readers
from newsroom.extract.document import Document
from newsroom.stages import Newsroom, now
from newsroom.stages.check import scopes_of
from newsroom.stages.extract import ONE_CHILD_UP_TO, document_of
from newsroom.stages.furniture import learned_keys
from newsroom.stages.identity import adopt_known
from newsroom.stages.kills import kill_read
from newsroom.stages.quarantine import Note
from newsroom.stages.store import done_with, file_settled
from newsroom.stages.work import Assignment, Judged, Reading
from newsroom.store.bucket import Corrupt
from newsroom.store.records import read_record
from newsroom.story import Story


@dataclass(frozen=True)
class Refused:
    """An entry that could not be read, and when that was tried."""

    assignment: Assignment
    at: datetime


def in_quarantine(room: Newsroom, wire: str, since: datetime, until: datetime) -> Iterator[Refused]:
    """The wire's entries that were refused in this span, and gave no story since.

    Raises:
        BucketError: the bucket can't be read.
    """
    for key, _ in room.bucket.listed(f"quarantine/{wire}/", since, until):
        try:
            note = read_record(room.bucket, Note, key)
        except Corrupt:
            continue  # reconcile tells it
        if note.assignment is None:
            continue
        states = room.catalogue.entry_states([note.assignment.item.key])
        # A rebuilt catalogue does not know it, until its feed is polled.
        if states.get(note.assignment.item.key, "quarantined") == "quarantined":
            yield Refused(note.assignment, note.at)


def read_refused(room: Newsroom, wire: Wire, refused: Sequence[Refused]) -> list[Judged]:
    """What can be read by now, judged as of then.

    Of killed stories only what withdraws them, too: it must stand beside the other kill.
    """
    children = 1 if len(refused) <= ONE_CHILD_UP_TO else (os.cpu_count() or 1)
    bytes_of, _ = room.bucket.get_whole(key for each in refused for key in each.assignment.raw_keys)
    there = [each for each in refused if bytes_of.keys() >= set(each.assignment.raw_keys)]
    with Readers(page.read, processes=children) as readers:
        results = list(readers.read(_documents(room, wire, there, bytes_of)))
    read = [
        (each, Reading(assignment=each.assignment, story=result))
        for each, result in zip(there, results, strict=True)
        if isinstance(result, Story)
    ]
    adopted = adopt_known(room, wire.id, [reading for _, reading in read])
    killed = room.catalogue.standing_kills([reading.story.uri for reading in adopted])
    dated = [
        (each.at, reading)
        for (each, _), reading in zip(read, adopted, strict=True)
        if reading.story.uri not in killed or reading.story.pubstatus != "usable"
    ]
    return list(_judged(room, wire, dated))


def file_refused(room: Newsroom, wire: Wire, judged: Sequence[Judged], run: str | None) -> list[str]:
    """File what was read, as a wire's run does; the outcome of each."""
    at = now()
    judged = [
        each.model_copy(
            update={"verdicts": tuple(v.model_copy(update={"checked_at": at}) for v in each.verdicts)}
        )
        for each in judged
    ]
    kill_read(room, wire, [each.reading for each in judged])
    filed, late = file_settled(room, wire.id, judged, run)
    room.catalogue.finish_items([done_with(each, where) for each, where in filed])
    return [*(where.outcome for _, where in filed), *(["read_again"] * late)]


def _documents(
    room: Newsroom, wire: Wire, refused: Sequence[Refused], bytes_of: dict[str, bytes]
) -> Iterator[Document]:
    topics, learned = room.configuration.topics_of(wire), learned_keys(room.catalogue, wire)
    for each in refused:
        fetched = each.assignment.page
        html = bytes_of[fetched.raw_key] if fetched else None
        yield document_of(each.assignment, html, wire, topics, each.at, learned)


def _judged(room: Newsroom, wire: Wire, dated: Sequence[tuple[datetime, Reading]]) -> Iterator[Judged]:
    """Judge together what was refused in one hour: a validation costs the same for one and for all.

    As of the hour's last: before it was refused, a date of a story may not have come yet.
    """
    scopes, topics = scopes_of(room.configuration, wire), room.configuration.topics_of(wire)
    profile = room.configuration.profile_of(wire)
    ordered = sorted(dated, key=lambda each: each[0])
    for _, group in groupby(ordered, key=lambda each: each[0].replace(minute=0, second=0, microsecond=0)):
        hour = list(group)
        stories = [reading.story for _, reading in hour]
        verdicts = check(stories, wire, topics, scopes, hour[-1][0], profile=profile)
        for i, (_, reading) in enumerate(hour):
            yield Judged(reading=reading, verdicts=tuple(verdicts[i * len(scopes) : (i + 1) * len(scopes)]))
