"""Filing: a story becomes a revision of its chain. The object first, then its row.

Every step may be repeated: numbers are taken by conditional writes, and what another run filed under a
number is taken over when it says the same.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from newsroom.store import keys
from newsroom.store.bucket import THREADS, Bucket, Conflict
from newsroom.store.catalogue import Catalogue, Decision, RevisionRow
from newsroom.story import Page, Revision, Story, Verdict

Outcome = Literal["new", "update", "unchanged", "older"]
"""`older`: filed under its own place, or known already; it does not overtake the current revision."""


@dataclass(frozen=True)
class Draft:
    """A story that is to be filed, and what it was read from."""

    story: Story
    raw_keys: tuple[str, ...]
    item_key: str
    item_digest: str
    page: Page | None = None


@dataclass(frozen=True)
class Filed:
    """Where a draft went: the revision `n` of the chain `uri` says what it says."""

    uri: str
    n: int
    outcome: Outcome


@dataclass(frozen=True)
class _Known:
    """What filing must know of a revision."""

    n: int
    content_hash: str
    rank: tuple[datetime, int]


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

    def one_chain(uri: str) -> list[tuple[Filed, Revision | None]]:
        return _file_chain(work, [drafts[place] for place in by_uri[uri]], chains.get(uri, []))

    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(one_chain, by_uri))
    catalogue.add_revisions([revision for chain in done for _, revision in chain if revision])
    filed = {
        place: each[0]
        for places, chain in zip(by_uri.values(), done, strict=True)
        for place, each in zip(places, chain, strict=True)
    }
    return [filed[place] for place in range(len(drafts))]


def file_verdicts(bucket: Bucket, catalogue: Catalogue, verdicts: Sequence[Verdict], wire: str) -> None:
    """File verdicts on stories of one wire; the first of two equal verdicts is kept."""
    with ThreadPoolExecutor(THREADS) as pool:
        kept = list(pool.map(partial(_file_verdict, bucket, wire), verdicts))
    catalogue.add_verdicts(kept)


def file_decision(bucket: Bucket, catalogue: Catalogue, decision: Decision) -> None:
    """File what a person decided."""
    bucket.put_once(keys.decision(decision.uri, f"{decision.at:%Y%m%dT%H%M%S.%fZ}"), decision.to_json())
    catalogue.add_decisions([decision])


def _file_chain(
    work: _Run, drafts: Iterable[Draft], rows: Sequence[RevisionRow]
) -> list[tuple[Filed, Revision | None]]:
    known = [_Known(row.n, row.content_hash, row.rank) for row in rows]
    done = []
    for draft in drafts:
        filed, revision = _file(work, draft, known)
        if revision:
            known.append(_known(revision))
        done.append((filed, revision))
    return done


def _file(work: _Run, draft: Draft, known: Sequence[_Known]) -> tuple[Filed, Revision | None]:
    """File one draft behind what is known of its chain; no revision when it brings nothing."""
    uri, content_hash = draft.story.uri, draft.story.content_hash
    current = max(known, key=lambda each: each.rank, default=None)
    n = max((each.n for each in known), default=0) + 1
    made_at = draft.story.versioncreated or work.now
    if current:
        if current.content_hash == content_hash:
            return Filed(uri, current.n, "unchanged"), None
        same = [each for each in known if each.content_hash == content_hash]
        if same and made_at <= current.rank[0]:
            return Filed(uri, same[-1].n, "older"), None
    revision = _put(work, draft, n)
    if current is None:
        return Filed(uri, revision.n, "new"), revision
    overtakes = _known(revision).rank > current.rank
    return Filed(uri, revision.n, "update" if overtakes else "older"), revision


def _put(work: _Run, draft: Draft, n: int) -> Revision:
    """Write the revision under the first number that is free, or holds the same content."""
    while True:
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
        try:
            work.bucket.put_once(key, revision.to_json())
        except Conflict:
            there: Revision = Revision.from_json(work.bucket.get(key))
            if there.content_hash == revision.content_hash:
                return there
            n += 1
        else:
            return revision


def _known(revision: Revision) -> _Known:
    made_at = revision.story.versioncreated or revision.stored_at
    return _Known(revision.n, revision.content_hash, (made_at, revision.n))


def _file_verdict(bucket: Bucket, wire: str, verdict: Verdict) -> Verdict:
    key = keys.verdict(wire, verdict)
    try:
        bucket.put_once(key, verdict.to_json())
    except Conflict:
        there: Verdict = Verdict.from_json(bucket.get(key))
        return there
    return verdict
