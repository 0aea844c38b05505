"""A newsroom whose every write may be its last, and whose every document is kept as it was when written."""

import itertools
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import feedparser
import orjson
import pytest

from newsroom.config import (
    Configuration,
    Feed,
    House,
    Licence,
    Limits,
    Partner,
    Product,
    Publishes,
    Rights,
    RightsProfile,
    Term,
    Wire,
    load,
)
from newsroom.config.push import Webhook
from newsroom.connections import Connection, FromEnvironment
from newsroom.deliver.round import Round
from newsroom.deliver.tick import deliver_in
from newsroom.deliver.unchanged import unchanged
from newsroom.push.sender import Sender
from newsroom.stages import Newsroom
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue, Decision
from newsroom.store.kills import Kill, Lift, file_kills, file_lift
from newsroom.store.reindex import reindex
from newsroom.store.revisions import Draft, Filed, file_decision, file_stories, file_verdicts
from newsroom.story import Finding, Story, Verdict, digest

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Crash(BaseException):
    """The process ends here; nothing in the pipeline may catch it."""


@dataclass
class Countdown:
    """Lets so many calls through, and crashes at the next one: before it, or right after it was done."""

    left: int | None = None
    after: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def around(self) -> Iterator[None]:
        with self._lock:
            now = self.left == 0
            if self.left is not None:
                self.left -= 1
        if now and not self.after:
            raise Crash
        yield
        if now:
            raise Crash


@dataclass(frozen=True)
class Seen:
    """A partner's document at the moment it was written: what anyone could read from then on.

    `made` is later for what was written later, whichever of two deliveries was the first to tell. `stories`
    are the headlines that it shows, by uri; `killed` are the stories that were dead before the delivery that
    wrote it began.
    """

    partner: str
    format: str
    at: datetime
    made: str
    stories: dict[str, str]
    text: str
    killed: frozenset[str]


class Watched(Bucket):
    """A bucket under a countdown, that tells of each of a partner's documents once it lies there."""

    def __init__(self, of: Bucket, countdown: Countdown, tell: Callable[[str, bytes, str], None]) -> None:
        super().__init__(of.client, of.name)
        self._countdown, self._tell = countdown, tell

    def _call(self, key: str, operation: Callable[..., Any], **asked: Any) -> Any:
        with self._countdown.around():
            done = super()._call(key, operation, **asked)
            if key.startswith("partners/") and "Body" in asked:
                self._tell(key, asked["Body"], asked["Metadata"].get("made", ""))
            return done


def under(countdown: Countdown, catalogue: Catalogue) -> Catalogue:
    """The same catalogue, each of whose writes may be the last."""

    class Counted(Catalogue):
        @contextmanager
        def writing(self) -> Iterator[Any]:
            with countdown.around(), super().writing() as connection:
                yield connection

    return Counted(catalogue.engine)


SHOWN = {
    "rss.xml": lambda body: {entry.id: entry.title for entry in feedparser.parse(body).entries},
    "ninjs.json": lambda body: {
        item["uri"]: item["name"]
        for item in orjson.loads(body).get("associations", ())
        if item["pubStatus"] == "usable"
    },
}
"""How to tell what a document shows; a page of the archive as the feed does."""

PAGE = re.compile(r"archive-.*-(rss\.xml)")


@dataclass(frozen=True)
class Told:
    """What a partner's own server was told, and when: of a withdrawal `headline` is None."""

    id: str
    at: datetime
    uri: str
    headline: str | None
    killed: frozenset[str]


@dataclass
class OneServer(FromEnvironment):
    """The connection to the one server that a partner has."""

    connection: Connection

    def get(self, name: str) -> Connection:
        return self.connection


@lru_cache
def _configured() -> Configuration:
    """Two wires, each with its contract, and two partners.

    One's feed holds two stories, a page of its archive one. The other holds one contract alone, for a time.
    """
    wires = {
        name: Wire(
            id=name,
            provider=name.title(),
            feeds=(Feed(id="all", url=f"https://{name}.example/"),),
            rights=Rights(profile=name),
        )
        for name in ("alpha", "beta")
    }
    terms = (
        Term(text="Not for Colorado", not_in=("US-CO",)),
        Term(text="One day only", term_days=1),
        Term(text="Free for all"),
    )
    rights = {
        name: RightsProfile(id=name, title=f"{name} contract", terms=terms, grants={"all": Limits()})
        for name in wires
    }
    formats = ("rss", "ninjs")
    partners = (
        Partner(
            id="krdo",
            name="KRDO",
            product=Product(newest=2),
            archive_days=30,
            publishes=Publishes(territories=("US-CO",), channels=("web",)),
            licences=(Licence(profile="alpha"), Licence(profile="beta")),
            formats=formats,
        ),
        Partner(
            id="radio",
            name="Radio",
            product=Product(newest=100, wires=("alpha", "beta")),
            publishes=Publishes(territories=("US-NM",), channels=("web",)),
            licences=(Licence(profile="alpha", valid_until=(START + timedelta(days=2)).date()),),
            formats=formats,
        ),
    )
    house = House(name="Front Range Desk", contact="desk@a.example")
    return replace(
        load(), house=house, wires=wires, rights=rights, partners={each.id: each for each in partners}
    )


@dataclass
class World:
    """Two wires and two partners over a real bucket and a real catalogue; its clock is ours."""

    bucket: Bucket
    catalogue: Catalogue
    reopen: Callable[[], Catalogue]
    receiver: Any
    now: datetime = START
    told: list[Told] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)
    configuration: Configuration = field(default_factory=_configured)

    crash = Crash
    countdown = Countdown

    @property
    def room(self) -> Newsroom:
        return Newsroom(self.configuration, self.bucket, self.catalogue)

    def step(self, length: timedelta = timedelta(seconds=1)) -> None:
        """Let time pass; no two things happen at one moment."""
        self.now += length

    def file(self, story: Story, *, passes: bool, countdown: Countdown) -> Filed:
        """File a version and what the checks say of it, as the store stage does."""
        bucket, catalogue = self._under(countdown)
        draft = Draft(story, ("raw/x",), digest(story.uri), story.content_hash)
        (where,) = file_stories(bucket, catalogue, [draft], reader="test", run=None, now=self.now)
        self.judge(where.uri, where.n, story.wire, passes=passes, countdown=countdown)
        return where

    def judge(self, uri: str, n: int, wire: str, *, passes: bool, countdown: Countdown | None = None) -> None:
        bucket, catalogue = self._under(countdown or Countdown())
        reason = "" if passes else "byline: nothing found; wanted a name"
        finding = Finding(rule="byline", field="byline", severity="critical", passed=passes, reason=reason)
        verdict = Verdict(
            uri=uri, n=n, scope=f"wire:{wire}", ruleset="r", checked_at=self.now, findings=(finding,)
        )
        file_verdicts(bucket, catalogue, [verdict], wire)

    def decide(self, uri: str, n: int, action: Any) -> None:
        decision = Decision(uri=uri, n=n, action=action, by="ed", reason="by telephone", at=self.now)
        file_decision(self.bucket, self.catalogue, decision)

    def license(self, name: str, profiles: Sequence[str]) -> None:
        """From now on the partner holds these contracts."""
        licences = tuple(Licence(profile=each) for each in profiles)
        partner = self.configuration.partners[name].model_copy(update={"licences": licences})
        self.configuration = replace(
            self.configuration, partners={**self.configuration.partners, name: partner}
        )

    def kill(self, uri: str) -> None:
        evidence = digest(f"{uri}{self.now}")
        told = Kill(uri=uri, evidence=evidence, at=self.now, source="editor", by="ed", reason="libel")
        file_kills(self.bucket, self.catalogue, [told])
        self.dead.add(uri)

    def lift(self, uri: str) -> bool:
        """Lift the first kill that stands; returns whether none is left."""
        first, *left = self.catalogue.kills(uri, standing=True)
        evidence = (first.evidence,)
        told = Lift(uri=uri, at=self.now, by="ed", reason="it was another", evidence=evidence)
        file_lift(self.bucket, self.catalogue, told)
        if not left:
            self.dead.remove(uri)
        return not left

    def deliver(self, partner: Partner, countdown: Countdown, *, withdraw_only: bool = False) -> None:
        """A tick: as the delivery does it, it is over where nothing changed."""
        bucket, catalogue = self._under(countdown)
        configuration = replace(
            self.configuration, partners=self.configuration.partners | {partner.id: partner}
        )
        shared = Round(configuration, bucket, catalogue, self.now)
        if withdraw_only or partner.id not in unchanged(shared, [partner]):
            deliver_in(shared, partner, run="run", withdraw_only=withdraw_only)

    def push(self, partner: Partner, countdown: Countdown) -> None:
        """Tell the partner's own server what waits."""
        bucket, catalogue = self._under(countdown)
        connection = Connection("cms", "http", host=self.receiver.url, password=self.receiver.secret)
        room = Newsroom(self.configuration, bucket, catalogue, OneServer(connection))
        hook = Webhook(
            kind="webhook",
            connection="cms",
            private_addresses=("127.0.0.0/8",),
            ports=(self.receiver.server_port,),
        )
        before, killed = len(self.receiver.taken), frozenset(self.dead)
        try:
            Sender(room, partner, hook, clock=lambda: self.now, sleep=self._sleep).run()
        finally:
            for each, payload in self.receiver.taken[before:]:
                item = payload["data"]
                headline = item["headlines"][0]["value"] if item["pubStatus"] == "usable" else None
                self.told.append(Told(each, self.now, item["uri"], headline, killed))

    def reindex(self) -> None:
        """Lose the catalogue, and build it anew from the bucket."""
        self.catalogue = self.reopen()
        assert reindex(self.bucket, self.catalogue)["broken"] == 0

    def shown(self, partner: str, name: str) -> dict[str, str]:
        """What the document that lies there shows: the last that was written; nothing where there is none."""
        there = [seen for seen in self.seen if (seen.partner, seen.format) == (partner, name)]
        return max(there, key=lambda seen: seen.made).stories if there else {}

    def archived(self, partner: str) -> dict[str, str]:
        """What the pages of its archive show, from the one that the feed links to back to the first."""
        found: dict[str, str] = {}
        name: str | None = "rss.xml"
        while name:
            body = self.bucket.get(f"partners/{partner}/{name}")
            found |= SHOWN["rss.xml"](body) if PAGE.fullmatch(name) else {}
            links = {link.rel: link.href for link in feedparser.parse(body).feed.links}
            name = links.get("prev-archive")
        return found

    def followed(self, partner: str) -> dict[str, int]:
        """What a machine has that follows the partner's change feed from its beginning."""
        found: dict[str, int] = {}
        for change in self._changes(partner, "changes.json"):
            if change["kind"] in ("entered", "updated"):
                found[change["uri"]] = change["n"]
            else:
                found.pop(change["uri"], None)
        return found

    def _sleep(self, seconds: float) -> None:
        self.step(timedelta(seconds=seconds))

    def _changes(self, partner: str, name: str) -> list[dict[str, Any]]:
        page = orjson.loads(self.bucket.get(f"partners/{partner}/{name}"))
        before = self._changes(partner, page["previous"]) if "previous" in page else []
        return [*before, *page["changes"]]

    def _under(self, countdown: Countdown) -> tuple[Bucket, Catalogue]:
        killed = frozenset(self.dead)

        def tell(key: str, body: bytes, made: str) -> None:
            _, partner, name = key.split("/", 2)
            page = PAGE.fullmatch(name)
            if read := SHOWN.get(page[1] if page else name):
                stories = read(body)
                self.seen.append(Seen(partner, name, self.now, made, stories, body.decode(), killed))

        return Watched(self.bucket, countdown, tell), under(countdown, self.catalogue)


def empty(bucket: Bucket) -> None:
    keys: list[ObjectIdentifierTypeDef] = [{"Key": key} for key in bucket.keys("")]
    if keys:
        bucket.client.delete_objects(Bucket=bucket.name, Delete={"Objects": keys, "Quiet": True})


@pytest.fixture
def make_world(bucket: Bucket, receiver: Any, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes worlds with nothing in them; `database` gives the URL of an empty database each time."""
    numbers = itertools.count()
    opened: list[Catalogue] = []

    def sqlite() -> str:
        return f"sqlite:///{tmp_path}/catalogue-{next(numbers)}.db"

    def make(database: Callable[[], str] = sqlite) -> World:
        def reopen() -> Catalogue:
            while opened:
                opened.pop().close()
            opened.append(Catalogue.open(database()))
            return opened[-1]

        empty(bucket)
        return World(bucket, reopen(), reopen, receiver)

    yield make
    for each in opened:
        each.close()
