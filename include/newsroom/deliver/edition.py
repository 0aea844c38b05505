"""What a partner's feed says at one moment: its stories, and those that it must take back."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from newsroom.deliver.entry import Entry

Made = TypeVar("Made")


@dataclass(frozen=True)
class Withdrawal:
    """A story that the partner has, and must remove. `rule` is what forbids it, as `kill` or `expiry`.

    `version` is higher than that of any revision that the partner was sent.
    """

    uri: str
    version: int
    at: datetime
    rule: str

    @property
    def note(self) -> str:
        """What a machine or a person at the partner is told: `kill: remove`. No word of the story's own."""
        return f"{self.rule}: remove"


class Parts:
    """What documents say of each story, made once for all editions that share it and show the same entry."""

    def __init__(self) -> None:
        """Nothing is made yet."""
        self._made: dict[tuple[Callable[[Entry], Any], int], tuple[Entry, Any]] = {}

    def of(self, make: Callable[[Entry], Made], entry: Entry) -> Made:
        """What `make` says of this very entry; not to be changed.

        Raises:
            ValueError: `make` does.
        """
        key = (make, id(entry))
        if key not in self._made:
            self._made[key] = (entry, make(entry))  # with the entry, so that no later one gets its id
        made: Made = self._made[key][1]
        return made

    def copy(self, make: Callable[[Entry], Made], entry: Entry) -> Made:
        """A copy of it, to be changed or put into a document."""
        return deepcopy(self.of(make, entry))


@dataclass(frozen=True)
class Edition:
    """A feed's content. `made_at` is when it last changed, in whole seconds.

    Every edition of a feed is made later than the one before, and each document says when: no two are the
    same to the byte, so that a writer which looked at an earlier one can't take a later one for it.

    `page` names a page of the archive; the feed itself is none. `previous` is the page before it (RFC 5005).
    """

    entries: tuple[Entry, ...]
    made_at: datetime
    withdrawals: tuple[Withdrawal, ...] = ()
    page: str | None = None
    previous: str | None = None
    parts: Parts = field(default_factory=Parts, repr=False, compare=False)
