"""Let a lift name the kills that it lifts, and note of each kill when it was."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Let a lift name the kills that it lifts, and note of each kill when it was."""
    with op.batch_alter_table("kill") as batch_op:
        batch_op.add_column(sa.Column("lifted_at", sa.DateTime()))
    with op.batch_alter_table("lift") as batch_op:
        batch_op.add_column(sa.Column("evidence", sa.JSON()))
    op.execute("UPDATE lift SET evidence = '[]'")  # those before lifted all that stood
    op.execute(
        "UPDATE kill SET lifted_at = "
        "(SELECT min(lift.at) FROM lift WHERE lift.uri = kill.uri AND lift.at > kill.at)"
    )
    with op.batch_alter_table("lift") as batch_op:
        batch_op.alter_column("evidence", existing_type=sa.JSON(), nullable=False)
