"""The catalogue: what is where. It can be rebuilt from the bucket (`reindex`)."""

from newsroom.store.chains import AnyRevision, CandidateRow, Chains, Decision, HeldRow, RevisionRow, Use
from newsroom.store.deliveries import Deliveries, DeliveryRow, DocumentRow, Ledger
from newsroom.store.feeds import Feeds, FeedState, ItemOutcome, ItemRow, PollCounts

__all__ = [
    "AnyRevision",
    "CandidateRow",
    "Catalogue",
    "Decision",
    "DeliveryRow",
    "DocumentRow",
    "FeedState",
    "HeldRow",
    "ItemOutcome",
    "ItemRow",
    "Ledger",
    "PollCounts",
    "RevisionRow",
    "Use",
]


class Catalogue(Feeds, Chains, Deliveries):
    """Feeds and items, chains and verdicts, deliveries: one database, opened with `Catalogue.open()`."""
