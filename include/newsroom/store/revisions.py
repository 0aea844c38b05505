"""Filing: a story becomes a revision of its chain. The object first, then its row.

Every step may be repeated: numbers are taken by conditional writes. What another run filed under a number,
though it may have ended before the row was written, is taken into the chain first.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from newsroom.store import keys
from newsroom.store.bucket import THREADS, Bucket
from newsroom.store.catalogue import Catalogue, Decision, RevisionRow
from newsroom.store.first import put_first
from newsroom.store.order import current, in_order, is_slip
from newsroom.story import Noun, Page, Revision, Story, Verdict, digest

VERDICTS_AT_ONCE = 1_000
"""Verdicts in one object: some megabytes."""

Outcome = Literal["new", "update", "unchanged", "older", "overtaken", "unsettled"]
"""`older`: filed under its own place, or known already; it does not overtake the current revision.
`overtaken`: not filed, as another revision is current than the one that it follows; `n` is that one's.
`unsettled`: not filed, as another run filed in the chain since it was seen; whether it belongs there must be
decided again."""


@dataclass(frozen=True)
class Draft:
    """A story that is to be filed, and what it was read from.

    `follows` is the revision whose bytes were read again: where another is current by now, it is not filed.
    `seen` is the newest number of the chain, 0 without one, when the story was taken for one of the chain's:
    where another run has filed something else there since, it is not filed. So two runs that meet in a chain
    know it from the bucket, which gives a number once.
    """

    story: Story
    raw_keys: tuple[str, ...]
    item_key: str
    item_digest: str
    page: Page | None = None
    follows: int | None = None
    seen: int | None = None


@dataclass(frozen=True)
class Filed:
    """Where a draft went: the revision `n` of the chain `uri` says what it says."""

    uri: str
    n: int
    outcome: Outcome


class Verdicts(Noun):
    """What one check said, as it lies in the bucket: `verdicts/{wire}/{time}-{digest}.json`."""

    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class _Known:
    """What filing must know of a revision."""

    n: int
    content_hash: str
    wire_version: str | None
    versioncreated: datetime | None
    stored_at: datetime


def _known(n: int, content_hash: str, story: Story, stored_at: datetime) -> _Known:
    return _Known(n, content_hash, story.wire_version, story.versioncreated, stored_at)


@dataclass
class _Chain:
    """What is known of a chain, and the revisions found or written that the catalogue does not have.

    `ours` are the numbers of those that this run wrote.
    """

    known: list[_Known]
    found: list[Revision] = field(default_factory=list)
    ours: set[int] = field(default_factory=set)

    @property
    def current(self) -> _Known | None:
        return current(self.known)

    @property
    def next_n(self) -> int:
        return max((each.n for each in self.known), default=0) + 1

    def add(self, revision: Revision) -> None:
        self.known.append(_known(revision.n, revision.content_hash, revision.story, revision.stored_at))
        self.found.append(revision)

    def place_of(self, draft: Draft, now: datetime) -> Filed | None:
        """Where the draft is filed already; None when it brings something new."""
        uri, content_hash, last = draft.story.uri, draft.story.content_hash, self.current
        if last is None:
            return None
        if last.content_hash == content_hash:
            return Filed(uri, last.n, "unchanged")
        if draft.follows not in (None, last.n):
            return Filed(uri, last.n, "overtaken")
        same = [each for each in self.known if each.content_hash == content_hash]
        if not same:
            return Filed(uri, last.n, "unsettled") if self._others_since(draft.seen) else None
        # Its number is the lowest: what is no newer by version or by time does not come back.
        would_be = _known(0, content_hash, draft.story, now)
        if is_slip(would_be):  # as it was when it was filed
            would_be = replace(would_be, stored_at=same[-1].stored_at)
        overtakes = in_order([would_be, *self.known])[-1] is would_be
        return None if overtakes else Filed(uri, same[-1].n, "older")

    def _others_since(self, seen: int | None) -> bool:
        return seen is not None and any(each.n > seen and each.n not in self.ours for each in self.known)


@dataclass(frozen=True)
class _Run:
    bucket: Bucket
    reader: str
    run: str | None
    now: datetime


def file_stories(
    bucket: Bucket,
    catalogue: Catalogue,
    drafts: Sequence[Draft],
    *,
    reader: str,
    run: str | None,
    now: datetime,
) -> list[Filed]:
    """File drafts; returns where each went, in their order.

    A draft that says what its chain's current revision says makes no new one, whatever its dates are.

    Raises:
        BucketError: the bucket can't be written; what was filed so far is found again by the next run.
    """
    by_uri: dict[str, list[int]] = {}
    for place, draft in enumerate(drafts):
        by_uri.setdefault(draft.story.uri, []).append(place)
    chains = catalogue.chains(list(by_uri))
    work = _Run(bucket, reader, run, now)

    def one_chain(uri: str) -> tuple[list[Filed], list[Revision]]:
        return _file_chain(work, [drafts[place] for place in by_uri[uri]], chains.get(uri, []))

    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(one_chain, by_uri))
    catalogue.add_revisions([revision for _, revisions in done for revision in revisions])
    filed = {
        place: each
        for places, (chain, _) in zip(by_uri.values(), done, strict=True)
        for place, each in zip(places, chain, strict=True)
    }
    return [filed[place] for place in range(len(drafts))]


def file_verdicts(bucket: Bucket, catalogue: Catalogue, verdicts: Sequence[Verdict], wire: str) -> None:
    """File what a check said of stories of one wire."""
    for start in range(0, len(verdicts), VERDICTS_AT_ONCE):
        part = tuple(verdicts[start : start + VERDICTS_AT_ONCE])
        body = Verdicts(verdicts=part).to_json()
        stamp = keys.stamp(max(verdict.checked_at for verdict in part))
        bucket.put_once(keys.verdicts(wire, stamp, digest(body)), body)
    catalogue.add_verdicts(verdicts)


def file_decision(bucket: Bucket, catalogue: Catalogue, decision: Decision) -> None:
    """File what a person decided."""
    bucket.put_once(keys.decision(decision.uri, keys.stamp(decision.at)), decision.to_json())
    catalogue.add_decisions([decision])


def _file_chain(
    work: _Run, drafts: Iterable[Draft], rows: Sequence[RevisionRow]
) -> tuple[list[Filed], list[Revision]]:
    """File drafts of one chain; returns where each went, and the revisions that still need a row."""
    chain = _Chain(
        [_Known(row.n, row.content_hash, row.wire_version, row.versioncreated, row.stored_at) for row in rows]
    )
    return [_file(work, draft, chain) for draft in drafts], chain.found


def _file(work: _Run, draft: Draft, chain: _Chain) -> Filed:
    """File one draft behind what is known of its chain, unless that says the same."""
    while True:
        place = chain.place_of(draft, work.now)
        if place:
            return place
        before = chain.current
        revision = _put(work, draft, chain.next_n)
        chain.add(revision)
        if revision.content_hash == draft.story.content_hash:
            chain.ours.add(revision.n)
            return Filed(revision.uri, revision.n, _outcome(before, chain))


def _outcome(before: _Known | None, after: _Chain) -> Outcome:
    if before is None:
        return "new"
    return "older" if after.current is before else "update"


def _put(work: _Run, draft: Draft, n: int) -> Revision:
    """Write the draft as revision `n`; returns what lies there, which another run may have filed."""
    revision = Revision(
        uri=draft.story.uri,
        n=n,
        story=draft.story,
        content_hash=draft.story.content_hash,
        raw_keys=draft.raw_keys,
        page=draft.page,
        item_key=draft.item_key,
        item_digest=draft.item_digest,
        reader=work.reader,
        stored_at=work.now,
        run=work.run,
    )
    key = keys.revision(draft.story.wire, revision.uri, n)
    there, _ = put_first(work.bucket, key, revision)
    return there
