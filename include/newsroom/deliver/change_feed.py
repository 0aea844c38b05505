"""The change feed, `changes.json`: what came into a partner's feeds and what left them, numbered, in order.

It follows from the ledger, and is written after the documents: what it names can be read. It holds ids and
numbers alone, never a word of a story, so that a full page stays as it is for ever, whatever is killed.

The newest changes are in `changes.json`; as soon as it holds more than a page of them when the next ones
come, its oldest are moved into pages that are written once. A page is made of changes that everybody could
read before, so that of two ticks at once either writes the same one.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from typing import Any, Literal, Self

import orjson

from newsroom.clear.clearance import TAKEN_BACK, WITHDRAWS
from newsroom.config import Partner
from newsroom.deliver.address import FILENAMES
from newsroom.store import keys
from newsroom.store.bucket import ONLY_NEW, Bucket, Corrupt, Missing
from newsroom.store.catalogue import Catalogue, KilledRow, LedgerLine
from newsroom.store.records import as_record, read_record
from newsroom.story import Moment, Noun

log = logging.getLogger(__name__)

FILENAME = "changes.json"
CONTENT_TYPE = "application/json"

Kind = Literal["entered", "updated", "left", "killed"]

PER_PAGE = 100
"""Changes in a full page, about 20 kB; never change it: pages that are written would be numbered anew."""

IMMUTABLE = "public, max-age=31536000, immutable"
"""Cache-Control of a full page."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Before every line of a ledger."""

MOMENT = timedelta(microseconds=1)

OVERLAP = timedelta(hours=1)
"""A kill is told once: the feed is looked through for it as far as this before it, which no tick takes."""


class Change(Noun):
    """One change in a partner's feeds; `seq` counts from 1 without a gap.

    `version` rises with every revision, kill and return of the story, as in ninjs. `remove` says that it may
    not be published any more. `reason` is told of what must be removed, and of what is merely `older`.
    """

    seq: int
    kind: Kind
    uri: str
    n: int
    version: int
    at: Moment
    reason: str | None = None
    remove: bool = False


class Changes(Noun):
    """The change feed, or one full page of it; names of files are relative to its own address.

    `page` is a full page's number, `previous` the page before. `feeds` are the documents that hold what
    entered.
    """

    partner: str
    page: int | None = None
    previous: str | None = None
    feeds: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether its numbers follow each other."""
        return all(after.seq == before.seq + 1 for before, after in pairwise(self.changes))

    def to_json(self) -> bytes:
        """The document as UTF-8 JSON without what is empty; the same changes give the same bytes."""
        return orjson.dumps(self.model_dump(mode="json", exclude_defaults=True) | {"changes": self._told()})

    def _told(self) -> list[dict[str, Any]]:
        return [each.model_dump(mode="json", exclude_defaults=True) for each in self.changes]


def record_changes(
    bucket: Bucket, catalogue: Catalogue, partner: Partner, killed: Sequence[KilledRow], now: datetime
) -> int:
    """Add what the ledger has since the last change, and `killed`, where they are not told yet.

    Returns:
        How many changes were added.

    Raises:
        Conflict: another tick added changes meanwhile.
        BucketError: the bucket can't be read or written.
    """
    feed = _Log.open(bucket, partner)
    lines = catalogue.ledger_lines(partner.id, feed.until)
    named = {line.uri for line in lines} | {row.uri for row in killed}
    feed.left = catalogue.leavings(partner.id, named, TAKEN_BACK)
    for line in lines:
        feed.add_line(line, {row.uri: row for row in killed})
    for row in killed:
        feed.add_kill(row, now)
    return feed.save(max((line.at for line in lines), default=feed.until))


def full_pages(catalogue: Catalogue, bucket: Bucket, partner: Partner) -> dict[str, Changes]:
    """The full pages as the ledger alone tells them, by name.

    Kills of stories that had left the feed before are in no ledger: what follows the first of them differs.
    """
    feed = _Log(bucket, partner, ONLY_NEW, Changes(partner=partner.id), BEGINNING)
    killed = {row.uri: row for row in catalogue.killed_for(partner.id, BEGINNING)}
    lines = catalogue.ledger_lines(partner.id, BEGINNING)
    feed.left = catalogue.leavings(partner.id, {line.uri for line in lines}, TAKEN_BACK)
    for line in lines:
        feed.add_line(line, killed)
    parts = [tuple(feed.fresh[i : i + PER_PAGE]) for i in range(0, len(feed.fresh), PER_PAGE)]
    return {
        keys.changes_page(page): feed.page_of(part).model_copy(update={"page": page})
        for page, part in enumerate(parts, 1)
        if len(part) == PER_PAGE
    }


def restore_page(bucket: Bucket, partner: Partner, name: str, page: Changes) -> None:
    """Write a full page that is gone or broken.

    Raises:
        BucketError: the bucket can't be written.
    """
    key = keys.document(partner.id, name)
    there = bucket.stat(key)
    bucket.put(
        key,
        page.to_json(),
        content_type=CONTENT_TYPE,
        cache_control=IMMUTABLE,
        if_match=there.etag if there else ONLY_NEW,
    )


class _Log:
    """The change feed as it lies there, and what is to be added."""

    def __init__(self, bucket: Bucket, partner: Partner, etag: str, there: Changes, until: datetime) -> None:
        self.bucket, self.partner, self.etag, self.there = bucket, partner, etag, there
        self.until = until
        """When the last line of the ledger was written that is told."""
        self.fresh: list[Change] = []
        self.left: Mapping[str, Sequence[datetime]] = {}
        """When each story was taken back."""
        self.told: set[tuple[str, int, datetime]] = set()
        """What is told of the moment after that."""

    @classmethod
    def open(cls, bucket: Bucket, partner: Partner) -> Self:
        key = keys.document(partner.id, FILENAME)
        try:
            body, stat = bucket.read(key)
            there = as_record(Changes, key, body)
        except Missing:
            return cls._begin(bucket, partner, ONLY_NEW)
        except Corrupt as error:
            log.warning("%s; it is written anew", error)
            broken = bucket.stat(key)
            return cls._begin(bucket, partner, broken.etag if broken else ONLY_NEW)
        if not there.counts or not {"at", "sha256"} <= stat.metadata.keys():
            log.warning("%s: not as a delivery writes it; it is written anew", key)
            return cls._begin(bucket, partner, stat.etag)
        return cls(bucket, partner, stat.etag, there, datetime.fromisoformat(stat.metadata["at"]))

    @classmethod
    def _begin(cls, bucket: Bucket, partner: Partner, etag: str) -> Self:
        """A new log, or one that goes on after its last full page: its newest part was lost.

        What happened at the moment of that page's last change may be told in part.
        """
        pages = list(bucket.keys(keys.document(partner.id, keys.CHANGES_PAGES)))
        if not pages:
            return cls(bucket, partner, etag, Changes(partner=partner.id), BEGINNING)
        last = read_record(bucket, Changes, pages[-1])
        begun = cls(bucket, partner, etag, last, max(each.at for each in last.changes) - MOMENT)
        of_moment = takewhile(lambda each: each.at > begun.until, begun._newest_first())
        begun.told = {(each.uri, each.n, each.at) for each in of_moment}
        return begun

    def add_line(self, line: LedgerLine, killed: Mapping[str, KilledRow]) -> None:
        """Add what a line of the ledger says; that a newer revision took its place is told by that one."""
        if (line.uri, line.n, line.at) in self.told:
            return
        turns = 2 * sum(at <= line.at for at in self.left.get(line.uri, ()))
        if line.act == "entered":
            recent = (*self.there.changes, *self.fresh)
            last = next((each for each in reversed(recent) if each.uri == line.uri), None)
            if last and last.n == line.n and last.kind in ("entered", "updated"):
                return  # Two ticks said it, and one of them did it.
            kind: Kind = "updated" if line.again else "entered"
            self._add(line.uri, kind, line.n, line.n + line.acts + turns, line.at)
        elif line.reason == "kill":
            row = killed.get(line.uri)
            version = row.n + row.acts + turns if row else line.n + 1 + turns
            self._add(line.uri, "killed", line.n, version, line.at, "kill")
        elif line.reason != "superseded":
            told = line.reason if line.reason in (*WITHDRAWS, "older") else None
            more = -1 if line.reason in TAKEN_BACK else 1
            self._add(line.uri, "left", line.n, line.n + line.acts + turns + more, line.at, told)

    def add_kill(self, row: KilledRow, now: datetime) -> None:
        """Add the kill of a story that the partner got at some time, unless it is told."""
        version = row.n + row.acts + 2 * len(self.left.get(row.uri, ()))
        told = (row.uri, version)
        for each in self._newest_first():
            if each.kind == "killed" and (each.uri, each.version) == told:
                return
            if each.at < row.at - OVERLAP:
                break
        at = max(now, self.until, *(each.at for each in self.fresh))
        self._add(row.uri, "killed", row.n, version, at, "kill")

    def save(self, until: datetime) -> int:
        """Write what was added; full pages first, so that no change is ever missing."""
        feeds = tuple(FILENAMES[name] for name in self.partner.formats)
        if not self.fresh and self.etag != ONLY_NEW and feeds == self.there.feeds:
            return 0
        kept = self.there.changes
        while len(kept) >= PER_PAGE and len(kept) + len(self.fresh) > PER_PAGE:
            self._turn(kept[:PER_PAGE])
            kept = kept[PER_PAGE:]
        current = self.page_of((*kept, *self.fresh)).model_copy(update={"feeds": feeds})
        self.bucket.put(
            keys.document(self.partner.id, FILENAME),
            current.to_json(),
            content_type=CONTENT_TYPE,
            cache_control=f"public, max-age={self.partner.max_age_seconds}",
            metadata={"at": until.isoformat()},
            if_match=self.etag,
        )
        return len(self.fresh)

    def _turn(self, changes: tuple[Change, ...]) -> None:
        page = changes[0].seq // PER_PAGE + 1
        body = self.page_of(changes).model_copy(update={"page": page}).to_json()
        key = keys.document(self.partner.id, keys.changes_page(page))
        self.bucket.put_once(key, body, content_type=CONTENT_TYPE, cache_control=IMMUTABLE)

    def page_of(self, changes: tuple[Change, ...]) -> Changes:
        """The document that holds these changes."""
        before = (changes[0].seq - 1) // PER_PAGE if changes else 0
        previous = keys.changes_page(before) if before else None
        return Changes(partner=self.partner.id, previous=previous, changes=changes)

    def _newest_first(self) -> Iterator[Change]:
        """What was added, then all that lies there, page after page as it is asked for."""
        yield from reversed(self.fresh)
        yield from reversed(self.there.changes)
        for page in range((self.there.changes[0].seq - 1) // PER_PAGE if self.there.changes else 0, 0, -1):
            key = keys.document(self.partner.id, keys.changes_page(page))
            try:
                yield from reversed(read_record(self.bucket, Changes, key).changes)
            except (Missing, Corrupt) as error:
                log.warning("%s", error)  # A kill that is told twice harms nobody.

    def _add(
        self, uri: str, kind: Kind, n: int, version: int, at: datetime, reason: str | None = None
    ) -> None:
        last = (self.fresh or self.there.changes)[-1:]
        self.fresh.append(
            Change(
                seq=last[0].seq + 1 if last else 1,
                kind=kind,
                uri=uri,
                n=n,
                version=version,
                at=at,
                reason=reason,
                remove=reason in WITHDRAWS,
            )
        )
