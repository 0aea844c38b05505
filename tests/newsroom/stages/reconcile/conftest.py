"""A partner whose feed holds four stories, and a day's comparison of it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsroom.config import Feed, House, Licence, Limits, Partner, Product, Rights, RightsProfile, Wire, load
from newsroom.stages import Newsroom
from newsroom.stages.deliver import deliver_to
from newsroom.stages.kills import kill_story
from newsroom.stages.reconcile import Report, partners, reconcile
from newsroom.story import Story, paragraph, story_uri

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Served:
    """A partner, and what it is sent."""

    room: Newsroom
    file_judged: Any
    uris: list[str] = field(default_factory=list)

    def send(self, count: int, *, each: bool = True) -> None:
        """File stories, and deliver after each, or once for all."""
        for _ in range(count):
            number = len(self.uris)
            at = datetime.now(UTC)
            story = Story(
                uri=story_uri("sample", f"{number}"),
                wire="sample",
                provider="Sample",
                headline=f"Story {number}",
                blocks=(paragraph("It rains."),),
                language="en",
                firstcreated=at,
                versioncreated=at,
            )
            self.uris.append(story.uri)
            self.file_judged(self.room.bucket, self.room.catalogue, [story], at)
            if each:
                deliver_to(self.room, "krdo")
        if not each:
            deliver_to(self.room, "krdo")

    def kill(self, uri: str) -> None:
        kill_story(self.room, uri, by="ed", reason="libel")
        deliver_to(self.room, "krdo")

    def lying(self, beginning: str) -> dict[str, bytes]:
        """What lies there of the partner's documents."""
        return {key: self.room.bucket.get(key) for key in self.room.bucket.keys(f"partners/krdo/{beginning}")}

    def put_by_hand(self, key: str, body: bytes, *, keep: bool = False) -> None:
        """Write as another program does; with `keep` under the metadata that lie there."""
        bucket = self.room.bucket
        stat = bucket.stat(key) if keep else None
        metadata = dict(stat.metadata) if stat else {}
        bucket.client.put_object(Bucket=bucket.name, Key=key, Body=body, Metadata=metadata)

    def compare(self) -> Report:
        return reconcile(self.room, "partner:krdo", LONG_AGO, settled=-timedelta(minutes=1))

    def gaps(self) -> list[tuple[str, str, str]]:
        """What a comparison finds: kind, where, and what became of it."""
        return [(each.kind, each.where, each.state) for each in self.compare().findings]


@pytest.fixture
def served(bucket, catalogue, file_judged, monkeypatch):
    monkeypatch.setattr(partners, "LOOK_AGAIN", 0)
    wire = Wire(
        id="sample",
        provider="Sample",
        feeds=(Feed(id="all", url="https://a.example/"),),
        rights=Rights(profile="sample"),
    )
    partner = Partner(
        id="krdo",
        name="KRDO",
        product=Product(newest=4),
        licences=(Licence(profile="sample"),),
        formats=("rss", "atom"),
    )
    configuration = replace(
        load(),
        house=House(name="Front Range Desk", contact="desk@a.example"),
        wires={"sample": wire},
        partners={"krdo": partner},
        rights={"sample": RightsProfile(id="sample", title="Sample", grants={"all": Limits()})},
    )
    return Served(Newsroom(configuration, bucket, catalogue), file_judged)
