"""What a partner's feed says at one moment: its stories, and those that it must take back."""

from dataclasses import dataclass
from datetime import datetime

from newsroom.deliver.entry import Entry


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


@dataclass(frozen=True)
class Edition:
    """A feed's content. `made_at` is when it last changed, in whole seconds.

    Every edition of a feed is made later than the one before, and each document says when: no two are the
    same to the byte, so that a writer which looked at an earlier one can't take a later one for it.
    """

    entries: tuple[Entry, ...]
    made_at: datetime
    withdrawals: tuple[Withdrawal, ...] = ()
