"""The desk that `make run` keeps on this machine: found without setting a variable."""

import json
import os

from newsroom.settings import settings

FILE = "desk.json"
"""Under the data folder; it tells the environment, and its owner alone may read it."""

CHOSEN_BY = (
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "NEWSROOM_BUCKET",
    "NEWSROOM_CATALOGUE",
)
"""Who sets one of these has another newsroom in mind."""


def use_local_desk() -> None:
    """Take over the local desk's environment, unless the caller's names a bucket or a catalogue."""
    path = settings().data / FILE
    if any(name in os.environ for name in CHOSEN_BY) or not path.exists():
        return
    told: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    for name, value in told.items():
        os.environ.setdefault(name, value)
