"""folder: take the files that a wire puts into a folder, and move them away when their stories are filed.

A file's bytes are in the bucket and its entries in the catalogue before anything else is done with it, and it
stays where it is until every entry was read: a crash anywhere leaves it there, to be taken once more, which
files nothing twice. What can't be read goes to the folder `failed`, with its reason beside it.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from newsroom.config import Feed, Wire
from newsroom.fetch.errors import FetchError
from newsroom.fetch.feed import FeedDocument, NotAFeed
from newsroom.folder.choice import Choice, choose
from newsroom.folder.files import MOST_LISTED, Changed, File, Folder, Outcome
from newsroom.folder.opening import open_folder
from newsroom.folder.page import is_page
from newsroom.folder.reading import Place, page_key, read_file
from newsroom.stages import Newsroom, now
from newsroom.stages.kills import kill_deleted, kill_marked
from newsroom.stages.quarantine import quarantine
from newsroom.store import keys
from newsroom.store.catalogue import FileOutcome, FileRow
from newsroom.story import Item, Page, Refusal, digest

log = logging.getLogger(__name__)

SECONDS = 300.0
"""How long the files of one folder may take in one poll; what is left waits for the next one."""


def take_files(room: Newsroom, wire: Wire, feed: Feed) -> Counter[str]:
    """Take what is ready in a feed's folder, and put away what was read; returns what was counted.

    `files` were taken, `failed_files` could not be read, `done_files` are put away; `still_written` and
    `later` wait for another poll; `new`, `changed` and `known` are entries, `killed` stories.

    Raises:
        FetchError: the folder can't be had.
    """
    with open_folder(wire, feed, room.connections) as folder:
        return _Taking(room, wire, feed, folder).run()


def put_away(room: Newsroom, wire_id: str, feed_id: str) -> None:
    """Move away the files of a feed that are finished; what can't be moved now is moved by the next poll."""
    wire, feed = room.wire(wire_id), room.feed(wire_id, feed_id)
    if not feed.is_folder or not room.catalogue.files(wire.id, feed.id):
        return
    try:
        with open_folder(wire, feed, room.connections) as folder:
            _Taking(room, wire, feed, folder).put_away(_listed(folder))
    except FetchError as error:
        log.warning("%s: files are put away by the next poll: %s: %s", feed.id, error.code, error.reason)


def page_of(room: Newsroom, item: Item) -> Page | None:
    """The page that came as a file, for an entry that was made of one; None for every other entry."""
    if item.url or item.guid or item.document or item.content_html:
        return None
    raw_key = keys.raw(item.wire, item.digest)
    stat = room.bucket.stat(raw_key)
    if stat is None:
        return None
    return Page(
        raw_key=raw_key,
        sha256=item.digest,
        url="",
        final_url="",
        content_type="text/html",
        fetched_at=stat.last_modified,
        size=stat.size,
    )


def _listed(folder: Folder) -> list[File]:
    found = list(islice(folder.entries(), MOST_LISTED + 1))
    if len(found) > MOST_LISTED:
        log.warning("the folder has more than %d entries; only these are looked at: clear it", MOST_LISTED)
    return found[:MOST_LISTED]


@dataclass
class _Taking:
    """One visit to a feed's folder."""

    room: Newsroom
    wire: Wire
    feed: Feed
    folder: Folder
    counts: Counter[str] = field(default_factory=Counter)

    def run(self) -> Counter[str]:
        listed = _listed(self.folder)
        known = self.room.catalogue.files(self.wire.id, self.feed.id)
        choice = self._choose(listed, known)
        self._take(choice.ready)
        self.put_away(listed)
        return self.counts

    def put_away(self, listed: Iterable[File]) -> None:
        """Move taken files whose entries were all read; forget those that lie here no more."""
        here = {file.id: file for file in listed}
        rows = self.room.catalogue.files(self.wire.id, self.feed.id)
        gone = [id_ for id_ in rows if id_ not in here]
        taken = [row for id_, row in rows.items() if id_ in here and row.raw_key]
        outcomes = self.room.catalogue.file_outcomes(self.feed.id, taken)
        moved = [each.row.id for each in outcomes if each.finished and self._move(here[each.row.id], each)]
        self.room.catalogue.forget_files(self.wire.id, self.feed.id, [*gone, *moved])

    def _choose(self, listed: Sequence[File], known: dict[str, FileRow]) -> Choice:
        """What is ready and not taken yet; everything else is counted."""
        at = now()
        seen = {id_: row.at for id_, row in known.items() if not row.raw_key}
        new = [file for file in listed if file.id not in known or file.id in seen]
        choice = choose(new, self.feed.folder_rules, at, seen, trusted=self.folder.trusts_times)
        if choice.unsure:
            names = {file.id: file.name for file in choice.unsure}
            self.room.catalogue.saw_files(self.wire.id, self.feed.id, names, at)
        if choice.odd:
            log.warning("%s: never taken: %s", self.feed.id, ", ".join(choice.odd))
        for why, files in sorted(choice.passed_over.items()):
            log.info("%s: %d passed over: %s", self.feed.id, files, why.replace("_", " "))
        self.counts["still_written"] = choice.passed_over["still_written"] + choice.passed_over["unfinished"]
        return choice

    def _take(self, ready: Sequence[File]) -> None:
        """Take one file after the other; what keeps one back is told, and the next one goes on."""
        until = time.monotonic() + SECONDS
        most = self.feed.folder_rules.max_files
        for file in ready[:most]:
            if time.monotonic() > until:
                self.counts["later"] += 1
                continue
            try:
                self.counts[self._take_one(file)] += 1
            except Changed:
                self.counts["still_written"] += 1
            except FetchError as error:
                self.counts["put_off"] += 1
                log.warning("%s: left where it is: %s: %s", file.name, error.code, error.reason)
        self.counts["later"] += len(ready[most:])

    def _take_one(self, file: File) -> str:
        """Take one file; returns what it counts as."""
        most = self.wire.politeness.max_bytes
        if file.size > most:
            wanted = f"wanted {most:,} at most, or a higher `politeness: max_bytes:`"
            return self._refuse(
                file, None, Refusal(code="too_large", reason=f"saw {file.size:,} bytes; {wanted}")
            )
        body = self.folder.read(file)
        raw_key = keys.raw(self.wire.id, digest(body))
        place = Place(self.wire, self.feed, file.name, raw_key, now())
        whose = {"item": page_key(place)} if is_page(body) else {"feed": self.feed.id}
        self.room.bucket.put_once(raw_key, body, content_type="application/octet-stream", metadata=whose)
        try:
            document = read_file(body, place)
        except NotAFeed as error:
            return self._refuse(file, raw_key, Refusal(code=error.code, reason=error.reason))
        if self._must_wait(document):
            return "later"
        self._record(file, raw_key, document)
        return "files"

    def _must_wait(self, document: FeedDocument) -> bool:
        """Whether another version of a story waits to be read first; a hold or a kill waits for nothing."""
        if document.deleted or any(item.pubstatus != "usable" for item in document.items):
            return False
        return bool(self.room.catalogue.unread(self.feed.id, document.items))

    def _record(self, file: File, raw_key: str, document: FeedDocument) -> None:
        for warning in document.warnings:
            log.warning("%s: %s", file.name, warning)
        items = [self._kept(item) for item in document.items]
        killed = kill_deleted(self.room, self.wire, document.deleted)
        killed += kill_marked(self.room, self.wire, items)
        told = tuple((item.key, item.digest) for item in items)
        row = FileRow(id=file.id, name=file.name, raw_key=raw_key, entries=told, at=now())
        taken = self.room.catalogue.take_file(self.wire.id, self.feed.id, row, items)
        self.counts.update(new=taken.new, changed=taken.changed, known=taken.known, killed=killed)

    def _kept(self, item: Item) -> Item:
        """The item; that of a page is kept as bytes of its own, as no feed tells it."""
        if item.raw_key:
            return item
        body = item.to_json()
        raw_key = keys.raw(self.wire.id, digest(body))
        self.room.bucket.put_once(raw_key, body)
        return item.model_copy(update={"raw_key": raw_key})

    def _refuse(self, file: File, raw_key: str | None, refusal: Refusal) -> str:
        """Move a file that can't be taken, with its reason; its bytes are kept, where we have them."""
        url = f"{self.feed.url}{file.name}"
        if raw_key:
            quarantine(self.room, self.wire.id, self.feed.id, raw_key, url, refusal)
        reason = f"{refusal.code}: {refusal.reason}"
        self._moved(file, "failed", raw_key, reason)
        return "failed_files"

    def _move(self, file: File, outcome: FileOutcome) -> bool:
        """Move a finished file; False when that must be tried again."""
        reason = "\n".join(outcome.reasons) or None
        where: Outcome = "failed" if reason else "done"
        try:
            self._moved(file, where, outcome.row.raw_key, reason)
        except FetchError as error:
            log.warning("%s: moved by the next poll: %s: %s", file.name, error.code, error.reason)
            return False
        self.counts[f"{where}_files"] += 1
        return True

    def _moved(self, file: File, outcome: Outcome, raw_key: str | None, reason: str | None) -> None:
        sha256 = raw_key.rsplit("/", 1)[-1] if raw_key else None
        text = self._told(file, raw_key, reason) if reason else None
        try:
            name = self.folder.move(file, outcome, sha256=sha256, reason=text)
        except Changed:
            log.warning("%s: not moved: another came in its place, or it was taken away", file.name)
            return
        told = f"{outcome}: {reason}" if reason else outcome
        log.log(logging.WARNING if reason else logging.INFO, "%s (as %s): %s", file.name, name, told)

    def _told(self, file: File, raw_key: str | None, reason: str) -> str:
        """What stands beside a failed file, for whoever looks into the folder."""
        kept = f"Its bytes are kept as {raw_key}.\n" if raw_key else ""
        again = "To have it taken again, mend it and put it back into the folder, under any name.\n"
        return f"{file.name}, {file.size:,} bytes, {now():%Y-%m-%d %H:%M:%S}Z\n{reason}\n{kept}{again}"
