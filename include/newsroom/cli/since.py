"""A time that a person names: a date, a date and time, or how long ago."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

_AGO = re.compile(r"(?P<number>\d{1,5})(?P<unit>[mhdw])")


def moment(text: str) -> datetime:
    """The time in UTC; where it names no zone it is meant so.

    Raises:
        typer.BadParameter: the text is none of these.
    """
    if ago := _AGO.fullmatch(text.strip()):
        return datetime.now(UTC) - timedelta(**{UNITS[ago["unit"]]: int(ago["number"])})
    try:
        named = datetime.fromisoformat(text.strip())
    except ValueError:
        wanted = "wanted a date (2026-11-20), a time (2026-11-20T06:00Z) or how long ago (30m, 12h, 7d, 2w)"
        raise typer.BadParameter(f"saw {text!r}; {wanted}") from None
    return named.replace(tzinfo=UTC) if named.tzinfo is None else named.astimezone(UTC)


Since = Annotated[datetime, typer.Option(parser=moment, metavar="TIME", help="As 2026-11-20 or 7d (ago).")]
MaybeSince = Annotated[
    datetime | None, typer.Option(parser=moment, metavar="TIME", help="As 2026-11-20 or 7d (ago).")
]
