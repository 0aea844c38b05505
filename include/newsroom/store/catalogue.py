"""The catalogue: what is where. It can be rebuilt from the bucket (`reindex`)."""

from newsroom.store.archives import Archives, PageRow
from newsroom.store.chains import (
    AnyRevision,
    CandidateRow,
    Chains,
    Decision,
    FiledRow,
    HeldRow,
    RevisionRow,
    Use,
)
from newsroom.store.config_files import ConfigFiles
from newsroom.store.deliveries import Deliveries, DeliveryRow, DocumentRow, Ledger, LedgerLine
from newsroom.store.duplicates import CopyRow, Duplicates
from newsroom.store.feeds import Feeds, FeedState, ItemOutcome, ItemRow, PollCounts
from newsroom.store.folder_files import FileOutcome, FileRow, FolderFiles
from newsroom.store.inventory import Inventory
from newsroom.store.ledger import LedgerRow, Ledgers
from newsroom.store.mentions import Mentions
from newsroom.store.outbox import MessageRow, Outbox, TargetRow
from newsroom.store.partner_health import PartnerHealth
from newsroom.store.repeated import Repeated, RepeatedRow
from newsroom.store.tombstones import DueKill, KilledRow, KillRow, Tombstones
from newsroom.store.unmapped import Unmapped, UnmappedRow
from newsroom.store.whole import Whole

__all__ = [
    "AnyRevision",
    "CandidateRow",
    "Catalogue",
    "CopyRow",
    "Decision",
    "DeliveryRow",
    "DocumentRow",
    "DueKill",
    "FeedState",
    "FileOutcome",
    "FileRow",
    "FiledRow",
    "HeldRow",
    "ItemOutcome",
    "ItemRow",
    "KillRow",
    "KilledRow",
    "Ledger",
    "LedgerLine",
    "LedgerRow",
    "MessageRow",
    "PageRow",
    "PollCounts",
    "RepeatedRow",
    "RevisionRow",
    "TargetRow",
    "UnmappedRow",
    "Use",
]


class Catalogue(
    Feeds,
    FolderFiles,
    Chains,
    Duplicates,
    Unmapped,
    Repeated,
    Tombstones,
    Deliveries,
    Archives,
    Ledgers,
    Outbox,
    PartnerHealth,
    Inventory,
    Mentions,
    Whole,
    ConfigFiles,
):
    """Feeds, items, chains, verdicts, copies, kills, deliveries, messages: one database; `open` opens it."""
