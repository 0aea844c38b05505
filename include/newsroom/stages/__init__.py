"""The stages of a story's way, in order: poll, fetch, extract, check, store, deliver.

Each takes a key and gives a `Handover`: a key and counts, never bodies, so that a scheduler can carry
them from process to process. Each is safe to repeat: what it writes is keyed by what it says.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Self

from newsroom.airflow_connections import AsAirflowHas
from newsroom.config import Configuration, Feed, House, Partner, Wire
from newsroom.connections import Connections, FromEnvironment
from newsroom.stages.configured import configured
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue
from newsroom.store.whole import require_whole


@dataclass(frozen=True)
class Newsroom:
    """What every stage works with: the configuration, the bucket, the catalogue, and who we are elsewhere."""

    configuration: Configuration
    bucket: Bucket
    catalogue: Catalogue
    connections: Connections = field(default_factory=FromEnvironment)

    @classmethod
    def from_environment(cls, *, works: bool = False) -> Self:
        """The newsroom that the environment names (`settings`, AWS_*); `works` where its rules do their work.

        Raises:
            CatalogueBehind: its catalogue must be rebuilt first.
        """
        catalogue = Catalogue.open()
        room = cls(configured(catalogue, note=works), Bucket.from_environment(), catalogue, AsAirflowHas())
        require_whole(room.bucket, catalogue)
        return room

    @property
    def house(self) -> House:
        """Who runs this pipeline."""
        return self.configuration.house

    @cached_property
    def started(self) -> datetime:
        """The moment this newsroom was opened, for whatever must agree on one."""
        return now()

    def wire(self, wire: str) -> Wire:
        """The wire of this id.

        Raises:
            LookupError: there is none, or its file is wrong; the text lists the known ones.
        """
        if wire not in self.configuration.wires:
            raise self._unknown("wire", wire, self.configuration.wires)
        return self.configuration.wires[wire]

    def partner(self, partner: str) -> Partner:
        """The partner of this id.

        Raises:
            LookupError: there is none, or its file is wrong; the text lists the known ones.
        """
        partners = self.configuration.partners
        if partner not in partners:
            raise self._unknown("partner", partner, partners)
        return partners[partner]

    def _unknown(self, kind: str, id_: str, known: Iterable[str]) -> LookupError:
        """That it has no file, or what is wrong in it."""
        told, file = self.configuration, f"{kind}s/{id_}.yaml"
        wrong = "".join(f"\n{problem}" for problem in told.problems if problem.file == file)
        listed = ", ".join(sorted(known)) or "none"
        return LookupError(
            f"{kind}: saw {id_!r}; wanted one of: {listed} (in {told.root / f'{kind}s'}){wrong}"
        )

    def whole_uri(self, beginning: str) -> str:
        """The one story whose uri, or UUID, begins so.

        Raises:
            LookupError: no story, or several, begin so; the text lists them, or those whose headline or
                address has these words.
        """
        found = self.catalogue.find_uris(beginning)
        if len(found) != 1:
            several = "; ".join(found) if found else "no story"
            named = {} if found else self.catalogue.named(beginning)
            these = "".join(f"\n{uri}: {headline}" for uri, headline in named.items())
            by_words = f"; by headline or address:{these}" if these else ""
            raise LookupError(
                f"uri: saw {beginning!r}; wanted the beginning of one story's uri; found {several}{by_words}"
            )
        return found[0]

    def feed(self, wire: str, feed: str) -> Feed:
        """The feed of this id within a wire.

        Raises:
            LookupError: there is no such wire or feed.
        """
        feeds = {f.id: f for f in self.wire(wire).feeds}
        if feed not in feeds:
            raise LookupError(f"feed of {wire}: saw {feed!r}; wanted one of: {', '.join(feeds)}")
        return feeds[feed]


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)
