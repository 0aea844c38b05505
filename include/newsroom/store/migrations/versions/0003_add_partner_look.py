"""Add with what a partner's last delivery ended, and an index for the newest stories of all wires."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add with what a partner's last delivery ended, and an index for the newest stories of all wires."""
    op.create_table(
        "partner_look",
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("grounds", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime()),
        sa.PrimaryKeyConstraint("partner"),
    )
    op.drop_table("wake")  # each delivery works it out anew, and notes it in `partner_look`
    op.create_index("story_newest", "story", ["ready_at"])
