"""furniture: what a wire's pages repeat is learned, and left out of what is read from then on."""

from typing import Any

from newsroom.config import Wire
from newsroom.match.repeated import line_key
from newsroom.stages import Newsroom, now
from newsroom.store.catalogue import Catalogue

Record = dict[str, Any]


def learned_keys(catalogue: Catalogue, wire: Wire) -> frozenset[str]:
    """The keys of the lines that are furniture of a wire today; its file may keep some."""
    return frozenset(row.key for row in catalogue.learned(wire.id, now())) - _kept(wire)


def learned_furniture(room: Newsroom, wire: str | None = None) -> list[Record]:
    """The lines that were learned of the wires, or of one, the most frequent of each first.

    Raises:
        LookupError: there is no such wire.
    """
    wires = [room.wire(wire)] if wire else list(room.configuration.wires.values())
    return [
        {
            "wire": row.wire,
            "line": row.line,
            "stories": row.stories,
            "share": round(row.share, 3),
            "first_seen": row.first_seen,
            "last_seen": row.last_seen,
            "left_out": row.key not in kept,
        }
        for each in wires
        for kept in (_kept(each),)
        for row in room.catalogue.learned(each.id, now())
    ]


def _kept(wire: Wire) -> frozenset[str]:
    return frozenset(key for line in wire.never_furniture if (key := line_key(line)))
