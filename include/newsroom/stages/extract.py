"""extract: read stories from raw bytes. A page that can't be read is kept in quarantine, with its reason."""

import logging
import os
from collections.abc import Iterator
from datetime import datetime

from newsroom.config import TopicMap, Wire
from newsroom.extract import page
from newsroom.extract.children import Readers
from newsroom.extract.document import Document
from newsroom.stages import Newsroom, now
from newsroom.stages.folder import put_away
from newsroom.stages.furniture import learned_keys
from newsroom.stages.identity import adopt_known
from newsroom.stages.kills import kill_read
from newsroom.stages.quarantine import quarantine_entry
from newsroom.stages.work import Assignment, Handover, Reading, handover, read, write
from newsroom.store.catalogue import ItemOutcome
from newsroom.story import Refusal

log = logging.getLogger(__name__)

ONE_CHILD_UP_TO = 8
"""Up to this many pages, a second child costs more than it brings."""


def extract_stories(room: Newsroom, before: Handover) -> Handover:
    """Read every assignment. One that kills or outlasts its reader is refused; the others go on."""
    assignments = read(room.bucket, before["work"], "fetch", Assignment)
    children = 1 if len(assignments) <= ONE_CHILD_UP_TO else (os.cpu_count() or 1)
    readings: list[Reading] = []
    refused: list[ItemOutcome] = []
    with Readers(page.read, processes=children) as readers:
        results = readers.read(_documents(room, before["wire"], assignments))
        for assignment, result in zip(assignments, results, strict=True):
            if isinstance(result, Refusal):
                refused.append(_refused(room, assignment, result))
            else:
                readings.append(Reading(assignment=assignment, story=result))
    room.catalogue.finish_items(refused)
    adopted = adopt_known(room, before["wire"], readings)
    killed = kill_read(room, room.wire(before["wire"]), adopted)
    write(room.bucket, before["work"], "extract", adopted)
    if not adopted:
        put_away(room, before["wire"], before["feed"])
    return handover(before, read=len(readings), quarantined=len(refused), killed=killed)


def document_of(
    assignment: Assignment,
    html: bytes | None,
    wire: Wire,
    topics: TopicMap,
    at: datetime,
    learned: frozenset[str],
) -> Document:
    """What the reader is given of an assignment; `html` are its page's bytes, `at` the moment of reading.

    `learned` is the wire's furniture.
    """
    fetched = assignment.page
    return Document(
        url=(fetched.final_url or None) if fetched else assignment.item.url,
        html=html,
        charset=fetched.charset if fetched else None,
        item=assignment.item,
        wire=wire,
        topics=topics,
        now=at,
        page=fetched,
        learned=learned,
    )


def _documents(room: Newsroom, wire_id: str, assignments: list[Assignment]) -> Iterator[Document]:
    wire = room.wire(wire_id)
    topics, learned = room.configuration.topics_of(wire), learned_keys(room.catalogue, wire)
    pages = room.bucket.get_many(a.page.raw_key for a in assignments if a.page)
    for assignment in assignments:
        html = pages[assignment.page.raw_key] if assignment.page else None
        yield document_of(assignment, html, wire, topics, now(), learned)


def _refused(room: Newsroom, assignment: Assignment, refusal: Refusal) -> ItemOutcome:
    item = assignment.item
    quarantine_entry(room, assignment, refusal)
    log.warning("quarantined %s: %s: %s", item.url or item.guid, refusal.code, refusal.reason)
    return ItemOutcome(
        key=item.key,
        digest=item.digest,
        state="quarantined",
        code=refusal.code,
        reason=refusal.reason,
        attempts=assignment.attempts + 1,
    )
