"""What can go wrong on the way to a page, with a stable code and a sentence a person can act on."""

import re
from urllib.parse import urlsplit

WANTED = "RSS, Atom, JSON Feed, a news sitemap, or a wire's ninjs, NewsML-G2, NITF or AP Media API"
"""What a feed may be."""

_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]")
_LONGEST_SHOWN = 200


class FetchError(Exception):
    """A URL could not be had.

    Attributes:
        code: stable. `bad_url`, `blocked_scheme`, `blocked_port`, `blocked_address`, `credentials_in_url`;
            `dns`, `dns_temporary`, `refused`, `connect_timeout`, `unreachable`, `tls`; `read_timeout`,
            `reset`, `deadline`, `truncated`, `too_large`, `bad_gzip`, `bad_encoding`, `bad_answer`;
            `redirect_limit`, `redirect_loop`, `bad_redirect`, `tls_downgrade`; `http_404` and so on;
            `unasked_304`; `later` (its host asked for a pause); `robots_unreachable`.
        reason: what was seen, what was wanted; without query, user or password of any URL.
        retry: whether a later run may succeed.
        retry_after: seconds to wait before that, where the server said so.
    """

    def __init__(self, code: str, reason: str, retry: bool = False, retry_after: float | None = None) -> None:
        """Tell what went wrong."""
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.retry = retry
        self.retry_after = retry_after

    def __reduce__(self) -> "tuple[type[FetchError], tuple[str, str, bool, float | None]]":
        """Travel between processes with all parts."""
        return type(self), (self.code, self.reason, self.retry, self.retry_after)


class NotAFeed(Exception):  # noqa: N818  (a refusal, not a failure of the program)
    """The bytes are no feed that can be read; they are for quarantine.

    Attributes:
        code: stable. `not_a_feed`, `hostile_feed`, `malformed_feed`, `truncated_feed`, `bad_charset`.
        reason: what was seen, what was wanted.
    """

    def __init__(self, code: str, reason: str) -> None:
        """Refuse the bytes."""
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason

    def __reduce__(self) -> "tuple[type[NotAFeed], tuple[str, str]]":
        """Travel between processes with both parts."""
        return type(self), (self.code, self.reason)


def shown(url: str) -> str:
    """`url` as it may stand in a log: no user, password, query, fragment or control character."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        plain = f"{parts.scheme}://{host}{parts.path}" if host else f"{parts.scheme or 'no scheme'}:…"
    except ValueError:
        return "(a URL that can't be read)"
    return _CONTROL.sub("", plain)[:_LONGEST_SHOWN]
