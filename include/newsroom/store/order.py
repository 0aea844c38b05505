"""The order of a chain: by the wire's own version numbers, then by its time, then by ours."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol, TypeVar

MOST_DIGITS = 18
"""A longer run of digits is a digest by chance, no count."""

_NO_NUMBER = -1

AHEAD = timedelta(hours=1)
"""How far a wire's clock may be ahead of ours. A version that is dated later is a slip of the pen, and must
not count as newer than the one that mends it."""


class Ordered(Protocol):
    """What the order of revisions hangs on."""

    @property
    def n(self) -> int:
        """Its number in the chain: the order in which revisions were filed."""

    @property
    def wire_version(self) -> str | None:
        """The wire's version, as the wire writes it."""

    @property
    def versioncreated(self) -> datetime | None:
        """When this version was made, as the wire says."""

    @property
    def stored_at(self) -> datetime:
        """When it was filed."""


AnyOrdered = TypeVar("AnyOrdered", bound=Ordered)


def in_order(chain: Iterable[AnyOrdered]) -> list[AnyOrdered]:
    """The revisions of one chain, the current one last, whatever the order in which they came.

    Two that have comparable versions stand in their order, whatever their times say. The others stand by the
    wire's time, else by ours: a numbered one then counts as no older than any that has a lower number. So the
    order is total, and a late old version overtakes nothing.
    """
    rows = list(chain)
    numbered = sorted(
        (row for row in rows if number(row.wire_version) != _NO_NUMBER),
        key=lambda row: (number(row.wire_version), made_at(row), row.n),
    )
    at = {row.n: made_at(row) for row in rows}
    for lower, higher in pairwise(numbered):
        at[higher.n] = max(at[lower.n], at[higher.n])
    return sorted(rows, key=lambda row: (at[row.n], number(row.wire_version), made_at(row), row.n))


def places(chain: Iterable[AnyOrdered]) -> dict[int, int]:
    """By number, the place of each revision in its chain's order, from 0."""
    return {row.n: place for place, row in enumerate(in_order(chain))}


def current(chain: Sequence[AnyOrdered]) -> AnyOrdered | None:
    """The chain's last word; None where there is no revision."""
    return in_order(chain)[-1] if chain else None


def made_at(row: Ordered) -> datetime:
    """When a revision was made: as the wire says, where that can be true; else when it was filed."""
    return row.stored_at if row.versioncreated is None or is_slip(row) else row.versioncreated


def is_slip(row: Ordered) -> bool:
    """Whether the wire dates the revision later than any clock said when it was filed."""
    return row.versioncreated is not None and row.versioncreated > row.stored_at + AHEAD


def number(version: str | None) -> int:
    """A wire's version as a number; less than any where it is none."""
    text = (version or "").strip()
    if not (text.isascii() and text.isdigit()) or len(text) > MOST_DIGITS:
        return _NO_NUMBER
    return int(text)
