"""What the desk shows in the terminal once it runs: stories, reasons, feeds, and where to look."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsroom.stages import Newsroom
from newsroom.stages.life import held_stories

SHOWN = 20
"""How many held stories are listed; `newsroom held` lists them all."""


def show_state(console: Console, room: Newsroom) -> None:
    """Print how many stories each wire has, which are held and why, and what the partners' feeds hold."""
    counts = room.catalogue.story_counts()
    _print(
        console,
        "Stories",
        ("wire", "passed", "held"),
        [
            (wire, counts.get(wire, {}).get("ready", 0), counts.get(wire, {}).get("held", 0))
            for wire in room.configuration.wires
        ],
    )
    held = held_stories(room, None, SHOWN)
    _print(
        console,
        "Held, each for a reason",
        ("headline", "reason"),
        [(story["headline"] or story["url"], "\n".join(story["reasons"])) for story in held],
    )
    _print(console, "Partners' feeds", ("partner", "feed", "stories", "written"), list(_feeds(room)))


def show_places(console: Console, places: Mapping[str, str]) -> None:
    """Print where to look."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in places.items():
        table.add_row(Text(name, style="bold"), Text(value, overflow="fold"))
    console.print(table)


def _feeds(room: Newsroom) -> Iterable[tuple[Any, ...]]:
    for partner in room.configuration.partners.values():
        for name in partner.formats:
            document = room.catalogue.partner_document(partner.id, name)
            if document:
                written = f"{document.written_at:%Y-%m-%d %H:%M:%S}Z"
                yield partner.name, document.key, document.stories, written


def _print(console: Console, title: str, names: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    table = Table(*names, title=title, title_justify="left", title_style="bold")
    for row in rows:
        table.add_row(*(Text(str(value), overflow="fold") for value in row))
    console.print(table)
