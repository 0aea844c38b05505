"""fetch: get the pages that entries link to, one request at a time for each host."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from newsroom.config import Feed, Wire
from newsroom.config.wire import Content
from newsroom.fetch.http import Client, FetchError, Response
from newsroom.fetch.opening import open_client
from newsroom.fetch.robots import Robots
from newsroom.stages import Newsroom
from newsroom.stages.kills import kill_gone
from newsroom.stages.setbacks import put_off
from newsroom.stages.snapshot import keep
from newsroom.stages.work import Assignment, Handover, Setback, handover, read, write
from newsroom.story import Item, Page, Refusal, digest

log = logging.getLogger(__name__)

SECONDS = 300.0
"""How long one feed's pages may take in one run; what is left waits for the next run."""

GONE = "http_410"
"""The code of a page that its server says is gone for good (RFC 9110, section 15.5.11)."""

HOSTS_AT_ONCE = 4
"""How many hosts are asked at the same moment."""

FULL_TEXT_WORDS = 80
"""An entry with fewer words than this is a teaser: its page is fetched."""


def fetch_pages(room: Newsroom, before: Handover) -> Handover:
    """Fetch what the assignments link to. An item that fails is put off or given up, and counted.

    Raises:
        FetchError: `bad_connection`: the feed's key can't be had.
    """
    wire = room.wire(before["wire"])
    feed = room.feed(wire.id, before["feed"])
    assignments = read(room.bucket, before["work"], "poll", Assignment)
    pages = [a for a in assignments if needs_page(a.item, feed.content)]
    ready = [a for a in assignments if not needs_page(a.item, feed.content)]
    setbacks: list[Setback] = []
    for done in _fetched(room, wire, feed, pages):
        if isinstance(done, Setback):
            setbacks.append(done)
        else:
            ready.append(done)
    gone = [s.assignment.item for s in setbacks if s.refusal.code == GONE and s.assignment.setback == GONE]
    killed = kill_gone(room, wire, gone)
    counts = put_off(room, wire, setbacks)
    write(room.bucket, before["work"], "fetch", ready)
    fetched = len(pages) - len(setbacks)
    return handover(before, to_read=len(ready), fetched=fetched, killed=killed, **counts)


def needs_page(item: Item, content: Content) -> bool:
    """Whether the item's text must be fetched: it has none, its feed says so, or its own is a mere teaser."""
    if not item.url:
        return False
    words = len((item.content_html or "").split())
    if words == 0 or content == "page":
        return True
    return content == "auto" and words < FULL_TEXT_WORDS


def _fetched(
    room: Newsroom, wire: Wire, feed: Feed, pages: list[Assignment]
) -> Iterator[Assignment | Setback]:
    by_host: dict[str, list[Assignment]] = {}
    for assignment in pages:
        by_host.setdefault(urlsplit(assignment.item.url or "").netloc, []).append(assignment)
    opened = open_client(room.house.user_agent, wire, feed, room.connections)
    with opened as client, ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        robots = Robots(client) if wire.politeness.robots == "obey" else None
        visit = _Visit(room, wire, client, robots, until=time.monotonic() + SECONDS)
        for done in pool.map(visit.one_host, by_host.values()):
            yield from done


@dataclass(frozen=True)
class _Visit:
    """The pages of one run, got within its time."""

    room: Newsroom
    wire: Wire
    client: Client
    robots: Robots | None
    until: float

    def one_host(self, assignments: list[Assignment]) -> list[Assignment | Setback]:
        return [self._whole(assignment) for assignment in assignments]

    def _whole(self, assignment: Assignment) -> Assignment | Setback:
        """The assignment with its page; a hold takes effect even where its text can't be had."""
        got = self._page(assignment)
        if isinstance(got, Setback) and assignment.item.pubstatus != "usable":
            log.warning("%s without its text: %s", assignment.item.pubstatus, got.refusal.reason)
            return assignment
        return got

    def _page(self, assignment: Assignment) -> Assignment | Setback:
        url = assignment.item.url or ""
        if time.monotonic() > self.until:
            reason = f"{url}: not reached within {SECONDS:.0f} s of this run; the next run goes on from here"
            return _setback(assignment, "later", reason, retry=True)
        try:
            if self.robots and not self.robots.allows(url):
                reason = f"{url}: robots.txt of its host forbids it; ask the wire, or set robots: licensed"
                return _setback(assignment, "robots", reason)
            response = self.client.get(url)
        except FetchError as error:
            # A page that is gone is asked for once more: a server's slip must not kill its story.
            once_more = error.code == GONE and assignment.setback != GONE
            return _setback(assignment, error.code, error.reason, retry=error.retry or once_more)
        return assignment.model_copy(update={"page": _kept(self.room, assignment.item, response)})


def _setback(assignment: Assignment, code: str, reason: str, *, retry: bool = False) -> Setback:
    return Setback(assignment=assignment, refusal=Refusal(code=code, reason=reason, retry=retry))


def _kept(room: Newsroom, item: Item, response: Response) -> Page:
    """Store the page's bytes, before anything reads them."""
    return Page(
        raw_key=keep(room, item.wire, response, {"feed": item.feed, "item": item.key}),
        sha256=digest(response.body),
        url=response.url,
        final_url=response.final_url,
        redirects=response.redirects,
        content_type=response.content_type,
        charset=response.charset,
        fetched_at=response.fetched_at,
        size=len(response.body),
    )
