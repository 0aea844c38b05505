"""Whose turn it is: one request at a time for each host, a gap between, for all clients of a process."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class _Host:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.last = float("-inf")


_HOSTS: dict[str, _Host] = {}
_HOSTS_LOCK = threading.Lock()


class TooLate(Exception):  # noqa: N818  (an outcome, not a failure of the program)
    """The turn would come after the moment given."""


def host_of(url: str) -> str:
    """What counts as one host: the name, with the port where it is not the web's."""
    parts = urlsplit(url)
    port = parts.port
    return f"{parts.hostname}:{port}" if port not in (None, 80, 443) else str(parts.hostname)


@contextmanager
def turn(host: str, gap: float, until: float | None = None) -> Iterator[None]:
    """Wait until nobody asks `host` and `gap` seconds have gone by since the last answer; then it is ours.

    Args:
        host: as `host_of` names it.
        gap: seconds since the end of the last request.
        until: time.monotonic at the latest; None waits as long as it takes.

    Raises:
        TooLate: it would be later than `until`.
    """
    with _HOSTS_LOCK:
        ours = _HOSTS.setdefault(host, _Host())
    if not ours.lock.acquire(timeout=-1 if until is None else max(0.0, until - time.monotonic())):
        raise TooLate
    try:
        wait = ours.last + gap - time.monotonic()
        if until is not None and time.monotonic() + wait >= until:
            raise TooLate
        if wait > 0:
            time.sleep(wait)
        try:
            yield
        finally:
            ours.last = time.monotonic()
    finally:
        ours.lock.release()
