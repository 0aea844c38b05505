"""Snapshots: what a server sent, kept as it came, with what must be known to read it again."""

from collections.abc import Mapping

from newsroom.fetch.http import Response
from newsroom.stages import Newsroom
from newsroom.store import keys
from newsroom.store.bucket import ObjectStat
from newsroom.story import digest


def keep(room: Newsroom, wire: str, response: Response, whose: Mapping[str, str]) -> str:
    """Store a response's bytes under their digest, before anything reads them; returns their key.

    `whose` says it with the bytes: what a run left behind must not be a riddle.
    """
    raw_key = keys.raw(wire, digest(response.body))
    kind = response.content_type or "application/octet-stream"
    # XML may leave its charset to the header, and then the bytes alone don't tell it.
    charset = {"charset": response.charset} if response.charset else {}
    room.bucket.put_once(raw_key, response.body, content_type=kind, metadata={**whose, **charset})
    return raw_key


def charset_of(stat: ObjectStat) -> str | None:
    """The charset that came with these bytes in the HTTP header."""
    return stat.metadata.get("charset")
