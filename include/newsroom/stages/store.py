"""store: file each story as a revision of its chain, with its verdicts; content first, then the row.

What it is a copy of is found before its verdict makes it ready: no delivery sees a copy that is not linked.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version

from newsroom.stages import Newsroom, now
from newsroom.stages.folder import put_away
from newsroom.stages.identity import settle
from newsroom.stages.work import Handover, Judged, handover, read
from newsroom.store.catalogue import ItemOutcome
from newsroom.store.copies import link_copies
from newsroom.store.revisions import Draft, Filed, file_stories, file_verdicts

log = logging.getLogger(__name__)

READER = f"newsroom/{version('newsroom')} trafilatura/{version('trafilatura')}"
"""What read the story, as each revision records it."""


def store_stories(room: Newsroom, before: Handover, run: str | None = None) -> Handover:
    """File every judged story; an unchanged one makes no revision, its verdicts are filed all the same.

    One that proves to be of another chain than when it was read stays due: the next run reads it as that.
    """
    wire = before["wire"]
    filed, late = file_settled(room, wire, read(room.bucket, before["work"], "check", Judged), run)
    # Last of all: until here, a crash leaves the item due, and the next run files the same again.
    room.catalogue.finish_items([done_with(each, where) for each, where in filed])
    room.catalogue.prune_repeated(wire, now())
    put_away(room, wire, before["feed"])
    for _, where in filed:
        log.info("%s: %s as revision %d", where.outcome, where.uri, where.n)
    counts = Counter[str](where.outcome for _, where in filed)
    passed = sum(each.verdicts[0].passed for each, _ in filed)
    if late:
        counts["read_again"] = late
    return handover(before, filed=len(filed), **counts, passed=passed, held=len(filed) - passed)


def file_settled(
    room: Newsroom, wire: str, judged: Sequence[Judged], run: str | None
) -> tuple[list[tuple[Judged, Filed]], int]:
    """File stories in the chains that they were judged for; where each went, and how many belong elsewhere.

    What another run's story stood in the way of is looked at again: so of two that file under one id at the
    same moment, the second knows the first. Each round follows upon something that another run filed.
    """
    done: list[tuple[Judged, Filed]] = []
    late = 0
    while True:
        settled = settle(room, wire, [each.reading for each in judged])
        for key in settled.late:
            log.warning("%s: another feed filed its story meanwhile; the next run reads it again", key)
        stay = [each for each in judged if each.reading.assignment.item.key not in settled.late]
        late += len(judged) - len(stay)
        drafts = [_draft(each, settled.seen[each.reading.story.uri]) for each in stay]
        filed = list(zip(stay, file_judged(room, wire, stay, drafts, run), strict=True))
        done += [(each, where) for each, where in filed if where.outcome != "unsettled"]
        judged = [each for each, where in filed if where.outcome == "unsettled"]
        if not judged:
            return done, late


def file_judged(
    room: Newsroom, wire: str, judged: Sequence[Judged], drafts: Sequence[Draft], run: str | None
) -> list[Filed]:
    """File drafts of judged stories, and their verdicts; returns where each went."""
    filed = file_stories(room.bucket, room.catalogue, drafts, reader=READER, run=run, now=now())
    there = [place for place, where in enumerate(filed) if where.outcome not in ("overtaken", "unsettled")]
    _link_copies(room, [drafts[place] for place in there], [filed[place] for place in there])
    verdicts = [
        verdict.model_copy(update={"n": filed[place].n})
        for place in there
        for verdict in judged[place].verdicts
    ]
    file_verdicts(room.bucket, room.catalogue, verdicts, wire)
    return filed


def _link_copies(room: Newsroom, drafts: Sequence[Draft], filed: Sequence[Filed]) -> None:
    window = room.house.duplicates.window
    stories = {(where.uri, where.n): draft.story for draft, where in zip(drafts, filed, strict=True)}
    link_copies(room.bucket, room.catalogue, stories, window)
    room.catalogue.prune_fingerprints(now() - 2 * window)


def _draft(judged: Judged, seen: int) -> Draft:
    assignment = judged.reading.assignment
    return Draft(
        story=judged.reading.story,
        raw_keys=assignment.raw_keys,
        page=assignment.page,
        item_key=assignment.item.key,
        item_digest=assignment.item.digest,
        seen=seen,
    )


def done_with(judged: Judged, where: Filed) -> ItemOutcome:
    """That the entry of a judged story was read, and where the story went."""
    item = judged.reading.assignment.item
    return ItemOutcome(key=item.key, digest=item.digest, state="done", uri=where.uri)
