"""copies: what a kill leaves standing: a copy stays where it is, and goes to nobody else unless released."""

import logging
from collections.abc import Collection, Mapping, Sequence

from newsroom.deliver.duplicates import is_released
from newsroom.stages import Newsroom

log = logging.getLogger(__name__)

Copies = Mapping[str, Sequence[str]]
"""By uri, the partners in whose feeds the copy is; none where it waits to be released."""


def copies_left(room: Newsroom, killed: Collection[str]) -> dict[str, Copies]:
    """By killed story, those of its copies that are not killed; stories without any are missing."""
    groups = {uri: {row.uri for row in room.catalogue.copies_of(uri)} for uri in killed}
    every = set().union(*groups.values())
    dead = room.catalogue.standing_kills(every)
    has = {uri: sorted({row.partner for row in rows}) for uri, rows in room.catalogue.shown(every).items()}
    may_go_out = {row.uri for row in room.catalogue.candidates_of(every) if row.use.pubstatus == "usable"}
    alive = (may_go_out | has.keys()) - dead.keys()
    left = {uri: {copy: has.get(copy, []) for copy in sorted(group & alive)} for uri, group in groups.items()}
    return {uri: copies for uri, copies in left.items() if copies}


def told(copies: Copies) -> list[str]:
    """A line for each copy: its uri, and who has it."""
    return [
        f"{uri}: {'in the feed of ' + ', '.join(partners) if partners else 'in no feed; waits for a release'}"
        for uri, partners in copies.items()
    ]


def waits_for_a_kill(room: Newsroom, uri: str) -> bool:
    """Whether a copy of the story was killed, and nobody released this one since."""
    group = sorted(row.uri for row in room.catalogue.copies_of(uri))
    kills = [kill for each, kill in room.catalogue.standing_kills(group).items() if each != uri]
    return any(not is_released(room.catalogue, uri, kill) for kill in kills)


def warn_of_copies(room: Newsroom, killed: Collection[str]) -> None:
    """Say in the log which copies of killed stories are not killed: whether they must go a person decides."""
    for uri, copies in copies_left(room, killed).items():
        log.warning("copies of %s are not killed: %s", uri, "; ".join(told(copies)))
