"""The command that tells partners of stories at their own servers."""

import getpass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsroom.cli import show

if TYPE_CHECKING:
    from newsroom.stages.push import PushDone


def push(
    partners: Annotated[
        list[str] | None, typer.Argument(help="Partners by id; all by default.", metavar="[PARTNER]...")
    ] = None,
    again: Annotated[bool, typer.Option(help="Send once more what was parked.")] = False,
    json: show.Json = False,
) -> None:
    """Send what waits for the partners' own servers, and tell what still waits, since when, and why.

    What a server refuses is parked, and listed by itself. Connections come from AIRFLOW_CONN_…, as JSON or
    as a URI. The exit code is 1 while something is parked or fails.
    """
    from newsroom.stages import Newsroom
    from newsroom.stages.push import parked_messages, push_to_all, send_again, targets

    room = Newsroom.from_environment()
    pairs = [(partner.id, target.id) for partner, target in targets(room, partners or ())]
    if again:
        for pair in pairs:
            send_again(room, *pair)
    done = push_to_all(room, pairs)
    told = done if json else [_readable(each) for each in done]
    show.rows("Pushed", told, as_json=json, empty="no partner has `push:` in its file")
    parked = [] if json else parked_messages(room, pairs)
    if parked:
        title = "Parked: refused; once that is mended, `newsroom push --again` sends it"
        show.rows(title, parked, as_json=False)
    if any(each["error"] or each["failed"] or each["parked"] for each in done):
        raise typer.Exit(1)


def _readable(done: "PushDone") -> dict[str, Any]:
    """What a call did, for people: with a time where programs have its text."""
    oldest = datetime.fromisoformat(done["oldest"]) if done["oldest"] else None
    return {**done, "oldest": oldest}


def acknowledge(
    uri: Annotated[str, typer.Argument(help="The killed story's uri, or its first digits.")],
    partner: Annotated[str, typer.Argument(help="The partner that says it is gone, by its id.")],
    json: show.Json = False,
) -> None:
    """Note that a partner told you it has removed a killed story; filed with your name."""
    from newsroom.stages import Newsroom
    from newsroom.stages.kills_told import acknowledge_kill

    told = acknowledge_kill(Newsroom.from_environment(), uri, partner, by=getpass.getuser())
    show.rows("Acknowledged", told, as_json=json)
