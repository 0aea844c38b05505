"""Commands that run the stages: ingest, deliver, recheck."""

import uuid
from collections import Counter
from typing import Annotated, Any

import typer

from newsroom.cli import show

Wires = Annotated[list[str] | None, typer.Argument(help="Wires by id; all by default.", metavar="[WIRE]...")]


def ingest(
    wires: Wires = None,
    feed: Annotated[str | None, typer.Option(help="This feed only.")] = None,
    again: Annotated[bool, typer.Option(help="Read known entries again.")] = False,
    json: show.Json = False,
) -> None:
    """Poll, fetch, extract, check and store: every feed of the wires, one after the other.

    A feed that fails is told and does not stop the others; the exit code is 1 then.
    """
    from newsroom.stages import Newsroom
    from newsroom.stages.poll import Selection

    room = Newsroom.from_environment(works=True)
    run = f"cli-{uuid.uuid4().hex[:12]}"
    results = [
        _ingest_one(room, wire, each.id, run, Selection(again=again))
        for wire in wires or sorted(room.configuration.wires)
        for each in room.wire(wire).feeds
        if feed in (None, each.id)
    ]
    if not results:
        named = ", ".join(wires or sorted(room.configuration.wires))
        raise show.fail(f"feed: saw {feed!r}; wanted the id of one of: {named}; `newsroom wires` lists them")
    show.rows("Ingested", results, as_json=json, empty="no feed")
    if any(result["error"] for result in results):
        raise typer.Exit(1)


def _ingest_one(room: Any, wire: str, feed: str, run: str, selection: Any) -> dict[str, Any]:
    from newsroom.fetch.feed import NotAFeed
    from newsroom.fetch.http import FetchError
    from newsroom.stages.run import run_feed

    result: dict[str, Any] = {"wire": wire, "feed": feed, "counts": {}, "error": None}
    try:
        result["counts"] = run_feed(room, wire, feed, run, selection)
    except (FetchError, NotAFeed) as error:
        result["error"] = f"{error.code}: {error.reason}"
    return result


def deliver(
    partners: Annotated[
        list[str] | None, typer.Argument(help="Partners by id; all by default.", metavar="[PARTNER]...")
    ] = None,
    json: show.Json = False,
) -> None:
    """Bring the partners' feeds up to date.

    A partner whose delivery fails is told and does not stop the others; the exit code is 1 then.
    """
    from newsroom.stages import Newsroom
    from newsroom.stages.deliver import deliver_to_all

    room = Newsroom.from_environment(works=True)
    run = f"cli-{uuid.uuid4().hex[:12]}"
    enabled = sorted(p.id for p in room.configuration.partners.values() if p.enabled)
    wanted = [room.partner(each).id for each in partners] if partners else enabled
    done = deliver_to_all(room, wanted, run)
    show.rows("Delivered", done, as_json=json, empty="no partner")
    if any(each["error"] for each in done):
        raise typer.Exit(1)


def recheck(wires: Wires = None, json: show.Json = False) -> None:
    """Judge held stories again by today's rules, and pass those that now may."""
    from newsroom.stages import Newsroom
    from newsroom.stages.recheck import recheck_held

    room = Newsroom.from_environment(works=True)
    results = []
    for wire in wires or sorted(room.configuration.wires):
        counts: Counter[str] = recheck_held(room, room.wire(wire))
        results.append({"wire": wire, "checked": counts["checked"], "now_passed": counts["passed"]})
    show.rows("Rechecked", results, as_json=json, empty="no wire")
