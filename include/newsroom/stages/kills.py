"""kills: what a wire or a person withdraws is on record at once, before anything else is done with it.

A kill that names its story by the wire's own id, or its address, takes effect by itself; also before the
story has come. Where its feed used the id for several stories, it takes all of them: a person lifts what is
not meant, which harms less than a story that stays. One that names none of ours, or too many in one poll,
waits for a person.
"""

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from newsroom.config import Wire
from newsroom.extract.marks import bare_headline, stops
from newsroom.fetch.entry import plain_line
from newsroom.fetch.outline import Deletion
from newsroom.stages import Newsroom, now
from newsroom.stages.copies import copies_left, warn_of_copies
from newsroom.stages.identity import Named, chains_named
from newsroom.stages.kills_told import kills_told, late_kills
from newsroom.stages.work import Reading
from newsroom.store.catalogue import Decision, KillRow, RevisionRow
from newsroom.store.kills import (
    Kill,
    KillAnswer,
    KillRequest,
    KillSource,
    Lift,
    file_answer,
    file_kills,
    file_lift,
    file_request,
)
from newsroom.store.order import in_order
from newsroom.store.revisions import file_decision
from newsroom.story import Item, digest

log = logging.getLogger(__name__)

Record = dict[str, Any]


MOST_READ, MOST_WORDS = 2_000, 400
"""How many characters of an entry are looked at, and kept as what a kill says."""

ALL = "all"
"""In place of a kill's id: all that stand."""

LOOKED_BACK = timedelta(days=30)
"""How old a story may be that a kill without an id is taken to mean."""

_SLUG = re.compile(r"\b[Kk]ill\s+(?:the\s+)?(?:story|item|slug|photo)\s+(?P<slug>[\w.'&-]{3,60})")
"""A story's slug in `Please kill the story Harbor-Ferry, V9991.`"""


@dataclass(frozen=True)
class Told:
    """A kill as it was told: which story it names, how, what proves it, its words, and a headline in them."""

    named: Named
    source: KillSource
    proof: str
    words: str
    headline: str = ""

    @property
    def uris(self) -> tuple[str, ...]:
        """The chains that it kills: ours, else the one that its story would be filed under."""
        return self.named.known or (self.named.uri,)

    @property
    def reason(self) -> str:
        """Its words, and where it names several stories, that a person should look which one is meant."""
        several = len(self.named.known)
        if several < 2:
            return self.words
        return f"{self.words} [it names {several} stories: all are killed; lift those that are not meant]"

    def evidence(self, uri: str) -> str:
        """The digest that this kill has, whenever and wherever it is told again."""
        return digest(f"{uri}\n{self.proof}")


def kill_deleted(room: Newsroom, wire: Wire, deletions: Iterable[Deletion]) -> int:
    """Kill what a feed says is deleted; returns how many kills were filed."""
    told = []
    for each in dict.fromkeys(deletions):
        if named := chains_named(room, wire.id, each.ref):
            proof, words = (
                f"deleted\n{each.ref}\n{each.when}",
                f"its feed says that it is deleted: {each.ref}",
            )
            told.append(Told(named, "deleted", proof, words))
    return _take(room, wire, told)


def kill_marked(room: Newsroom, wire: Wire, items: Iterable[Item]) -> int:
    """Kill the entries whose title is marked as a kill, before their pages are asked for."""
    told = [
        Told(named, "mark", item.digest, _words(item), bare_headline(item.title or ""))
        for item in items
        if stops(item.title) == "kill" and (named := chains_named(room, wire.id, item.guid, item.url))
    ]
    return _take(room, wire, told)


def kill_read(room: Newsroom, wire: Wire, readings: Iterable[Reading]) -> int:
    """Kill the stories that were read as canceled, and those withheld that a partner has."""
    told = []
    for reading in readings:
        story = reading.story
        if story.pubstatus == "usable":
            continue
        named = _named_by(room, wire, reading)
        if story.pubstatus == "canceled" or any(map(room.catalogue.was_sent, named.known)):
            source: KillSource = "mark" if "kill" in story.signals else "pubstatus"
            words = " ".join(filter(None, (story.headline, story.ednote)))
            proof = reading.assignment.item.digest
            told.append(Told(named, source, proof, words or story.pubstatus, story.headline))
    return _take(room, wire, told)


def _named_by(room: Newsroom, wire: Wire, reading: Reading) -> Named:
    """The story that was read as withdrawn; the others, too, that may be meant by its entry's id."""
    story, item = reading.story, reading.assignment.item
    own = set(room.catalogue.chains([story.uri]))
    if item.document is None and story.wire_id is not None and story.wire_id == item.guid:
        named = chains_named(room, wire.id, item.guid, story.url)
        own.update(named.known if named else ())
    return Named(story.uri, tuple(sorted(own)))


def kill_gone(room: Newsroom, wire: Wire, items: Iterable[Item]) -> int:
    """Kill the stories of ours whose own page is gone (HTTP 410)."""
    told = []
    for item in items:
        named = chains_named(room, wire.id, item.guid, item.url)
        if named and named.known:
            told.append(Told(named, "gone", f"410\n{item.digest}", f"its page is gone: {item.url}"))
    return _take(room, wire, told)


def kill_story(room: Newsroom, uri: str, *, by: str, reason: str) -> Record:
    """Kill a story by an editor's word, also beside a kill of its wire.

    Raises:
        LookupError: there is no such story, an editor killed it already, or no reason is given.
    """
    whole = room.whole_uri(uri)
    said = _reason(reason, "why nobody may use the story any more")
    for kill in room.catalogue.kills(whole, standing=True):
        if kill.source == "editor":
            raise LookupError(f"{whole}: killed already, {kill.at:%Y-%m-%d %H:%M}Z by {kill.by}")
    at = now()
    evidence = digest(f"{by}\n{at.isoformat()}")
    kill = Kill(uri=whole, evidence=evidence, at=at, source="editor", by=by, reason=said)
    file_kills(room.bucket, room.catalogue, [kill])
    log.warning("killed %s: by %s: %s", whole, by, said)
    return {"uri": whole, "at": at, "by": by, "reason": said}


def lift_story(room: Newsroom, uri: str, *, by: str, reason: str, kill: str | None = None) -> Record:
    """Lift a story's kill; once none stands, its newest version that may be used stands for it again.

    `kill` is the beginning of its id where several stand, or `ALL`. What the wire canceled stays rejected: it
    is the kill's own text.

    Returns:
        `lifted` and `standing`: the ids of the kills that were lifted, and of those that still stand.

    Raises:
        LookupError: there is no such story or kill, several stand and none is named, or no reason is given.
    """
    whole = room.whole_uri(uri)
    said = _reason(reason, "why the story may be used again")
    standing = room.catalogue.kills(whole, standing=True)
    lifted = _meant(whole, standing, kill)
    left = [each for each in standing if each not in lifted]
    if not left:
        _reject_canceled(room, whole, by=by, why=f"the kill was lifted: {said}")
    at = now()
    evidence = tuple(each.evidence for each in lifted)
    file_lift(room.bucket, room.catalogue, Lift(uri=whole, at=at, by=by, reason=said, evidence=evidence))
    ids = [kill_id(each.evidence) for each in lifted]
    log.warning("lifted of %s: kill %s: by %s: %s", whole, ", ".join(ids), by, said)
    stay = [kill_id(each.evidence) for each in left]
    return {"uri": whole, "at": at, "by": by, "reason": said, "lifted": ids, "standing": stay}


def kill_id(evidence: str) -> str:
    """By what a person names one kill of a story."""
    return evidence[:8]


def _meant(uri: str, standing: Sequence[Kill], kill: str | None) -> list[Kill]:
    if not standing:
        raise LookupError(f"{uri}: no kill stands; `newsroom story` shows its life")
    several = "; ".join(
        f"{kill_id(each.evidence)}, {each.at:%Y-%m-%d %H:%M}Z by {each.by} ({each.source}): {each.reason}"
        for each in standing
    )
    if kill is None and len(standing) > 1:
        wanted = f"wanted the id of the one to lift (--kill ID), or `{ALL}`"
        raise LookupError(f"{uri}: {len(standing)} kills stand; {wanted}: {several}")
    meant = [each for each in standing if kill in (None, ALL) or each.evidence.startswith(str(kill))]
    if not meant or not (kill in (None, ALL) or len(meant) == 1):
        raise LookupError(f"{uri}: kill: saw {kill!r}; wanted the id of one that stands: {several}")
    return meant


def _reject_canceled(room: Newsroom, uri: str, *, by: str, why: str) -> None:
    decided = {each.n for each in room.catalogue.decisions(uri)}
    for row in room.catalogue.chain(uri):
        if row.pubstatus != "usable" and row.n not in decided:
            decision = Decision(uri=uri, n=row.n, action="reject", by=by, reason=why, at=now())
            file_decision(room.bucket, room.catalogue, decision)


def waiting_kills(room: Newsroom) -> list[Record]:
    """Kills that wait for a person, the oldest first."""
    return [
        {
            "id": each.id,
            "wire": each.wire,
            "told": each.told,
            "reason": each.reason,
            "stories": list(each.uris),
            "at": each.at,
        }
        for each in room.catalogue.open_requests()
    ]


def confirm_kill(room: Newsroom, request: str, *, by: str, uris: Sequence[str] = ()) -> list[Record]:
    """Kill what a kill that waited names, or of that only `uris`; or `uris` in place of what it may mean.

    Raises:
        LookupError: there is no such request, or it names no single story and none is given.
    """
    asked = _request(room, request)
    chosen = tuple(room.whole_uri(uri) for uri in uris) or asked.uris
    named = len(asked.evidence) == len(asked.uris)
    if not chosen or not (uris or named):
        several = "; ".join(asked.uris) or "no story that looks like it"
        raise LookupError(f"{asked.id}: it may mean {several}; wanted the uri of the story to kill")
    at = now()
    proofs = dict(zip(asked.uris, asked.evidence, strict=True)) if named else {}
    kills = [
        Kill(
            uri=uri,
            evidence=proofs.get(uri) or digest(f"{asked.id}\n{uri}"),
            at=at,
            source=asked.source,
            by=by,
            reason=f"confirmed: {asked.told}",
        )
        for uri in chosen
    ]
    file_kills(room.bucket, room.catalogue, kills)
    answer = KillAnswer(id=asked.id, at=at, by=by, answer="confirmed", uris=chosen)
    file_answer(room.bucket, room.catalogue, answer)
    return [{"uri": each.uri, "at": at, "by": by, "reason": each.reason} for each in kills]


def dismiss_kill(room: Newsroom, request: str, *, by: str) -> Record:
    """Let a kill that waited pass: it withdraws nothing.

    Raises:
        LookupError: there is no such request.
    """
    asked = _request(room, request)
    file_answer(room.bucket, room.catalogue, KillAnswer(id=asked.id, at=now(), by=by, answer="dismissed"))
    return {"id": asked.id, "told": asked.told, "by": by}


def kill_times(room: Newsroom, limit: int) -> list[Record]:
    """The last kills, the newest first, with the seconds until each took effect at each partner and target.

    `acknowledged` are those until a partner said that the story is gone, None where it must and has not.
    `late` says of each target that has not taken or acknowledged a kill within its limit, why.

    `copies` are those of the killed story that are not killed themselves, with who has them. `sent_since` is
    what the wire sent after a kill that stands, as something to publish.
    """
    rows = room.catalogue.recent_kills(limit)
    told, late = kills_told(room, rows), late_kills(room)
    headlines = room.catalogue.headlines({row.kill.uri for row in rows})
    dead = {row.kill.uri for row in rows if row.lifted_at is None}
    left, chains = copies_left(room, dead), room.catalogue.chains(dead)
    return [
        {
            "id": kill_id(row.kill.evidence),
            "uri": row.kill.uri,
            "headline": headlines.get(row.kill.uri),
            "at": row.kill.at,
            "source": row.kill.source,
            "by": row.kill.by,
            "reason": row.kill.reason,
            "stands": row.lifted_at is None,
            "seconds": {
                partner: round((at - row.kill.at).total_seconds(), 3) if at else None
                for partner, at in sorted(row.reached.items())
            }
            | of_it.seconds,
            "acknowledged": of_it.acknowledged,
            "late": late.get(row.kill.uri, []) if row.lifted_at is None else [],
            "copies": left.get(row.kill.uri, {}) if row.lifted_at is None else {},
            "sent_since": _sent_since(row, chains.get(row.kill.uri, ())) if row.lifted_at is None else None,
        }
        for row, of_it in zip(rows, told, strict=True)
    ]


def _sent_since(row: KillRow, chain: Sequence[RevisionRow]) -> str | None:
    """The newest revision, where it came after the kill and withdraws nothing."""
    newest = in_order(chain)[-1] if chain else None
    if newest is None or newest.pubstatus != "usable" or newest.stored_at <= row.kill.at:
        return None
    return f"revision {newest.n}, {newest.stored_at:%Y-%m-%d %H:%M}Z: {newest.headline}"


def _take(room: Newsroom, wire: Wire, told: Sequence[Told]) -> int:
    """File the kills that are new, or ask a person, who is asked first; returns how many were filed.

    One of a story that is dead already withdraws nothing; it stands beside the other, and outlasts its lift.
    """
    uris = {uri for each in told for uri in each.uris}
    if not uris:
        return 0
    standing = room.catalogue.standing_kills(uris)
    known, asked = room.catalogue.known_evidence(wire.id, uris)
    new = [(each, uri) for each in told for uri in each.uris if each.evidence(uri) not in known]
    ours = [(each, uri) for each, uri in new if each.named.known and each.evidence(uri) not in asked]
    beside = [(each, uri) for each, uri in ours if uri in standing]
    ours = [(each, uri) for each, uri in ours if uri not in standing]
    early = [(each, uri) for each, uri in new if not each.named.known]
    if len(ours) > room.house.kills.at_once:
        _ask_about_many(room, wire, ours)
        ours = []
    for each in told:
        if each.source == "mark" and not each.named.known:
            _ask_whom_it_means(room, wire, each)
    return _file(room, wire, [*ours, *beside, *early])


def _file(room: Newsroom, wire: Wire, told: Sequence[tuple[Told, str]]) -> int:
    at = now()
    kills = [
        Kill(
            uri=uri,
            evidence=each.evidence(uri),
            at=at,
            source=each.source,
            by=wire.provider,
            reason=each.reason,
        )
        for each, uri in told
    ]
    filed = file_kills(room.bucket, room.catalogue, kills)
    for kill in filed:
        log.warning("killed %s: by %s (%s)", kill.uri, kill.by, kill.source)
    warn_of_copies(room, [kill.uri for kill in filed])
    return len(filed)


def _ask_about_many(room: Newsroom, wire: Wire, told: Sequence[tuple[Told, str]]) -> None:
    first, _ = told[0]
    one = len({each.proof for each, _ in told}) == 1
    limit = f"more than {room.house.kills.at_once} (kills.at_once in house.yaml) wait for a person"
    reason = f"{len(told)} stories {'that had its id' if one else 'at once'}; {limit}"
    evidence = tuple(each.evidence(uri) for each, uri in told)
    words = first.words if one else f"{first.words}, and {len(told) - 1} more"
    _ask(room, wire, first.source, _Question(tuple(uri for _, uri in told), evidence, words, reason))


def _ask_whom_it_means(room: Newsroom, wire: Wire, told: Told) -> None:
    """A notice that is an entry of its own kills another story, which it names by headline or slug alone."""
    slug = _SLUG.search(told.words)
    uris = room.catalogue.like(
        wire.id,
        headline=told.headline,
        slug=slug["slug"].rstrip(".,") if slug else None,
        since=now() - LOOKED_BACK,
    )
    own = told.named.uri
    reason = "it names no story of ours by its id or address; the stories listed look like what it means"
    alike = tuple(uri for uri in uris if uri != own)
    _ask(room, wire, told.source, _Question(alike, (told.evidence(own),), told.words, reason))


@dataclass(frozen=True)
class _Question:
    """What a person is asked: these stories, for these proofs, in the wire's words, and why."""

    uris: tuple[str, ...]
    evidence: tuple[str, ...]
    words: str
    reason: str


def _ask(room: Newsroom, wire: Wire, source: KillSource, question: _Question) -> None:
    request = KillRequest(
        id=digest("\n".join(sorted(question.evidence)))[:32],
        wire=wire.id,
        at=now(),
        source=source,
        uris=question.uris,
        evidence=question.evidence,
        told=question.words,
        reason=question.reason,
    )
    if file_request(room.bucket, room.catalogue, request):
        log.warning("a kill of %s waits for a person: %s", wire.id, question.reason)


def _words(item: Item) -> str:
    """The beginning of what an entry says."""
    text = plain_line((item.summary_html or item.content_html or "")[:MOST_READ])
    return f"{item.title} {text}".strip()[:MOST_WORDS]


def _request(room: Newsroom, beginning: str) -> KillRequest:
    found = room.catalogue.request(beginning)
    if len(found) != 1:
        several = "; ".join(each.id for each in found) or "none"
        wanted = "wanted the beginning of one that waits (`newsroom held`)"
        raise LookupError(f"kill: saw {beginning!r}; {wanted}; found {several}")
    return found[0]


def _reason(text: str, wanted: str) -> str:
    if not text.strip():
        raise LookupError(f"reason: saw nothing; wanted {wanted}")
    return text.strip()
