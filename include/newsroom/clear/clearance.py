"""The one decision on publishing: may this revision go out, and may this partner have it, rule by rule.

Pure: facts and a moment in, rulings out. Delivery, desk and command line all ask here, so that what a person
is told is what is done. A fact that blocks can only ever block: no other fact outweighs it, save that a
person's release of this very revision answers for the checks, and for a wire's hold that names no time.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from newsroom.clear.facts import Facts, Taker
from newsroom.clear.ruling import Ruling
from newsroom.extract.marks import stops
from newsroom.store.catalogue import Use
from newsroom.story import Noun

HOLDS = frozenset(
    {"advisory", "disregard", "elimination", "hold", "hold for release", "kill", "withhold", "withdrawn"}
)
"""A wire's signals that forbid use, in lower case (IPTC's `sig:` and AP's editorial types among them)."""

FINAL = frozenset({"disregard", "elimination", "kill", "withdrawn"})
"""Those of them that no release can answer for: the story is gone, not waiting."""


ENDS = frozenset(
    {
        "channel",
        "commercial",
        "form",
        "licence_dates",
        "market",
        "term",
        "territory",
        "usage_terms",
    }
)
"""Rules on rights by which a partner that has a story may show it no longer: a licence or term has ended, or
a newer version's terms forbid it. A contract or licence that is not there is none of them: files that are
gone or broken must not have partners take off all they have.
"""

WITHDRAWS = frozenset({"check", "ednote", "expiry", "kill", "order", "pubstatus", "signals"}) | ENDS
"""Rules by which a story that a partner has must be taken back, and is named as such where a format can.

An embargo that was extended is none of them: until it ends, nothing names the story.
"""

TAKEN_BACK = WITHDRAWS - {"kill"}
"""Those of them that are no kill: each such leaving is told with a version of its own, and so is a return."""


class Clearance(Noun):
    """Every rule's answer, in a fixed order: the story's own rules, then the partner's, then rights."""

    rulings: tuple[Ruling, ...]

    @property
    def cleared(self) -> bool:
        """Whether no rule keeps it back."""
        return all(ruling.passes for ruling in self.rulings)

    @property
    def blocking(self) -> tuple[Ruling, ...]:
        """The rules that keep it back."""
        return tuple(ruling for ruling in self.rulings if not ruling.passes)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is kept back, a sentence for each rule that does."""
        return tuple(ruling.reason for ruling in self.blocking)

    @property
    def until(self) -> datetime | None:
        """The earliest moment at which the answer may change by itself; None where that takes someone."""
        if self.cleared:
            return min((ruling.until for ruling in self.rulings if ruling.until), default=None)
        ends = [ruling.until for ruling in self.blocking]
        return None if None in ends else max(end for end in ends if end)


def clear(
    facts: Facts, now: datetime, *, taker: Taker | None = None, more: Iterable[Ruling] = ()
) -> Clearance:
    """Decide on a revision at the moment `now`; on one partner's having it where `taker` is given.

    `more` are rulings made elsewhere, as those on rights.
    """
    rulings = [ruling for rule in STORY_RULES for ruling in rule(facts, now)]
    if taker:
        rulings += [ruling for rule in TAKER_RULES for ruling in rule(taker)]
    return Clearance(rulings=(*rulings, *more))


def _kill(facts: Facts, _now: datetime) -> Iterator[Ruling]:
    kill = facts.kill
    if kill is None:
        yield _NOT_KILLED
        return
    told = f"killed {_time(kill.at)} by {kill.by} ({kill.source}): {kill.reason}"
    yield Ruling(rule="kill", passes=False, reason=f"{told}; only `newsroom lift` brings it back")


def _pubstatus(facts: Facts, _now: datetime) -> Iterator[Ruling]:
    for use in _uses(facts):
        if use.pubstatus == "withheld" and _is_released(facts, use):
            reason = f"withheld by the wire, but released {facts.decided}"
            yield Ruling(rule="pubstatus", passes=True, reason=reason)
        elif use.pubstatus != "usable":
            reason = f"the wire says of revision {use.n}: {use.pubstatus}"
            yield Ruling(rule="pubstatus", passes=False, reason=reason)
        else:
            yield _USABLE


def _signals(facts: Facts, _now: datetime) -> Iterator[Ruling]:
    for use in _uses(facts):
        told = sorted(HOLDS.intersection(signal.casefold() for signal in use.signals))
        if not told:
            yield _NO_SIGNAL
        elif _is_released(facts, use) and FINAL.isdisjoint(told):
            reason = f"the wire signals {', '.join(told)}, but it was released {facts.decided}"
            yield Ruling(rule="signals", passes=True, reason=reason)
        else:
            reason = f"the wire signals of revision {use.n}: {', '.join(told)}"
            yield Ruling(rule="signals", passes=False, reason=reason)


def _ednote(facts: Facts, _now: datetime) -> Iterator[Ruling]:
    for use in _uses(facts):
        told = stops(use.ednote)
        if told is None:
            yield _NO_NOTE
        elif told not in FINAL and _is_released(facts, use):
            reason = f"its note to editors says {told}, but it was released {facts.decided}"
            yield Ruling(rule="ednote", passes=True, reason=reason)
        else:
            reason = f"the note to editors of revision {use.n} says {told}: {use.ednote}"
            yield Ruling(rule="ednote", passes=False, reason=reason)


def _embargo(facts: Facts, now: datetime) -> Iterator[Ruling]:
    for use in _uses(facts):
        if use.embargoed is not None:
            over = use.embargoed <= now
            told = f"embargoed until {_time(use.embargoed)}" + (", which is over" if over else "")
            yield Ruling(rule="embargo", passes=over, reason=told, until=None if over else use.embargoed)
        elif "embargo" in use.signals and not _is_released(facts, use):
            told = f": {use.ednote}" if use.ednote else ""
            reason = f"revision {use.n} is embargoed, and until when can't be read{told}"
            yield Ruling(rule="embargo", passes=False, reason=reason)
        else:
            yield _NO_EMBARGO


def _expiry(facts: Facts, now: datetime) -> Iterator[Ruling]:
    for use in _uses(facts):
        if use.expires is None:
            yield _NO_EXPIRY
        elif use.expires > now:
            reason = f"may be used until {_time(use.expires)}"
            yield Ruling(rule="expiry", passes=True, reason=reason, until=use.expires)
        else:
            yield Ruling(rule="expiry", passes=False, reason=f"expired {_time(use.expires)}")


def _superseded(facts: Facts, _now: datetime) -> Iterator[Ruling]:
    if facts.superseded_by is None:
        yield _LATEST
    else:
        reason = f"superseded by revision {facts.superseded_by}"
        yield Ruling(rule="superseded", passes=False, reason=reason)


def _check(facts: Facts, _now: datetime) -> Iterator[Ruling]:
    if facts.decision == "reject":
        yield Ruling(rule="check", passes=False, reason=f"rejected {facts.decided}")
    elif facts.decision == "release":
        yield Ruling(rule="check", passes=True, reason=f"released {facts.decided}")
    elif facts.passed:
        yield _PASSED
    elif facts.passed is None:
        yield _UNJUDGED
    else:
        for reason in facts.failures or ("the wire's rules hold it",):
            yield Ruling(rule="check", passes=False, reason=reason)


def _order(taker: Taker) -> Iterator[Ruling]:
    if taker.has_newer is None:
        yield _IN_ORDER
    else:
        reason = f"{taker.id} was sent revision {taker.has_newer} already, which is newer"
        yield Ruling(rule="order", passes=False, reason=reason)


def _partner_check(taker: Taker) -> Iterator[Ruling]:
    said = {
        "no_rules": f"{taker.id} has no rules of its own",
        "passed": f"passed the rules of {taker.id}",
        "failed": f"the rules of {taker.id} hold it",
        "unjudged": f"the rules of {taker.id} were not asked yet",
    }[taker.judged]
    passes = taker.judged in ("no_rules", "passed")
    for reason in (taker.failures if taker.judged == "failed" else ()) or (said,):
        yield Ruling(rule="partner_check", passes=passes, reason=reason)


STORY_RULES: tuple[Callable[[Facts, datetime], Iterator[Ruling]], ...] = (
    _kill,
    _pubstatus,
    _signals,
    _ednote,
    _embargo,
    _expiry,
    _superseded,
    _check,
)
TAKER_RULES: tuple[Callable[[Taker], Iterator[Ruling]], ...] = (_order, _partner_check)


def _uses(facts: Facts) -> tuple[Use, ...]:
    """What binds the revision: its own use, and that of a newer one."""
    return (facts.use,) if facts.newest.n == facts.use.n else (facts.use, facts.newest)


def _is_released(facts: Facts, use: Use) -> bool:
    """Whether a person released the very revision whose use this is."""
    return facts.decision == "release" and use.n == facts.use.n


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}Z"


# What most stories are told by most rules, made once: a delivery asks of hundreds at each tick.
_NOT_KILLED = Ruling(rule="kill", passes=True, reason="no kill stands")
_USABLE = Ruling(rule="pubstatus", passes=True, reason="the wire says: usable")
_NO_SIGNAL = Ruling(rule="signals", passes=True, reason="no signal of the wire forbids its use")
_NO_NOTE = Ruling(rule="ednote", passes=True, reason="no note to editors forbids its use")
_NO_EMBARGO = Ruling(rule="embargo", passes=True, reason="no embargo")
_NO_EXPIRY = Ruling(rule="expiry", passes=True, reason="no end of use is named")
_LATEST = Ruling(rule="superseded", passes=True, reason="no newer revision stands for the story")
_PASSED = Ruling(rule="check", passes=True, reason="passed the wire's rules")
_UNJUDGED = Ruling(rule="check", passes=False, reason="the wire's rules were not asked yet")
_IN_ORDER = Ruling(rule="order", passes=True, reason="no newer revision was sent")
