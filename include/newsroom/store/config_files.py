"""What the configuration's files said when they were last right."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, select

from newsroom.store import schema
from newsroom.store.database import Database, upsert
from newsroom.story import digest


class ConfigFiles(Database):
    """The configuration files' part of the catalogue."""

    def config_texts(self) -> dict[str, str]:
        """What each file said when it was last right, by its name, as `wires/north_wire.yaml`."""
        table = schema.config_file
        with self.reading() as connection:
            return {row.name: row.text for row in connection.execute(select(table.c.name, table.c.text))}

    def note_config(self, right: Mapping[str, str], there: Collection[str]) -> None:
        """Note what the files say that are right; forget those that are not there any more."""
        table = schema.config_file
        with self.reading() as connection:
            noted = {row.name: row.sha256 for row in connection.execute(select(table.c.name, table.c.sha256))}
        rows = [
            {"name": name, "sha256": sha256, "text": text}
            for name, text in right.items()
            if noted.get(name) != (sha256 := digest(text))
        ]
        gone = noted.keys() - set(there)
        if not rows and not gone:
            return
        with self.writing() as connection:
            upsert(connection, table, rows)
            for name in gone:
                connection.execute(delete(table).where(table.c.name == name))
