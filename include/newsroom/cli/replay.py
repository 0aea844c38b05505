"""The command that tries today's code and rules on what was stored."""

import uuid
from collections import Counter
from typing import Annotated

import typer

from newsroom.cli import show
from newsroom.cli.since import Since


def replay(
    since: Since,
    wire: Annotated[str | None, typer.Option(help="This wire's only.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="File what is read, as the wire's runs do.")] = False,
    json: show.Json = False,
) -> None:
    """Read the stored bytes again with today's code and rules; tell what would change, write nothing.

    With --apply, what reads otherwise is filed as a revision, and what the rules now hold leaves the feeds.
    """
    from newsroom.stages import Newsroom
    from newsroom.stages.replay import Replay

    room = Newsroom.from_environment()
    run = f"cli-{uuid.uuid4().hex[:12]}"
    wires = [room.wire(wire).id] if wire else sorted(room.configuration.wires)
    counts: dict[str, Counter[str]] = {}
    stories = []
    for each in wires:
        done = Replay()
        stories += [{"wire": each, **record} for record in done.run(room, each, since, apply=apply, run=run)]
        counts[each] = done.counts
    if json:
        show.json({"counts": {name: dict(+each) for name, each in counts.items()}, "stories": stories})
        return
    title = "What changed" if apply else "What would change"
    show.rows(title, stories, as_json=False, empty="nothing")
    rows = [{"wire": name, "stories": dict(+each)} for name, each in counts.items()]
    show.rows("Replayed", rows, as_json=False)
