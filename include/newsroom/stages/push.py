"""push: tell a partner's targets of each story, and keep the proof that it arrived."""

import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypedDict

from newsroom.config import Partner
from newsroom.config.push import Push
from newsroom.connections import BadConnection
from newsroom.push.outbox import Outbox
from newsroom.push.sender import BUDGET, Pushed, Sender
from newsroom.stages import Newsroom, now
from newsroom.store.bucket import BucketError
from newsroom.store.kills_back import take_back_kills

log = logging.getLogger(__name__)


class PushDone(TypedDict):
    """What one call did for one target, by what came of its messages, and what is left there now.

    `waiting` are tried again by themselves, `oldest` is when the first of them happened; `parked` were
    refused, in this call or before, and wait for a person. `reason` is why the target fails.
    """

    partner: str
    target: str
    delivered: int
    skipped: int
    failed: dict[str, int]
    waiting: int
    oldest: str | None
    parked: int
    reason: str | None
    busy: bool
    error: str | None


class Parked(TypedDict):
    """A message that a target refused, and why."""

    partner: str
    target: str
    act: str
    uri: str
    headline: str | None
    refused_at: datetime | None
    reason: str | None


Pair = tuple[str, str]
"""A partner's id, and its target's."""

AT_ONCE = 16
"""How many targets one process sends to at once: one that hangs holds up no other."""


def push_to_all(
    room: Newsroom,
    pairs: Sequence[Pair],
    *,
    only_kills: bool = False,
    budget: timedelta = BUDGET,
) -> list[PushDone]:
    """Send what waits for these targets, side by side; one that can't be sent to says so in `error`.

    Raises:
        BucketError: whether a kill is not known can't be asked; nothing is sent.
    """
    take_back_kills(room.bucket, room.catalogue)

    def one(pair: Pair) -> PushDone:
        try:
            return push_to(room, pair[0], pair[1], only_kills=only_kills, budget=budget)
        except (BadConnection, BucketError) as error:
            return _told(room, pair, Pushed(), str(error))
        except Exception as error:
            # Whatever it is, it is this target's alone until the others are told.
            log.exception("%s: nothing more was sent", "/".join(pair))
            return _told(room, pair, Pushed(), f"{type(error).__name__}: {error}")

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="push") as pool:
        return list(pool.map(one, pairs))


def push_to(
    room: Newsroom,
    partner_id: str,
    target_id: str,
    *,
    only_kills: bool = False,
    budget: timedelta = BUDGET,
) -> PushDone:
    """Send what waits for the target.

    Raises:
        LookupError: there is no such partner or target; the text lists the known ones.
        BadConnection: the target's connection is not there; what waits goes on waiting.
    """
    partner = room.partner(partner_id)
    target = target_of(partner, target_id)
    done = Sender(room, partner, target, only_kills=only_kills, budget=budget).run()
    return _told(room, (partner.id, target.id), done)


def send_again(room: Newsroom, partner_id: str, target_id: str) -> int:
    """Let the target's parked messages wait for their turn again; returns how many."""
    target = target_of(room.partner(partner_id), target_id)
    return room.catalogue.unpark(partner_id, target.id)


def parked_messages(room: Newsroom, pairs: Iterable[Pair]) -> list[Parked]:
    """What these targets refused and is not sent again unless a person says so, as things happened."""
    wanted = set(pairs)
    rows = [row for row in room.catalogue.messages(state="parked") if (row.partner, row.target) in wanted]
    headlines = room.catalogue.headlines({row.uri for row in rows})
    return [
        {
            "partner": row.partner,
            "target": row.target,
            "act": row.act,
            "uri": row.uri,
            "headline": headlines.get(row.uri),
            "refused_at": row.done_at,
            "reason": row.reason,
        }
        for row in rows
    ]


def targets_due(room: Newsroom, *, only_kills: bool = False) -> list[Pair]:
    """The targets that have something to be sent right now, as (partner, target)."""
    return [
        (partner.id, target.id)
        for partner, target in targets(room)
        if _is_due(Outbox(room, partner, target), only_kills=only_kills)
    ]


def targets(room: Newsroom, partners: Iterable[str] = ()) -> list[tuple[Partner, Push]]:
    """Every target of these partners, by default of all.

    Raises:
        LookupError: there is no such partner.
    """
    named = [room.partner(each) for each in partners] or list(room.configuration.partners.values())
    return [(partner, target) for partner in named for target in partner.push]


def target_of(partner: Partner, target_id: str) -> Push:
    """The partner's target of this id.

    Raises:
        LookupError: there is none; the text lists the known ones.
    """
    known = {target.id: target for target in partner.push}
    if target_id not in known:
        wanted = ", ".join(known) or "none, as its file has no `push:`"
        raise LookupError(f"target of {partner.id}: saw {target_id!r}; wanted one of: {wanted}")
    return known[target_id]


def _is_due(outbox: Outbox, *, only_kills: bool) -> bool:
    moment = now()
    outbox.start(moment)
    outbox.fill()
    turn = outbox.turn(moment, only_kills=only_kills)
    return turn is not None and not turn.wait


def _told(room: Newsroom, pair: Pair, done: Pushed, error: str | None = None) -> PushDone:
    held = room.catalogue.waiting(*pair)
    state = room.catalogue.push_target(*pair)
    return {
        "partner": pair[0],
        "target": pair[1],
        "delivered": done.counts["delivered"],
        "skipped": done.counts["skipped"],
        "failed": dict(done.failures),
        "waiting": held.counts.get("waiting", 0),
        "oldest": held.oldest.isoformat(timespec="seconds") if held.oldest else None,
        "parked": held.counts.get("parked", 0),
        "reason": state.reason if state else None,
        "busy": done.busy,
        "error": error,
    }
