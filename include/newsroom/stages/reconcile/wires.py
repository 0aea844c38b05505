"""A wire's stories and raw bytes: every object has its row, every row its object, no bytes are left over."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar

from newsroom.fetch.feed import FeedDocument, NotAFeed, read_stored
from newsroom.stages import Newsroom
from newsroom.stages.kills import kill_deleted, kill_marked
from newsroom.stages.quarantine import quarantine
from newsroom.stages.reconcile.report import RESTORE, Notes
from newsroom.stages.reconcile.span import Span
from newsroom.stages.snapshot import charset_of
from newsroom.store import keys, schema
from newsroom.store.bucket import THREADS, Corrupt, Missing
from newsroom.store.inventory import FiledObject
from newsroom.store.records import read_record
from newsroom.store.reindex import restore_revisions
from newsroom.story import Item, Refusal, Revision

AT_ONCE = 500
"""Objects compared together."""

Each = TypeVar("Each")


def compare_wire(room: Newsroom, wire: str, span: Span, notes: Notes) -> None:
    """Compare what the bucket and the catalogue have of a wire, and mend what can be mended.

    Raises:
        BucketError: the bucket can't be read.
    """
    comparison = _Wire(room, wire, span, notes)
    comparison.objects()
    comparison.rows()
    comparison.raw()


@dataclass
class _Wire:
    room: Newsroom
    wire: str
    span: Span
    notes: Notes
    read: set[str] = field(default_factory=set)
    raw_there: dict[str, datetime] = field(default_factory=dict)

    def objects(self) -> None:
        """Every revision's object has its row."""
        listed = self.room.bucket.listed(f"stories/{self.wire}/", self.span.since, self.span.until)
        for part in _parts((key for key, _ in listed), AT_ONCE):
            named = {key: _revision_named(key) for key in part}
            known = self.room.catalogue.known(
                tuple(schema.revision.primary_key), [each for each in named.values() if each]
            )
            for key in (key for key, each in named.items() if each is None):
                self.notes.open("foreign_object", key, found="its key names no revision", mend="take it away")
            self._restore([key for key, each in named.items() if each and each not in known])
            self.notes.compared["revision_objects"] += len(part)

    def rows(self) -> None:
        """Every revision's row has its object, which says what the row says, and the bytes that it is of."""
        bucket, wide = self.room.bucket, self.span.wider
        self.raw_there = dict(bucket.listed(f"raw/{self.wire}/", wide.since))
        for rows in self.room.catalogue.filed_objects(self.wire, self.span.since, self.span.until):
            self.notes.compared["revision_rows"] += len(rows)
            with ThreadPoolExecutor(THREADS) as pool:
                for row, wrong in zip(rows, pool.map(self._wrong_with, rows), strict=True):
                    if wrong:
                        kind, found = wrong
                        mend = f"{RESTORE}; it was read from {', '.join(row.raw_keys)}"
                        self.notes.open(kind, row.key, found=found, mend=mend)
            raw = {key for row in rows for key in row.raw_keys}
            gone = [key for key, stat in bucket.stat_many(raw - self.raw_there.keys()).items() if not stat]
            for key in gone:
                found = "a revision was read from it, and nothing lies there"
                self.notes.open("raw_missing", key, found=found, mend=f"{RESTORE}, or it can't be replayed")
            self.read |= raw

    def raw(self) -> None:
        """Bytes that nothing was read from: a run ended, or they say nothing new."""
        settled = {key for key, at in self.raw_there.items() if self.span.since <= at <= self.span.until}
        self.notes.compared["raw_objects"] += len(settled)
        # What came since the span's end may have been read from them, too.
        for rows in self.room.catalogue.filed_objects(self.wire, self.span.until, self.span.wider.until):
            self.read |= {key for row in rows for key in row.raw_keys}
        left = settled - self.read
        left -= self.room.catalogue.raw_keys_of_entries(self.wire, self.span.wider.since)
        left -= set(self._quarantined())
        for part in _parts(sorted(left), AT_ONCE):
            self._left_over(part)

    def _restore(self, missing: Sequence[str]) -> None:
        revisions: list[Revision] = []
        for key in missing:
            try:
                revisions.append(read_record(self.room.bucket, Revision, key))
            except Corrupt as error:
                self.notes.open("broken_object", key, found=f"no row, and {error.reason}", mend=RESTORE)
        if not revisions:
            return
        restore_revisions(self.room.bucket, self.room.catalogue, revisions, self.room.house.duplicates.window)
        for each in revisions:
            where = keys.revision(self.wire, each.uri, each.n)
            self.notes.add("revision_without_row", where, found="no row in the catalogue", done="row added")

    def _wrong_with(self, row: FiledObject) -> tuple[str, str] | None:
        """What is wrong with the object of a row; its kind, and what was found."""
        try:
            there = read_record(self.room.bucket, Revision, row.key)
        except Missing:
            return "row_without_object", f"revision {row.n} of {row.uri} is in the catalogue alone"
        except Corrupt as error:
            return "broken_object", error.reason
        if there.content_hash != row.content_hash or there.story.content_hash != row.content_hash:
            return "object_differs", f"its content is not what revision {row.n} of {row.uri} said when filed"
        return None

    def _quarantined(self) -> Iterator[str]:
        for key, _ in self.room.bucket.listed(f"quarantine/{self.wire}/", self.span.wider.since):
            yield keys.raw_of_quarantine(self.wire, key)

    def _left_over(self, part: Sequence[str]) -> None:
        """Why nothing was read from each; what no poll recorded is recorded now."""
        whose = {key: stat.metadata for key, stat in self.room.bucket.stat_many(part).items() if stat}
        states = self.room.catalogue.entry_states({each["item"] for each in whose.values() if "item" in each})
        for key, metadata in whose.items():
            if "item" in metadata:
                self.notes.explained[_page_of(states.get(metadata["item"]))] += 1
            elif "feed" in metadata:
                self._snapshot(key, metadata["feed"])
            elif self._by_hand(key):
                self.notes.explained["raw: asked for by hand, and not read into a story"] += 1
            else:
                found = "nothing tells whose bytes these are, and nothing was read from them"
                self.notes.open("raw_of_nobody", key, found=found, mend="see who put it there")

    def _by_hand(self, key: str) -> bool:
        try:
            read_record(self.room.bucket, Item, key)
        except Corrupt:
            return False
        return True

    def _snapshot(self, key: str, feed: str) -> None:
        """A feed as it was once: its entries are known, or its poll ended before they were."""
        try:
            document = self._feed_document(key, feed)
        except LookupError:
            self.notes.explained["raw: of a feed that no file names any more"] += 1
            return
        except Corrupt as error:
            self.notes.open("broken_object", key, found=error.reason, mend=RESTORE)
            return
        except NotAFeed as error:
            refusal = Refusal(code=error.code, reason=error.reason)
            quarantine(self.room, self.wire, feed, key, None, refusal)
            self.notes.add("raw_without_entries", key, found=error.reason, done="put into quarantine")
            return
        wire = self.room.wire(self.wire)
        killed = kill_deleted(self.room, wire, document.deleted)
        killed += kill_marked(self.room, wire, document.items)
        added = self.room.catalogue.add_unseen(document.items, self.span.until)
        if not added and not killed:
            self.notes.explained["raw: a feed whose entries are all known"] += 1
            return
        found = f"the poll of {feed} that got it recorded nothing: {len(added)} entries, {killed} kills"
        self.notes.add(
            "raw_without_entries", key, found=found, done="recorded; the wire's next run reads the entries"
        )

    def _feed_document(self, key: str, feed_id: str) -> FeedDocument:
        wire = self.room.wire(self.wire)
        feed = self.room.feed(self.wire, feed_id)
        body, stat = self.room.bucket.read(key)
        return read_stored(
            body, charset=charset_of(stat), wire=wire, feed=feed, raw_key=key, now=self.span.until
        )


def _page_of(state: str | None) -> str:
    if state == "pending":
        return "raw: a page whose entry is still to be read; the next run reads it"
    if state is None:
        return "raw: a page whose entry the catalogue does not know; its feed's next poll brings it"
    return "raw: a page that said nothing new of its story"


def _revision_named(key: str) -> tuple[str, int] | None:
    """The uri and the number of the revision that lies under a key."""
    parts = key.removesuffix(".json").split("/")
    if len(parts) != len(("stories", "wire", "id", "n")) or not parts[3].isdecimal():
        return None
    return f"urn:uuid:{parts[2]}", int(parts[3])


def _parts(each: Iterable[Each], size: int) -> Iterator[list[Each]]:
    rest = iter(each)
    while part := list(islice(rest, size)):
        yield part
