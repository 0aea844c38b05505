"""Quarantine: bytes that could not be read are kept, with the reason beside them."""

from newsroom.stages import Newsroom, now
from newsroom.stages.work import Assignment
from newsroom.store import keys
from newsroom.story import Moment, Noun, Refusal


class Note(Noun):
    """Why the bytes under `raw_key` were refused; of an entry, also what was to be read."""

    wire: str
    feed: str
    raw_key: str
    url: str | None
    code: str
    reason: str
    at: Moment
    assignment: Assignment | None = None


def quarantine(room: Newsroom, wire: str, feed: str, raw_key: str, url: str | None, refusal: Refusal) -> str:
    """Note why a document as a whole was refused; same bytes, same key."""
    note = Note(
        wire=wire, feed=feed, raw_key=raw_key, url=url, code=refusal.code, reason=refusal.reason, at=now()
    )
    return _put(room, note, keys.quarantine(wire, raw_key))


def quarantine_entry(room: Newsroom, assignment: Assignment, refusal: Refusal) -> str:
    """Note why an entry was refused: by its page, or of its feed the one."""
    item, raw_key = assignment.item, assignment.raw_keys[-1]
    note = Note(
        wire=item.wire,
        feed=item.feed,
        raw_key=raw_key,
        url=item.url,
        code=refusal.code,
        reason=refusal.reason,
        at=now(),
        assignment=assignment,
    )
    return _put(room, note, keys.quarantined_entry(item.wire, raw_key, item.key))


def _put(room: Newsroom, note: Note, key: str) -> str:
    room.bucket.put(key, note.to_json(), content_type="application/json")
    return key
