"""The server: the sample's pages and feeds over HTTP, with validators and compression."""

import gzip
import hashlib
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from samplewire.agenda import Agenda, Published, StateError
from samplewire.bulletins import ON_RESTART, bulletin
from samplewire.clock import Clock, wall_clock
from samplewire.dispatch import CONTENT_TYPE, PATH, Sent, load_entries, message, sent
from samplewire.feeds import CONTENT_TYPES, Channel, write
from samplewire.media import picture
from samplewire.pages import index, missing, page, path_of
from samplewire.sites import FEEDS, FeedSite
from samplewire.stories import load_samples

HOST = "127.0.0.1"
"""The sample is for this machine alone."""

PACE = 30.0
"""Seconds from one new story to the next."""

RELATED = 4
"""How many other stories a page links to."""

COMPRESS_FROM = 512
"""Bytes: below this, gzip saves nothing."""

BULK_FEEDS = (
    FeedSite("cnn_newsource", "bulk", "/bulk/feed.xml", "rss_full", "Bulk, full text", "en"),
    FeedSite("cnn_newsource", "bulk_pages", "/bulk/pages.xml", "rss_links", "Bulk, links to pages", "en"),
)
"""The feeds of the generated stories that `extra` asks for."""

HTML = "text/html; charset=UTF-8"
ROBOTS = b"User-agent: *\nAllow: /\n"


@dataclass(frozen=True)
class Answer:
    """What a path gives: bytes, their type, and when they last changed."""

    body: bytes
    content_type: str
    modified: datetime | None = None
    status: HTTPStatus = HTTPStatus.OK

    @property
    def etag(self) -> str:
        """A weak validator, as compressed and plain bytes share it (RFC 9110, section 8.8.1)."""
        return f'W/"{hashlib.sha256(self.body).hexdigest()[:20]}"'


class SampleWire:
    """The sample as a server in a thread of its own; `with SampleWire() as wire: … wire.url …`."""

    def __init__(
        self,
        *,
        port: int = 0,
        state: Path | None = None,
        clock: Clock = wall_clock,
        pace: float = PACE,
        extra: int = 0,
    ) -> None:
        """Bind to `port` of the loopback address, 0 for any free one, and read or begin the day.

        Args:
            port: the TCP port.
            state: where the day is kept between runs; None keeps it in memory.
            clock: gives the present moment.
            pace: seconds from one new story to the next.
            extra: how many generated stories /bulk/feed.xml (full text) and /bulk/pages.xml hold.

        Raises:
            OSError: the port is taken.
            samplewire.agenda.StateError: the state file can't be used.
        """
        self._server = _Server((HOST, port), self.answer)
        try:
            self._agenda = Agenda(state, clock, pace)
        except BaseException:
            self._server.server_close()
            raise
        self._clock, self._pace = clock, timedelta(seconds=pace)
        self._bulk = {path_of(one): one for one in _bulk(extra, clock())}
        self._shown: dict[str, Answer] = {}
        self._revision = -1
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The server's address, such as http://127.0.0.1:8099, without a slash at its end."""
        return f"http://{HOST}:{self.port}"

    @property
    def port(self) -> int:
        """The port it is bound to."""
        return int(self._server.server_address[1])

    @property
    def published(self) -> tuple[Published, ...]:
        """What is out at the clock's moment, newest first; each says what is expected of it."""
        return self._agenda.published()[1]

    @property
    def bulk(self) -> tuple[Published, ...]:
        """The generated stories of the bulk feeds, newest first."""
        return tuple(self._bulk.values())

    def url_of(self, story: str) -> str:
        """The address of the page of a story that is out, by the story's id.

        Raises:
            KeyError: no such story is out.
        """
        return self.url + path_of({one.id: one for one in self.published}[story])

    def url_of_bulk(self, number: int) -> str:
        """The address of the page of a generated story, by its number from 1.

        Raises:
            KeyError: there are not so many.
        """
        return self.url + {one.id: path for path, one in self._bulk.items()}[f"bulk_{number}"]

    def feed_url(self, feed: str) -> str:
        """The address of a feed by its id, as `world` or `bulk`.

        Raises:
            KeyError: there is no such feed.
        """
        return self.url + {one.id: one for one in (*FEEDS, *BULK_FEEDS)}[feed].path

    @property
    def dispatched(self) -> tuple[Sent, ...]:
        """What the wire that sends documents has out at the clock's moment, newest first."""
        return sent(self._agenda.epoch, self._clock(), self._pace)

    def run(self) -> None:
        """Serve in this thread until an exception, as that of a signal, ends it."""
        with self._server:
            self._server.serve_forever()

    def __enter__(self) -> Self:
        """Serve in a thread."""
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="samplewire", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and free the port."""
        self._server.shutdown()
        self._server.server_close()
        if self._thread:
            self._thread.join()

    def answer(self, target: str) -> Answer:
        """What the server says to a GET of `target`, a path with or without a query."""
        path = urlsplit(target).path
        if path == PATH:
            out = self.dispatched
            return Answer(message(out, self.url), CONTENT_TYPE, out[0].at)
        revision, published = self._agenda.published()
        with self._lock:
            if revision != self._revision:
                self._shown, self._revision = {}, revision
            if path not in self._shown:
                found = self._made(path, published)
                if found is None:
                    return Answer(
                        missing(path).encode(), "text/html; charset=utf-8", None, HTTPStatus.NOT_FOUND
                    )
                self._shown[path] = found
            return self._shown[path]

    def _made(self, path: str, published: tuple[Published, ...]) -> Answer | None:
        if path == "/":
            return Answer(index(published, self.url).encode(), HTML)
        if path == "/robots.txt":
            return Answer(ROBOTS, "text/plain; charset=utf-8")
        if path.startswith("/media/"):
            return _media(path)
        return self._feed(path, published) or self._page(path, published)

    def _feed(self, path: str, published: tuple[Published, ...]) -> Answer | None:
        feed = next((feed for feed in (*FEEDS, *BULK_FEEDS) if feed.path == path), None)
        if feed is None:
            return None
        stories = self.bulk if feed in BULK_FEEDS else _of(feed, published)
        if not stories:
            return None
        built = max(one.touched for one in stories)
        return Answer(write(Channel(feed, stories, self.url, built)), CONTENT_TYPES[feed.kind], built)

    def _page(self, path: str, published: tuple[Published, ...]) -> Answer | None:
        one = self._bulk.get(path) or next((one for one in published if path_of(one) == path), None)
        if one is None:
            return None
        others = tuple(
            other
            for other in published
            if other.sample.wire == one.sample.wire and other.id != one.id and other.created < one.created
        )
        body = page(one, others[:RELATED], self.url)
        return Answer(body.encode(), HTML, one.touched)


def _of(feed: FeedSite, published: tuple[Published, ...]) -> list[Published]:
    return [one for one in published if (one.sample.wire, one.sample.feed) == (feed.wire, feed.id)]


def _bulk(count: int, now: datetime) -> tuple[Published, ...]:
    """Generated stories, a second apart, the newest one minute old."""
    made = []
    for number in range(1, count + 1):
        sample = bulletin(ON_RESTART, number).model_copy(update={"id": f"bulk_{number}", "section": "bulk"})
        at = now - timedelta(seconds=60 + number)
        made.append(Published(sample, 900_000 + number, at, at, at))
    return tuple(made)


def _media(path: str) -> Answer | None:
    name = path.removeprefix("/media/").removesuffix(".png")
    known = {figure.name for sample in load_samples().values() for figure in sample.figures}
    known |= {entry.picture for entry in load_entries() if entry.picture}
    return Answer(picture(name), "image/png") if name in known and path.endswith(".png") else None


class _Server(ThreadingHTTPServer):
    """A server that a browser's idle connections can't hold up when it ends."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], answer: Callable[[str], Answer]) -> None:
        self.answer = answer
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say in one line that the state can't be kept; a client that hung up is no error."""
        error = sys.exc_info()[1]
        if isinstance(error, StateError):
            sys.stderr.write(f"samplewire: {error}\n")
        elif not isinstance(error, ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    """One connection: GET and HEAD, conditional and compressed."""

    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 30
    # Header and body leave in two writes; with Nagle's algorithm the second would wait for an answer.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer with the body."""
        self._respond(with_body=True)

    def do_HEAD(self) -> None:
        """Answer without the body."""
        self._respond(with_body=False)

    def version_string(self) -> str:
        """The Server header."""
        return "samplewire"

    def log_message(self, *_: object) -> None:
        """Say nothing: a desk polls every minute."""

    def _respond(self, *, with_body: bool) -> None:
        answer = self.server.answer(self.path)
        if answer.status is HTTPStatus.OK and self._has(answer):
            self._head(HTTPStatus.NOT_MODIFIED, answer)
            self.end_headers()
            return
        body = answer.body
        self._head(answer.status, answer)
        self.send_header("Content-Type", answer.content_type)
        if len(body) >= COMPRESS_FROM and _takes_gzip(self.headers.get("Accept-Encoding", "")):
            body = gzip.compress(body, compresslevel=5, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _head(self, status: HTTPStatus, answer: Answer) -> None:
        self.send_response(status)
        self.send_header("Vary", "Accept-Encoding")
        if answer.status is HTTPStatus.OK:
            self.send_header("ETag", answer.etag)
            self.send_header("Cache-Control", "no-cache")
        if answer.modified:
            self.send_header("Last-Modified", format_datetime(answer.modified.astimezone(UTC), usegmt=True))

    def _has(self, answer: Answer) -> bool:
        """Whether the client has these bytes already (RFC 9110, section 13.2.2: the ETag decides)."""
        if tags := self.headers.get("If-None-Match"):
            return tags.strip() == "*" or answer.etag in (tag.strip() for tag in tags.split(","))
        since = _http_date(self.headers.get("If-Modified-Since"))
        return bool(since and answer.modified and answer.modified <= since)


def _http_date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


def _takes_gzip(accepted: str) -> bool:
    for coding in accepted.split(","):
        name, _, weight = coding.partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
