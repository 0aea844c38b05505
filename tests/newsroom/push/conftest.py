"""A desk whose stories come and go, and a partner that is told of each."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import pytest

from newsroom.config import (
    Configuration,
    Feed,
    House,
    Licence,
    Limits,
    Partner,
    Product,
    Rights,
    RightsProfile,
    Wire,
    load,
)
from newsroom.config.push import Push, Webhook
from newsroom.connections import BadConnection, Connection, FromEnvironment
from newsroom.deliver.round import Round
from newsroom.deliver.tick import deliver_in
from newsroom.push.sender import Pushed, Sender
from newsroom.stages import Newsroom
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue, MessageRow
from newsroom.store.kills import Kill, Lift, file_kills, file_lift
from newsroom.store.outbox import PushOutcome
from newsroom.story import Story, paragraph, story_uri

written = lru_cache(load)
"""The configuration of this checkout: its house rules are the tests' own."""

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class Known(FromEnvironment):
    """The connections that a test made."""

    known: dict[str, Connection]

    def get(self, name: str) -> Connection:
        if name not in self.known:
            raise BadConnection(name, "nothing found")
        return self.known[name]


@dataclass
class Desk:
    """A newsroom with one wire and one partner; its clock stands still until it is moved."""

    bucket: Bucket
    catalogue: Catalogue
    connections: dict[str, Connection]
    targets: tuple[Push, ...]
    file_judged: Callable[..., Any]
    now: datetime = NOON
    slept: list[float] = field(default_factory=list)
    enabled: bool = True
    newest: int = 10

    @property
    def partner(self) -> Partner:
        return Partner(
            id="krdo",
            name="KRDO",
            enabled=self.enabled,
            product=Product(newest=self.newest),
            licences=(Licence(profile="sample"),),
            push=self.targets,
        )

    @property
    def configuration(self) -> Configuration:
        wire = Wire(
            id="sample",
            provider="Sample Newsource",
            feeds=(Feed(id="all", url="https://a.example/"),),
            rights=Rights(profile="sample"),
        )
        contract = RightsProfile(id="sample", title="Sample contract", grants={"all": Limits()})
        house = House(name="Front Range Desk", contact="desk@frontrange.example")
        return replace(
            written(),
            house=house,
            wires={"sample": wire},
            partners={"krdo": self.partner},
            rights={"sample": contract},
        )

    @property
    def room(self) -> Newsroom:
        return Newsroom(self.configuration, self.bucket, self.catalogue, Known(self.connections))

    def later(self, **spans: float) -> None:
        self.now += timedelta(**spans)

    def uri(self, name: str) -> str:
        return story_uri("sample", name)

    def file(
        self, *names: str, text: str = "The reservoir stays.", passed: bool = True, **fields: Any
    ) -> None:
        """File a revision of each story, judged by the wire's rules."""
        self.later(seconds=1)
        plain: dict[str, Any] = {"language": "en", "firstcreated": NOON, "versioncreated": self.now}
        stories = [
            Story(
                uri=self.uri(name),
                wire="sample",
                provider="Sample Newsource",
                blocks=(paragraph(text),),
                **(plain | {"headline": name} | fields),
            )
            for name in names
        ]
        self.file_judged(self.bucket, self.catalogue, stories, self.now, passed=passed)

    def kill(self, name: str, evidence: str = "e") -> None:
        self.later(seconds=1)
        told = Kill(
            uri=self.uri(name), evidence=evidence, at=self.now, source="editor", by="ed", reason="libel"
        )
        file_kills(self.bucket, self.catalogue, [told])

    def lift(self, name: str, *evidence: str) -> None:
        self.later(seconds=1)
        told = Lift(uri=self.uri(name), at=self.now, by="ed", reason="settled", evidence=evidence)
        file_lift(self.bucket, self.catalogue, told)

    def deliver(self, **options: Any) -> None:
        """Bring the partner's feeds up to date, which is what messages follow from."""
        self.later(seconds=1)
        deliver_in(
            Round(self.configuration, self.bucket, self.catalogue, self.now), self.partner, run="r", **options
        )

    def publish(self, *names: str, **fields: Any) -> None:
        """File and deliver, one story after the other."""
        for name in names:
            self.file(name, **fields)
            self.deliver()

    def sender(self, target: str = "webhook", **options: Any) -> Sender:
        chosen = next(each for each in self.targets if each.id == target)
        return Sender(
            self.room,
            self.partner,
            chosen,
            clock=lambda: self.now,
            sleep=self.sleep,
            **options,
        )

    def push(self, target: str = "webhook", **options: Any) -> Pushed:
        self.later(seconds=1)
        return self.sender(target, **options).run()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.later(seconds=seconds)

    def messages(self, state: Any = None) -> list[MessageRow]:
        return self.catalogue.messages(partner="krdo", state=state)

    def outcomes(self) -> list[PushOutcome]:
        return [PushOutcome.from_json(self.bucket.get(key)) for key in self.bucket.keys("pushed/krdo/")]


@pytest.fixture
def desk(bucket: Bucket, catalogue: Catalogue, receiver, file_judged) -> Desk:
    hook = Webhook(
        kind="webhook",
        connection="krdo_cms",
        timeout_seconds=20,
        private_addresses=("127.0.0.0/8",),
        ports=(receiver.server_port,),
    )
    connection = Connection("krdo_cms", "http", host=receiver.url, password=receiver.secret)
    made = Desk(bucket, catalogue, {"krdo_cms": connection}, (hook,), file_judged)
    made.push()  # what comes from now on is told
    return made
