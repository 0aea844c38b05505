"""What a URL gave, and what its headers say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_RETRY_AFTER = 86_400.0
"""Seconds: a server that asks for a longer pause is asked again after a day."""

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?\s*([\w.:+-]{1,40})", re.IGNORECASE | re.ASCII)
_MEDIA_TYPE = re.compile(r"\s*([\w.+-]{1,80}/[\w.+-]{1,120})\s*(?:[;,]|$)", re.ASCII)
_LONGEST_VALIDATOR = 1_000


@dataclass(frozen=True)
class Response:
    """What a URL gave.

    Header names are in lower case. `redirects` are the URLs that it led on to, in order, the last of them
    `final_url`. `content_type` has no parameters. `fetched_at` is in UTC.
    """

    url: str
    final_url: str
    redirects: tuple[str, ...]
    status: int
    headers: Mapping[str, str]
    body: bytes
    content_type: str | None
    charset: str | None
    etag: str | None
    last_modified: str | None
    fetched_at: datetime
    not_modified: bool


def made(chain: list[str], status: int, headers: Mapping[str, str], body: bytes) -> Response:
    """The response at the end of a chain of URLs, the first of which was asked for."""
    kind = headers.get("content-type", "")
    media_type, charset = _MEDIA_TYPE.match(kind), _CHARSET.search(kind)
    return Response(
        url=chain[0],
        final_url=chain[-1],
        redirects=tuple(chain[1:]),
        status=status,
        headers=headers,
        body=body,
        content_type=media_type[1].lower() if media_type else None,
        charset=charset[1].lower() if charset else None,
        etag=_validator(headers, "etag"),
        last_modified=_validator(headers, "last-modified"),
        fetched_at=datetime.now(UTC),
        not_modified=status == 304,
    )


def clean_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Names in lower case, values without control characters: they reach logs and the catalogue."""
    return {name.lower(): _UNPRINTABLE.sub("", value).strip() for name, value in headers.items()}


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait (RFC 9110, section 10.2.3: a number or a date), at most a day; None when not said."""
    said = headers.get("retry-after", "")
    if re.fullmatch(r"[0-9]{1,12}", said):
        return min(float(said), LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(said)
        left = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return min(max(left, 0.0), LONGEST_RETRY_AFTER)


def _validator(headers: Mapping[str, str], name: str) -> str | None:
    value = headers.get(name)
    return value if value and len(value) <= _LONGEST_VALIDATOR else None
