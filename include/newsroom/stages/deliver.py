"""deliver: bring one partner's feeds up to date with the stories of its product."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import TypedDict

from newsroom.config import Partner
from newsroom.config.partner import Format
from newsroom.deliver.tick import Delivered, deliver
from newsroom.stages import Newsroom, now

CLOCK = timedelta(minutes=5)
"""How often the delivery looks by itself."""


class Delivery(TypedDict):
    """What one tick did for one partner."""

    partner: str
    written: list[str]
    stories: int
    new: int
    left_out: dict[str, int]
    kills: int


def deliver_to(
    room: Newsroom, partner_id: str, run: str | None = None, *, anew: Collection[Format] = ()
) -> Delivery:
    """Write the partner's feeds where they changed, and those of the formats `anew`.

    Raises:
        LookupError: there is no such partner; the text lists the known ones.
    """
    partner = room.partner(partner_id)
    done = deliver(partner, room.configuration, room.bucket, room.catalogue, run=run, now=now(), anew=anew)
    return _told(done)


def awaited(room: Newsroom, partners: Iterable[str]) -> list[str]:
    """Those of the partners whose feeds may have changed by themselves by now: an embargo has ended.

    Only since the delivery's own clock came last: what could not be delivered then waits for it.
    """
    at = now()
    return sorted(set(room.catalogue.awake(at, since=at - CLOCK)).intersection(partners))


def withdraw_from(
    room: Newsroom, partner_id: str, run: str | None = None, *, anew: Collection[Format] = ()
) -> Delivery:
    """Take out of a partner's feeds what may not be published any more; nothing enters, nothing is updated.

    A partner that is paused is reached, and one whose file is gone or broken: its feeds are still there.
    """
    known = room.configuration.partners.get(partner_id)
    partner = known or Partner(id=partner_id, name=f"partner {partner_id}", enabled=False)
    done = deliver(
        partner,
        room.configuration,
        room.bucket,
        room.catalogue,
        run=run,
        now=now(),
        withdraw_only=True,
        anew=anew,
    )
    return _told(done)


def partners_to_reach(room: Newsroom) -> list[str]:
    """The partners that a kill must still reach: all that ever got its story, or are about to."""
    return room.catalogue.partners_due()


def _told(done: Delivered) -> Delivery:
    return {
        "partner": done.partner,
        "written": list(done.written),
        "stories": done.stories,
        "new": done.new,
        "left_out": dict(done.left_out),
        "kills": done.kills,
    }
