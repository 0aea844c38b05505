"""Add where a feed's listing goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add where a feed's listing goes on."""
    with op.batch_alter_table("feed") as batch_op:
        batch_op.add_column(sa.Column("next_page", sa.Text()))
        batch_op.add_column(sa.Column("next_page_of", sa.String(64)))
