"""What the commands print: a table for people, JSON for programs."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import orjson
import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]

WHOLE = 24
"""Characters: no shorter word, such as an id or a date, is broken."""

FILE_WIDTH = 240
"""Columns, where the output goes into a file or a pipe."""

FRAME = 3
"""Columns that a cell takes besides its text: a line, and a space on both sides."""

NOTHING = "-"
"""How a cell without a value is shown."""

ERROR = Console(stderr=True)
"""Where everything goes that is no result."""


def rows(title: str, records: Sequence[Mapping[str, Any]], *, as_json: bool, empty: str = "none") -> None:
    """Print records: a table with a column for each field, or a JSON array of objects.

    Where the terminal is too narrow for the table, it does without the columns that hold nothing; where that
    is not enough, each record is printed as lines.
    """
    if as_json:
        json(list(records))
        return
    console = _console()
    if not records:
        console.print(f"{title}: {empty}", highlight=False)
        return
    columns = [
        Column(name.replace("_", " "), [cell(record[name]) for record in records]) for name in records[0]
    ]
    if not _fits(columns, console.width):
        columns = [column for column in columns if any(each.plain != NOTHING for each in column.cells)]
    if not _fits(columns, console.width):
        _blocks(console, title, records)
        return
    table = Table(title=title, title_justify="left", title_style="bold", show_lines=False)
    for column, width in zip(columns, _widths(columns, console.width), strict=True):
        table.add_column(column.name, overflow="fold", width=width)
    for row in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*row)
    console.print(table)


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and a cell for each record."""

    name: str
    cells: Sequence[Text]

    @property
    def least(self) -> int:
        """The screen columns that its longest word takes that is not to be broken."""
        return max(min(cell_len(word), WHOLE) for text in self._texts for word in text.split())

    @property
    def longest(self) -> int:
        """The screen columns that its longest line takes."""
        return max(cell_len(line) for text in self._texts for line in text.splitlines())

    @property
    def _texts(self) -> tuple[str, ...]:
        return (self.name, *(each.plain for each in self.cells))


def _fits(columns: Sequence[Column], width: int) -> bool:
    return sum(column.least + FRAME for column in columns) + 1 <= width


def _widths(columns: Sequence[Column], width: int) -> list[int]:
    """What each column gets: its longest line, and where they are too wide together the widest give way."""
    widths = [column.longest for column in columns]
    while sum(widths) + FRAME * len(widths) + 1 > width:
        spare = [given if given > column.least else 0 for given, column in zip(widths, columns, strict=True)]
        widths[spare.index(max(spare))] -= 1
    return widths


def _console() -> Console:
    console = Console()
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = FILE_WIDTH
    return console


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
    """A value as a person reads it: a dash for none, a time to the second, lists line by line, no noughts."""
    if value is None or value in ("", (), []):
        return Text(NOTHING, style="dim")
    if isinstance(value, bool):
        return Text("yes" if value else "no", style="green" if value else "red")
    if isinstance(value, datetime):
        return Text(f"{value:%Y-%m-%d %H:%M:%S}Z")
    if isinstance(value, list | tuple):
        return Text("\n".join(str(each) for each in value))
    if isinstance(value, Mapping):
        counted = (f"{n} {name.replace('_', ' ')}" for name, n in value.items() if n)
        return Text(", ".join(counted) or NOTHING)
    return Text(str(value))


def fail(message: str) -> typer.Exit:
    """Say on the error stream what is wrong; raise what this returns."""
    ERROR.print(Text(message, style="red"), soft_wrap=True)
    return typer.Exit(2)
