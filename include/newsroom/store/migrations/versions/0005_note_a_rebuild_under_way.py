"""Add that a rebuild of the catalogue has not come to its end."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add that a rebuild of the catalogue has not come to its end."""
    op.create_table(
        "rebuilding",
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("what"),
    )
