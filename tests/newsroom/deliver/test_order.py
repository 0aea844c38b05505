"""Several deliveries at once, killed at any moment: revisions only rise, and nothing comes after its kill.

The bucket keeps every version of a partner's documents, so that the whole of what anyone could have read is
looked at, and not what a reader happened to see.
"""

import contextlib
import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from multiprocessing.context import ForkProcess
from typing import Any, Self

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
    Rights,
    RightsProfile,
    Wire,
    load,
)
from newsroom.deliver.round import Round
from newsroom.deliver.tick import deliver_in
from newsroom.store.bucket import Bucket, Conflict
from newsroom.store.catalogue import Catalogue
from newsroom.store.kills import Kill, file_kills
from newsroom.store.revisions import Draft, file_stories, file_verdicts
from newsroom.story import Finding, Story, Verdict, paragraph, story_uri

PARTNER = Partner(id="krdo", name="KRDO", product=Product(newest=20), licences=(Licence(profile="sample"),))
CONTRACT = RightsProfile(id="sample", title="Sample contract", grants={"all": Limits()})
WORKERS = 3
STORIES, KILLS, CRASHES = 12, 8, 10
SECONDS = 90.0
"""How long it may take to see so many kills and crashes; it takes a fifth of that on a machine of its own."""

FEEDS = [f"partners/krdo/{name}" for name in ("rss.xml", "ninjs.json")]


class Slow(Bucket):
    """A bucket that takes its time, so that much happens between a choice and its write."""

    def put(self, key: str, body: bytes, **options: Any) -> str:
        if key.startswith("partners/"):
            time.sleep(random.random() * 0.15)  # noqa: S311
        return super().put(key, body, **options)


def work() -> None:
    """Deliver without a pause, until the process is killed."""
    bucket, catalogue = Slow.from_environment(), Catalogue.open()
    while True:
        # Too many at once: a scheduler would try again.
        with contextlib.suppress(Conflict):
            deliver_in(
                Round(configuration(), bucket, catalogue, datetime.now(UTC)), PARTNER, run=str(os.getpid())
            )


def configuration() -> Configuration:
    wire = Wire(
        id="sample",
        provider="Sample",
        feeds=(Feed(id="all", url="https://a.example/"),),
        rights=Rights(profile="sample"),
    )
    house = House(name="Front Range Desk", contact="desk@a.example")
    return replace(
        load(), house=house, wires={"sample": wire}, partners={"krdo": PARTNER}, rights={"sample": CONTRACT}
    )


def uri(number: int) -> str:
    return story_uri("sample", str(number))


@dataclass
class Sender:
    """Files rising revisions of some stories, each of which says its number."""

    bucket: Bucket
    catalogue: Catalogue
    count: dict[int, int] = field(default_factory=dict)

    def revise(self, number: int) -> None:
        n = self.count[number] = self.count.get(number, 0) + 1
        moment = datetime.now(UTC)
        story = Story(
            uri=uri(number),
            wire="sample",
            provider="Sample",
            headline=f"story {number} version {n}",
            blocks=(paragraph(f"Text {n}."),),
            language="en",
            firstcreated=moment,
            versioncreated=moment,
        )
        draft = Draft(story, ("raw/x",), str(number), story.content_hash)
        (where,) = file_stories(self.bucket, self.catalogue, [draft], reader="test", run=None, now=moment)
        finding = Finding(rule="byline", field="byline", severity="critical", passed=True)
        verdict = Verdict(
            uri=where.uri, n=where.n, scope="wire:sample", ruleset="r", checked_at=moment, findings=(finding,)
        )
        file_verdicts(self.bucket, self.catalogue, [verdict], "sample")

    def kill(self, number: int) -> None:
        moment = datetime.now(UTC)
        told = Kill(uri=uri(number), evidence="e", at=moment, source="editor", by="ed", reason="libel")
        file_kills(self.bucket, self.catalogue, [told])


@pytest.fixture
def versioned(s3, s3_client, monkeypatch) -> Iterator[Bucket]:
    """A bucket that keeps every version of every object."""
    bucket = Bucket(s3_client, "tests-order")
    bucket.make()
    s3_client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    monkeypatch.setenv("NEWSROOM_BUCKET", bucket.name)
    yield bucket
    for page in s3_client.get_paginator("list_object_versions").paginate(Bucket=bucket.name):
        for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            s3_client.delete_object(Bucket=bucket.name, Key=each["Key"], VersionId=each["VersionId"])


@dataclass(frozen=True)
class Version:
    """A document as it once was: its id, the version of each story by uri, and when it was made."""

    id: str
    stories: dict[str, int]
    made: datetime


def history(bucket: Bucket, key: str) -> list[Version]:
    """Every version of a document in the order in which they were written, as the server has it."""
    listed = bucket.client.list_object_versions(Bucket=bucket.name, Prefix=key)["Versions"]
    found = []
    for each in reversed(listed):
        answer = bucket.client.get_object(Bucket=bucket.name, Key=key, VersionId=each["VersionId"])
        made = datetime.fromisoformat(answer["Metadata"]["made"])
        found.append(Version(each["VersionId"], told(key, answer["Body"].read()), made))
    return found


def told(key: str, body: bytes) -> dict[str, int]:
    if key.endswith(".xml"):
        return {entry.id: int(entry.title.split()[-1]) for entry in feedparser.parse(body).entries}
    items = orjson.loads(body).get("associations", [])
    return {item["uri"]: int(item["name"].split()[-1]) for item in items if item["pubStatus"] == "usable"}


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request, tmp_path, monkeypatch) -> Iterator[Catalogue]:
    url = f"sqlite:///{tmp_path / 'catalogue.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    monkeypatch.setenv("NEWSROOM_CATALOGUE", url)
    opened = Catalogue.open(url)
    yield opened
    opened.close()


@dataclass
class Crowd:
    """Workers that deliver without a pause; any of them may be killed at any moment."""

    dice: random.Random
    crashes: int = 0
    workers: list[ForkProcess] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.workers = [self.start() for _ in range(WORKERS)]
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            worker.kill()
            worker.join()

    def start(self) -> ForkProcess:
        worker = multiprocessing.get_context("fork").Process(target=work, daemon=True)
        worker.start()
        return worker

    def crash(self) -> None:
        victim = self.dice.randrange(WORKERS)
        self.workers[victim].kill()  # SIGKILL: nothing of it gets to tidy up
        self.workers[victim].join()
        self.workers[victim] = self.start()
        self.crashes += 1


@pytest.mark.slow
def test_revisions_only_rise_and_nothing_follows_its_kill(s3, versioned, shared, monkeypatch):
    dice = random.Random(7)  # noqa: S311 - the same dice each time
    for name, value in (s3.environment() | {"NEWSROOM_BUCKET": versioned.name}).items():
        monkeypatch.setenv(name, value)
    sender = Sender(versioned, shared)
    for number in range(STORIES):
        sender.revise(number)
    before: dict[str, dict[str, set[str]]] = {}
    with Crowd(dice) as crowd:
        wait_for(versioned, FEEDS[-1])
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and (len(before) < KILLS or crowd.crashes < CRASHES):
            sender.revise(dice.randrange(STORIES))
            alive = [number for number in sender.count if uri(number) not in before]
            if dice.random() < 0.2 and len(before) < KILLS:
                # A new story, or a new version, is on its way when the kill comes.
                number = dice.choice([dice.choice(alive), len(sender.count)])
                sender.revise(number)
                time.sleep(dice.random() * 0.2)
                sender.kill(number)
                take_down(versioned, shared)
                before[uri(number)] = {key: {each.id for each in history(versioned, key)} for key in FEEDS}
            if dice.random() < 0.3:
                crowd.crash()
            time.sleep(dice.random() * 0.3)
    deliver_in(Round(configuration(), versioned, shared, datetime.now(UTC)), PARTNER, run="last")
    assert (len(before), crowd.crashes >= CRASHES) == (KILLS, True)
    for key in FEEDS:
        versions = history(versioned, key)
        assert len(versions) > 2 * KILLS
        assert [each.made for each in versions] == sorted({each.made for each in versions})
        assert_order(versions, {story: there[key] for story, there in before.items()})
        wanted = {uri(n): last for n, last in sender.count.items() if uri(n) not in before}
        assert versions[-1].stories == wanted


def assert_order(versions: "list[Version]", before_kill: dict[str, set[str]]) -> None:
    """Each story's versions rise, and none stands in a document written after its kill took effect."""
    seen: dict[str, int] = {}
    for version in versions:
        for story, n in version.stories.items():
            assert n >= seen.get(story, 0), f"version {n} of {story} after {seen[story]}"
            assert story not in before_kill or version.id in before_kill[story], f"{story} after its kill"
            seen[story] = n


def wait_for(bucket: Bucket, key: str) -> None:
    until = time.monotonic() + 60
    while bucket.stat(key) is None:
        assert time.monotonic() < until, f"nobody wrote {key}"
        time.sleep(0.1)


def take_down(bucket: Bucket, catalogue: Catalogue) -> None:
    """Reach the partner, as the takedown does, until it has the receipt."""
    until = time.monotonic() + 30
    while catalogue.partners_due():
        assert time.monotonic() < until, "the kill did not reach the partner"
        deliver_in(
            Round(configuration(), bucket, catalogue, datetime.now(UTC)),
            PARTNER,
            run="takedown",
            withdraw_only=True,
        )
