"""What the commands print: a table for people, JSON for programs."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]

NARROW = 8
"""Characters that a column must have at least to be read; a table of narrower ones is printed as lines."""

ERROR = Console(stderr=True)
"""Where everything goes that is no result."""


def rows(title: str, records: Sequence[Mapping[str, Any]], *, as_json: bool, empty: str = "none") -> None:
    """Print records: a table with a column for each field, or a JSON array of objects."""
    if as_json:
        json(list(records))
        return
    console = Console()
    if not records:
        console.print(f"{title}: {empty}", highlight=False)
        return
    if len(records[0]) * NARROW > console.width:
        _blocks(console, title, records)
        return
    table = Table(title=title, title_justify="left", title_style="bold", show_lines=False)
    for name in records[0]:
        table.add_column(name.replace("_", " "), overflow="fold")
    for record in records:
        table.add_row(*(cell(value) for value in record.values()))
    console.print(table)


def _blocks(console: Console, title: str, records: Sequence[Mapping[str, Any]]) -> None:
    """Print records of many fields, each as lines of its own; what is empty is left out."""
    console.print(Text(title, style="bold"))
    for record in records:
        block = Table.grid(padding=(0, 2))
        block.add_column(style="dim")
        block.add_column(overflow="fold")
        for name, value in record.items():
            if value is not None and value not in ("", (), [], {}):
                block.add_row(name.replace("_", " "), cell(value))
        console.print(block)
        console.print()


def line(text: str) -> None:
    """Print one line for people."""
    Console().print(Text(text), soft_wrap=True)


def diff(told: Mapping[str, Any]) -> None:
    """Print what changed between two revisions, as `[-gone-]` and `{+new+}`, in colour where there is any."""
    console = Console()
    if told["before"] is None:
        title = f"Revision {told['after']} of {told['uri']} is its first"
    else:
        title = (
            f"Revision {told['after']} of {told['uri']} after revision {told['before']}: {told['summary']}"
        )
    console.print(Text(title, style="bold"))
    console.print(Text(f"{told['kind']}: {told['reason']}"))
    for change in told["changes"]:
        where = f"{change['field']}, {change['place']}" if change["place"] else change["field"]
        console.print(Text(f"\n{where}", style="bold"))
        console.print(Text(" ").join(_piece(each) for each in change["pieces"]))


def _piece(piece: Mapping[str, str]) -> Text:
    form, style = _PIECES[piece["kind"]]
    return Text(form.format(piece["text"]), style=style)


_PIECES = {"same": ("{}", ""), "gone": ("[-{}-]", "red strike"), "new": ("{{+{}+}}", "green")}
"""How a piece of a diff is written, and its style: git's and wdiff's marks, which need no colour."""


def json(value: Any) -> None:
    """Print a value as one JSON document."""
    option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
    sys.stdout.buffer.write(orjson.dumps(value, option=option, default=str))
    sys.stdout.flush()


def lines(records: Sequence[Mapping[str, Any]]) -> None:
    """Print each record as one line of JSON."""
    for record in records:
        sys.stdout.buffer.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE, default=str))


def cell(value: Any) -> Text:
    """A value as a person reads it: nothing as a dash, a time to the second, a list line by line."""
    if value is None or value in ("", ()):
        return Text("-", style="dim")
    if isinstance(value, bool):
        return Text("yes" if value else "no", style="green" if value else "red")
    if isinstance(value, datetime):
        return Text(f"{value:%Y-%m-%d %H:%M:%S}Z")
    if isinstance(value, list | tuple):
        return Text("\n".join(str(each) for each in value))
    if isinstance(value, Mapping):
        return Text(", ".join(f"{n} {name}" for name, n in value.items()) or "-")
    return Text(str(value))


def fail(message: str) -> typer.Exit:
    """Say on the error stream what is wrong; raise what this returns."""
    ERROR.print(Text(message, style="red"), soft_wrap=True)
    return typer.Exit(2)
