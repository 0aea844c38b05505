"""robots.txt (RFC 9309): what a host lets us ask for, and how often."""

import threading
from urllib.parse import urlsplit

from protego import Protego

from newsroom.fetch.errors import FetchError, shown
from newsroom.fetch.http import Client

MOST_BYTES = 500 * 1024
"""How much of a robots.txt is read (RFC 9309, section 2.5: at least this)."""

_NO_RULES = Protego.parse("")


class Robots:
    """The rules of the origins that one client asks; each robots.txt is fetched once."""

    def __init__(self, client: Client) -> None:
        """Ask through `client`, and obey as the product that its user agent names first."""
        self._client = client
        self._product = client.user_agent.split("/")[0].split(" ")[0] or "*"
        self._origins: dict[str, _Origin] = {}
        self._lock = threading.Lock()

    def allows(self, url: str) -> bool:
        """Whether `url` may be fetched. The host's crawl delay then widens the client's gap.

        Raises:
            FetchError: `robots_unreachable`: nobody knows; or the origin must not be asked at all.
        """
        rules = self._rules(url)
        return bool(rules.can_fetch(url, self._product))

    def crawl_delay(self, url: str) -> float | None:
        """Seconds that the host of `url` wants between requests; None when it says nothing.

        Raises:
            FetchError: as `allows`.
        """
        delay = self._rules(url).crawl_delay(self._product)
        return float(delay) if delay is not None else None

    def _rules(self, url: str) -> Protego:
        origin = _origin_of(url)
        with self._lock:
            known = self._origins.setdefault(origin, _Origin())
        with known.lock:
            if known.rules is None and known.error is None:
                self._ask(origin, known)
            if known.error:
                raise known.error.with_traceback(None)
            return known.rules

    def _ask(self, origin: str, known: "_Origin") -> None:
        try:
            known.rules = self._fetched(origin)
        except FetchError as error:
            known.error = error
            return
        delay = known.rules.crawl_delay(self._product)
        if delay:
            self._client.widen_gap(origin, float(delay))

    def _fetched(self, origin: str) -> Protego:
        try:
            body = self._client.get(f"{origin}/robots.txt", accept="text/plain, */*;q=0.5").body
        except FetchError as error:
            if _unavailable(error):
                return _NO_RULES
            if not error.retry and error.code != "too_large":
                raise
            reason = f"{shown(origin)}: its robots.txt can't be had, so nothing else is asked ({error})"
            raise FetchError("robots_unreachable", reason, True, error.retry_after) from None
        # Protego takes a byte order mark for a part of the first line, and so drops the first group.
        return Protego.parse(body[:MOST_BYTES].decode("utf-8-sig", "replace"))


class _Origin:
    """What is known of one origin's robots.txt."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.rules: Protego | None = None
        self.error: FetchError | None = None


def _unavailable(error: FetchError) -> bool:
    """Whether there is no robots.txt (RFC 9309, section 2.3.1.3): then all is allowed.

    429 is no such answer: it says that we asked too often.
    """
    if error.code in ("redirect_limit", "redirect_loop", "bad_redirect"):
        return True
    return error.code.startswith("http_4") and not error.retry


def _origin_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise FetchError("bad_url", f"{shown(url)}: saw a URL that can't be read") from None
    return f"{parts.scheme}://{parts.netloc}"
