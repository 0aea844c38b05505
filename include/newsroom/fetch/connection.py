"""Connections that dial only what is allowed, and that can be cut at a moment while they are read."""

import contextlib
import os
import socket
import threading
import time
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from newsroom.fetch.address import Reachable


class Watch:
    """Cuts the line at `until` (time.monotonic): a timeout for each read never fires on a drip."""

    def __init__(self, until: float) -> None:
        """Begin to watch with `with`."""
        self.until = until
        self._line: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = self._clock()

    @property
    def left(self) -> float:
        """Seconds until the moment."""
        return self.until - time.monotonic()

    @property
    def over(self) -> bool:
        """Whether the moment has come."""
        return self.left <= 0

    def shorten(self, seconds: float) -> None:
        """Cut the line after so long from now, where that is sooner."""
        if seconds < self.left:
            self._timer.cancel()
            self.until = time.monotonic() + seconds
            self._timer = self._clock()
            self._timer.start()

    def hold(self, sock: socket.socket) -> None:
        """Watch over this socket; through a descriptor of its own, which TLS can't take away."""
        with self._lock:
            self._let_go()
            self._line = socket.socket(fileno=os.dup(sock.fileno()))

    def __enter__(self) -> Self:
        """Start the clock."""
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the clock."""
        self._timer.cancel()
        with self._lock:
            self._let_go()

    def _clock(self) -> threading.Timer:
        timer = threading.Timer(max(self.left, 0), self._cut)
        timer.daemon = True
        return timer

    def _cut(self) -> None:
        with self._lock:
            if self._line:
                with contextlib.suppress(OSError):
                    self._line.shutdown(socket.SHUT_RDWR)

    def _let_go(self) -> None:
        if self._line:
            self._line.close()
            self._line = None


class Line:
    """What the connections of one session share: whom they may dial, and who watches over them now."""

    def __init__(self, reachable: Reachable) -> None:
        """A line that nobody watches over yet."""
        self.reachable = reachable
        self.watch: Watch | None = None

    def dial(self, host: str, port: int, seconds: float) -> socket.socket:
        """A checked, connected socket under watch.

        Raises:
            FetchError: as `Reachable.dial`.
        """
        sock = self.reachable.dial(host, port, seconds)
        self.hold(sock)
        return sock

    def hold(self, sock: socket.socket | None) -> None:
        """Put a socket under watch."""
        if self.watch and sock:
            self.watch.hold(sock)


class _Guarded(HTTPConnection):
    """A connection that dials over a line."""

    def __init__(self, line: Line, *args: Any, **kwargs: Any) -> None:
        self._line = line
        super().__init__(*args, **kwargs)

    def _new_conn(self) -> socket.socket:
        seconds = self.timeout if isinstance(self.timeout, int | float) else 10.0
        # The name as it was given: a dot at its end keeps search domains out (urllib3 does the same).
        return self._line.dial(self._dns_host, self.port or self.default_port, seconds)

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._line.hold(self.sock)
        super().request(*args, **kwargs)


class _GuardedTLS(_Guarded, HTTPSConnection):
    """The same under TLS."""


class _Pools(PoolManager):
    """Pools whose connections dial over one line."""

    def __init__(self, line: Line, **kwargs: Any) -> None:
        self._line = line
        super().__init__(**kwargs)

    def _new_pool(
        self, scheme: str, host: str, port: int, request_context: dict[str, Any] | None = None
    ) -> HTTPConnectionPool:
        pool = super()._new_pool(scheme, host, port, request_context)
        kind = _GuardedTLS if scheme == "https" else _Guarded
        pool.ConnectionCls = partial(kind, self._line)  # type: ignore[assignment]
        return pool


class _Adapter(HTTPAdapter):
    """Requests' way to the pools."""

    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        self.poolmanager = _Pools(self._line, num_pools=connections, maxsize=maxsize, block=block, **kwargs)


class Session(requests.Session):
    """A session for one thread: no environment, no cookies, no redirects, no proxy.

    `line.watch` must be set while it is used.
    """

    def __init__(self, reachable: Reachable, ca_file: Path | None) -> None:
        """Trust certifi's authorities, or those of `ca_file` (PEM) in their place."""
        super().__init__()
        self.line = Line(reachable)
        self.trust_env = False
        self.headers.clear()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        if ca_file:
            self.verify = str(ca_file)
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(self.line))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """No redirect is followed here: requests would read its whole body into memory first."""
