"""replay: read stored bytes again with today's code and rules, and tell what would change; write nothing.

Each revision is read as its wire's run read it, as of the moment it was filed: a story of last week is not
too old by now. Of one that another took the place of, it is told what today's rules would have said, and no
more is done. Entries in quarantine are read, too. `apply` files what was read as a run would, so that what
says the same makes no revision. Killed stories are not read: nothing that follows from it could go out.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from pydantic import ValidationError

from newsroom.check.validate import check
from newsroom.config import Wire
from newsroom.extract import page
from newsroom.extract.children import Readers
from newsroom.extract.document import Document
from newsroom.fetch.feed import NotAFeed, read_stored
from newsroom.revise.changes import changes, summary
from newsroom.stages import Newsroom, now
from newsroom.stages.check import scopes_of
from newsroom.stages.extract import ONE_CHILD_UP_TO, document_of
from newsroom.stages.furniture import learned_keys
from newsroom.stages.identity import DOUBT
from newsroom.stages.kills import kill_read
from newsroom.stages.refused import file_refused, in_quarantine, read_refused
from newsroom.stages.snapshot import charset_of
from newsroom.stages.store import file_judged
from newsroom.stages.work import Assignment, Judged, Reading
from newsroom.store.bucket import Corrupt, ObjectStat
from newsroom.store.catalogue import FiledRow
from newsroom.store.records import as_record
from newsroom.store.revisions import Draft
from newsroom.story import NOT_CONTENT, Item, Refusal, Revision, Story, Verdict

Record = dict[str, Any]

AT_ONCE = 100
"""Stories read before they are told: their pages lie in memory together, some tens of megabytes."""

NOT_TOLD = frozenset({"feed", "evidence"})
"""Where a value was found is no change of the story."""


@dataclass
class Replay:
    """What became of a wire's stories when they were read again.

    `counts` says how many: `unchanged`, `changed`, `newly_held`, `newly_passed`, `newly_withdrawn`,
    `unreadable`, `no_bytes`, `no_entry`, `killed`, with `superseded_` before it of revisions that are not
    current; of entries in quarantine `newly_read` and `still_unreadable`; and of an applied one by
    `file_stories`' outcomes.
    """

    counts: Counter[str] = field(default_factory=Counter)

    def run(
        self, room: Newsroom, wire_id: str, since: datetime, *, apply: bool = False, run: str | None = None
    ) -> Iterator[Record]:
        """A record for each story of which something would change, or that can't be read again, and why.

        Raises:
            LookupError: there is no such wire.
            BucketError: the bucket can't be read.
        """
        wire, after = room.wire(wire_id), None
        until = now()
        while rows := room.catalogue.filed(wire.id, since=since, until=until, after=after, limit=AT_ONCE):
            after = rows[-1].place
            yield from self._batch(_Batch(room, wire, rows), run, apply=apply)
        yield from self._refused(room, wire, since, until, run, apply=apply)

    def _batch(self, batch: "_Batch", run: str | None, *, apply: bool) -> Iterator[Record]:
        self.counts["killed"] += batch.killed
        for told in batch.told:
            self.counts[_counted(told)] += 1
            yield told
        read = batch.read()
        judged = [each for each in read if isinstance(each, _Again)]
        for each in read:
            record: Record | None = batch.compare(each) if isinstance(each, _Again) else each
            if record is None:
                self.counts["unchanged"] += 1
                continue
            self.counts[_counted(record)] += 1
            if record["current"]:
                self.counts.update(f"{what} for {partner}" for partner, what in record["partners"].items())
            yield record
        if apply:
            current = [each for each in judged if each.source.row.current]
            self.counts.update(f"filed_{outcome}" for outcome in batch.file(current, run))

    def _refused(
        self, room: Newsroom, wire: Wire, since: datetime, until: datetime, run: str | None, *, apply: bool
    ) -> Iterator[Record]:
        refused = in_quarantine(room, wire.id, since, until)
        while part := list(islice(refused, AT_ONCE)):
            judged = read_refused(room, wire, part)
            self.counts["still_unreadable"] += len(part) - len(judged)
            for each in judged:
                self.counts["newly_read"] += 1
                story, own = each.reading.story, each.verdicts[0]
                yield _told(story.uri, 0, story.headline, "newly_read", reasons=list(own.reasons))
            if apply:
                outcomes = file_refused(room, wire, judged, run)
                self.counts.update(f"filed_{outcome}" for outcome in outcomes)


@dataclass(frozen=True)
class _Source:
    """A revision, and the entry of its feed that it was read from."""

    row: FiledRow
    revision: Revision
    item: Item

    @property
    def assignment(self) -> Assignment:
        return Assignment(item=self.item, page=self.revision.page)


@dataclass(frozen=True)
class _Again:
    """A story that was read again, and what the rules say of it now."""

    source: _Source
    story: Story
    verdicts: tuple[Verdict, ...]


class _Batch:
    """Some stories of a wire; `told` are those that can't be read again."""

    def __init__(self, room: Newsroom, wire: Wire, rows: Sequence[FiledRow]) -> None:
        self._room, self._wire = room, wire
        killed = room.catalogue.standing_kills([row.uri for row in rows])
        self.killed = len(killed)
        self.told: list[Record] = []
        alive = [row for row in rows if row.uri not in killed]
        self._before = room.catalogue.last_verdicts((row.uri, row.n) for row in alive)
        self._raw: dict[str, tuple[bytes, ObjectStat]] = {}
        self._sources = self._with_entries(self._with_bytes(alive))

    def read(self) -> list["_Again | Record"]:
        """Read and judge; one that is refused is a record."""
        children = 1 if len(self._sources) <= ONE_CHILD_UP_TO else (os.cpu_count() or 1)
        with Readers(page.read, processes=children) as readers:
            results = list(readers.read(self._documents()))
        stories = [
            (source, _as_filed(source.revision.story, result))
            for source, result in zip(self._sources, results, strict=True)
            if isinstance(result, Story)
        ]
        refused = [
            _record(source.row, "unreadable", reasons=[f"{result.code}: {result.reason}"])
            for source, result in zip(self._sources, results, strict=True)
            if isinstance(result, Refusal)
        ]
        return [*self._judged(stories), *refused]

    def compare(self, again: _Again) -> Record | None:
        """What would change of a story; None where nothing would."""
        row, story, own = again.source.row, again.story, again.verdicts[0]
        before = again.source.revision.story
        told = changes(before, story)
        same = story.content_hash == row.content_hash
        released = same and row.stands and row.ready_by == "release"
        outcome = "changed"
        stood = row.stands if row.current else self._passed(row, own.scope)
        if story.pubstatus != "usable":
            outcome = "newly_withdrawn" if before.pubstatus == "usable" else "changed"
        elif stood and not own.passed and not released:
            outcome = "newly_held"
        elif own.passed and not stood:
            outcome = "newly_passed"
        besides = [name for name in NOT_CONTENT if _differs(name, before, story)]
        partners = dict(self._partners(again))
        # What a version that was overtaken would say by now is of no use to anybody.
        if outcome == "changed" and not (row.current and (told or besides or partners)):
            return None
        return _record(
            row,
            outcome,
            change=summary(told) if told else None,
            besides=besides,
            partners=partners,
            reasons=list(own.reasons),
        )

    def file(self, again: Sequence[_Again], run: str | None) -> list[str]:
        """File what was read, as a wire's run does; the outcome of each."""
        at = now()
        judged = [
            Judged(
                reading=Reading(assignment=each.source.assignment, story=each.story),
                verdicts=tuple(verdict.model_copy(update={"checked_at": at}) for verdict in each.verdicts),
            )
            for each in again
        ]
        kill_read(self._room, self._wire, [each.reading for each in judged])
        drafts = [
            Draft(
                story=each.story,
                raw_keys=each.source.revision.raw_keys,
                page=each.source.revision.page,
                item_key=each.source.revision.item_key,
                item_digest=each.source.revision.item_digest,
                follows=each.source.row.n,
            )
            for each in again
        ]
        return [each.outcome for each in file_judged(self._room, self._wire.id, judged, drafts, run)]

    def _with_bytes(self, rows: Iterable[FiledRow]) -> list[tuple[FiledRow, Revision]]:
        """Rows whose revision and raw bytes are there; the others are told."""
        there: list[tuple[FiledRow, Revision]] = []
        filed, _ = self._room.bucket.get_whole(row.key for row in rows)
        for row in rows:
            if row.key not in filed:
                self._tell(row, "no_bytes", f"{row.key}: nothing whole lies there")
                continue
            try:
                there.append((row, as_record(Revision, row.key, filed[row.key])))
            except Corrupt as error:
                self._tell(row, "no_bytes", error.reason)
        raw = [key for _, revision in there for key in revision.raw_keys]
        self._raw, _ = self._room.bucket.read_whole(raw)
        whole = []
        for row, revision in there:
            gone = [key for key in revision.raw_keys if key not in self._raw]
            if gone:
                self._tell(row, "no_bytes", f"{', '.join(gone)}: nothing whole lies there")
            else:
                whole.append((row, revision))
        return whole

    def _with_entries(self, there: Sequence[tuple[FiledRow, Revision]]) -> list[_Source]:
        """The entry of each, read again from its feed's bytes; one that is not found there is told."""
        sources = []
        by_feed = sorted(there, key=lambda each: (each[1].raw_keys[0], each[1].story.feed or ""))
        for (raw_key, feed), group in groupby(by_feed, key=lambda e: (e[1].raw_keys[0], e[1].story.feed)):
            filed = list(group)
            found = self._entries(raw_key, feed, filed[0][0].stored_at)
            for row, revision in filed:
                if isinstance(found, str):
                    self._tell(row, "no_entry", found)
                elif revision.item_key not in found:
                    self._tell(row, "no_entry", f"{raw_key}: its feed's bytes show its entry no more")
                else:
                    sources.append(_Source(row, revision, found[revision.item_key]))
        return sorted(sources, key=lambda each: (each.row.stored_at, each.row.uri))

    def _entries(self, raw_key: str, feed_id: str | None, at: datetime) -> dict[str, Item] | str:
        """A feed's entries by key, or why there are none."""
        body, stat = self._raw[raw_key]
        try:
            asked: Item = Item.from_json(body)  # a page that a person had read
        except ValidationError:
            pass
        else:
            return {asked.key: asked.model_copy(update={"raw_key": raw_key})}
        feed = next((each for each in self._wire.feeds if each.id == feed_id), None)
        if feed is None:
            return f"feed: saw {feed_id!r}; wires/{self._wire.id}.yaml has none of this id any more"
        try:
            document = read_stored(
                body, charset=charset_of(stat), wire=self._wire, feed=feed, raw_key=raw_key, now=at
            )
        except NotAFeed as error:
            return f"{raw_key}: {error.reason}"
        return {item.key: item for item in document.items}

    def _documents(self) -> Iterator[Document]:
        topics = self._room.configuration.topics_of(self._wire)
        learned = learned_keys(self._room.catalogue, self._wire)
        for source in self._sources:
            fetched = source.revision.page
            html = self._raw[fetched.raw_key][0] if fetched else None
            yield document_of(source.assignment, html, self._wire, topics, source.row.stored_at, learned)

    def _judged(self, stories: Sequence[tuple[_Source, Story]]) -> Iterator[_Again]:
        """Judge together what was filed together, as of then."""
        configuration = self._room.configuration
        scopes, topics = scopes_of(configuration, self._wire), configuration.topics_of(self._wire)
        profile = configuration.profile_of(self._wire)
        for stored_at, group in groupby(stories, key=lambda each: each[0].row.stored_at):
            filed = list(group)
            texts = [story for _, story in filed]
            verdicts = check(texts, self._wire, topics, scopes, stored_at, profile=profile)
            for i, (source, story) in enumerate(filed):
                of_story = tuple(verdicts[i * len(scopes) : (i + 1) * len(scopes)])
                yield _Again(source, story, of_story)

    def _partners(self, again: _Again) -> Iterator[tuple[str, str]]:
        """The partners whose own rules would say otherwise of the story."""
        before = self._before.get((again.source.row.uri, again.source.row.n), {})
        for verdict in again.verdicts[1:]:
            if verdict.passed != before.get(verdict.scope, True):
                partner = verdict.scope.removeprefix("partner:")
                yield partner, "newly_passed" if verdict.passed else "newly_held"

    def _passed(self, row: FiledRow, scope: str) -> bool:
        """Whether a revision passed that another took the place of."""
        return self._before.get((row.uri, row.n), {}).get(scope, False)

    def _tell(self, row: FiledRow, outcome: str, reason: str) -> None:
        self.told.append(_record(row, outcome, reasons=[reason]))


def _as_filed(before: Story, story: Story) -> Story:
    """The story under the chain that it was filed under, and in the same doubt whether it belongs there."""
    doubts = [flag for flag in before.flags if flag.startswith(DOUBT)]
    return story.model_copy(update={"uri": before.uri, "flags": (*story.flags, *doubts)})


def _differs(name: str, before: Story, after: Story) -> bool:
    return name not in NOT_TOLD and getattr(before, name) != getattr(after, name)


def _counted(record: Record) -> str:
    return str(record["outcome"]) if record["current"] else f"superseded_{record['outcome']}"


def _record(
    row: FiledRow,
    outcome: str,
    *,
    change: str | None = None,
    besides: Sequence[str] = (),
    partners: dict[str, str] | None = None,
    reasons: Sequence[str] = (),
) -> Record:
    told = _told(row.uri, row.n, row.headline, outcome, reasons=reasons, current=row.current)
    return told | {"change": change, "besides": list(besides), "partners": partners or {}}


def _told(
    uri: str, n: int, headline: str, outcome: str, *, reasons: Sequence[str], current: bool = True
) -> Record:
    return {
        "uri": uri,
        "n": n,
        "headline": headline,
        "outcome": outcome,
        "current": current,
        "change": None,
        "besides": [],
        "partners": {},
        "reasons": list(reasons),
    }
