"""deliver: bring partners' feeds up to date with the stories of their products."""

import logging
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypedDict

from newsroom.config import Partner
from newsroom.deliver.anew import NOTHING, Anew
from newsroom.deliver.round import Round
from newsroom.deliver.tick import Delivered, deliver_in
from newsroom.deliver.unchanged import unchanged
from newsroom.stages import Newsroom, now

log = logging.getLogger(__name__)

CLOCK = timedelta(minutes=5)
"""How often the delivery looks by itself."""

AT_ONCE = 4
"""To how many partners one process delivers at once: most of a delivery is waiting for the bucket."""


class Delivery(TypedDict):
    """What one tick did for one partner, or why it failed: then the partner has what it had."""

    partner: str
    written: list[str]
    stories: int
    new: int
    left_out: dict[str, int]
    kills: int
    error: str | None


Deliver = Callable[[str], Delivery]
"""Brings the feeds of the partner of this id up to date."""


def deliver_to(room: Newsroom, partner_id: str, run: str | None = None, *, anew: Anew = NOTHING) -> Delivery:
    """Write the partner's feeds where they changed, and what is `anew`.

    Raises:
        LookupError: there is no such partner; the text lists the known ones.
    """
    return _delivering(room, run, anew)(partner_id)


def deliver_to_all(room: Newsroom, partner_ids: Collection[str], run: str | None = None) -> list[Delivery]:
    """Write the feeds of these partners where they changed; what they share is read and made once.

    One that fails says so in `error`, and costs the others nothing.
    """
    return _each(partner_ids, _delivering(room, run))


def deliver_changed(room: Newsroom, partner_ids: Collection[str], run: str | None = None) -> list[Delivery]:
    """The same; where nothing changed since the last delivery, it is not told what is left out.

    One that is paused gets nothing new: what may not be published any more leaves its feeds.
    """
    known = [room.configuration.partners[each] for each in partner_ids if each in room.configuration.partners]
    paused = [each.id for each in known if not each.enabled]
    there = unchanged(_round(room), [each for each in known if each.enabled])
    done = {partner: _told(Delivered(partner, (), stories, 0)) for partner, stories in there.items()}
    rest = [each for each in partner_ids if each not in done and each not in paused]
    made = deliver_to_all(room, rest, run) + withdraw_from_all(room, paused, run)
    done |= {each["partner"]: each for each in made}
    return [done[each] for each in partner_ids]


def withdraw_from(
    room: Newsroom, partner_id: str, run: str | None = None, *, anew: Anew = NOTHING
) -> Delivery:
    """Take out of a partner's feeds what may not be published any more; nothing enters, nothing is updated.

    A partner that is paused is reached, and one whose file is gone or broken: its feeds are still there.
    """
    return _withdrawing(room, run, anew)(partner_id)


def withdraw_from_all(room: Newsroom, partner_ids: Collection[str], run: str | None = None) -> list[Delivery]:
    """The same for each of these partners; one that fails says so in `error`."""
    return _each(partner_ids, _withdrawing(room, run))


def awaited(room: Newsroom, partners: Iterable[str]) -> list[str]:
    """Those of the partners whose feeds may have changed by themselves by now: an embargo has ended.

    Only since the delivery's own clock came last: what could not be delivered then waits for it.
    """
    at = now()
    return sorted(set(room.catalogue.awake(at, since=at - CLOCK)).intersection(partners))


def partners_to_reach(room: Newsroom) -> list[str]:
    """The partners that a kill must still reach: all that ever got its story, or are about to."""
    return room.catalogue.partners_due()


def _delivering(room: Newsroom, run: str | None, anew: Anew = NOTHING) -> Deliver:
    shared = _round(room)
    return lambda partner_id: _told(deliver_in(shared, room.partner(partner_id), run=run, anew=anew))


def _withdrawing(room: Newsroom, run: str | None, anew: Anew = NOTHING) -> Deliver:
    shared = _round(room)

    def withdraw(partner_id: str) -> Delivery:
        known = room.configuration.partners.get(partner_id)
        partner = known or Partner(id=partner_id, name=f"partner {partner_id}", enabled=False)
        return _told(deliver_in(shared, partner, run=run, withdraw_only=True, anew=anew))

    return withdraw


def _each(partner_ids: Collection[str], deliver: Deliver) -> list[Delivery]:
    def one(partner_id: str) -> Delivery:
        try:
            return deliver(partner_id)
        except Exception as error:
            # Whatever it is, it is this partner's alone until the others are done.
            told = f"{type(error).__name__}: {error}"
            foreseen = hasattr(error, "retry")  # Its text says what to mend; a traceback would add nothing.
            log.exception("%s: nothing new was written: %s", partner_id, told, exc_info=not foreseen)
            return _told(Delivered(partner_id, (), 0, 0), told)

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="deliver") as pool:
        return list(pool.map(one, partner_ids))


def _round(room: Newsroom) -> Round:
    return Round(room.configuration, room.bucket, room.catalogue, now())


def _told(done: Delivered, error: str | None = None) -> Delivery:
    return {
        "partner": done.partner,
        "written": list(done.written),
        "stories": done.stories,
        "new": done.new,
        "left_out": dict(done.left_out),
        "kills": done.kills,
        "error": error,
    }
