"""The command that compares catalogue, bucket and partners' feeds."""

import uuid
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from newsroom.cli import show
from newsroom.cli.since import MaybeSince


def reconcile(
    since: MaybeSince = None,
    part: Annotated[
        list[str] | None,
        typer.Option(help="Only this: records, wire:ID or partner:ID; may be given again."),
    ] = None,
    json: show.Json = False,
) -> None:
    """Compare catalogue, bucket and the partners' feeds; close the gaps, and tell each one.

    Of catalogue and bucket, what was written since two days ago or --since. A part that can't be compared is
    told and does not stop the others. The exit code is 1 when a person must look at something.
    """
    from newsroom.stages import Newsroom, now
    from newsroom.stages.reconcile import (
        LOOKED_BACK,
        Report,
        needs_a_person,
        partner_parts,
        report_key,
        store_parts,
    )
    from newsroom.stages.reconcile import reconcile as compare
    from newsroom.store.bucket import BucketError

    room = Newsroom.from_environment()
    start, run = since or now() - LOOKED_BACK, f"cli-{uuid.uuid4().hex[:12]}"
    reports: list[Report] = []
    failed: list[dict[str, str]] = []

    def compare_each(parts: Iterable[str]) -> None:
        for each in parts:
            try:
                reports.append(compare(room, each, start, run=run))
            except BucketError as error:
                failed.append({"part": each, "error": str(error)})

    compare_each(part or store_parts(room))
    # Which partners there are is asked when the stores agree.
    compare_each(() if part else partner_parts(room))
    found = [{"part": each.part, **finding.model_dump()} for each in reports for finding in each.findings]
    if json:
        told = [each.model_dump() | {"key": report_key(each)} for each in reports]
        show.json({"reports": told, "failed": failed})
    else:
        counted = [
            {"part": each.part, "compared": each.compared, "explained": each.explained} for each in reports
        ]
        show.rows("Compared", counted, as_json=False)
        show.rows("Gaps", [_readable(each) for each in found], as_json=False)
        if failed:
            show.rows("Could not be compared", failed, as_json=False)
    if failed or needs_a_person(reports):
        raise typer.Exit(1)


def _readable(gap: dict[str, Any]) -> dict[str, Any]:
    """A gap for people: what was done about it, or what they are to do."""
    is_open = gap["state"] == "open"
    told = {name: gap[name] for name in ("part", "state", "kind", "where", "found")}
    return {**told, "done": None if is_open else gap["done"], "to_do": gap["done"] if is_open else None}
