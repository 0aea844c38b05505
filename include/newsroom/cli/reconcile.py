"""The command that compares catalogue, bucket and partners' feeds."""

import uuid
from typing import Annotated

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

    Of catalogue and bucket, what was written since two days ago or --since. The exit code is 1 when a person
    must look at something.
    """
    from newsroom.stages import Newsroom, now
    from newsroom.stages.reconcile import (
        LOOKED_BACK,
        needs_a_person,
        partner_parts,
        report_key,
        store_parts,
    )
    from newsroom.stages.reconcile import reconcile as compare

    room = Newsroom.from_environment()
    start, run = since or now() - LOOKED_BACK, f"cli-{uuid.uuid4().hex[:12]}"
    # Which partners there are is asked when the stores agree.
    parts = part or store_parts(room)
    reports = [compare(room, each, start, run=run) for each in parts]
    reports += [compare(room, each, start, run=run) for each in (() if part else partner_parts(room))]
    found = [{"part": each.part, **finding.model_dump()} for each in reports for finding in each.findings]
    if json:
        show.json({"reports": [each.model_dump() | {"key": report_key(each)} for each in reports]})
    else:
        counted = [
            {"part": each.part, "compared": each.compared, "explained": each.explained} for each in reports
        ]
        show.rows("Compared", counted, as_json=False)
        show.rows("Gaps", found, as_json=False)
    if needs_a_person(reports):
        raise typer.Exit(1)
