"""What a push works with: the configuration, connections, the bucket and the catalogue."""

from typing import Protocol

from newsroom.config import Configuration
from newsroom.connections import Connections
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue


class Newsdesk(Protocol):
    """A newsroom as far as a push needs it."""

    @property
    def configuration(self) -> Configuration:
        """Wires, partners, rights."""

    @property
    def connections(self) -> Connections:
        """Where partners' servers are, and who we are there."""

    @property
    def bucket(self) -> Bucket:
        """Where stories and receipts lie."""

    @property
    def catalogue(self) -> Catalogue:
        """Where the outbox is."""
