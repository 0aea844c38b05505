"""Mentions in the catalogue: which phrases were looked for in a revision, and whether they stand there."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from newsroom.store import schema
from newsroom.store.database import Database, in_parts, upsert

Mentioned = Mapping[tuple[str, int], Mapping[str, bool]]
"""By revision, each phrase that was looked for, and whether it was found."""


class Mentions(Database):
    """The phrases' part of the catalogue."""

    def mentions(
        self, phrases: Collection[str], uris: Collection[str]
    ) -> dict[tuple[str, int], dict[str, bool]]:
        """What is known of these phrases in the stories' revisions; others are missing."""
        table = schema.mention
        found: dict[tuple[str, int], dict[str, bool]] = {}
        with self.reading() as connection:
            for part in in_parts(uris):
                asked = select(table).where(table.c.uri.in_(part), table.c.phrase.in_(sorted(phrases)))
                for row in connection.execute(asked):
                    found.setdefault((row.uri, row.n), {})[row.phrase] = row.found
        return found

    def save_mentions(self, mentioned: Mentioned) -> None:
        """Note what was looked up."""
        rows = [
            {"uri": uri, "n": n, "phrase": phrase, "found": found}
            for (uri, n), phrases in mentioned.items()
            for phrase, found in phrases.items()
        ]
        with self.writing() as connection:
            upsert(connection, schema.mention, rows)
