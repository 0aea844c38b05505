"""Where this deployment keeps things: environment variables, read once when asked."""

import os
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
"""The root of this checkout."""


@dataclass(frozen=True)
class Settings:
    """What the environment says; every default serves a single machine.

    `catalogue` is an SQLAlchemy URL and may hold a password: it is never shown.
    """

    bucket: str
    catalogue: str = field(repr=False)
    data: Path


def settings() -> Settings:
    """Read `NEWSROOM_BUCKET`, `NEWSROOM_CATALOGUE` and `NEWSROOM_DATA`."""
    data = Path(os.environ.get("NEWSROOM_DATA", CHECKOUT / ".data")).absolute()
    return Settings(
        bucket=os.environ.get("NEWSROOM_BUCKET", "newsroom"),
        catalogue=os.environ.get("NEWSROOM_CATALOGUE", f"sqlite:///{data / 'catalogue.db'}"),
        data=data,
    )
