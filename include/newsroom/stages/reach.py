"""reach: can a partner take its feeds, by each way that is open to it. No story is delivered."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from http.client import NOT_MODIFIED, OK

import requests

from newsroom.config import Partner
from newsroom.config.partner import Format
from newsroom.deliver.address import feed_url
from newsroom.deliver.release import RENDERERS
from newsroom.stages import Newsroom
from newsroom.stages.doctor import Examined
from newsroom.stages.own_keys import by_keys, session_of
from newsroom.stages.reach_push import by_push
from newsroom.store import keys
from newsroom.store.bucket import ObjectStat
from newsroom.story import digest

TIMEOUT = (5, 20)
"""Seconds to connect, and between two parts of an answer."""

READABLE = "let everybody read partners/ of the bucket, and nothing else; see docs/desk.md"
PRIVATE = "let everybody read partners/ of the bucket alone: what lies beside it is not published"

Way = Callable[[Newsroom, Partner], Iterable[Examined]]
"""Tries one way by which a partner gets its feeds."""


def reach(room: Newsroom, partner_id: str, profile: str | None = None) -> Iterator[Examined]:
    """Try every way, and tell of each step whether it is fine and what to mend.

    `profile` names the partner's own keys in ~/.aws/credentials; without it they are not tried.

    Raises:
        LookupError: there is no such partner, or no such profile; the text lists the known partners.
        BucketError: our own bucket can't be read or written.
    """
    partner = room.partner(partner_id)
    paused = (
        None if partner.enabled else f"set `enabled: true` in partners/{partner.id}.yaml when it may start"
    )
    yield Examined("delivery", True, "is delivered to" if partner.enabled else "is paused", paused)
    for way in WAYS:
        yield from way(room, partner)
    if profile:
        yield from by_keys(room, partner, session_of(profile))


def by_http(room: Newsroom, partner: Partner) -> Iterator[Examined]:
    """As a CMS or a browser does: GET without credentials, then conditional GET."""
    root = room.house.feeds_url
    if root is None:
        mend = "set feeds_url in house.yaml to the address under which partners/ of the bucket is served"
        yield Examined("http", True, "not offered: house.yaml names no feeds_url", mend)
        return
    with requests.Session() as session:
        session.headers["User-Agent"] = room.house.user_agent
        for name in partner.formats:
            yield _document(session, room, partner, name)
        yield _prefix(session, room, partner, root)
        yield _privacy(session, room, root)


WAYS: tuple[Way, ...] = (by_http, by_push)


def _document(session: requests.Session, room: Newsroom, partner: Partner, name: Format) -> Examined:
    part, url = f"http {name}", feed_url(room.house, partner, name) or ""
    there = room.bucket.stat(keys.document(partner.id, RENDERERS[name].filename))
    noted = room.catalogue.partner_document(partner.id, name)
    if noted and (there is None or there.etag != noted.etag):
        now = "gone" if there is None else "changed"
        found = f"{url}: written {noted.written_at:%Y-%m-%d %H:%M:%S}Z, and {now} since, not by us"
        return Examined(part, False, found, f"`newsroom deliver {partner.id}` writes it anew")
    if there is None:
        mend = f"nothing to mend: `newsroom deliver {partner.id}` writes it"
        return Examined(part, True, f"{url}: not written yet", mend)
    try:
        got = session.get(url, timeout=TIMEOUT)
        known = {"If-None-Match": got.headers.get("ETag", '"none"')}
        again = session.get(url, timeout=TIMEOUT, headers=known)
    except requests.RequestException as error:
        mend = f"see that {room.house.feeds_url} (feeds_url in house.yaml) answers from outside"
        return Examined(part, False, f"{url}: {type(error).__name__}", mend)
    if wrong := _wrong(got, again, there, RENDERERS[name].content_type):
        return Examined(part, False, f"{url}: {wrong[0]}", wrong[1])
    stories = there.metadata.get("stories", "?")
    return Examined(part, True, f"{url}: {stories} stories, {len(got.content)} bytes; unchanged, 304")


def _wrong(
    got: requests.Response, again: requests.Response, there: ObjectStat, content_type: str
) -> tuple[str, str] | None:
    """What is wrong with an answer, or with that to a conditional GET right after it, and how to mend it."""
    if got.status_code != OK:
        return f"saw HTTP {got.status_code}; wanted 200", READABLE
    if digest(got.content) != there.sha256:
        mend = "look which bucket feeds_url serves, and how long a cache before it keeps a feed"
        return f"its {len(got.content)} bytes are not those that lie in the bucket", mend
    served = got.headers.get("Content-Type", "")
    if served.replace(" ", "").lower() != content_type.replace(" ", "").lower():
        return f"saw the type {served!r}; wanted {content_type!r}", "pass on the bucket's Content-Type"
    if again.status_code != NOT_MODIFIED:
        mend = "pass on the bucket's ETag, and let If-None-Match through"
        return f"unchanged, it answers a conditional GET with {again.status_code}; wanted 304", mend
    return None


def _prefix(session: requests.Session, room: Newsroom, partner: Partner, root: str) -> Examined:
    """A note that is put where the feeds lie, read as the partner would, and removed."""
    key = keys.document(partner.id, f"check-{secrets.token_hex(8)}.txt")
    status, body = _read_back(session, room, root, key)
    if status == OK and body:
        return Examined("http prefix", True, f"{root.rstrip('/')}/partners/{partner.id}/ can be read")
    return Examined("http prefix", False, f"saw {status} for {_url(root, key)}; wanted 200", READABLE)


def _privacy(session: requests.Session, room: Newsroom, root: str) -> Examined:
    """A note beside partners/, which nobody may read."""
    status, body = _read_back(session, room, root, f"work/probe/{secrets.token_hex(8)}")
    if body:
        return Examined("http privacy", False, "anybody can read what lies beside partners/", PRIVATE)
    return Examined("http privacy", True, f"what lies beside partners/ is not served ({status})")


def _read_back(session: requests.Session, room: Newsroom, root: str, key: str) -> tuple[int | str, bool]:
    """The status of a GET of a note under this key, and whether the note came; it is removed again."""
    note = f"A check, to be ignored: {secrets.token_hex(8)}\n".encode()
    room.bucket.put(key, note, content_type="text/plain", cache_control="no-store")
    try:
        got = session.get(_url(root, key), timeout=TIMEOUT)
    except requests.RequestException as error:
        return type(error).__name__, False
    else:
        return got.status_code, got.content == note
    finally:
        room.bucket.delete(key)


def _url(root: str, key: str) -> str:
    return f"{root.rstrip('/')}/{key}"
