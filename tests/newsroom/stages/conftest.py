"""A newsroom on the sample wire, a real S3 server and SQLite."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import feedparser
import orjson
import pytest
from botocore.exceptions import ClientError

from newsroom.config import Feed, Holder, Politeness, Rights, Wire, load
from newsroom.stages import Newsroom
from newsroom.stages.deliver import Delivery, deliver_to
from newsroom.stages.life import held_stories, life_of
from newsroom.stages.poll import Selection
from newsroom.stages.run import run_feed
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue
from samplewire import ManualClock, SampleWire
from samplewire.configuration import write_configuration

STEP = 31
"""A little more than the sample's pace, in seconds."""


@dataclass
class Desk:
    """The newsroom, and the sample wire that it reads."""

    room: Newsroom
    wire: SampleWire
    clock: ManualClock
    runs: int = 0

    def ingest(
        self, wires: tuple[str, ...] = (), selection: Selection | None = None
    ) -> dict[tuple[str, str], Counter[str]]:
        """Run every feed once; the counts by (wire, feed)."""
        self.runs += 1
        return {
            (wire, feed.id): Counter(run_feed(self.room, wire, feed.id, f"run-{self.runs}", selection))
            for wire in wires or tuple(self.room.configuration.wires)
            for feed in self.room.wire(wire).feeds
        }

    def deliver(self, partner: str = "krdo") -> Delivery:
        return deliver_to(self.room, partner, run=f"run-{self.runs}")

    def rss(self, partner: str = "krdo") -> feedparser.FeedParserDict:
        return feedparser.parse(self.room.bucket.get(f"partners/{partner}/rss.xml"))

    def ninjs(self, partner: str = "krdo") -> list[dict[str, object]]:
        document = orjson.loads(self.room.bucket.get(f"partners/{partner}/ninjs.json"))
        return list(document.get("associations", []))

    def step(self, steps: int = 1) -> None:
        """Let the sample's day go on by one or more steps."""
        for _ in range(steps):
            self.clock.advance(STEP)

    def elsewhere(self, *, bucket: Bucket | None = None, catalogue: Catalogue | None = None) -> "Desk":
        """The same desk with another bucket or catalogue."""
        room = replace(
            self.room, bucket=bucket or self.room.bucket, catalogue=catalogue or self.room.catalogue
        )
        return Desk(room, self.wire, self.clock, self.runs)


@pytest.fixture
def closed(bucket: Bucket) -> Iterator[Bucket]:
    """A bucket of which nobody may read anything without keys."""
    made = Bucket(bucket.client, f"{bucket.name}-closed")
    made.make()
    yield made
    with suppress(ClientError):  # it has no policy
        made.client.delete_bucket_policy(Bucket=made.name)


@pytest.fixture
def desk(bucket: Bucket, catalogue: Catalogue, tmp_path: Path) -> Iterator[Desk]:
    # An hour behind, so that the whole day can come without a story from the future.
    clock = ManualClock(datetime.now(UTC) - timedelta(hours=1))
    with SampleWire(clock=clock) as wire:
        configuration = load(write_configuration(tmp_path / "config", wire.port))
        assert configuration.problems == ()
        yield Desk(Newsroom(configuration, bucket, catalogue), wire, clock)


@pytest.fixture
def fresh(desk: Desk, tmp_path: Path) -> Callable[[], Desk]:
    """Makes desks like `desk` with an empty bucket and an empty catalogue; each takes the bucket of the last.

    A bucket of its own for each would use up the server's volumes.
    """
    numbers = count(1)
    bucket = Bucket(desk.room.bucket.client, f"{desk.room.bucket.name}-fresh")
    bucket.make()

    def make() -> Desk:
        for key in list(bucket.keys("")):
            bucket.delete(key)
        catalogue = Catalogue.open(f"sqlite:///{tmp_path}/fresh-{next(numbers)}.db")
        return desk.elsewhere(bucket=bucket, catalogue=catalogue)

    return make


@pytest.fixture
def served(desk: Desk, serve_wire: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Serves what a path answers, and makes a wire `documents` whose feed is the first of them."""

    @contextmanager
    def made(routes: dict[str, Any], **said: Any) -> Iterator[Any]:
        with serve_wire(routes) as server:
            monkeypatch.setitem(desk.room.configuration.wires, "documents", wire_of(server, routes, said))
            yield server

    def wire_of(server: Any, routes: dict[str, Any], said: dict[str, Any]) -> Wire:
        return Wire(
            id="documents",
            provider="Northern Dispatch",
            feeds=(Feed.model_validate({"id": "main", "url": server.url + next(iter(routes)), **said}),),
            politeness=Politeness(
                gap_seconds=0, private_addresses=("127.0.0.1",), ports=(server.port,), max_attempts=1
            ),
            rights=Rights(holders=(Holder(name="Northern Dispatch", aliases=("Northern Dispatch AS",)),)),
            checks="wire_documents",
        )

    return made


@pytest.fixture
def stories(desk: Desk) -> Callable[[], dict[str, dict[str, Any]]]:
    """The newest story of each chain of the wire `documents`, by the wire's own id."""

    def made() -> dict[str, dict[str, Any]]:
        keys = [row.key for row in desk.room.catalogue.candidates() if row.wire == "documents"]
        keys += [
            life_of(desk.room, row["uri"])["revisions"][-1]["key"]
            for row in held_stories(desk.room, "documents", 50)
        ]
        found = [orjson.loads(desk.room.bucket.get(key))["story"] for key in keys]
        return {story["wire_id"]: story for story in found}

    return made
