"""deliver: bring one partner's feeds up to date with the stories of its product."""

from typing import TypedDict

from newsroom.deliver.tick import deliver
from newsroom.stages import Newsroom, now


class Delivery(TypedDict):
    """What one tick did for one partner."""

    partner: str
    written: list[str]
    stories: int
    new: int
    left_out: dict[str, int]


def deliver_to(room: Newsroom, partner_id: str, run: str | None = None) -> Delivery:
    """Write the partner's feeds where they changed.

    Raises:
        LookupError: there is no such partner; the text lists the known ones.
    """
    partner = room.partner(partner_id)
    done = deliver(partner, room.configuration, room.bucket, room.catalogue, run=run, now=now())
    return {
        "partner": partner_id,
        "written": list(done.written),
        "stories": done.stories,
        "new": done.new,
        "left_out": dict(done.left_out),
    }
