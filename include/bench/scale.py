"""One tick of delivery to very many partners: seconds, memory, and how both grow with the partners.

Partners are as a syndicator has them: some dozens of products, shared by many, in the formats that they read.
Each new story enters most of the feeds.
"""

import random
import resource
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from bench.figures import Figure
from newsroom.config import (
    Configuration,
    Feed,
    Licence,
    Limits,
    Partner,
    Product,
    Rights,
    RightsProfile,
    Wire,
    load,
)
from newsroom.config.partner import Format
from newsroom.stages import Newsroom
from newsroom.stages.deliver import deliver_changed
from newsroom.store import keys
from newsroom.store.bucket import Bucket, client_config
from newsroom.store.catalogue import Catalogue
from newsroom.story import Finding, Revision, Story, Subject, Verdict, paragraph, story_uri
from standalone.seaweedfs import SeaweedFS, free_ports
from wiring.tasks import shares

STORIES, NEW = 10_000, 20
"""How many stories are live, and how many come before the tick."""

PARTNERS, SIZES = 1_000, (10, 100)
"""How many partners there are at the most, and how many to see the growth."""

SECONDS, MEGABYTES = 60.0, 500.0
"""What the tick may take with the most of them, and one process of it."""

PROCESSES = 2
"""How many tasks of a tick are under way at once."""

WIRES, TOPICS, PRODUCTS = 4, 12, 60

FORMATS: tuple[tuple[Format, ...], ...] = (
    ("rss", "ninjs"),
    ("rss_wordpress",),
    ("atom", "jsonfeed"),
    ("rss",),
    ("newsml_g2",),
)

WORDS = ("council", "river", "budget", "would", "the", "of", "new", "plan", "water", "when", "many", "towns")

LICENCES = (Licence(profile="contract"),)


@dataclass(frozen=True)
class Desk:
    """Where a process finds what it delivers from."""

    folder: Path
    port: int
    partners: int

    def server(self) -> SeaweedFS:
        """The S3 server, not started."""
        keys = {"access_key": "bench", "secret_key": "bench-key"}
        return SeaweedFS(self.folder / "s3", port=self.port, bucket="bench", **keys)

    def bucket(self) -> Bucket:
        """The server's bucket."""
        return Bucket(self.server().client(client_config()), "bench")

    def room(self) -> Newsroom:
        """The newsroom, opened."""
        catalogue = Catalogue.open(f"sqlite:///{self.folder / 'catalogue.db'}")
        return Newsroom(configuration(self.partners), self.bucket(), catalogue)


def measure(folder: Path, partners: int = PARTNERS, stories: int = STORIES) -> Iterator[Figure]:
    """Bring the feeds of so many partners up to date after some new stories came."""
    dice = random.Random(11)  # noqa: S311 - the same stories each time
    port = free_ports(1)[0]
    took: dict[int, float] = {}
    memory = 0.0
    with Desk(folder, port, 1).server():
        file_stories(Desk(folder, port, 1).room(), dice, range(stories))
        came = stories
        for size in (*SIZES, partners):
            desk = Desk(folder, port, size)
            tick(desk)  # all that is there
            file_stories(desk.room(), dice, range(came, came + NEW))
            came += NEW
            began = time.perf_counter()
            done = tick(desk)
            took[size] = time.perf_counter() - began
            changed = sum(each.changed for each in done)
            if changed < size * 0.9:
                raise RuntimeError(f"wanted new stories in most of {size} feeds; saw them in {changed}")
            memory = max(each.megabytes for each in done)
            began = time.perf_counter()
            idle = sum(each.changed for each in tick(desk))
            if idle:
                raise RuntimeError(
                    f"wanted nothing written where nothing came; saw {idle} partners written to"
                )
            still = time.perf_counter() - began
            per = f"{took[size] / size * 1_000:.0f} ms a partner"
            what = f"{NEW} new of {stories:,} stories to {size:,} partners"
            yield Figure(what, f"{took[size]:.1f} s, {per}", f"nothing new: {still:.1f} s")
    most, least = partners, min(SIZES)
    yield Figure(
        f"all of it, to {most:,}", f"{took[most]:.1f} s", f"{SECONDS:.0f} s", SECONDS / took[most], 1.0
    )
    each = (took[most] / most, took[least] / least)
    yield Figure(
        f"a partner among {most:,}",
        f"{each[0]:.3f} s",
        f"among {least}: {each[1]:.3f} s",
        each[1] / each[0],
        0.8,
    )
    yield Figure("memory of a process", f"{memory:.0f} MB", f"{MEGABYTES:.0f} MB", MEGABYTES / memory, 1.0)


@dataclass(frozen=True)
class Part:
    """What came of one task: how many partners' feeds changed, and its process's most memory."""

    changed: int
    megabytes: float


def tick(desk: Desk) -> list[Part]:
    """One tick, in as many tasks as Airflow gets, some at once, each in a process of its own."""
    groups = shares(configuration(desk.partners).partners.values())
    context = get_context("forkserver")
    context.set_forkserver_preload(["bench.scale"])
    with ProcessPoolExecutor(PROCESSES, context, max_tasks_per_child=1) as pool:
        return list(pool.map(_deliver, [desk] * len(groups), groups))


def _deliver(desk: Desk, partners: Sequence[str]) -> Part:
    room = desk.room()
    done = deliver_changed(room, partners, run="bench")
    room.catalogue.close()
    wrong = [each["error"] for each in done if each["error"]]
    if wrong:
        raise RuntimeError(f"{len(wrong)} partners failed: {wrong[0]}")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    return Part(sum(bool(each["written"]) for each in done), most)


def configuration(partners: int) -> Configuration:
    """The house's configuration with so many partners, and the wires that they take."""
    wires = {
        f"wire_{at}": Wire(
            id=f"wire_{at}",
            provider=f"Agency {at}",
            feeds=(Feed(id="all", url=f"https://wire{at}.example/"),),
            rights=Rights(profile="contract"),
        )
        for at in range(WIRES)
    }
    profile = RightsProfile(
        id="contract", title="Contract", grants={"all": Limits()}, attribution="{provider}"
    )
    takers = (_partner(at) for at in range(partners))
    return replace(
        load(), wires=wires, rights={"contract": profile}, partners={each.id: each for each in takers}
    )


def _partner(at: int) -> Partner:
    kind = at % PRODUCTS
    topics = tuple(_topic((kind + step) % TOPICS) for step in range(1 + kind % 3))
    wires = tuple(f"wire_{step % WIRES}" for step in range(kind % WIRES, kind % WIRES + 3))
    return Partner(
        id=f"station_{at:04}",
        name=f"Station {at}",
        product=Product(topics=topics, wires=wires, newest=50),
        formats=FORMATS[at // PRODUCTS % len(FORMATS)],
        licences=LICENCES,
    )


def _topic(at: int) -> str:
    return f"medtop:{at + 1:02}000000"


def file_stories(room: Newsroom, dice: random.Random, numbers: range) -> None:
    """File so many drawn stories, passed by the checks."""
    now = datetime.now(UTC)
    revisions = [_revision(dice, at, now - timedelta(seconds=numbers[-1] - at)) for at in numbers]
    room.bucket.put_many_once(
        (keys.revision(each.story.wire, each.uri, each.n), each.to_json()) for each in revisions
    )
    finding = Finding(rule="bench", field="headline", severity="critical", passed=True)
    for start in range(0, len(revisions), 500):
        part = revisions[start : start + 500]
        room.catalogue.add_revisions(part)
        room.catalogue.add_verdicts(
            [
                Verdict(
                    uri=each.uri,
                    n=each.n,
                    scope=f"wire:{each.story.wire}",
                    ruleset="bench",
                    checked_at=each.stored_at,
                    findings=(finding,),
                )
                for each in part
            ]
        )
    room.catalogue.close()


def _revision(dice: random.Random, at: int, when: datetime) -> Revision:
    wire = f"wire_{at % WIRES}"
    uri = story_uri(wire, str(at))
    topics = sorted(dice.sample(range(TOPICS), 4))
    story = Story(
        uri=uri,
        wire=wire,
        provider=f"Agency {at % WIRES}",
        url=f"https://{wire}.example/{at}",
        headline=f"Story {at}: {' '.join(dice.choices(WORDS, k=9))}",
        byline="By Ann Poe",
        authors=("Ann Poe",),
        blocks=tuple(paragraph(" ".join(dice.choices(WORDS, k=40)) + ".") for _ in range(10)),
        copyrightnotice="© 2026 Agency. All rights reserved.",
        copyrightholder="Agency",
        copyrightyear=2026,
        subject=tuple(Subject(code=_topic(topic), name=f"topic {topic}") for topic in topics),
        language="en",
        firstcreated=when,
        versioncreated=when,
    )
    return Revision(
        uri=uri,
        n=1,
        story=story,
        content_hash=story.content_hash,
        raw_keys=("raw/bench",),
        item_key=str(at),
        item_digest=str(at),
        reader="bench",
        stored_at=when,
    )
