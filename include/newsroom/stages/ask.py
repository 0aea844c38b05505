"""ask: get a web feed, and the pages on which it goes on, and record what each of them says.

A page's bytes are stored before they are parsed, and its entries are recorded together with the place of the
next one: what ends a poll early leaves the rest to the next, which begins there.
"""

import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin

from newsroom.config import Feed, Wire
from newsroom.fetch.api_key import origin_of, without_key
from newsroom.fetch.entry import absolute, newer
from newsroom.fetch.errors import shown
from newsroom.fetch.feed import FeedDocument, NotAFeed, read_response
from newsroom.fetch.http import Client, FetchError, Response
from newsroom.fetch.opening import open_client
from newsroom.stages import Newsroom, now
from newsroom.stages.kills import kill_deleted, kill_marked
from newsroom.stages.quarantine import quarantine
from newsroom.stages.snapshot import keep
from newsroom.store.catalogue import FeedState
from newsroom.story import Item, Refusal, digest

log = logging.getLogger(__name__)

FULL_POLL_EVERY = 20
"""Every 20th poll asks without validators: a broken server may answer 304 for ever."""

BACKOFF = (timedelta(minutes=1), timedelta(hours=6))
"""How soon a failing feed is asked again: at first, and at most."""

MOST_PAGES = 20
"""Pages of a listing in one poll: with AP's hundred items a page, as many as a poll assigns."""

_FORGOTTEN = frozenset({"http_400", "http_404", "http_410"})
"""What a server says of a place that it no longer knows: AP forgets one that was not asked for 72 hours."""


@dataclass
class Ask:
    """One poll of one web feed; `again` reads what is known once more, from the feed's own address on.

    `told` are the entries, by key; None where nothing new was said. `counts` says how many.
    """

    room: Newsroom
    wire: Wire
    feed: Feed
    again: bool
    told: dict[str, Item] | None = None
    counts: Counter[str] = field(default_factory=Counter)

    def run(self, state: FeedState) -> None:
        """Ask for the feed, or for the place at which the last poll stopped, and for what follows.

        Raises:
            FetchError: the first page could not be had; the catalogue knows since when.
            NotAFeed: what came is no feed; the bytes are kept in quarantine.
        """
        started = now()
        try:
            client = open_client(self.room.house.user_agent, self.wire, self.feed, self.room.connections)
        except FetchError as error:
            self.room.catalogue.save_feed_state(failed(state, started, error.code, error.reason))
            raise
        with client:
            self._follow(client, state)

    def _follow(self, client: Client, state: FeedState) -> None:
        """Ask for one page after the other, each once."""
        asked: set[str] = set()
        url: str | None = self._start(state)
        while url and url not in asked and len(asked) < MOST_PAGES:
            here = url
            asked.add(here)
            try:
                state, url = self._page(client, state, here)
            except (FetchError, NotAFeed) as error:
                state, url = self._after(error, state, here, first=len(asked) == 1)
        if url and url not in asked:
            self.counts["later_pages"] = 1
            rest = "what follows is not read again" if self.again else "the next poll goes on from there"
            log.warning("%s: %d pages read; %s", self.feed.id, len(asked), rest)
        if len(asked) > 1:
            self.counts["pages"] = len(asked)

    def _start(self, state: FeedState) -> str:
        known = None if self.again or state.next_page_of != digest(self.feed.url) else state.next_page
        return known or self.feed.url

    def _after(
        self, error: FetchError | NotAFeed, state: FeedState, url: str, *, first: bool
    ) -> tuple[FeedState, str | None]:
        """How to go on after a page that could not be had: from the beginning, or not in this poll."""
        if first and url != self.feed.url and error.code in _FORGOTTEN:
            log.warning(
                "%s: %s: its server forgot where we were; begun anew at the feed's address, which may"
                " not go back as far",
                self.feed.id,
                error.reason,
            )
            return replace(state, next_page=None, next_page_of=None), self.feed.url
        after = getattr(error, "retry_after", None)
        self.room.catalogue.save_feed_state(failed(state, now(), error.code, error.reason, after))
        if self.told is None:
            raise error
        log.warning("%s: the next poll goes on: %s: %s", self.feed.id, error.code, error.reason)
        return state, None

    def _page(self, client: Client, state: FeedState, url: str) -> tuple[FeedState, str | None]:
        """One page: got, stored, read and recorded; returns where the feed goes on, if it has more."""
        asked_at = now()
        own = url == self.feed.url
        full = self.again or not own or state.polls % FULL_POLL_EVERY == 0
        etag, last_modified = (None, None) if full else (state.etag, state.last_modified)
        response = client.get(url, etag=etag, last_modified=last_modified)
        same = own and (response.not_modified or digest(response.body) == state.body_sha256)
        if same and not self.again:
            state = self._validated(answered(state, asked_at, new=False), response)
            self.room.catalogue.save_feed_state(state)
            self.counts["unchanged"] = 1
            return state, None
        document = self._read(response, url)
        after = answered(state, asked_at, new=bool(document.items) or own)
        if own and document.complete:
            # What was cut off must come again: the cursor stays where it was.
            after = replace(self._validated(after, response), body_sha256=digest(response.body))
        following = self._following(document, url)
        if not self.again and document.complete:
            place = digest(self.feed.url) if following else None
            after = replace(after, next_page=following, next_page_of=place)
        self._record(document, after)
        return after, following if document.items else None

    def _validated(self, state: FeedState, response: Response) -> FeedState:
        """The state with the validators of an answer; a 304 may leave out those that we have."""
        known = state if response.not_modified else FeedState(state.wire, state.feed)
        return replace(
            state,
            etag=response.etag or known.etag,
            last_modified=response.last_modified or known.last_modified,
        )

    def _read(self, response: Response, url: str) -> FeedDocument:
        """Store the bytes, then read them."""
        raw_key = keep(self.room, self.wire.id, response, {"feed": self.feed.id})
        try:
            document = read_response(
                response, url=url, wire=self.wire, feed=self.feed, raw_key=raw_key, now=now()
            )
        except NotAFeed as error:
            refusal = Refusal(code=error.code, reason=error.reason)
            quarantine(self.room, self.wire.id, self.feed.id, raw_key, shown(url), refusal)
            raise
        for warning in document.warnings:
            log.warning("%s: %s", self.feed.id, warning)
        return document

    def _following(self, document: FeedDocument, url: str) -> str | None:
        """Where a page says that the feed goes on; a place on another host is not asked, and told."""
        if not document.next_page:
            return None
        found = absolute(without_key(document.next_page), url)
        if found is None or origin_of(found) != origin_of(self.feed.url):
            seen, wanted = shown(document.next_page), shown(urljoin(self.feed.url, "/"))
            log.warning(
                "%s: not followed: saw the next page at %s; wanted it at %s", self.feed.id, seen, wanted
            )
            return None
        return found

    def _record(self, document: FeedDocument, after: FeedState) -> None:
        """File the kills of a page, then record its entries and the cursor at once."""
        killed = kill_deleted(self.room, self.wire, document.deleted)
        killed += kill_marked(self.room, self.wire, document.items)
        told = self.told or {}
        # A listing may go back in time: what an earlier page told of a later version stands.
        fresh = [item for item in document.items if item.key not in told or not _older(item, told[item.key])]
        polled = self.room.catalogue.record_poll(after, fresh)
        self.counts.update(new=polled.new, changed=polled.changed, known=polled.known)
        if killed:
            self.counts["killed"] += killed
        self.told = told | {item.key: item for item in fresh}


def failed(
    state: FeedState, at: datetime, code: str, reason: str, retry_after: float | None = None
) -> FeedState:
    """The feed's state after a poll that came to nothing: it is left alone for a while."""
    first, most = BACKOFF
    pause = min(most, first * 2 ** min(state.failures, 20))
    if retry_after is not None:
        pause = max(pause, timedelta(seconds=retry_after))
    return replace(
        state,
        polls=state.polls + 1,
        last_polled=at,
        failing_since=state.failing_since or at,
        failures=state.failures + 1,
        last_error=f"{code}: {reason}",
        next_ok_at=at + pause,
    )


def answered(state: FeedState, at: datetime, *, new: bool) -> FeedState:
    """The feed's state after an answer."""
    return replace(
        state,
        polls=state.polls + 1,
        last_polled=at,
        last_ok=at,
        last_new=at if new else state.last_new,
        failing_since=None,
        failures=0,
        last_error=None,
        next_ok_at=None,
    )


def _older(item: Item, other: Item) -> bool:
    return newer(item, other) is other
