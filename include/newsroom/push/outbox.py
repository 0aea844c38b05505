"""A target's outbox: made known, filled with what is on record by now, and asked whose turn it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from newsroom.clear.clearance import WITHDRAWS
from newsroom.config import Partner
from newsroom.config.push import Push
from newsroom.push import breaker
from newsroom.push.newsdesk import Newsdesk
from newsroom.store import keys
from newsroom.store.catalogue import MessageRow, TargetRow
from newsroom.store.first import put_first
from newsroom.store.outbox import PushStart


@dataclass(frozen=True)
class Turn:
    """The message whose turn it is, and how long its target is to be left alone before."""

    row: MessageRow
    wait: timedelta
    target: TargetRow


@dataclass(frozen=True)
class Outbox:
    """What one of a partner's targets is to be told."""

    desk: Newsdesk
    partner: Partner
    target: Push

    def start(self, now: datetime) -> None:
        """Make the target known, in the bucket first: what it gets begins with what the feed holds now."""
        if self.desk.catalogue.push_target(self.partner.id, self.target.id):
            return
        key = keys.push_start(self.partner.id, self.target.id)
        start, _ = put_first(
            self.desk.bucket, key, PushStart(partner=self.partner.id, target=self.target.id, at=now)
        )
        self.desk.catalogue.add_push_starts([start])

    def fill(self) -> None:
        """Add the messages that follow from the ledger and from kills."""
        self.desk.catalogue.fill_outbox(
            self.partner.id, self.target.id, rules=WITHDRAWS, only_kills=self.target.only_kills
        )

    def turn(self, now: datetime, *, only_kills: bool = False) -> Turn | None:
        """The next message, kills first; None when none is due. A paused partner is told of kills alone."""
        only_kills = only_kills or not self.partner.enabled
        target = self.state()
        row = self._next(now, only_kills, but=target.suspect if _asks_another(target) else None)
        row = row or self._next(now, only_kills)
        if row is None:
            return None
        pause = (target.pause_until or now) - now
        # A kill waits for no pause: it has its own.
        wait = timedelta(0) if row.act == "killed" else max(pause, timedelta(0))
        return Turn(row, wait, target)

    def _next(self, now: datetime, only_kills: bool, but: str | None = None) -> MessageRow | None:
        return self.desk.catalogue.next_message(
            self.partner.id, self.target.id, now, only_kills=only_kills, but=but
        )

    def state(self) -> TargetRow:
        """The target as its last exchanges left it."""
        row = self.desk.catalogue.push_target(self.partner.id, self.target.id)
        if row is None:
            raise LookupError(f"target {self.target.id} of {self.partner.id}: saw none in the catalogue")
        return row


def _asks_another(target: TargetRow) -> bool:
    """Whether the next probe is another message than the one that failed last."""
    return target.failures > 0 and target.failures % breaker.OTHERS_EVERY == 0
