"""What alembic runs a migration with: the connection that it is given, in that one's transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import TypeDecorator
from sqlalchemy.types import TypeEngine

from newsroom.store import schema


def _plain(kind: str, value: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write the database's own type for one of ours, which may change while a migration stays what it is."""
    if kind == "type" and isinstance(value, TypeDecorator):
        plain: TypeEngine[Any] = value.impl_instance
        return f"sa.{plain!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    version_table=schema.catalogue_version.name,
    render_as_batch=True,  # SQLite alters little of a table: alembic makes it anew, rows and all
    render_item=_plain,
)
context.run_migrations()
