"""What an error of the libraries under HTTP means, as one of ours."""

import http.client
from collections.abc import Iterator
from typing import NoReturn

import requests
import urllib3.exceptions

from newsroom.fetch.errors import FetchError

_MEANINGS: tuple[tuple[tuple[type[BaseException], ...], str, str, bool], ...] = (
    (
        (urllib3.exceptions.SSLError, requests.exceptions.SSLError),
        "tls",
        "its certificate or its TLS can't be trusted; wanted a valid certificate for this name",
        True,
    ),
    (
        (urllib3.exceptions.IncompleteRead, http.client.IncompleteRead),
        "truncated",
        "the body ends before its end",
        True,
    ),
    (
        (TimeoutError, urllib3.exceptions.TimeoutError, requests.exceptions.Timeout),
        "read_timeout",
        "the server accepted, then fell silent",
        True,
    ),
    ((ConnectionError,), "reset", "the server hung up without an answer", True),
    (
        (http.client.HTTPException, urllib3.exceptions.ProtocolError),
        "bad_answer",
        "saw an answer that is not HTTP, or with too many or too long headers",
        True,
    ),
    (
        (requests.exceptions.InvalidURL, urllib3.exceptions.LocationValueError, UnicodeError, ValueError),
        "bad_url",
        "saw a URL that can't be asked",
        False,
    ),
)


def tell(error: BaseException, where: str) -> NoReturn:
    """Raise what the libraries' error means; `where` is the URL as it may be shown.

    Raises:
        FetchError: always.
    """
    causes = list(_causes(error))
    for kinds, code, sentence, retry in _MEANINGS:
        if any(isinstance(cause, kinds) for cause in causes):
            raise FetchError(code, f"{where}: {sentence}", retry) from None
    raise FetchError(
        "bad_answer", f"{where}: saw an answer that is not HTTP ({type(error).__name__})", True
    ) from None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, through the wrappings of two libraries."""
    seen: list[BaseException | object] = [error]
    for one in seen:
        if not isinstance(one, BaseException):
            continue
        yield one
        inner = (*one.args, one.__cause__, getattr(one, "reason", None))
        seen.extend(i for i in inner if isinstance(i, BaseException) and not any(i is s for s in seen))
