"""Judge held stories again: a rule, a topic map or a list of holders was mended."""

import logging
from collections import Counter

from newsroom.check.validate import check
from newsroom.config import Wire
from newsroom.stages import Newsroom, now
from newsroom.stages.check import scopes_of
from newsroom.stages.corrections import corrections_held, tell
from newsroom.store import keys
from newsroom.store.records import read_records
from newsroom.store.revisions import file_verdicts
from newsroom.story import Revision

log = logging.getLogger(__name__)

AT_ONCE = 1_000
"""How many held stories are judged in one validation."""


def recheck_held(room: Newsroom, wire: Wire) -> Counter[str]:
    """Judge the wire's held stories by today's rules; returns how many were checked and now pass."""
    held = room.catalogue.held(wire.id, limit=AT_ONCE)
    paths = [keys.revision(row.wire, row.uri, row.n) for row in held]
    found, wrong = read_records(room.bucket, Revision, paths)
    for error in wrong.values():
        log.error("stays held: %s", error)  # and holds up no other
    revisions = [found[path] for path in paths if path in found]
    topics = room.configuration.topics_of(wire)
    scopes = scopes_of(room.configuration, wire)
    stories = [revision.story for revision in revisions]
    verdicts = check(stories, wire, topics, scopes, now(), profile=room.configuration.profile_of(wire))
    numbered = [
        verdict.model_copy(update={"n": revisions[i // len(scopes)].n}) for i, verdict in enumerate(verdicts)
    ]
    file_verdicts(room.bucket, room.catalogue, numbered, wire.id)
    own = numbered[:: len(scopes)]
    still = [each for each in zip(revisions, own, strict=True) if not each[1].passed]
    waiting = corrections_held(room, {each.uri: (each.story, each.n) for each, _ in still})
    tell([(each.story, verdict) for each, verdict in still], waiting)
    return Counter(checked=len(own), passed=sum(verdict.passed for verdict in own))
