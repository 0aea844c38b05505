"""Commands on the partners: what each has, what it would get, and whether it can take it."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsroom.cli import show

if TYPE_CHECKING:
    from newsroom.config import Partner
    from newsroom.stages import Newsroom
    from newsroom.stages.preview import Preview

app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)

PartnerId = Annotated[str, typer.Argument(metavar="PARTNER", help="The partner's id.")]


@app.callback()
def partners(context: typer.Context, json: show.Json = False) -> None:
    """List the partners' feeds: what is in them, and since when; see also its commands."""
    if context.invoked_subcommand:
        return
    from newsroom.stages import Newsroom

    room = Newsroom.from_environment()
    documents = [
        _document(room, partner, name)
        for partner in room.configuration.partners.values()
        for name in partner.formats
    ]
    show.rows("Partners", documents, as_json=json, empty="none is configured")


@app.command()
def preview(
    partner: PartnerId,
    limit: Annotated[int, typer.Option(help="How many of what is left out are listed.", min=0)] = 200,
    format: Annotated[  # noqa: A002
        str | None, typer.Option(metavar="FORMAT", help="Print the feed itself in this format.")
    ] = None,
    json: show.Json = False,
) -> None:
    """Show what a partner would get by now, and why each other story is left out; nothing is written."""
    from newsroom.stages import Newsroom
    from newsroom.stages.preview import preview as looked_at

    seen = looked_at(Newsroom.from_environment(), partner)
    if format:
        _print_document(seen, format)
    elif json:
        show.json({"partner": partner, "gets": seen.gets, "counts": seen.counts, "left_out": seen.left_out})
    else:
        shown = seen.left_out[:limit]
        more = f", the first {len(shown)} of them" if len(shown) < len(seen.left_out) else ""
        paused = "" if seen.partner.enabled else " if it were not paused"
        show.rows(f"{partner} would get {len(seen.gets)} stories{paused}", seen.gets, as_json=False)
        show.rows(f"{len(seen.left_out)} are left out{more}", shown, as_json=False)
        show.rows("By rule", [{"left out": seen.counts}], as_json=False)


@app.command()
def check(partner: PartnerId, json: show.Json = False) -> None:
    """Try whether a partner can take its feeds; no story is delivered.

    The exit code is 1 when something is wrong.
    """
    from newsroom.stages import Newsroom
    from newsroom.stages.reach import reach

    findings = [
        {"part": each.part, "fine": each.fine, "found": each.found, "mend": each.mend}
        for each in reach(Newsroom.from_environment(), partner)
    ]
    show.rows(f"What {partner} can reach", findings, as_json=json)
    if not all(finding["fine"] for finding in findings):
        raise typer.Exit(1)


def _print_document(seen: "Preview", name: str) -> None:
    if name not in seen.documents:
        taken = ", ".join(seen.documents)
        raise show.fail(f"format: saw {name!r}; wanted one that {seen.partner.id} takes: {taken}")
    sys.stdout.buffer.write(seen.documents[name])
    sys.stdout.flush()


def _document(room: "Newsroom", partner: "Partner", name: str) -> Mapping[str, Any]:
    written = room.catalogue.partner_document(partner.id, name)
    return {
        "partner": partner.id,
        "format": name,
        "stories": written.stories if written else 0,
        "written_at": written.written_at if written else None,
        "key": written.key if written else None,
        "enabled": partner.enabled,
    }
