"""Quarantine: bytes that could not be read are kept, with the reason beside them."""

import orjson

from newsroom.stages import Newsroom, now
from newsroom.store import keys
from newsroom.story import Refusal


def quarantine(room: Newsroom, wire: str, feed: str, raw_key: str, url: str | None, refusal: Refusal) -> str:
    """Note why the bytes under `raw_key` were refused; same bytes, same key."""
    note = {
        "wire": wire,
        "feed": feed,
        "raw_key": raw_key,
        "url": url,
        "code": refusal.code,
        "reason": refusal.reason,
        "at": now().isoformat(),
    }
    key = keys.quarantine(wire, raw_key)
    room.bucket.put(key, orjson.dumps(note, option=orjson.OPT_SORT_KEYS), content_type="application/json")
    return key
