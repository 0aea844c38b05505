"""The catalogue's tables, on SQLite and PostgreSQL. Times are kept in UTC, and come back aware."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
)

VERSION = "0006"
"""The newest of the migrations, which make these tables: every change of a table is one more."""


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC without its zone, as SQLite knows none."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a moment without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"saw {value!r}; wanted a time with a zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Say again that it is UTC."""
        return value.replace(tzinfo=UTC) if value is not None else None


class PlainText(TypeDecorator[str]):
    """Text of any length; PostgreSQL takes no NUL, and one wire's must not stop a batch."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Put the replacement character in its place."""
        return value.replace("\x00", "\ufffd") if value is not None else None


metadata = MetaData()

# The last migration that the catalogue saw; one row, which alembic keeps.
catalogue_version = Table(
    "catalogue_version",
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="catalogue_version_pkc"),
)

feed = Table(
    "feed",
    metadata,
    Column("wire", String(64), primary_key=True),
    Column("feed", String(64), primary_key=True),
    Column("etag", PlainText),
    Column("last_modified", PlainText),
    Column("body_sha256", String(64)),
    Column("next_page", PlainText),
    Column("next_page_of", String(64)),
    Column("polls", Integer, nullable=False, default=0),
    Column("last_polled", UtcTime),
    Column("last_ok", UtcTime),
    Column("last_new", UtcTime),
    Column("failing_since", UtcTime),
    Column("failures", Integer, nullable=False, default=0),
    Column("last_error", PlainText),
    Column("next_ok_at", UtcTime),
)

item = Table(
    "item",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("feed", String(64), primary_key=True),
    Column("wire", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("raw_key", PlainText, nullable=False),
    Column("guid", PlainText),
    Column("url", PlainText),
    Column("title", PlainText),
    Column("state", String(16), nullable=False),
    Column("code", String(64)),
    Column("reason", PlainText),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_try", UtcTime),
    Column("seen_at", UtcTime),
    Column("uri", String(64)),
    Index("item_due", "wire", "feed", "state", "next_try"),
    Index("item_state", "state", "wire"),
)

# Files of a folder, by name and what its server says of this content, until they are moved away: those from
# the future, since when they are seen, and those that were taken, with the entries in them. It begins afresh
# with a rebuilt catalogue: what lies in the folder then is taken once more, and says nothing new.
folder_file = Table(
    "folder_file",
    metadata,
    Column("wire", String(64), primary_key=True),
    Column("feed", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("name", PlainText, nullable=False),
    Column("raw_key", PlainText),
    Column("entries", JSON, nullable=False),
    Column("at", UtcTime, nullable=False),
)

revision = Table(
    "revision",
    metadata,
    Column("uri", String(64), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("key", PlainText, nullable=False),
    Column("wire", String(64), nullable=False),
    Column("feed", String(64)),
    Column("provider", PlainText, nullable=False),
    Column("headline", PlainText, nullable=False),
    Column("slugline", PlainText),
    Column("url", PlainText),
    Column("url_digest", String(64), index=True),
    Column("language", PlainText),
    Column("subjects", JSON, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("words", Integer, nullable=False),
    Column("genre", PlainText),
    Column("urgency", Integer),
    Column("pubstatus", String(16), nullable=False),
    Column("embargoed", UtcTime),
    Column("expires", UtcTime),
    Column("signals", JSON, nullable=False),
    Column("ednote", PlainText),
    Column("usageterms", PlainText),
    Column("license", PlainText),
    Column("noticed", Boolean, nullable=False),
    Column("firstcreated", UtcTime),
    Column("versioncreated", UtcTime),
    Column("wire_version", PlainText),
    Column("stored_at", UtcTime, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("item_key", String(64), nullable=False, index=True),
    Column("item_digest", String(64), nullable=False),
    Column("raw_keys", JSON, nullable=False),
    Column("reader", PlainText, nullable=False),
    Column("run", PlainText),
    Index("revision_stored", "wire", "stored_at"),
)

# The wires' labels that led to no Media Topic when a revision was read.
unmapped_label = Table(
    "unmapped_label",
    metadata,
    Column("uri", String(64), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("label", PlainText, primary_key=True),
    Column("wire", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("unmapped_label_of", "wire", "label", "at"),
)

# Lines of stories that were read from pages, by which a wire's furniture is learned.
repeated_line = Table(
    "repeated_line",
    metadata,
    Column("wire", String(64), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("uri", String(64), primary_key=True),
    Column("line", PlainText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("repeated_line_at", "wire", "at"),
)

verdict = Table(
    "verdict",
    metadata,
    Column("uri", String(64), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("scope", String(80), primary_key=True),
    Column("ruleset", String(64), primary_key=True),
    Column("passed", Boolean, nullable=False),
    Column("findings", JSON, nullable=False),
    Column("checked_at", UtcTime, nullable=False),
)

decision = Table(
    "decision",
    metadata,
    Column("uri", String(64), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("at", UtcTime, primary_key=True),
    Column("action", String(16), nullable=False),
    Column("by", PlainText, nullable=False),
    Column("reason", PlainText, nullable=False),
)

# What follows from a chain's revisions, verdicts and decisions, kept so that a feed's newest stories are
# one look into an index, however long the archive grows.
story = Table(
    "story",
    metadata,
    Column("uri", String(64), primary_key=True),
    Column("wire", String(64), nullable=False),
    Column("current_n", Integer, nullable=False),
    Column("current_at", UtcTime, nullable=False),
    Column("newest_n", Integer, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("ready_n", Integer),
    Column("ready_at", UtcTime),
    Column("ready_by", String(16)),
    Column("first_created", UtcTime),
    Column("first_stored", UtcTime, nullable=False),
    Index("story_ready", "wire", "ready_at"),
    Index("story_newest", "ready_at"),
    Index("story_held", "held", "wire"),
)

_Number = BigInteger().with_variant(Integer, "sqlite")
"""A story's number, which follows from its uri: on SQLite the row's own, so that it needs no index."""

# What is compared of each story while copies of it may come: its newest version that may be used. `sketch`
# is empty where that has too few words.
fingerprint = Table(
    "fingerprint",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=False),
    Column("uri", String(64), nullable=False),
    Column("n", Integer, nullable=False),
    Column("filed_at", UtcTime, nullable=False),  # of the story's first version
    Column("sketch", LargeBinary),
    Index("fingerprint_filed", "filed_at"),
)

fingerprint_bucket = Table(
    "fingerprint_bucket",
    metadata,
    Column("bucket", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Stories that are copies of one: each with the head that it was compared with, which is filed first, and
# what was found. A head that has copies is its own, without a score. They stay when the fingerprints go.
duplicate = Table(
    "duplicate",
    metadata,
    Column("uri", String(64), primary_key=True),
    Column("head", String(64), nullable=False, index=True),
    Column("score", Float),
    Column("reason", PlainText),
)

# Counts the changes of all that is above; one row.
stamp = Table("stamp", metadata, Column("stories", BigInteger, primary_key=True, autoincrement=False))

kill = Table(
    "kill",
    metadata,
    Column("uri", String(64), primary_key=True),
    Column("evidence", String(64), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("source", String(16), nullable=False),
    Column("by", PlainText, nullable=False),
    Column("reason", PlainText, nullable=False),
    Column("lifted_at", UtcTime),  # follows from the lifts; none while it stands
)

lift = Table(
    "lift",
    metadata,
    Column("uri", String(64), primary_key=True),
    Column("at", UtcTime, primary_key=True),
    Column("by", PlainText, nullable=False),
    Column("reason", PlainText, nullable=False),
    Column("evidence", JSON, nullable=False),  # of the kills that it lifts; of none: of all before it
)

# What follows from a story's kills and lifts; it may be there before the story is. It stands while one of its
# kills does, and is open while a partner that got the story, or is about to, has no receipt of one that does.
tombstone = Table(
    "tombstone",
    metadata,
    Column("uri", String(64), primary_key=True),
    Column("stands", Boolean, nullable=False),
    Column("evidence", String(64), nullable=False),  # of the last kill that stands, else of the last
    Column("killed_at", UtcTime, nullable=False),  # by the last kill, lifted or not
    Column("lifted_at", UtcTime),  # when a lift left no kill, the last time
    Column("acts", Integer, nullable=False),
    Column("open", Boolean, nullable=False),
    Index("tombstone_stands", "stands", "killed_at"),
    Index("tombstone_open", "open"),
)

kill_receipt = Table(
    "kill_receipt",
    metadata,
    Column("uri", String(64), primary_key=True),
    Column("evidence", String(64), primary_key=True),
    Column("partner", String(64), primary_key=True),
    Column("at", UtcTime, nullable=False),
)

kill_request = Table(
    "kill_request",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("wire", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("source", String(16), nullable=False),
    Column("uris", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("told", PlainText, nullable=False),
    Column("reason", PlainText, nullable=False),
    Column("answer", String(16)),
    Column("answered_at", UtcTime),
    Column("answered_by", PlainText),
    Index("kill_request_open", "answer"),
)

# What is about to enter a partner's feed, from before its documents are written until it is on record: a kill
# that comes meanwhile finds here whom it must reach. It begins afresh with a rebuilt catalogue.
sending = Table(
    "sending",
    metadata,
    Column("tick", String(32), primary_key=True),
    Column("partner", String(64), primary_key=True),
    Column("uri", String(64), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Index("sending_story", "uri"),
)

# Whether a phrase that a product asks for stands in a revision, looked up once for all partners. It begins
# afresh with a rebuilt catalogue: what is asked for is looked up again.
mention = Table(
    "mention",
    metadata,
    Column("uri", String(64), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("phrase", String(200), primary_key=True),
    Column("found", Boolean, nullable=False),
)

partner_document = Table(
    "partner_document",
    metadata,
    Column("partner", String(64), primary_key=True),
    Column("format", String(32), primary_key=True),
    Column("key", PlainText, nullable=False),
    Column("signature", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("etag", PlainText, nullable=False),
    Column("stories", Integer, nullable=False),
    Column("written_at", UtcTime, nullable=False),
)

# What each configuration file said when it was last right; a file that is not there any more has none.
config_file = Table(
    "config_file",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("text", PlainText, nullable=False),
)

# That a rebuild of the catalogue has begun and not come to its end; one row then, none otherwise.
rebuilding = Table(
    "rebuilding",
    metadata,
    Column("what", String(16), primary_key=True),
    Column("since", UtcTime, nullable=False),
)

# With what a partner's last delivery came to its end, and until when it may stand: an embargo ends, or a
# licence. It begins afresh with a rebuilt catalogue.
partner_look = Table(
    "partner_look",
    metadata,
    Column("partner", String(64), primary_key=True),
    Column("stamp", BigInteger, nullable=False),
    Column("grounds", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("until", UtcTime),
)

delivery = Table(
    "delivery",
    metadata,
    Column("partner", String(64), primary_key=True),
    Column("uri", String(64), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("entered_at", UtcTime),  # empty while only its leaving is known
    Column("left_at", UtcTime),
    Column("reason", PlainText),
    Column("run", PlainText),
    Index("delivery_story", "uri"),
    Index("delivery_present", "partner", "left_at"),
)

# Every coming and leaving, never changed: `delivery` above is what follows from the last of each.
ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("partner", String(64), primary_key=True),
    Column("uri", String(64), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("at", UtcTime, primary_key=True),
    Column("act", String(8), nullable=False),
    Column("reason", PlainText),
    Column("grounds", JSON, nullable=False),
    Column("sender", PlainText),
    Column("run", PlainText),
    Index("ledger_entry_story", "uri"),
    Index("ledger_entry_partner", "partner", "at"),
)

# One place that a partner is told of stories at. `cursor` is the ledger's time up to which its messages are
# made, empty after a rebuild. What its last exchanges were like, and who sends right now, begins afresh then.
push_target = Table(
    "push_target",
    metadata,
    Column("partner", String(64), primary_key=True),
    Column("target", String(64), primary_key=True),
    Column("since", UtcTime, nullable=False),
    Column("cursor", UtcTime),
    Column("failures", Integer, nullable=False, default=0),
    Column("failing_since", UtcTime),
    Column("pause_until", UtcTime),
    Column("suspect", String(64)),  # the message that failed last, where it may be at fault itself
    Column("reason", PlainText),
    Column("last_delivered", UtcTime),
    Column("sender", String(64)),
    Column("lease_until", UtcTime),
)

# What a target is to be told, in the order of `rank`, `at` and uri. What waits follows from ledger entries
# and kills, what came of the others lies in the bucket.
push_message = Table(
    "push_message",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("partner", String(64), nullable=False),
    Column("target", String(64), nullable=False),
    Column("uri", String(64), nullable=False),
    Column("n", Integer, nullable=False),
    Column("act", String(16), nullable=False),
    Column("version", Integer),  # what a withdrawal says; a story says its own when it is sent
    Column("rule", PlainText),
    Column("rank", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("next_try", UtcTime),
    Column("done_at", UtcTime),
    Column("reason", PlainText),
    Column("receipt", JSON, nullable=False),
    Column("acknowledged_at", UtcTime),  # of a kill: when the partner said that the story is gone
    Column("alarmed_at", UtcTime),  # and when somebody was told that it takes too long
    Index("push_message_kill", "act", "at"),
    Index("push_message_due", "partner", "target", "state", "rank", "at"),
    Index("push_message_story", "uri"),
)

# Pages of the partners' archives and what stands on them, as the ledgers tell it.
archive_page = Table(
    "archive_page",
    metadata,
    Column("partner", String(64), primary_key=True),
    Column("page", String(32), primary_key=True),
    Column("previous", String(32)),
    Column("at", UtcTime, nullable=False),
)

archive_story = Table(
    "archive_story",
    metadata,
    Column("partner", String(64), primary_key=True),
    Column("page", String(32), primary_key=True),
    Column("uri", String(64), primary_key=True),
    Column("n", Integer, primary_key=True),
    Index("archive_story_story", "uri", "partner"),
)

# With what a page was last looked at: when its answer may change by itself, under what it was made, and what
# stood for each of its stories.
archive_look = Table(
    "archive_look",
    metadata,
    Column("partner", String(64), primary_key=True),
    Column("page", String(32), primary_key=True),
    Column("until", UtcTime),
    Column("grounds", String(64), nullable=False),
)

archive_seen = Table(
    "archive_seen",
    metadata,
    Column("partner", String(64), primary_key=True),
    Column("page", String(32), primary_key=True),
    Column("uri", String(64), primary_key=True),
    Column("ready_n", Integer),
    Column("newest_n", Integer),
    Column("acts", Integer, nullable=False),
)
