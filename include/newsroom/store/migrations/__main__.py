"""`make migration`: writes the script that leads from the last migration's tables to those of `schema`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from newsroom.store import migrations
from newsroom.store.database import Database


def main(what: str) -> None:
    """Write it, named by what it does: `Add the ledger's column of senders`."""
    with TemporaryDirectory() as folder:
        database = Database.connect(f"sqlite:///{Path(folder) / 'catalogue.db'}")
        database.migrate()
        with database.writing() as connection:
            version = migrations.write(connection, what)
        database.close()
    sys.stdout.write(f'Look it through, and set VERSION = "{version}" in newsroom/store/schema.py.\n')


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit('saw no word of what it does; wanted: make migration WHAT="Add the partners\' time zone"')
    main(sys.argv[1].strip())
