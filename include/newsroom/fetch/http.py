"""HTTP: one URL's bytes, whole, within a deadline, a size and a politeness; or an error that says why not."""

import contextlib
import http.client
import random
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self
from urllib.parse import urljoin, urlsplit

import requests
import urllib3.exceptions
from tenacity import RetryCallState, Retrying, retry_if_exception

from newsroom.config.wire import Politeness
from newsroom.fetch.address import Reachable
from newsroom.fetch.api_key import ApiKey, origin_of, without_key
from newsroom.fetch.body import read_body
from newsroom.fetch.connection import Session, Watch
from newsroom.fetch.errors import FetchError, shown
from newsroom.fetch.meaning import tell
from newsroom.fetch.response import Response, clean_headers, made, retry_after
from newsroom.fetch.turns import TooLate, host_of, turn

__all__ = ["Client", "FetchError", "Response"]

CONNECT_SECONDS = 10.0
READ_SECONDS = 15.0
"""How long a silent server is waited for: to connect, and between two reads."""

ATTEMPTS = 3
"""How often one `get` asks, at most."""

LONGEST_BACKOFF = 20.0
LONGEST_GAP = 30.0
"""Seconds: the longest backoff, and the longest crawl delay that is honoured."""

MOST_REDIRECTS = 10

_REDIRECTS = {301, 302, 303, 307, 308}
_WANTED = {200, 203}
_PASSING_STATUS = {408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524}
_PASSING = {
    "dns", "dns_temporary", "refused", "connect_timeout", "unreachable", "read_timeout", "reset", "truncated",
} | {f"http_{status}" for status in _PASSING_STATUS}  # fmt: skip
"""Codes of what may pass within seconds: asked again at once, with backoff."""

_CONTROL = frozenset(map(chr, (*range(0x21), 0x7F)))


class Client:
    """Gets URLs, politely. May be used from several threads at once."""

    def __init__(
        self,
        user_agent: str,
        politeness: Politeness,
        *,
        attempts: int = ATTEMPTS,
        backoff: float = 1.0,
        read_seconds: float = READ_SECONDS,
        ca_file: Path | None = None,
        key: ApiKey | None = None,
    ) -> None:
        """Ask as `user_agent`.

        Args:
            user_agent: a product with a contact, sent with every request.
            politeness: gap, deadline, size, and what may be reached besides the public web.
            attempts: how often one `get` asks, at most.
            backoff: seconds before the second attempt, doubled for each further one, with jitter.
            read_seconds: how long a server may be silent.
            ca_file: authorities to trust instead of certifi's, as PEM.
            key: what opens the API at its origin; no answer has it any more.
        """
        self.user_agent = user_agent
        self.politeness = politeness
        self.attempts = attempts
        self.backoff = backoff
        self.read_seconds = read_seconds
        self.reachable = Reachable.of(politeness)
        self.key = key
        self._ca_file = ca_file
        self._lock = threading.Lock()
        self._here = threading.local()
        self._sessions: list[Session] = []
        self._gaps: dict[str, float] = {}
        self._paused: dict[str, float] = {}

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        with self._lock:
            sessions, self._sessions, self._here = self._sessions, [], threading.local()
        for session in sessions:
            session.close()

    def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Get `url`. The deadline runs from the moment that its host's turn has come.

        Args:
            url: http or https.
            etag: of the bytes we have; the answer may then be `not_modified`.
            last_modified: of the same, as the server wrote it.
            accept: the Accept header, `*/*` by default.
            headers: further ones; a redirect to another origin does not get them.

        Raises:
            FetchError: it could not be had; nothing of it is kept.
        """
        said = {"User-Agent": self.user_agent, "Accept": accept or "*/*", "Accept-Encoding": "gzip"}
        if etag:
            said["If-None-Match"] = etag
        if last_modified:
            said["If-Modified-Since"] = last_modified
        return _Get(self, url, said, dict(headers or {})).response()

    def gap(self, host: str) -> float:
        """Seconds to leave between two requests to this host."""
        return max(self.politeness.gap_seconds, self._gaps.get(host, 0.0))

    def widen_gap(self, url: str, seconds: float) -> None:
        """Leave at least `seconds` between requests to the host of `url`, up to `LONGEST_GAP`."""
        with self._lock:
            host = host_of(url)
            self._gaps[host] = max(self._gaps.get(host, 0.0), min(seconds, LONGEST_GAP))

    def pause(self, host: str, seconds: float) -> None:
        """Leave `host` alone for so long: it asked for that."""
        with self._lock:
            self._paused[host] = max(self._paused.get(host, 0.0), time.monotonic() + seconds)

    def check_pause(self, host: str) -> None:
        """Refuse a host that asked for a pause.

        Raises:
            FetchError: `later`.
        """
        left = self._paused.get(host, 0.0) - time.monotonic()
        if left > 0.01:
            reason = f"{host}: it asked for a pause (Retry-After); {left:.0f} s are left of it"
            raise FetchError("later", reason, True, left)

    def session(self) -> Session:
        """This thread's own session."""
        session: Session | None = getattr(self._here, "session", None)
        if session is None:
            session = self._here.session = Session(self.reachable, self._ca_file)
            with self._lock:
                self._sessions.append(session)
        return session


class _Get:
    """One `get` under way: its attempts share one deadline."""

    def __init__(self, client: Client, url: str, said: dict[str, str], own: dict[str, str]) -> None:
        self.client = client
        self.url = url
        self.said = said
        self.own = own
        self.until: float | None = None

    @property
    def conditional(self) -> bool:
        return "If-None-Match" in self.said or "If-Modified-Since" in self.said

    def response(self) -> Response:
        retrying = Retrying(
            retry=retry_if_exception(_may_pass), wait=self._wait, stop=self._stop, reraise=True
        )
        return retrying(self._attempt)

    def _wait(self, state: RetryCallState) -> float:
        """Seconds to the next attempt: exponential with jitter, and no less than the server asked for."""
        step: float = min(LONGEST_BACKOFF, self.client.backoff * 2 ** (state.attempt_number - 1))
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, FetchError) else None
        return max(asked or 0.0, step * random.uniform(0.5, 1.0))  # noqa: S311  (spreads load, guards nothing)

    def _stop(self, state: RetryCallState) -> bool:
        """Whether to give up: enough attempts, or the next one would come after the deadline."""
        wait = max(state.upcoming_sleep, self.client.gap(host_of(self.url)))
        late = self.until is not None and time.monotonic() + wait >= self.until
        return late or state.attempt_number >= self.client.attempts

    def _attempt(self) -> Response:
        """Follow the redirects, each hop checked, to the end."""
        chain = [self.url]
        _check_url(self.url, self.client)
        while True:
            answer = self._hop(chain)
            if isinstance(answer, Response):
                return answer
            chain.append(_checked_hop(chain, answer, self.client))

    def _hop(self, chain: list[str]) -> Response | str:
        """Ask the last URL of the chain in its host's turn; gives the response, or where it leads on to."""
        host = host_of(chain[-1])
        self.client.check_pause(host)
        # A host that sends on to itself expects to be asked at once.
        gap = 0.0 if len(chain) > 1 and host_of(chain[-2]) == host else self.client.gap(host)
        try:
            with turn(host, gap, self.until):
                if self.until is None:
                    self.until = time.monotonic() + self.client.politeness.deadline_seconds
                return self._watched(chain, self.until)
        except TooLate:
            raise self._deadline(chain[-1]) from None

    def _watched(self, chain: list[str], until: float) -> Response | str:
        session = self.client.session()
        with Watch(until) as watch:
            session.line.watch = watch
            try:
                answer = self._exchange(session, chain, watch)
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                if watch.over:
                    raise self._deadline(chain[-1]) from None
                tell(error, shown(chain[-1]))
            except FetchError:
                if watch.over:
                    raise self._deadline(chain[-1]) from None
                raise
            finally:
                session.line.watch = None
        if watch.over:
            raise self._deadline(chain[-1])
        return answer

    def _exchange(self, session: Session, chain: list[str], watch: Watch) -> Response | str:
        """One request and its answer; the body of a redirect or an error is never read."""
        own = self.own if origin_of(chain[0]) == origin_of(chain[-1]) else {}
        if key := self.client.key:
            own = own | key.headers(chain[-1])
        prepared = session.prepare_request(requests.Request("GET", chain[-1], headers=own | self.said))
        left = max(watch.left, 0.01)
        timeout = (min(CONNECT_SECONDS, left), min(self.client.read_seconds, left))
        answer = session.send(prepared, stream=True, allow_redirects=False, timeout=timeout)
        try:
            headers = clean_headers(answer.headers)
            if answer.status_code in _REDIRECTS:
                leads = _location(answer.headers.get("location"), chain[-1])
                return without_key(leads) if key else leads
            if answer.status_code == 304 and self.conditional:
                return made(chain, 304, headers, b"")
            if answer.status_code not in _WANTED:
                self._refused(answer.status_code, headers, chain[-1])
            body = read_body(answer.raw, headers, self.client.politeness.max_bytes, shown(chain[-1]))
            if key:
                body = key.without(body)
            return made(chain, answer.status_code, headers, body)
        finally:
            answer.close()

    def _refused(self, status: int, headers: Mapping[str, str], url: str) -> NoReturn:
        """Raise for a status that brings no document."""
        if status == 304:
            reason = f"{shown(url)}: saw 304 Not Modified, but nothing to compare with was sent; wanted 200"
            raise FetchError("unasked_304", reason, True)
        after = retry_after(headers)
        if after is not None and status in (429, 503):
            self.client.pause(host_of(url), after)
        name = http.client.responses.get(status, "a status of its own")
        retry = status in _PASSING_STATUS or status >= 500
        raise FetchError(f"http_{status}", f"{shown(url)}: saw {status} {name}; wanted 200", retry, after)

    def _deadline(self, url: str) -> FetchError:
        seconds = self.client.politeness.deadline_seconds
        reason = f"{shown(url)}: not had within {seconds:g} s (`politeness: deadline_seconds:`)"
        return FetchError("deadline", reason, True)


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, FetchError) and error.code in _PASSING


def _check_url(url: str, client: Client) -> None:
    """Refuse what must not be asked before anything is looked up.

    Raises:
        FetchError: `bad_url`, `blocked_scheme`, `credentials_in_url`, `blocked_port`.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError("bad_url", f"{shown(url)}: saw a URL that can't be read ({error})") from None
    if parts.scheme not in ("http", "https"):
        raise FetchError("blocked_scheme", f"{shown(url)}: saw {parts.scheme[:40]!r}; wanted http or https")
    if not host or not _CONTROL.isdisjoint(url):
        raise FetchError("bad_url", f"{shown(url)}: wanted a host, and no spaces or control characters")
    if "@" in parts.netloc:
        reason = f"{shown(url)}: saw a user or password in the URL; put those into a connection"
        raise FetchError("credentials_in_url", reason)
    client.reachable.check_port(host, port or (443 if parts.scheme == "https" else 80))


def _checked_hop(chain: list[str], url: str, client: Client) -> str:
    """The next URL of the chain, once it may be asked.

    Raises:
        FetchError: as `_check_url`, and `tls_downgrade`, `redirect_loop`, `redirect_limit`.
    """
    _check_url(url, client)
    start = shown(chain[0])
    if chain[-1].startswith("https:") and not url.startswith("https:"):
        reason = f"{start}: it leads from https to {shown(url)}; wanted https to the end"
        raise FetchError("tls_downgrade", reason)
    if url in chain:
        raise FetchError("redirect_loop", f"{start}: its redirects lead back to {shown(url)}")
    if len(chain) > MOST_REDIRECTS:
        raise FetchError("redirect_limit", f"{start}: saw more than {MOST_REDIRECTS} redirects")
    return url


def _location(said: str | None, url: str) -> str:
    """Where a redirect leads, without the fragment.

    Raises:
        FetchError: `bad_redirect`, `bad_url`.
    """
    if not said:
        raise FetchError("bad_redirect", f"{shown(url)}: saw a redirect without Location")
    with contextlib.suppress(UnicodeError):
        # http.client reads headers as Latin-1; servers write UTF-8.
        said = said.encode("latin-1").decode("utf-8")
    try:
        # Servers leave blanks in paths; browsers encode them too.
        target = urljoin(url, said.strip().replace(" ", "%20"))
    except ValueError as error:
        raise FetchError("bad_url", f"{shown(url)}: it leads to a URL that can't be read ({error})") from None
    return target.partition("#")[0]
