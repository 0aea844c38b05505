"""Kills at partners' own servers: whether they arrived in time, and whether the story is said to be gone."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsroom.push.acknowledgement import acknowledge, overdue
from newsroom.stages import Newsroom, now
from newsroom.store.catalogue import KillRow, MessageRow

Record = dict[str, Any]


def alarms(room: Newsroom) -> list[str]:
    """The kills that are overdue and of which nobody was told: a sentence each, once."""
    moment = now()
    late = [each for each in overdue(room.configuration, room.catalogue, moment) if not each.row.alarmed_at]
    room.catalogue.note_alarm([each.row.id for each in late], moment)
    return [
        f"kill of {each.row.uri} ({each.row.at:%Y-%m-%d %H:%M:%S}Z) at {each.row.partner}/{each.row.target}: "
        f"{each.reason}; call the partner"
        for each in late
    ]


def late_kills(room: Newsroom) -> dict[str, list[str]]:
    """By killed story, each target that has not done with the kill in time, and why; told already or not."""
    late: dict[str, list[str]] = {}
    for each in overdue(room.configuration, room.catalogue, now()):
        late.setdefault(each.row.uri, []).append(f"{each.row.partner}/{each.row.target}: {each.reason}")
    return late


def acknowledge_kill(room: Newsroom, uri: str, partner_id: str, *, by: str) -> list[Record]:
    """Note that the partner told somebody that a killed story is gone, at every target it was told at.

    Raises:
        LookupError: no such story or partner, or the partner was not told of its kill; the text says which.
    """
    partner, whole = room.partner(partner_id), room.whole_uri(uri)
    rows = [row for row in room.catalogue.kill_messages([whole]) if row.partner == partner.id]
    if not rows:
        raise LookupError(f"{whole}: saw no message of a kill to {partner.id}; see `newsroom kills`")
    told = [acknowledge(room, row, by=by, at=now()) for row in rows if row.state != "skipped"]
    return [each.model_dump() for each in told]


@dataclass(frozen=True)
class KillTold:
    """Seconds from a kill to its receipt, and to the word that the story is gone, by `partner/target`.

    None where it has not come; only who must acknowledge, or did, is in `acknowledged`.
    """

    seconds: dict[str, float | None]
    acknowledged: dict[str, float | None]


def kills_told(room: Newsroom, kills: Sequence[KillRow]) -> list[KillTold]:
    """How fast each of these kills was told at partners' own servers.

    One of a story that was dead already is told by the message of the kill before it.
    """
    must = {
        (partner.id, target.id)
        for partner in room.configuration.partners.values()
        for target in partner.push
        if target.acknowledges_kills
    }
    messages: dict[str, list[MessageRow]] = {}
    for message in room.catalogue.kill_messages({row.kill.uri for row in kills}):
        if message.state != "skipped":
            messages.setdefault(message.uri, []).append(message)
    return [_told(row, messages.get(row.kill.uri, ()), must) for row in kills]


def _told(row: KillRow, messages: Iterable[MessageRow], must: Collection[tuple[str, str]]) -> KillTold:
    told = KillTold({}, {})
    for message in messages:
        if message.at < row.dead_since or (row.alive_at and message.at >= row.alive_at):
            continue
        where = f"{message.partner}/{message.target}"
        done = message.done_at if message.state == "delivered" else None
        told.seconds[where] = _seconds(row.kill.at, done)
        if message.acknowledged_at or (message.partner, message.target) in must:
            told.acknowledged[where] = _seconds(row.kill.at, message.acknowledged_at)
    return told


def _seconds(since: datetime, at: datetime | None) -> float | None:
    """How long it took; a kill of what was gone already took no time."""
    return round(max(0.0, (at - since).total_seconds()), 3) if at else None
