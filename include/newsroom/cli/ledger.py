"""The ledger as a file: CSV for a spreadsheet, JSON Lines for a program."""

import csv
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Annotated, Any

import orjson
import typer

from newsroom.cli.since import MaybeSince

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What begins a formula in a spreadsheet (OWASP, CSV Injection): a wire's headline must not be one."""


class Format(StrEnum):
    """What the export is written as."""

    CSV = "csv"
    JSONL = "jsonl"


def ledger(
    partner: Annotated[str | None, typer.Option(help="What this partner got only.")] = None,
    since: MaybeSince = None,
    format: Annotated[Format, typer.Option(help="CSV, or JSON Lines.")] = Format.CSV,  # noqa: A002
) -> None:
    """Export who got which revision when, read from what, by which code, checks and rights, in which run.

    With --since, the stays in a partner's feed that began or ended at that time or later.
    """
    from newsroom.stages import Newsroom
    from newsroom.stages.ledger import ledger as asked

    records = asked(Newsroom.from_environment(), partner, since)
    write = _csv if format is Format.CSV else _json_lines
    write(records)


def cell(value: Any) -> str:
    """A value as a cell: a list parted by blanks, a time in UTC, and no text that a spreadsheet would run."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return " ".join(f"{name}={each}" for name, each in sorted(value.items()))
    if isinstance(value, list):
        return " ".join(map(str, value))
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def _csv(records: Iterator[dict[str, Any]]) -> None:
    """RFC 4180, in UTF-8; the heading is there though no row is."""
    from newsroom.stages.ledger import COLUMNS

    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    writer = csv.writer(sys.stdout, quoting=csv.QUOTE_MINIMAL)
    rows = ([cell(value) for value in record.values()] for record in records)
    writer.writerows(chain([COLUMNS], rows))


def _json_lines(records: Iterator[dict[str, Any]]) -> None:
    for record in records:
        sys.stdout.buffer.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
