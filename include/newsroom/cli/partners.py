"""Commands on the partners: what each has, what it would get, and whether it can take it."""

import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsroom.cli import show

if TYPE_CHECKING:
    from newsroom.config import Partner
    from newsroom.stages import Newsroom
    from newsroom.stages.doctor import Examined
    from newsroom.stages.preview import Preview

app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)

PartnerId = Annotated[str, typer.Argument(metavar="PARTNER", help="The partner's id.")]


@app.callback()
def partners(context: typer.Context, json: show.Json = False) -> None:
    """List the partners' feeds, and how deliveries to each go; see also its commands.

    Kill seconds are those that half of the last 90 days' kills took at most, and 99 of a hundred.
    """
    if context.invoked_subcommand:
        return
    from newsroom.stages import Newsroom
    from newsroom.stages.partners import deliveries_by_partner

    room = Newsroom.from_environment()
    documents = [
        _document(room, partner, name)
        for partner in room.configuration.partners.values()
        for name in partner.formats
    ]
    deliveries = deliveries_by_partner(room)
    if json:
        show.json({"documents": documents, "deliveries": deliveries})
        return
    show.rows("Partners", documents, as_json=False, empty="none is configured")
    show.rows("Deliveries", [_delivery(row) for row in deliveries], as_json=False)


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
        show.rows(f"{partner} would get {len(seen.gets)} stories{paused}", _brief(seen.gets), as_json=False)
        by_rule = f": {show.cell(seen.counts)}" if seen.counts else ""
        show.rows(f"{len(seen.left_out)} are left out{more}{by_rule}", _brief(shown), as_json=False)


@app.command()
def check(
    partner: PartnerId,
    profile: Annotated[
        str | None, typer.Option(help="Try its own keys too: a profile of ~/.aws/credentials.")
    ] = None,
    json: show.Json = False,
) -> None:
    """Try whether a partner can take its feeds; no story is delivered.

    The exit code is 1 when something is wrong.
    """
    from newsroom.stages import Newsroom
    from newsroom.stages.reach import reach

    findings = _findings(reach(Newsroom.from_environment(), partner, profile))
    show.rows(f"What {partner} can reach", findings, as_json=json)
    if not all(finding["fine"] for finding in findings):
        raise typer.Exit(1)


@app.command()
def grant(
    partner: PartnerId,
    revoke: Annotated[bool, typer.Option("--revoke", help="End all keys that it has, at once.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="End the keys that it has; make new ones.")
    ] = False,
    policy: Annotated[
        bool, typer.Option("--policy", help="Print the AWS policy alone; make nothing.")
    ] = False,
    json: show.Json = False,
) -> None:
    """Make keys for a partner that read its feeds in the bucket and nothing else, and try them out.

    The secret is shown once and kept nowhere. For a bucket on AWS no keys are made: a user there needs the
    policy that is printed.
    """
    from newsroom.stages import Newsroom
    from newsroom.stages import grant as grants
    from newsroom.stages.own_keys import prove

    room = Newsroom.from_environment()
    if revoke:
        show.rows("Revoked", [grants.revoke(room, partner)], as_json=json)
        return
    if policy:
        show.json(grants.policy_of(room, partner))
        return
    made = grants.grant(room, partner, replace=replace)
    proof = []
    if made["access_key_id"]:
        proof = _findings(prove(room, partner, made["access_key_id"], made["secret_access_key"]))
    if json:
        show.json({**made, "proof": proof})
    else:
        _show_grant(made, proof)
    if not all(finding["fine"] for finding in proof):
        raise typer.Exit(1)


@app.command()
def link(
    partner: PartnerId,
    hours: Annotated[float, typer.Option(help="How long it holds, at most 168.")] = 24,
    json: show.Json = False,
) -> None:
    """Make links to a partner's feeds that need no keys and end by themselves; whoever has one can read."""
    from newsroom.stages import Newsroom
    from newsroom.stages.grant import link as made

    links = made(Newsroom.from_environment(), partner, hours)
    if json:
        show.json(links)
        return
    for each in links:
        state = "" if each["written"] else ", not written yet"
        typer.echo(f"{each['format']}, until {each['until']:%Y-%m-%d %H:%M:%S}Z{state}:\n{each['url']}\n")


def _findings(examined: "Iterable[Examined]") -> list[dict[str, Any]]:
    return [
        {"part": each.part, "fine": each.fine, "found": each.found, "mend": each.mend} for each in examined
    ]


def _show_grant(made: Mapping[str, Any], proof: list[dict[str, Any]]) -> None:
    from newsroom.stages.grant import profile

    if not made["access_key_id"]:
        show.ERROR.print("The bucket is on AWS itself: make a user there, with this policy.")
        show.json(made["policy"])
        return
    typer.echo(
        f"For the partner's ~/.aws/credentials; the secret is not shown again:\n\n{profile(dict(made))}\n"
    )
    show.rows("Tried out", proof, as_json=False)
    others = made["other_keys"] or made["ended_keys"]
    if others:
        did = "still hold" if made["other_keys"] else "have ended"
        typer.echo(f"Other keys of it {did}: {'; '.join(others)}")
    typer.echo("On AWS, its user needs this policy:")
    show.json(made["policy"])


def _brief(stories: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stories by the first digits of their UUIDs, which every command takes for the whole uri."""
    return [{**story, "uri": story["uri"].removeprefix("urn:uuid:")[:8]} for story in stories]


def _print_document(seen: "Preview", name: str) -> None:
    if name not in seen.documents:
        taken = ", ".join(seen.documents)
        raise show.fail(f"format: saw {name!r}; wanted one that {seen.partner.id} takes: {taken}")
    sys.stdout.buffer.write(seen.documents[name])
    sys.stdout.flush()


def _delivery(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row for people."""
    kills = row["kill_seconds"]
    told = f"p50 {kills['p50']:g} s, p99 {kills['p99']:g} s" if kills else None
    return {**row, "failures": row["failures"] or None, "kill_seconds": told}


def _document(room: "Newsroom", partner: "Partner", name: str) -> Mapping[str, Any]:
    written = room.catalogue.partner_document(partner.id, name)
    return {
        "partner": partner.id,
        "format": name,
        "stories": written.stories if written else 0,
        "written_at": written.written_at if written else None,
        "key": written.key if written else None,
    }
