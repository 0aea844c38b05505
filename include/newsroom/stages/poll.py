"""poll: ask a feed what is new. The raw bytes are stored before anything is parsed."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from newsroom.config import Feed, Wire
from newsroom.fetch.api_key import without_key
from newsroom.fetch.feed import read_stored
from newsroom.fetch.http import FetchError
from newsroom.stages import Newsroom, now
from newsroom.stages.ask import Ask, answered, failed
from newsroom.stages.folder import page_of, take_files
from newsroom.stages.setbacks import put_off_rows
from newsroom.stages.snapshot import charset_of
from newsroom.stages.work import Assignment, Handover, handover, work_key, write
from newsroom.store import keys
from newsroom.store.bucket import Corrupt, Missing
from newsroom.store.catalogue import FeedState, ItemOutcome, ItemRow
from newsroom.story import Item, Refusal, digest

log = logging.getLogger(__name__)


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
    url = without_key(url) if room.feed(wire, feed).connection else url
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
        counts: Counter[str] = Counter(waiting=1)
        told: dict[str, Item] | None = None
        if self.selection.scheduled and state.next_ok_at and state.next_ok_at > now():
            log.warning("%s: asked again after %s: %s", self.feed.id, state.next_ok_at, state.last_error)
        else:
            told, counts = self._visit(state) if self.feed.is_folder else self._ask(state)
        due = self._due(told)
        done = _assigned(self.room, self.wire.id, self.feed.id, self.run, due)
        return handover(done, **counts, to_read=len(due))

    def _ask(self, state: FeedState) -> tuple[dict[str, Item] | None, Counter[str]]:
        asked = Ask(self.room, self.wire, self.feed, self.selection.again)
        asked.run(state)
        return asked.told, asked.counts

    def _visit(self, state: FeedState) -> tuple[None, Counter[str]]:
        """Take the files of the feed's folder; what is due is told by the catalogue alone."""
        asked_at = now()
        try:
            counts = take_files(self.room, self.wire, self.feed)
        except FetchError as error:
            after = failed(state, asked_at, error.code, error.reason, error.retry_after)
            self.room.catalogue.save_feed_state(after)
            raise
        self.room.catalogue.save_feed_state(answered(state, asked_at, new=counts["files"] > 0))
        return None, counts

    def _due(self, fresh: dict[str, Item] | None) -> list[Assignment]:
        """What is to be read now: the catalogue's due entries, with their text from the stored bytes."""
        told = fresh or {}
        if self.selection.again and fresh is not None:
            return [Assignment(item=item) for item in told.values() if self.selection.takes(item)]
        limit = self.wire.politeness.max_items
        rows = self.room.catalogue.due_items(self.wire.id, self.feed.id, now(), limit)
        lost: set[str] = set()
        for raw_key in sorted({row.raw_key for row in rows if row.key not in told}):
            try:
                told = self._stored(raw_key) | told
            except (Missing, Corrupt) as error:
                # Its entries wait for it, as one does that can't be fetched; all others go on.
                lost.add(raw_key)
                without = [row for row in rows if row.raw_key == raw_key and row.key not in told]
                wrong = Refusal(code=error.code, reason=error.reason, retry=True)
                put_off_rows(self.room, self.wire, without, wrong)
        self._give_up([row for row in rows if row.key not in told and row.raw_key not in lost])
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


def _assigned(room: Newsroom, wire: str, feed: str, run: str, assignments: Sequence[Assignment]) -> Handover:
    work = work_key(wire, feed, run)
    if assignments:
        write(room.bucket, work, "poll", assignments)
    return {"wire": wire, "feed": feed, "work": work, "counts": {"to_read": len(assignments)}}
