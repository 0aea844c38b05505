"""A message as its target gets it, decided on just before it is sent: does what it says still hold?"""

from dataclasses import dataclass
from datetime import UTC, datetime

from newsroom.clear.clearance import TAKEN_BACK, Clearance, clear
from newsroom.clear.facts import facts_of_candidate
from newsroom.clear.rights import Decided
from newsroom.config import Partner
from newsroom.config.push import Push
from newsroom.deliver import shape
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.entry import Entry, entry_of, returned
from newsroom.deliver.partner_check import passed_by
from newsroom.deliver.release import ReleaseError, release
from newsroom.deliver.revised import revised
from newsroom.deliver.rights import rights_of, rights_of_candidate
from newsroom.deliver.taker import takers
from newsroom.push.newsdesk import Newsdesk
from newsroom.store.bucket import Corrupt, Missing
from newsroom.store.catalogue import CandidateRow, MessageRow
from newsroom.store.outbox import Act
from newsroom.store.records import read_record
from newsroom.story import Revision


@dataclass(frozen=True)
class Message:
    """What a target is told: an entry to take, or a withdrawal. `id` is the idempotency key.

    Made of the same revision it says the same, whenever it is sent again: `at` is when that happened.
    """

    id: str
    act: Act
    at: datetime
    entry: Entry | None = None
    withdrawal: Withdrawal | None = None

    @property
    def uri(self) -> str:
        """The story."""
        return self.entry.uri if self.entry else self.gone.uri

    @property
    def version(self) -> int:
        """Higher than that of every message before on the same story."""
        return self.entry.version if self.entry else self.gone.version

    @property
    def edition(self) -> Edition:
        """The same as a feed of its own, for every other format."""
        made_at = self.at.astimezone(UTC).replace(microsecond=0)
        if self.entry:
            return Edition((self.entry,), made_at)
        return Edition((), made_at, (self.gone,))

    @property
    def gone(self) -> Withdrawal:
        """What is to be taken away.

        Raises:
            ValueError: the message is none of that kind.
        """
        if self.withdrawal is None:
            raise ValueError(f"message {self.id}: saw a story; wanted a withdrawal")
        return self.withdrawal


@dataclass(frozen=True)
class Skip:
    """What the message says holds no more, for this reason."""

    reason: str


@dataclass(frozen=True)
class Wait:
    """The message may not be sent now, for this reason; later it may."""

    reason: str


def decide(
    desk: Newsdesk, partner: Partner, target: Push, row: MessageRow, now: datetime
) -> Message | Skip | Wait:
    """The message of this row as it holds at this moment, or why there is none."""
    killed = row.uri in desk.catalogue.standing_kills([row.uri])
    if row.act == "killed":
        return _withdrawal(desk, row) if killed else Skip("kill: it was lifted")
    if later := desk.catalogue.later_message(row):
        return Skip(f"superseded: {later.act} at {later.at:%Y-%m-%d %H:%M:%S}Z, revision {later.n}")
    if row.act == "withdrawn":
        return Skip("kill: a message of its own says so") if killed else _withdrawal(desk, row)
    if _has(desk, row):
        return Skip(f"it has revision {row.n}: it was told, and nothing that took it back")
    return _story(desk, partner, target, row, now)


def _withdrawal(desk: Newsdesk, row: MessageRow) -> Message:
    """A withdrawal, with the version that the partner's feeds tell it in."""
    left = desk.catalogue.leavings(row.partner, {row.uri}, TAKEN_BACK).get(row.uri, ())
    turns = 2 * sum(at <= row.at for at in left)
    version = row.version or row.n + 1
    if row.act == "withdrawn" and turns:
        state = desk.catalogue.story_states({row.uri}).get(row.uri)
        version = row.n + (state.acts if state else 0) - 1
    gone = Withdrawal(row.uri, version + turns, row.at, row.rule or row.act)
    return Message(row.id, row.act, row.at, withdrawal=gone)


def _story(
    desk: Newsdesk, partner: Partner, target: Push, row: MessageRow, now: datetime
) -> Message | Skip | Wait:
    found = desk.catalogue.candidates_of([row.uri])
    candidate = next((each for each in found if each.n == row.n), None)
    if candidate is None:
        return _kept_back(desk, row, f"revision {row.n} is not the one that stands for its story")
    decided = rights_of(partner, desk.configuration).decide(rights_of_candidate(candidate), now)
    clearance = _clearance(desk, partner, candidate, decided, now)
    if not clearance.cleared or decided.terms is None:
        return _kept_back(desk, row, "; ".join(f"{each.rule}: {each.reason}" for each in clearance.blocking))
    try:
        revision = read_record(desk.bucket, Revision, candidate.key)
    except (Missing, Corrupt) as error:
        return _kept_back(desk, row, str(error))  # what follows it goes on
    left = desk.catalogue.leavings(partner.id, {row.uri}, TAKEN_BACK).get(row.uri, ())
    entry = returned(entry_of(candidate, revision), left)
    (told,) = revised(partner.id, desk.catalogue, desk.bucket, [entry], sent={row.uri: _had(desk, row)})
    message = Message(row.id, row.act, row.at, entry=shape.shaped(told, decided.terms))
    return _released(desk, partner, target, row, message)


def _had(desk: Newsdesk, row: MessageRow) -> set[int]:
    """The revisions of the story that the target was told: what it missed makes the next a correction."""
    return {each.n for each in _begun(desk, row) if (each.act, each.state) == ("published", "delivered")}


def _has(desk: Newsdesk, row: MessageRow) -> bool:
    """Whether the last that the target was told of the story is this very revision.

    That it became old it was not told: should it come back into the feed, that is nothing new. A withdrawal
    that was tried may have arrived, whatever came of it.
    """
    last = max(_begun(desk, row), key=lambda each: each.at, default=None)
    return last is not None and (last.act, last.n, last.state) == ("published", row.n, "delivered")


def _begun(desk: Newsdesk, row: MessageRow) -> list[MessageRow]:
    """The other messages of the story that the target was sent, or may have been."""
    told = desk.catalogue.messages(partner=row.partner, uri=row.uri)
    return [each for each in told if each.target == row.target and each.tries and each.id != row.id]


def _clearance(
    desk: Newsdesk, partner: Partner, candidate: CandidateRow, decided: Decided, now: datetime
) -> Clearance:
    rows = [candidate]
    passed = passed_by(partner, desk.configuration, desk.bucket, desk.catalogue, rows, now, judge=False)
    taker = takers(partner, desk.catalogue, rows, passed)[candidate.uri, candidate.n]
    return clear(facts_of_candidate(candidate), now, taker=taker, more=decided.rulings)


def _kept_back(desk: Newsdesk, row: MessageRow, reason: str) -> Skip | Wait:
    # While the feed has it, the next delivery has not looked yet: should it stay there, no new message comes.
    return Wait(reason) if desk.catalogue.is_shown(row.partner, row.uri, row.n) else Skip(reason)


def _released(
    desk: Newsdesk, partner: Partner, target: Push, row: MessageRow, message: Message
) -> Message | Skip | Wait:
    """The message, if its story would be released in a feed."""
    alone = partner.model_copy(update={"formats": (target.format,)})
    try:
        broken = release(desk.configuration.house, alone, message.edition).broken
    except ReleaseError as error:
        return _kept_back(desk, row, str(error))
    if broken:
        return _kept_back(desk, row, "; ".join(f"{each.rule}: {each.reason}" for each in broken))
    return message
