"""Make the tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "archive_look",
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("page", sa.String(32), nullable=False),
        sa.Column("until", sa.DateTime()),
        sa.Column("grounds", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("partner", "page"),
    )
    op.create_table(
        "archive_page",
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("page", sa.String(32), nullable=False),
        sa.Column("previous", sa.String(32)),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("partner", "page"),
    )
    op.create_table(
        "archive_seen",
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("page", sa.String(32), nullable=False),
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("ready_n", sa.Integer()),
        sa.Column("newest_n", sa.Integer()),
        sa.Column("acts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("partner", "page", "uri"),
    )
    op.create_table(
        "archive_story",
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("page", sa.String(32), nullable=False),
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("partner", "page", "uri", "n"),
    )
    op.create_index("archive_story_story", "archive_story", ["uri", "partner"])
    op.create_table(
        "decision",
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uri", "n", "at"),
    )
    op.create_table(
        "delivery",
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime()),
        sa.Column("left_at", sa.DateTime()),
        sa.Column("reason", sa.Text()),
        sa.Column("run", sa.Text()),
        sa.PrimaryKeyConstraint("partner", "uri", "n"),
    )
    op.create_index("delivery_present", "delivery", ["partner", "left_at"])
    op.create_index("delivery_story", "delivery", ["uri"])
    op.create_table(
        "duplicate",
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("score", sa.Float()),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("uri"),
    )
    op.create_index("ix_duplicate_head", "duplicate", ["head"])
    op.create_table(
        "feed",
        sa.Column("wire", sa.String(64), nullable=False),
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("body_sha256", sa.String(64)),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("last_polled", sa.DateTime()),
        sa.Column("last_ok", sa.DateTime()),
        sa.Column("last_new", sa.DateTime()),
        sa.Column("failing_since", sa.DateTime()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("next_ok_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("wire", "feed"),
    )
    op.create_table(
        "fingerprint",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("filed_at", sa.DateTime(), nullable=False),
        sa.Column("sketch", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("fingerprint_filed", "fingerprint", ["filed_at"])
    op.create_table(
        "fingerprint_bucket",
        sa.Column("bucket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("bucket", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "folder_file",
        sa.Column("wire", sa.String(64), nullable=False),
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("raw_key", sa.Text()),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("wire", "feed", "id"),
    )
    op.create_table(
        "item",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("wire", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("raw_key", sa.Text(), nullable=False),
        sa.Column("guid", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("code", sa.String(64)),
        sa.Column("reason", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime()),
        sa.Column("seen_at", sa.DateTime()),
        sa.Column("uri", sa.String(64)),
        sa.PrimaryKeyConstraint("key", "feed"),
    )
    op.create_index("item_due", "item", ["wire", "feed", "state", "next_try"])
    op.create_index("item_state", "item", ["state", "wire"])
    op.create_table(
        "kill",
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("evidence", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uri", "evidence"),
    )
    op.create_table(
        "kill_receipt",
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("evidence", sa.String(64), nullable=False),
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("uri", "evidence", "partner"),
    )
    op.create_table(
        "kill_request",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("wire", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("uris", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.String(16)),
        sa.Column("answered_at", sa.DateTime()),
        sa.Column("answered_by", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kill_request_open", "kill_request", ["answer"])
    op.create_table(
        "ledger_entry",
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("act", sa.String(8), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("sender", sa.Text()),
        sa.Column("run", sa.Text()),
        sa.PrimaryKeyConstraint("partner", "uri", "n", "at"),
    )
    op.create_index("ledger_entry_partner", "ledger_entry", ["partner", "at"])
    op.create_index("ledger_entry_story", "ledger_entry", ["uri"])
    op.create_table(
        "lift",
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uri", "at"),
    )
    op.create_table(
        "mention",
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("phrase", sa.String(200), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("uri", "n", "phrase"),
    )
    op.create_table(
        "partner_document",
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("format", sa.String(32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("partner", "format"),
    )
    op.create_table(
        "push_message",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("rule", sa.Text()),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime()),
        sa.Column("done_at", sa.DateTime()),
        sa.Column("reason", sa.Text()),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime()),
        sa.Column("alarmed_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("push_message_due", "push_message", ["partner", "target", "state", "rank", "at"])
    op.create_index("push_message_kill", "push_message", ["act", "at"])
    op.create_index("push_message_story", "push_message", ["uri"])
    op.create_table(
        "push_target",
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("cursor", sa.DateTime()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime()),
        sa.Column("pause_until", sa.DateTime()),
        sa.Column("suspect", sa.String(64)),
        sa.Column("reason", sa.Text()),
        sa.Column("last_delivered", sa.DateTime()),
        sa.Column("sender", sa.String(64)),
        sa.Column("lease_until", sa.DateTime()),
        sa.PrimaryKeyConstraint("partner", "target"),
    )
    op.create_table(
        "repeated_line",
        sa.Column("wire", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("wire", "key", "uri"),
    )
    op.create_index("repeated_line_at", "repeated_line", ["wire", "at"])
    op.create_table(
        "revision",
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("wire", sa.String(64), nullable=False),
        sa.Column("feed", sa.String(64)),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("slugline", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("url_digest", sa.String(64)),
        sa.Column("language", sa.Text()),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("genre", sa.Text()),
        sa.Column("urgency", sa.Integer()),
        sa.Column("pubstatus", sa.String(16), nullable=False),
        sa.Column("embargoed", sa.DateTime()),
        sa.Column("expires", sa.DateTime()),
        sa.Column("signals", sa.JSON(), nullable=False),
        sa.Column("ednote", sa.Text()),
        sa.Column("usageterms", sa.Text()),
        sa.Column("license", sa.Text()),
        sa.Column("noticed", sa.Boolean(), nullable=False),
        sa.Column("firstcreated", sa.DateTime()),
        sa.Column("versioncreated", sa.DateTime()),
        sa.Column("wire_version", sa.Text()),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("item_key", sa.String(64), nullable=False),
        sa.Column("item_digest", sa.String(64), nullable=False),
        sa.Column("raw_keys", sa.JSON(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("run", sa.Text()),
        sa.PrimaryKeyConstraint("uri", "n"),
    )
    op.create_index("ix_revision_item_key", "revision", ["item_key"])
    op.create_index("ix_revision_url_digest", "revision", ["url_digest"])
    op.create_index("revision_stored", "revision", ["wire", "stored_at"])
    op.create_table(
        "sending",
        sa.Column("tick", sa.String(32), nullable=False),
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tick", "partner", "uri"),
    )
    op.create_index("sending_story", "sending", ["uri"])
    op.create_table(
        "stamp",
        sa.Column("stories", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("stories"),
    )
    op.create_table(
        "story",
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("wire", sa.String(64), nullable=False),
        sa.Column("current_n", sa.Integer(), nullable=False),
        sa.Column("current_at", sa.DateTime(), nullable=False),
        sa.Column("newest_n", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("ready_n", sa.Integer()),
        sa.Column("ready_at", sa.DateTime()),
        sa.Column("ready_by", sa.String(16)),
        sa.Column("first_created", sa.DateTime()),
        sa.Column("first_stored", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("uri"),
    )
    op.create_index("story_held", "story", ["held", "wire"])
    op.create_index("story_ready", "story", ["wire", "ready_at"])
    op.create_table(
        "tombstone",
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.String(64), nullable=False),
        sa.Column("killed_at", sa.DateTime(), nullable=False),
        sa.Column("lifted_at", sa.DateTime()),
        sa.Column("acts", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("uri"),
    )
    op.create_index("tombstone_open", "tombstone", ["open"])
    op.create_index("tombstone_stands", "tombstone", ["stands", "killed_at"])
    op.create_table(
        "unmapped_label",
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("wire", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("uri", "n", "label"),
    )
    op.create_index("unmapped_label_of", "unmapped_label", ["wire", "label", "at"])
    op.create_table(
        "verdict",
        sa.Column("uri", sa.String(64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(80), nullable=False),
        sa.Column("ruleset", sa.String(64), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("uri", "n", "scope", "ruleset"),
    )
    op.create_table(
        "wake",
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("partner"),
    )
