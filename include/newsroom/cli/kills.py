"""Commands for what must go: kill, lift, and how fast kills took effect."""

import getpass
import uuid
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsroom.cli import show

if TYPE_CHECKING:
    from newsroom.stages import Newsroom

Uris = Annotated[
    list[str] | None, typer.Argument(help="The story's uri, or its first digits.", metavar="[URI]...")
]
Reason = Annotated[str, typer.Option(help="Why; it is filed with your name.")]


def kill(
    uris: Uris = None,
    reason: Reason = "",
    confirm: Annotated[str | None, typer.Option(help="A kill that waits, by its id.")] = None,
    dismiss: Annotated[str | None, typer.Option(help="Let a kill that waits pass, by its id.")] = None,
    json: show.Json = False,
) -> None:
    """Withdraw a story from every partner that ever got it, at once and for good.

    With --confirm, what a waiting kill names, or the stories given; the exit code is 1 while a partner is not
    reached.
    """
    from newsroom.stages import Newsroom
    from newsroom.stages.kills import confirm_kill, dismiss_kill, kill_story

    room = Newsroom.from_environment()
    by = getpass.getuser()
    if dismiss:
        show.rows("Dismissed", [dismiss_kill(room, dismiss, by=by)], as_json=json)
        return
    if not uris and not confirm:
        raise show.fail("uri: saw nothing; wanted the story to kill, or --confirm or --dismiss with an id")
    if confirm:
        done = confirm_kill(room, confirm, by=by, uris=uris or ())
    else:
        done = [kill_story(room, uri, by=by, reason=reason) for uri in uris or ()]
    reached = [*_withdraw(room), *_tell(room)]
    _show(room, done, reached, as_json=json)
    if any(each["error"] for each in reached):
        raise typer.Exit(1)


def lift(
    uri: Annotated[str, typer.Argument(help="The story's uri, or its first digits.")],
    reason: Annotated[str, typer.Option(help="Why the story may be used again.")],
    kill: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Which, where several stand, as `newsroom kills` names it; or all."),
    ] = None,
    json: show.Json = False,
) -> None:
    """Lift a story's kill: once none stands, the next delivery brings it back; filed with your name."""
    from newsroom.stages import Newsroom
    from newsroom.stages.kills import lift_story

    done = lift_story(Newsroom.from_environment(), uri, by=getpass.getuser(), reason=reason, kill=kill)
    show.rows("Lifted", [done], as_json=json)


def kills(
    limit: Annotated[int, typer.Option(help="How many at most.", min=1)] = 50, json: show.Json = False
) -> None:
    """List kills, and the seconds from when each was seen until it took effect at each partner."""
    from newsroom.stages import Newsroom
    from newsroom.stages.kills import kill_times

    rows = kill_times(Newsroom.from_environment(), limit)
    show.rows("Kills", rows if json else _readable(rows), as_json=json)
    if any(row["late"] for row in rows):
        show.ERROR.print(
            "Late: call the partner; once it says that the story is gone, `newsroom acknowledge URI PARTNER`",
            style="yellow",
            soft_wrap=True,
        )


def _withdraw(room: "Newsroom") -> list[dict[str, Any]]:
    """Reach every partner now; one that fails is told, and reached by the next takedown."""
    from newsroom.stages.deliver import partners_to_reach, withdraw_from_all

    done = withdraw_from_all(room, partners_to_reach(room), f"cli-{uuid.uuid4().hex[:12]}")
    return [{"partner": each["partner"], "error": each["error"]} for each in done]


def _tell(room: "Newsroom") -> list[dict[str, Any]]:
    """Tell the partners' own servers now; what is not told there is told by the next push."""
    from newsroom.stages import now
    from newsroom.stages.push import parked_messages, push_to_all, targets_due

    due, began = targets_due(room, only_kills=True), now()
    done = push_to_all(room, due, only_kills=True)
    refused = {
        (each["partner"], each["target"]): f"refused, and not tried again: {each['reason']}"
        for each in parked_messages(room, due)
        if each["act"] == "killed" and each["refused_at"] and each["refused_at"] >= began
    }
    return [
        {
            "partner": f"{each['partner']}/{each['target']}",
            "error": each["error"] or refused.get((each["partner"], each["target"])) or each["reason"],
        }
        for each in done
    ]


def _show(
    room: "Newsroom", done: list[dict[str, Any]], reached: list[dict[str, Any]], *, as_json: bool
) -> None:
    from newsroom.stages.kills import kill_times

    newest_first = kill_times(room, max(200, len(done)))
    known = {row["uri"]: row for row in reversed(newest_first)}
    added = ("headline", "seconds", "copies")
    rows = [{**each, **{name: known[each["uri"]][name] for name in added}} for each in done]
    if as_json:
        show.json({"killed": rows, "partners": reached})
        return
    show.rows("Killed", _readable(rows), as_json=False)
    if any(row["copies"] for row in rows):
        show.ERROR.print(
            "Copies are not killed with a story: kill them, too, if they must go.", style="yellow"
        )
    if failed := [each for each in reached if each["error"]]:
        show.rows("Not reached yet", failed, as_json=False)
        show.ERROR.print(
            "What was not refused is tried again by itself; `newsroom kills` shows it. Call who can't wait.",
            style="yellow",
            soft_wrap=True,
        )


def _readable(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from newsroom.stages.copies import told

    said = ({**row, "seconds": _seconds(row["seconds"]), "copies": told(row["copies"])} for row in rows)
    return [
        {**row, "acknowledged": _seconds(row["acknowledged"], none="-")} if "acknowledged" in row else row
        for row in said
    ]


def _seconds(by_partner: dict[str, float | None], none: str = "no partner ever got it") -> list[str]:
    told = (f"{name}: {'not yet' if took is None else f'{took:.1f} s'}" for name, took in by_partner.items())
    return list(told) or [none]
