"""The laws of a story's life, whatever happens, in whatever order, and wherever a process ends:

nothing before its embargo; nothing after its kill; revisions only rise; each due revision is delivered, once;
nothing is lost; nothing is sent that the rights forbid; every held story has a reason.

Wires, clock, editors, crashes and deliveries are drawn at random. Beside the newsroom runs a model of a page
that says what each partner should have; every document that was ever written is held against it.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from newsroom.stages import why as why_stage
from newsroom.store.bucket import Conflict
from newsroom.story import PubStatus, Story, paragraph, story_uri

STORIES = ("alpha 1", "beta 1", "alpha 2")
PARTNERS = ("krdo", "radio")
ROOM = {"krdo": 2, "radio": 100}
"""How many stories a partner's feed holds; what has left it as older stands in its archive."""

RADIO_ENDS = datetime(2026, 11, 23, tzinfo=UTC)
"""When the radio's licence ends; it holds none of `beta`."""


@dataclass
class Version:
    """What a wire sent: `number` is the wire's, `n` ours. `embargo` may be one whose date can't be read."""

    n: int
    number: int
    passes: bool
    filed: datetime
    embargo: datetime | Literal["unreadable"] | None
    expires: datetime | None
    terms: str | None
    pubstatus: PubStatus
    decision: str | None = None

    @property
    def is_ready(self) -> bool:
        if self.decision:
            return self.decision == "release"
        return self.pubstatus != "usable" or self.passes


@dataclass
class Chain:
    """A story of the model; `licensed` says whether krdo holds its wire's contract."""

    name: str
    versions: dict[int, Version] = field(default_factory=dict)
    killed: datetime | None = None
    licensed: bool = True
    sent: dict[str, set[int]] = field(default_factory=lambda: {name: set() for name in PARTNERS})

    @property
    def wire(self) -> str:
        return self.name.split()[0]

    @property
    def uri(self) -> str:
        return story_uri(self.wire, self.name)

    @property
    def ranked(self) -> list[Version]:
        return [self.versions[number] for number in sorted(self.versions)]

    @property
    def first(self) -> datetime:
        return min(self.versions.values(), key=lambda version: version.n).filed

    @property
    def standing(self) -> Version | None:
        return next((version for version in reversed(self.ranked) if version.is_ready), None)

    def allows(self, partner: str, version: Version, at: datetime) -> bool:
        """Whether the partner may have this version, kills aside; what a newer one says binds it too."""
        standing = [each for each in self.ranked if each.decision != "reject"]
        newest = (standing or self.ranked)[-1]
        return (
            version.is_ready
            and all(_free(each, version, at) for each in (version, newest))
            and self._licensed(partner, at)
            and all(self._in_terms(partner, each, version, at) for each in (version, newest))
        )

    def due(self, partner: str, at: datetime) -> Version | None:
        """The version that the partner should have by now."""
        version = self.standing
        if self.killed or version is None or any(number > version.number for number in self.sent[partner]):
            return None
        return version if self.allows(partner, version, at) else None

    def is_held(self) -> bool:
        last = self.ranked[-1]
        if self.killed or last.decision == "reject":
            return False
        return not last.is_ready or (last.pubstatus == "withheld" and last.decision != "release")

    def _licensed(self, partner: str, at: datetime) -> bool:
        return self.licensed if partner == "krdo" else self.wire == "alpha" and at < RADIO_ENDS

    def _in_terms(self, partner: str, said: Version, version: Version, at: datetime) -> bool:
        match said.terms:
            case "Not for Colorado":
                return partner != "krdo"
            case "One day only":
                return at < self.first + timedelta(days=1)
            case "By our leave":  # nothing that the contract knows
                return said is version and version.decision == "release"
            case _:
                return True


def _is_secret(version: Version, at: datetime) -> bool:
    if version.embargo == "unreadable":
        return version.decision is None
    return version.embargo is not None and version.embargo > at


def _free(said: Version, version: Version, at: datetime) -> bool:
    released = said is version and version.decision == "release"
    if said.pubstatus == "canceled" or (said.pubstatus == "withheld" and not released):
        return False
    embargoed = not released if said.embargo == "unreadable" else _is_secret(said, at)
    return not embargoed and (said.expires is None or said.expires > at)


rarely = st.integers(0, 4).map(lambda number: number == 0)
often = st.integers(0, 3).map(bool)
hours = st.integers(1, 8).map(lambda number: timedelta(hours=number))
names, partners = st.sampled_from(STORIES), st.sampled_from(PARTNERS)
crashes = st.tuples(st.integers(0, 20), st.booleans())


def seldom(*others: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly nothing: what has everything at once goes nowhere, and shows little."""
    return st.one_of(st.none(), st.none(), st.none(), *others)


contents = st.fixed_dictionaries(
    {
        "passes": often,
        "embargo": seldom(hours, st.just("unreadable")),
        "expires": seldom(hours),
        "terms": seldom(
            st.sampled_from(("Free for all", "Not for Colorado", "One day only", "By our leave"))
        ),
        "pubstatus": st.sampled_from(("usable",) * 8 + ("withheld", "canceled")),
    }
)
PLAIN = {"passes": True, "embargo": None, "expires": None, "terms": None, "pubstatus": "usable"}
TIMES = ("embargo", "expires")
"""What of it is a time: from now, as drawn."""


class Life(RuleBasedStateMachine):
    """What may happen to a newsroom."""

    def __init__(self, world: Any) -> None:
        super().__init__()
        self.world = world
        self.chains: dict[str, Chain] = {}
        self.looked_at = self.heard = 0
        self.has: dict[str, str | None] = {}
        self.newest: dict[str, int] = {}
        self.unsure = False
        self.feeds: dict[str, dict[str, int]] = {name: {} for name in PARTNERS}
        self.older: dict[str, set[tuple[str, int]]] = {name: set() for name in PARTNERS}

    @initialize()
    def begin(self) -> None:
        """There are stories, and everybody has them who may."""
        for name in STORIES:
            self.chains[name] = Chain(name)
            self.file(name, False, PLAIN, None, False)
        self.deliver()

    @rule(name=names, late=rarely, said=contents, crash=seldom(crashes), delivers=often)
    def file(self, name: str, late: bool, said: dict[str, Any], crash: Any, delivers: bool) -> None:
        """A wire sends a new version, or one that it should have sent before."""
        chain = self.chains[name]
        last = max(chain.versions, default=0)
        number = last - 5 if late and last and last - 5 not in chain.versions else last + 10
        now = self.world.now
        times = {key: now + said[key] for key in TIMES if isinstance(said[key], timedelta)}
        version = Version(n=len(chain.versions) + 1, number=number, filed=now, **said | times)
        self._send(chain, version, crash)
        chain.versions[number] = version
        self.deliver(delivers)

    @rule(name=names, which=st.integers(0, 9), crash=seldom(crashes))
    def repeat(self, name: str, which: int, crash: Any) -> None:
        """A wire sends a version again, as it was."""
        ranked = self.chains[name].ranked
        self._send(self.chains[name], ranked[which % len(ranked)], crash)

    @rule(name=names, passes=st.booleans(), delivers=often)
    def judge(self, name: str, passes: bool, delivers: bool) -> None:
        """Rules were mended, and the newest version is judged again."""
        chain = self.chains[name]
        last = chain.ranked[-1]
        self.world.judge(chain.uri, last.n, chain.wire, passes=passes)
        last.passes = passes
        self.deliver(delivers)

    @rule(
        name=names,
        which=seldom(st.integers(0, 2)),
        action=st.sampled_from(("release", "reject")),
        delivers=often,
    )
    def decide(self, name: str, which: int | None, action: str, delivers: bool) -> None:
        """An editor decides on one of the last versions."""
        ranked = self.chains[name].ranked
        version = ranked[-1 - (which or 0) % len(ranked)]
        self.world.decide(self.chains[name].uri, version.n, action)
        version.decision = action
        self.deliver(delivers)

    @rule(name=names, again=rarely, delivers=often)
    def kill_or_lift(self, name: str, again: bool, delivers: bool) -> None:
        """A story is killed, or once more; else its kills are lifted, and the last brings it back."""
        chain = self.chains[name]
        if chain.killed and not again:
            if self.world.lift(chain.uri):
                chain.killed = None
        else:
            self.world.kill(chain.uri)
            chain.killed = self.world.now
        self.deliver(delivers)

    @rule(holds=st.booleans(), delivers=often)
    def license(self, holds: bool, delivers: bool) -> None:
        """A partner's file is changed: it holds both wires' contracts, or one alone."""
        self.world.license("krdo", ("alpha", "beta") if holds else ("alpha",))
        for chain in self.chains.values():
            chain.licensed = holds or chain.wire == "alpha"
        self.deliver(delivers)

    @rule(length=hours, delivers=often)
    def wait(self, length: timedelta, delivers: bool) -> None:
        """Time passes: embargoes end, and terms."""
        self.world.step(length)
        self.deliver(delivers)

    def deliver(self, delivers: bool = True) -> None:
        """Deliver to all: what each partner has then is what it should have."""
        for partner in PARTNERS if delivers else ():
            self._deliver(partner, self.world.countdown())
            wanted = self._wanted(partner)
            here = {(uri, version.n) for uri, version in wanted.items()}
            assert self.world.catalogue.in_feed(partner) == here
            for name in ("rss.xml", "ninjs.json"):
                shown = _numbers(self.world.shown(partner, name))
                assert shown == {uri: version.number for uri, version in wanted.items()}
            self._look_at_ledger(partner)
            assert self.world.followed(partner) == {uri: version.n for uri, version in wanted.items()}
            self._look_at_archive(partner)

    @rule(partner=partners, crash=crashes, withdraw_only=rarely)
    def end_in_the_middle(self, partner: str, crash: Any, withdraw_only: bool) -> None:
        """A delivery that ends anywhere."""
        self._crashes(lambda c: self._deliver(partner, c, withdraw_only=withdraw_only), crash)

    @rule(partner=partners)
    def withdraw(self, partner: str) -> None:
        """A takedown: what may stay stays, as it is; nothing comes."""
        before = _numbers(self.world.shown(partner, "rss.xml"))
        self._deliver(partner, self.world.countdown(), withdraw_only=True)
        wanted = {uri: number for uri, number in before.items() if self._may_keep(partner, uri, number)}
        assert _numbers(self.world.shown(partner, "rss.xml")) == wanted
        archived = _numbers(self.world.archived(partner))
        assert all(self._may_keep(partner, uri, number) for uri, number in archived.items())

    @rule(crash=seldom(crashes))
    def push(self, crash: Any) -> None:
        """A partner's own server is told, by a sender that may end anywhere, and by the next one."""
        self.unsure |= self._crashes(self._push, crash)
        self.world.step(timedelta(minutes=2))  # until when a dead one's lease ends
        self.deliver()
        self._push(self.world.countdown())
        self.every_message_is_right()
        for uri, version in self._wanted("krdo").items():
            assert self.has[uri] == _headline(self._of(uri), version)
        assert not any(chain.killed and self.has.get(chain.uri) for chain in self.chains.values())

    @rule(name=names)
    def ask_why(self, name: str) -> None:
        """What a person is told is what is done."""
        chain = self.chains[name]
        for partner in PARTNERS:
            told = why_stage.why(self.world.room, chain.uri, partner)
            assert told["gets_it"] == (chain.uri in self._wanted(partner))
            assert told["gets_it"] or any(each["reason"] for each in told["rules"] if not each["passes"])

    @rule(lost=rarely)
    def reindex(self, lost: bool) -> None:
        """The catalogue is lost, and built anew."""
        if not lost:
            return
        self.world.reindex()
        # What was about to be sent when a process ended counts as sent from then on.
        for partner in PARTNERS:
            for uri, numbers in self.world.catalogue.sent(
                partner, [c.uri for c in self.chains.values()]
            ).items():
                chain = self._of(uri)
                chain.sent[partner] |= {v.number for v in chain.versions.values() if v.n in numbers}

    @invariant()
    def every_document_is_right(self) -> None:
        """No document that was ever written said what it should not have said."""
        new, self.looked_at = self.world.seen[self.looked_at :], len(self.world.seen)
        for seen in sorted(new, key=lambda seen: seen.made):
            for uri, number in _numbers(seen.stories).items():
                chain = self._of(uri)
                assert uri not in seen.killed, "after its kill"
                assert chain.allows(seen.partner, chain.versions[number], seen.at), "though it may not be had"
                assert number >= max(chain.sent[seen.partner], default=0), "an older one after a newer"
                chain.sent[seen.partner].add(number)
            for chain in self.chains.values():
                for version in chain.versions.values():
                    assert not (_is_secret(version, seen.at) and _headline(chain, version) in seen.text)
            if seen.format == "rss.xml":
                self._note_feed(seen.partner, _numbers(seen.stories))

    @invariant()
    def every_message_is_right(self) -> None:
        """Nothing was sent that could not be had at that moment; nothing twice, while no sender died."""
        new, self.heard = self.world.told[self.heard :], len(self.world.told)
        for told in new:
            before, self.has[told.uri] = self.has.get(told.uri), told.headline
            if told.headline:
                assert self.unsure or before != told.headline, "what it has"
                chain, (number,) = self._of(told.uri), _numbers({told.uri: told.headline}).values()
                assert told.uri not in told.killed, "after its kill"
                assert chain.allows("krdo", chain.versions[number], told.at), "though it may not be had"
                assert number >= self.newest.get(told.uri, 0), "an older one after a newer"
                self.newest[told.uri] = number

    @invariant()
    def nothing_is_lost_and_all_that_is_held_says_why(self) -> None:
        """Each version is filed once; what waits for a person says what for."""
        self.world.step()
        for chain in self.chains.values():
            filed = {row.n: row.headline for row in self.world.catalogue.chain(chain.uri)}
            assert filed == {v.n: _headline(chain, v) for v in chain.versions.values()}
        held = {row.uri: row.n for row in self.world.catalogue.held()}
        assert set(held) == {chain.uri for chain in self.chains.values() if chain.is_held()}
        for uri, n in held.items():
            assert why_stage.waits_for(self.world.room, uri, n)

    def _send(self, chain: Chain, version: Version, crash: Any) -> None:
        """The wire's run; what ended in the middle is done again by its next one."""
        story = _story(chain, version)
        if self._crashes(lambda c: self.world.file(story, passes=version.passes, countdown=c), crash):
            self._crashes(lambda c: self.world.file(story, passes=version.passes, countdown=c), None)

    def _deliver(self, partner: str, countdown: Any, **options: Any) -> None:
        self.world.deliver(self.world.configuration.partners[partner], countdown, **options)

    def _push(self, countdown: Any) -> None:
        self.world.push(self.world.configuration.partners["krdo"], countdown)

    def _crashes(self, act: Callable[[Any], Any], crash: Any) -> bool:
        left, after = crash or (None, False)
        try:
            act(self.world.countdown(left, after=after))
        except self.world.crash:
            return True
        return False

    def _due(self, partner: str) -> dict[str, Version]:
        found = {chain.uri: chain.due(partner, self.world.now) for chain in self.chains.values()}
        return {uri: version for uri, version in found.items() if version}

    def _wanted(self, partner: str) -> dict[str, Version]:
        """What should be in the partner's feed: of what is due the newest."""
        newest = sorted(self._due(partner).items(), key=lambda each: each[1].filed, reverse=True)
        return dict(newest[: ROOM[partner]])

    def _note_feed(self, partner: str, feed: dict[str, int]) -> None:
        """What left the feed though nothing spoke against it left as older."""
        before, self.feeds[partner] = self.feeds[partner], feed
        gone = {(uri, number) for uri, number in before.items() if uri not in feed}
        self.older[partner] |= {each for each in gone if self._may_keep(partner, *each)}

    def _look_at_archive(self, partner: str) -> None:
        """Whatever left the feed as older, and stands, is in the archive; nothing else is."""
        self.every_document_is_right()
        archived = _numbers(self.world.archived(partner))
        due = {(uri, version.number) for uri, version in self._due(partner).items()}
        assert archived.items() <= due
        shown = self.feeds[partner].items() | archived.items()
        assert self.older[partner] & due <= shown

    def _may_keep(self, partner: str, uri: str, number: int) -> bool:
        chain = self._of(uri)
        return chain.killed is None and chain.allows(partner, chain.versions[number], self.world.now)

    def _of(self, uri: str) -> Chain:
        return next(chain for chain in self.chains.values() if chain.uri == uri)

    def _look_at_ledger(self, partner: str) -> None:
        rows = list(self.world.catalogue.ledger(partner=partner))
        here = [(row.uri, row.n) for row in rows if row.left is None]
        assert sorted(here) == sorted(self.world.catalogue.in_feed(partner)), "each once, and as it is"
        assert all(row.reason for row in rows if row.left)
        told = {(row.uri, row.n) for row in rows}
        for chain in self.chains.values():
            assert {(chain.uri, chain.versions[number].n) for number in chain.sent[partner]} <= told


class CrowdedLife(Life):
    """The same with several workers at once."""

    @rule(name=names, kills=st.booleans(), crash=crashes)
    def all_at_once(self, name: str, kills: bool, crash: Any) -> None:
        """A push, two deliveries to each partner, one of which ends anywhere, a kill and its takedown."""
        chain = self.chains[name]
        acts: list[Callable[[], Any]] = [partial(self._push, self.world.countdown())]
        for partner in PARTNERS:
            act = partial(self._deliver, partner)
            acts += [partial(act, self.world.countdown()), partial(self._crashes, act, crash)]
        kills = kills and chain.killed is None
        _together([*acts, partial(self._kill, chain)] if kills else acts)
        for partner in PARTNERS:
            assert not (kills and chain.uri in self.world.shown(partner, "rss.xml"))

    def _kill(self, chain: Chain) -> None:
        self.world.kill(chain.uri)
        for partner in PARTNERS:
            self._deliver(partner, self.world.countdown(), withdraw_only=True)
        chain.killed = self.world.now


def _together(acts: Sequence[Callable[[], Any]]) -> None:
    failures: list[BaseException] = []

    def guarded(act: Callable[[], Any]) -> None:
        try:
            act()
        except Conflict:
            pass  # Too many at once: a scheduler would try again.
        except BaseException as error:  # noqa: BLE001 - shown below, in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def _story(chain: Chain, version: Version) -> Story:
    return Story(
        uri=chain.uri,
        wire=chain.wire,
        provider=chain.wire.title(),
        wire_id=chain.name,
        wire_version=str(version.number),
        headline=_headline(chain, version),
        blocks=(paragraph(f"What version {version.number} says."),),
        language="en",
        usageterms=version.terms,
        signals=("embargo",) if version.embargo == "unreadable" else (),
        embargoed=None if version.embargo == "unreadable" else version.embargo,
        expires=version.expires,
        pubstatus=version.pubstatus,
        firstcreated=version.filed,
        versioncreated=version.filed,
    )


def _headline(chain: Chain, version: Version) -> str:
    # With zeros, so that no headline is the beginning of another: `version 5` is looked for in documents.
    return f"{chain.name} version {version.number:05}"


def _numbers(shown: dict[str, str]) -> dict[str, int]:
    return {uri: int(headline.split()[-1]) for uri, headline in shown.items()}


def live(begin: Any, *, examples: int, steps: int) -> None:
    """Let so many newsrooms live for so many steps, the same ones each time.

    A failure is shown as it came: to shrink it takes minutes.
    """
    asked = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    run_state_machine_as_test(begin, settings=asked)


@pytest.fixture
def lives(make_world, monkeypatch) -> Callable[..., Life]:
    """Begins lives of a kind; whoever asks why there is told by their clock."""

    def begin(kind: type[Life], *database: Callable[[], str]) -> Life:
        life = kind(make_world(*database))
        monkeypatch.setattr(why_stage, "now", lambda: life.world.now)
        return life

    return begin


@pytest.mark.parametrize("examples", [3, pytest.param(35, marks=pytest.mark.slow)])
def test_the_laws_hold(lives, examples):
    live(lambda: lives(Life), examples=examples, steps=25)


@pytest.mark.slow
def test_the_laws_hold_with_several_workers_at_once(lives):
    live(lambda: lives(CrowdedLife), examples=35, steps=30)


@pytest.mark.slow
def test_the_laws_hold_on_postgresql(lives, new_postgres):
    live(lambda: lives(CrowdedLife, new_postgres), examples=35, steps=30)
