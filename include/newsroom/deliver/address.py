"""Where a partner finds its feeds over HTTP."""

from newsroom.config import House, Partner
from newsroom.config.partner import Format

FILENAMES: dict[Format, str] = {"rss": "rss.xml", "ninjs": "ninjs.json"}
"""Each format's file under `partners/{id}/`."""


def feed_url(house: House, partner: Partner, name: Format) -> str | None:
    """The feed's address in this format; None where the house names no place for its feeds."""
    if house.feeds_url is None:
        return None
    return f"{house.feeds_url.rstrip('/')}/partners/{partner.id}/{FILENAMES[name]}"
