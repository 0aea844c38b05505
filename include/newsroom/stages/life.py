"""The life of a story as the catalogue knows it, and what a person decides on one that is held."""

from collections.abc import Sequence
from typing import Any

from newsroom.deliver.revised import stories_of
from newsroom.stages import Newsroom, now
from newsroom.stages.changes import told_of_chain
from newsroom.stages.copies import waits_for_a_kill
from newsroom.stages.corrections import Waiting, corrections_held
from newsroom.stages.kills import kill_id
from newsroom.stages.ledger import record_of
from newsroom.stages.out_of_feeds import out_of_feeds
from newsroom.stages.why import clearance_of, records, waits_for
from newsroom.store.catalogue import Decision, HeldRow, LedgerRow, RevisionRow
from newsroom.store.order import in_order
from newsroom.store.revisions import file_decision
from newsroom.story import Verdict

Record = dict[str, Any]

LOOKED_AT = 1_000
"""Among how many held stories, those that partners show first, corrections are looked for."""


def life_of(room: Newsroom, uri: str) -> Record:
    """A story's clearance; its revisions, verdicts, decisions, kills and deliveries, the first one first.

    `out_of_feeds` are the partners that have it no more since its newer version may not go there.

    The clearance is None where a kill is all there is: it came before its story.

    Raises:
        LookupError: no story, or several, have such a uri.
    """
    whole = room.whole_uri(uri)
    chain = room.catalogue.chain(whole)
    told = told_of_chain(room, chain)
    return {
        "uri": whole,
        "clearance": _clearance(room, whole),
        "out_of_feeds": out_of_feeds(room, uri=whole),
        "revisions": [_revision(row, told[row.n]) for row in chain],
        "verdicts": [_verdict(verdict) for verdict in room.catalogue.verdicts(whole)],
        "decisions": [
            {"n": each.n, "action": each.action, "by": each.by, "reason": each.reason, "at": each.at}
            for each in room.catalogue.decisions(whole)
        ],
        "kills": _kills(room, whole),
        "deliveries": [_delivery(row) for row in room.catalogue.ledger(uri=whole)],
    }


def held_stories(room: Newsroom, wire: str | None, limit: int) -> list[Record]:
    """Stories whose newest revision waits for a person, the newest first.

    Before all others those that correct what partners show: `corrects` is their kind, `shown_by` who shows
    the wrong version since when.

    Raises:
        LookupError: there is no such wire.
    """
    if wire:
        room.wire(wire)
    rows = room.catalogue.held(wire, limit=max(limit, LOOKED_AT))
    waiting = _corrections(room, rows)
    rows.sort(key=lambda row: row.uri not in waiting)
    return [_held(room, row, waiting.get(row.uri)) for row in rows[:limit]]


def _held(room: Newsroom, row: HeldRow, correction: Waiting | None) -> Record:
    return {
        "uri": row.uri,
        "n": row.n,
        "wire": row.wire,
        "headline": row.headline,
        "corrects": correction.kind if correction else None,
        "shown_by": list(correction.shown_by) if correction else [],
        "reasons": list(waits_for(room, row.uri, row.n)),
        "url": row.url,
        "stored_at": row.stored_at,
    }


def _corrections(room: Newsroom, rows: Sequence[HeldRow]) -> dict[str, Waiting]:
    shown = room.catalogue.shown([row.uri for row in rows])
    chains = room.catalogue.chains(shown)
    numbers = {row.uri: row.n for row in rows}
    held = [row for uri, chain in chains.items() for row in chain if row.n == numbers[uri]]
    told = stories_of(room.bucket, held)
    return corrections_held(room, {row.uri: (told[row.key], row.n) for row in held if row.key in told})


def stuck_items(room: Newsroom, wire: str | None, limit: int) -> list[Record]:
    """Entries of feeds that gave no story, the newest first: given up, or in quarantine."""
    return [
        {
            "wire": row.wire,
            "feed": row.feed,
            "state": row.state,
            "title": row.title,
            "reason": f"{row.code}: {row.reason}",
            "url": row.url,
            "seen_at": row.seen_at,
        }
        for row in room.catalogue.stuck_items(wire, limit=limit)
    ]


def release_story(room: Newsroom, uri: str, *, by: str, reason: str, n: int | None = None) -> Record:
    """Pass the story's newest revision as it is, with who decided and why; also a copy of what was killed.

    `n` is the revision that the person has seen: where a newer one came meanwhile, nothing is passed.

    Raises:
        LookupError: there is no such story, it is not held, or no reason is given.
    """
    if not reason.strip():
        raise LookupError("reason: saw nothing; wanted why the story may pass although a check held it")
    whole = room.whole_uri(uri)
    if whole in room.catalogue.standing_kills([whole]):
        raise LookupError(f"{whole}: it was killed; only `newsroom lift` brings it back")
    newest = in_order(room.catalogue.chain(whole))[-1]
    if not room.catalogue.is_held(whole) and not waits_for_a_kill(room, whole):
        raise LookupError(f"{whole}: revision {newest.n} is not held; `newsroom story` shows its life")
    if n not in (None, newest.n):
        raise LookupError(f"{whole}: saw revision {n}; wanted the newest, which is {newest.n} by now")
    decision = Decision(uri=whole, n=newest.n, action="release", by=by, reason=reason.strip(), at=now())
    file_decision(room.bucket, room.catalogue, decision)
    return {"uri": whole, "n": newest.n, "headline": newest.headline, "by": by, "reason": decision.reason}


def _clearance(room: Newsroom, uri: str) -> Record | None:
    if not room.catalogue.chain(uri):
        return None
    n, clearance = clearance_of(room, uri)
    return {
        "n": n,
        "cleared": clearance.cleared,
        "until": clearance.until,
        "rules": records(clearance.rulings),
    }


def _kills(room: Newsroom, uri: str) -> list[Record]:
    """Kills and lifts in turn: each kill's id and whether it stands, and of a lift which kills it lifted."""
    kills, lifts = room.catalogue.kills(uri), room.catalogue.lifts(uri)
    acts = [
        {
            "at": each.at,
            "act": f"kill ({each.source})",
            "kill": [kill_id(each.evidence)],
            "stands": not any(lift.lifts(each.evidence, each.at) for lift in lifts),
            "by": each.by,
            "reason": each.reason,
        }
        for each in kills
    ]
    acts += [
        {
            "at": each.at,
            "act": "lift",
            "kill": [kill_id(kill.evidence) for kill in kills if each.lifts(kill.evidence, kill.at)],
            "stands": None,
            "by": each.by,
            "reason": each.reason,
        }
        for each in lifts
    ]
    return sorted(acts, key=lambda each: each["at"])


def _revision(row: RevisionRow, told: Record) -> Record:
    return {
        "n": row.n,
        **told,
        "headline": row.headline,
        "words": row.words,
        "language": row.language,
        "topics": list(row.labels),
        "pubstatus": row.pubstatus,
        "firstcreated": row.firstcreated,
        "versioncreated": row.versioncreated,
        "wire_version": row.wire_version,
        "stored_at": row.stored_at,
        "url": row.url,
        "key": row.key,
        "raw": list(row.raw_keys),
        "reader": row.reader,
        "run": row.run,
    }


def _delivery(row: LedgerRow) -> Record:
    """A row of the ledger without what the story's revisions say already."""
    said = ("uri", "wire", "headline", "content_sha256", "raw_sha256", "reader", "filed_by_run")
    return {name: value for name, value in record_of(row).items() if name not in said}


def _verdict(verdict: Verdict) -> Record:
    return {
        "n": verdict.n,
        "scope": verdict.scope,
        "ruleset": verdict.ruleset,
        "passed": verdict.passed,
        "reasons": [f"{finding.severity}: {finding.reason}" for finding in verdict.failures],
        "checked_at": verdict.checked_at,
    }
