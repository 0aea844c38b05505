"""Kills at partners' own servers: whether they arrived in time, and whether the story is said to be gone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsroom.push.acknowledgement import acknowledge, overdue
from newsroom.stages import Newsroom, now

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


def kills_told(room: Newsroom, kills: Mapping[str, datetime]) -> dict[str, KillTold]:
    """How fast the kills of these stories, by uri with their moment, were told at partners' own servers."""
    found = {uri: KillTold({}, {}) for uri in kills}
    must = {
        (partner.id, target.id)
        for partner in room.configuration.partners.values()
        for target in partner.push
        if target.acknowledges_kills
    }
    for row in room.catalogue.kill_messages(set(kills)):
        if row.state == "skipped":
            continue
        told, where = found[row.uri], f"{row.partner}/{row.target}"
        done = row.done_at if row.state == "delivered" else None
        told.seconds[where] = _seconds(kills[row.uri], done)
        if row.acknowledged_at or (row.partner, row.target) in must:
            told.acknowledged[where] = _seconds(kills[row.uri], row.acknowledged_at)
    return found


def _seconds(since: datetime, at: datetime | None) -> float | None:
    return round((at - since).total_seconds(), 3) if at else None
