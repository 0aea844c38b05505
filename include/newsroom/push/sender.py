"""The sender: takes a target's messages in their order, and sees each one to its end.

One sender has a target at a time, by a lease that it renews with each message; when it dies, the lease ends,
and the next one goes on where it stopped: with the message that it may have sent already, under the same id.
What came of a message is filed in the bucket before the catalogue says so.
"""

import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from newsroom.config import Partner
from newsroom.config.push import Push
from newsroom.push import breaker
from newsroom.push.acknowledgement import acknowledge
from newsroom.push.errors import PushError
from newsroom.push.message import Message, Skip, Wait, decide
from newsroom.push.newsdesk import Newsdesk
from newsroom.push.outbox import Outbox
from newsroom.push.transport import Transport, open_transport
from newsroom.store import keys
from newsroom.store.bucket import Missing
from newsroom.store.catalogue import MessageRow
from newsroom.store.outbox import REMOVED, Final, PushOutcome, Receipt, file_outcome

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
"""What a sender's lease lasts longer than a message may take."""

BUDGET = timedelta(seconds=50)
"""How long one call sends and waits for pauses to end; the next one goes on."""

NAP = timedelta(seconds=5)
"""How long a sender sleeps at a time: a kill may come meanwhile."""

PATIENCE = timedelta(seconds=20)
"""How long a kill waits for another sender to end: one that goes on sends it itself."""

LOOK_AGAIN = timedelta(minutes=1)
"""When a message is decided on again that may not be sent yet."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Pushed:
    """What one call did: messages by what came of them, and the codes of what failed.

    `busy`: another sender has the target.
    """

    counts: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    busy: bool = False


@dataclass
class Sender:
    """Sends what waits for one target. `clock` and `sleep` are time itself, save in tests."""

    desk: Newsdesk
    partner: Partner
    target: Push
    only_kills: bool = False
    clock: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    budget: timedelta = BUDGET
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    counts: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def outbox(self) -> Outbox:
        """What the target is to be told."""
        return Outbox(self.desk, self.partner, self.target)

    def run(self) -> Pushed:
        """Send until nothing is due any more, or the budget is used up.

        Raises:
            BadConnection: the target's connection is not there; what waits goes on waiting.
            BucketError: the bucket can't be read or written; a repeat goes on from there.
        """
        self.outbox.start(self.clock())
        if not self._patient_lease():
            return Pushed(busy=True)
        try:
            self._send_all(until=self.clock() + self.budget)
        finally:
            self.desk.catalogue.end_lease(self.partner.id, self.target.id, self.id)
        return Pushed(self.counts, self.failures)

    def _patient_lease(self) -> bool:
        until = self.clock() + (PATIENCE if self.only_kills else timedelta(0))
        while not self._lease():
            if self.clock() >= until:
                return False
            self.sleep(1)
        return True

    def _lease(self) -> bool:
        """Become, or stay, the target's only sender."""
        now = self.clock()
        until = now + timedelta(seconds=self.target.timeout_seconds) + LEASE
        return self.desk.catalogue.take_lease(self.partner.id, self.target.id, self.id, now, until)

    def _send_all(self, until: datetime) -> None:
        with ExitStack() as stack:
            line: Transport | None = None
            while row := self._next(until):
                message = self._message(row)
                if message is None:
                    continue
                try:
                    if line is None:
                        line = stack.enter_context(closing(self._open()))
                    self._send(line, row, message)
                except PushError as error:
                    self._failed(row, error)

    def _open(self) -> Transport:
        connection = self.desk.connections.get(self.target.connection)
        return open_transport(self.target, connection, self.desk.configuration.house, self.partner)

    def _next(self, until: datetime) -> MessageRow | None:
        """The message whose turn it is, once its turn has come; None when that is too late for this call."""
        while self.clock() < until and self._lease():
            self.outbox.fill()
            turn = self.outbox.turn(self.clock(), only_kills=self.only_kills)
            if turn is None:
                return None
            if not turn.wait:
                return turn.row
            if breaker.is_open(turn.target.failures) or self.clock() + turn.wait >= until:
                return None
            self.sleep(min(turn.wait, NAP).total_seconds())
        return None

    def _message(self, row: MessageRow) -> Message | None:
        """The message to send; where there is none, what came of the row is on record."""
        if row.tries and (there := self._receipt(row)):
            self.desk.catalogue.add_push_outcomes([there])
            return None
        decided = decide(self.desk, self.partner, self.target, row, self.clock())
        if isinstance(decided, Skip):
            self._finish(row, "skipped", reason=decided.reason)
            return None
        if isinstance(decided, Wait):
            until = self.clock() + LOOK_AGAIN
            self.desk.catalogue.put_off(row, until, decided.reason, fault=False)
            self.counts["put_off"] += 1
            return None
        return decided

    def _receipt(self, row: MessageRow) -> PushOutcome | None:
        """The receipt that a sender filed just before it died."""
        key = keys.push_outcome(row.partner, row.target, row.id, "delivered")
        try:
            outcome: PushOutcome = PushOutcome.from_json(self.desk.bucket.get(key))
        except Missing:
            return None
        return outcome

    def _send(self, line: Transport, row: MessageRow, message: Message) -> None:
        self.desk.catalogue.begin_try(row)
        receipt = line.send(message)
        self._finish(row, "delivered", version=message.version, receipt=receipt)
        self.desk.catalogue.note_exchange(self.partner.id, self.target.id, self.clock())
        if REMOVED in receipt:
            acknowledge(self.desk, row, by=f"{self.partner.id}/{self.target.id}", at=self.clock())

    def _failed(self, row: MessageRow, error: PushError) -> None:
        """Let the message wait, or park it; and leave the target alone where it may be at fault."""
        self.failures[error.code] += 1
        level = logging.ERROR if row.act == "killed" else logging.WARNING
        log.log(level, "%s of %s: %s %s: %s", self.target.id, self.partner.id, row.uri, row.act, error)
        in_a_row = self.outbox.state().failures + 1
        if error.retry or error.of_target:
            self.desk.catalogue.note_exchange(
                self.partner.id,
                self.target.id,
                self.clock(),
                pause_until=self.clock() + breaker.pause(in_a_row, error.retry_after),
                suspect=None if error.of_target else row.id,
                reason=str(error),
            )
        else:
            self.desk.catalogue.note_answer(self.partner.id, self.target.id)
        # Where the last one passed, this one may be at fault itself.
        own = in_a_row == 1 and not error.of_target
        if not error.retry:
            self._finish(row, "parked", reason=str(error))
        elif row.act != "killed" and row.failures + own >= breaker.MOST_FAILURES:
            self._finish(row, "parked", reason=f"{error} (try {row.tries + 1}, while others passed)")
        else:
            self.desk.catalogue.put_off(row, self._next_try(row, own), str(error), fault=own)
            self.counts["put_off"] += 1

    def _next_try(self, row: MessageRow, own: bool) -> datetime | None:
        """When a message that failed is tried again; None: first of all, once the target's pause is over."""
        if row.act == "killed":
            return self.clock() + min(breaker.pause(row.tries + 1), breaker.KILL_PAUSE)
        return self.clock() + 2 * breaker.pause(row.failures + 1) if own and row.failures else None

    def _finish(
        self,
        row: MessageRow,
        state: Final,
        *,
        version: int | None = None,
        reason: str | None = None,
        receipt: Receipt | None = None,
    ) -> None:
        outcome = PushOutcome(
            id=row.id,
            partner=row.partner,
            target=row.target,
            uri=row.uri,
            n=row.n,
            act=row.act,
            version=version or row.version,
            rule=row.rule,
            at=row.at,
            state=state,
            tries=row.tries + (state != "skipped"),
            done_at=self.clock(),
            reason=reason,
            receipt=receipt or {},
        )
        file_outcome(self.desk.bucket, self.desk.catalogue, outcome)
        self.counts[state] += 1
