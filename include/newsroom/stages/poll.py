"""poll: ask a feed what is new. The raw bytes are stored before anything is parsed."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import ValidationError

from newsroom.config import Feed, Wire
from newsroom.fetch.feed import FeedDocument, NotAFeed, read_feed, read_stored
from newsroom.fetch.http import Client, FetchError, Response
from newsroom.stages import Newsroom, now
from newsroom.stages.folder import page_of, take_files
from newsroom.stages.kills import kill_deleted, kill_marked
from newsroom.stages.quarantine import quarantine
from newsroom.stages.snapshot import charset_of, keep
from newsroom.stages.work import Assignment, Handover, handover, work_key, write
from newsroom.store import keys
from newsroom.store.catalogue import FeedState, ItemOutcome, ItemRow
from newsroom.story import Item, Refusal, digest

log = logging.getLogger(__name__)

FULL_POLL_EVERY = 20
"""Every 20th poll asks without validators: a broken server may answer 304 for ever."""

BACKOFF = (timedelta(minutes=1), timedelta(hours=6))
"""How soon a failing feed is asked again: at first, and at most."""


@dataclass(frozen=True)
class Selection:
    """What a manual run asks for: a span of publication times, or known entries once more."""

    since: datetime | None = None
    until: datetime | None = None
    again: bool = False

    @property
    def scheduled(self) -> bool:
        """Whether this is a scheduled run, which asks for nothing in particular."""
        return self == Selection()

    def takes(self, item: Item) -> bool:
        """Whether the item was published in the span; an undated one is taken."""
        if item.published is None:
            return True
        late = self.until is not None and item.published >= self.until
        return not late and (self.since is None or item.published >= self.since)


def poll_feed(room: Newsroom, wire: str, feed: str, run: str, selection: Selection) -> Handover:
    """Poll one feed, and assign what is to be read: new entries, changed ones, and those put off before.

    Raises:
        FetchError: the feed could not be had; the catalogue knows since when.
        NotAFeed: what came is no feed; the bytes are kept in quarantine.
    """
    return _Poll(room, room.wire(wire), room.feed(wire, feed), run, selection).hand_over()


def assign_url(room: Newsroom, wire: str, feed: str, run: str, url: str) -> Handover:
    """Assign one page by its URL, as if the feed had an entry that links to it."""
    key = digest(f"{wire}\n{url}")[:32]
    asked = Item(key=key, wire=wire, feed=feed, digest=digest(url), raw_key="", url=url)
    body = asked.to_json()
    raw_key = keys.raw(wire, digest(body))
    room.bucket.put_once(raw_key, body)
    item = asked.model_copy(update={"raw_key": raw_key})
    return _assigned(room, item.wire, feed, run, [Assignment(item=item)])


@dataclass
class _Poll:
    """One poll of one feed."""

    room: Newsroom
    wire: Wire
    feed: Feed
    run: str
    selection: Selection

    def hand_over(self) -> Handover:
        """Ask the feed unless it asked for a pause, and assign what is due."""
        state = self.room.catalogue.feed_state(self.wire.id, self.feed.id)
        counts: dict[str, int] = {"waiting": 1}
        document = None
        if self.selection.scheduled and state.next_ok_at and state.next_ok_at > now():
            log.warning("%s: asked again after %s: %s", self.feed.id, state.next_ok_at, state.last_error)
        else:
            document, counts = self._visit(state) if self.feed.is_folder else self._ask(state)
        due = self._due(document)
        done = _assigned(self.room, self.wire.id, self.feed.id, self.run, due)
        return handover(done, **counts, to_read=len(due))

    def _ask(self, state: FeedState) -> tuple[FeedDocument | None, dict[str, int]]:
        """Fetch the feed and record its entries; no document when it says nothing new."""
        asked_at = now()
        full = self.selection.again or state.polls % FULL_POLL_EVERY == 0
        etag, last_modified = (None, None) if full else (state.etag, state.last_modified)
        try:
            with Client(self.room.house.user_agent, self.wire.politeness) as client:
                response = client.get(self.feed.url, etag=etag, last_modified=last_modified)
        except FetchError as error:
            self._failed(state, asked_at, error.code, error.reason, error.retry_after)
            raise
        same = response.not_modified or digest(response.body) == state.body_sha256
        if same and not self.selection.again:
            self.room.catalogue.save_feed_state(_went_well(state, asked_at, response))
            return None, {"unchanged": 1}
        return self._record(state, response, asked_at)

    def _visit(self, state: FeedState) -> tuple[None, dict[str, int]]:
        """Take the files of the feed's folder; what is due is told by the catalogue alone."""
        asked_at = now()
        try:
            counts = take_files(self.room, self.wire, self.feed)
        except FetchError as error:
            self._failed(state, asked_at, error.code, error.reason, error.retry_after)
            raise
        self.room.catalogue.save_feed_state(_answered(state, asked_at, new=counts["files"] > 0))
        return None, dict(counts)

    def _record(
        self, state: FeedState, response: Response, asked_at: datetime
    ) -> tuple[FeedDocument, dict[str, int]]:
        """Store the bytes, read them, file the kills in them, then record entries and cursor at once."""
        raw_key = keep(self.room, self.wire.id, response, {"feed": self.feed.id})
        try:
            document = self._read(response, raw_key)
        except NotAFeed as error:
            refusal = Refusal(code=error.code, reason=error.reason)
            quarantine(self.room, self.wire.id, self.feed.id, raw_key, self.feed.url, refusal)
            self._failed(state, asked_at, error.code, error.reason)
            raise
        for warning in document.warnings:
            log.warning("%s: %s", self.feed.id, warning)
        killed = kill_deleted(self.room, self.wire, document.deleted)
        killed += kill_marked(self.room, self.wire, document.items)
        after = _went_well(state, asked_at, response, digest(response.body))
        if not document.complete:
            # What was cut off must come again: the cursor stays where it was.
            after = replace(
                after, etag=state.etag, last_modified=state.last_modified, body_sha256=state.body_sha256
            )
        polled = self.room.catalogue.record_poll(after, document.items)
        counts = {"new": polled.new, "changed": polled.changed, "known": polled.known}
        return document, counts | ({"killed": killed} if killed else {})

    def _read(self, response: Response, raw_key: str) -> FeedDocument:
        return read_feed(
            response.body,
            kind=self.feed.kind,
            content_type=response.content_type,
            charset=response.charset,
            url=self.feed.url,
            wire=self.wire,
            feed=self.feed,
            raw_key=raw_key,
            now=now(),
        )

    def _failed(
        self, state: FeedState, at: datetime, code: str, reason: str, retry_after: float | None = None
    ) -> None:
        first, most = BACKOFF
        pause = min(most, first * 2 ** min(state.failures, 20))
        if retry_after is not None:
            pause = max(pause, timedelta(seconds=retry_after))
        after = replace(
            state,
            polls=state.polls + 1,
            last_polled=at,
            failing_since=state.failing_since or at,
            failures=state.failures + 1,
            last_error=f"{code}: {reason}",
            next_ok_at=at + pause,
        )
        self.room.catalogue.save_feed_state(after)

    def _due(self, document: FeedDocument | None) -> list[Assignment]:
        """What is to be read now: the catalogue's due entries, with their text from the stored bytes."""
        told = {item.key: item for item in document.items} if document else {}
        if self.selection.again and document:
            return [Assignment(item=item) for item in told.values() if self.selection.takes(item)]
        limit = self.wire.politeness.max_items
        rows = self.room.catalogue.due_items(self.wire.id, self.feed.id, now(), limit)
        for raw_key in sorted({row.raw_key for row in rows if row.key not in told}):
            told = self._stored(raw_key) | told
        self._give_up([row for row in rows if row.key not in told])
        return [
            Assignment(
                item=told[row.key],
                attempts=row.attempts,
                setback=row.code,
                page=page_of(self.room, told[row.key]) if self.feed.is_folder else None,
            )
            for row in rows
            if row.key in told and self.selection.takes(told[row.key])
        ]

    def _stored(self, raw_key: str) -> dict[str, Item]:
        """The entries in stored bytes; those may be one entry by itself, of a page that came as a file."""
        body, stat = self.room.bucket.read(raw_key)
        try:
            item: Item = Item.from_json(body)
        except ValidationError:
            document = read_stored(
                body, charset=charset_of(stat), wire=self.wire, feed=self.feed, raw_key=raw_key, now=now()
            )
            return {item.key: item for item in document.items}
        return {item.key: item.model_copy(update={"raw_key": raw_key})}

    def _give_up(self, rows: Sequence[ItemRow]) -> None:
        """Entries that their own bytes no longer show: another reader of feeds keys them anew."""
        reason = "its feed's stored bytes show it no more; a newer reader may have filed it under another key"
        outcomes = [
            ItemOutcome(key=row.key, digest=row.digest, state="failed", code="lost_entry", reason=reason)
            for row in rows
        ]
        if outcomes:
            log.warning("%s: %d entries given up: %s", self.feed.id, len(outcomes), reason)
            self.room.catalogue.finish_items(outcomes)


def _went_well(state: FeedState, at: datetime, response: Response, sha256: str | None = None) -> FeedState:
    return replace(
        _answered(state, at, new=sha256 is not None),
        etag=response.etag or (state.etag if response.not_modified else None),
        last_modified=response.last_modified or (state.last_modified if response.not_modified else None),
        body_sha256=sha256 or state.body_sha256,
    )


def _answered(state: FeedState, at: datetime, *, new: bool) -> FeedState:
    return replace(
        state,
        polls=state.polls + 1,
        last_polled=at,
        last_ok=at,
        last_new=at if new else state.last_new,
        failing_since=None,
        failures=0,
        last_error=None,
        next_ok_at=None,
    )


def _assigned(room: Newsroom, wire: str, feed: str, run: str, assignments: Sequence[Assignment]) -> Handover:
    work = work_key(wire, feed, run)
    if assignments:
        write(room.bucket, work, "poll", assignments)
    return {"wire": wire, "feed": feed, "work": work, "counts": {"to_read": len(assignments)}}
