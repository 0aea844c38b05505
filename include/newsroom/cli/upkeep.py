"""Commands that look after the newsroom itself: doctor, migrate, reindex, housekeeping."""

from contextlib import closing

import typer

from newsroom.cli import show


def doctor(json: show.Json = False) -> None:
    """Check configuration, bucket and catalogue; each finding says what to mend.

    The exit code is 1 when something is wrong.
    """
    from newsroom.stages.doctor import examine

    findings = [
        {"part": finding.part, "fine": finding.fine, "found": finding.found, "mend": finding.mend}
        for finding in examine()
    ]
    show.rows("Doctor", findings, as_json=json)
    if not all(finding["fine"] for finding in findings):
        raise typer.Exit(1)


def migrate(json: show.Json = False) -> None:
    """Bring the catalogue's tables to this release; stop what works with it first.

    All of it or nothing, and nothing where they are of this release already.
    """
    from newsroom.store import schema
    from newsroom.store.database import Database

    with closing(Database.connect()) as database:
        done = [{"version": each.version, "what": each.what} for each in database.migrate()]
    nothing = f"nothing to do, it is at version {schema.VERSION}"
    show.rows("Migrated", done, as_json=json, empty=nothing)


def reindex(json: show.Json = False) -> None:
    """Rebuild the catalogue from the bucket, which is the truth."""
    from newsroom.config import load
    from newsroom.store.bucket import Bucket
    from newsroom.store.catalogue import Catalogue
    from newsroom.store.reindex import reindex as rebuild

    window = load().house.duplicates.window
    with closing(Catalogue.open()) as catalogue:
        counts = rebuild(Bucket.from_environment(), catalogue, window)
    show.rows("Reindexed", [{"table": name, "rows": n} for name, n in counts.items()], as_json=json)


def housekeeping(json: show.Json = False) -> None:
    """Remove from the bucket what the pipeline made for itself and needs no more: a run's work files."""
    from newsroom.stages import Newsroom, now
    from newsroom.stages.housekeeping import KEPT_FOR, remove_old_work

    removed = remove_old_work(Newsroom.from_environment(), now())
    told = [{"what": f"work files older than {KEPT_FOR.days} days", "removed": removed}]
    show.rows("Housekeeping", told, as_json=json)
