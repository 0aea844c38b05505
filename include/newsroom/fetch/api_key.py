"""A key to a wire's API: a header for the API's own origin, and taken out of all that comes back."""

import re
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from newsroom.connections import BadConnection, Connection
from newsroom.fetch.turns import host_of

HEADER = "x-api-key"

_PARAMETER = r"apikey=[^&\s\"'<>\\#]*"
_AND = r"(?:&amp;|&|\\u0026)"
_FIRST = re.compile(rf"(?<=\?){_PARAMETER}(?:{_AND})?", re.IGNORECASE)
_FURTHER = re.compile(rf"{_AND}{_PARAMETER}", re.IGNORECASE)
_FIRST_BYTES = re.compile(_FIRST.pattern.encode(), re.IGNORECASE)
_FURTHER_BYTES = re.compile(_FURTHER.pattern.encode(), re.IGNORECASE)

_HIDDEN = b"***"


@dataclass(frozen=True)
class ApiKey:
    """What opens an API, and the origin (scheme, host and port) that alone is told."""

    value: str = field(repr=False)
    origin: tuple[str, str]

    def headers(self, url: str) -> dict[str, str]:
        """What a request for `url` says beside the rest; nothing to another origin."""
        return {HEADER: self.value} if origin_of(url) == self.origin else {}

    def without(self, body: bytes) -> bytes:
        """An answer's body without the key: APIs write it into the links that they give."""
        plain = _FURTHER_BYTES.sub(b"", _FIRST_BYTES.sub(b"", body))
        for text in {self.value, quote(self.value, safe="")}:
            plain = plain.replace(text.encode(), _HIDDEN)
        return plain


def key_of(connection: Connection, url: str) -> ApiKey:
    """The key that a connection of type `http` has as its password, for the origin of `url`.

    Raises:
        BadConnection: it is of another type, or has no key that could stand in a header.
    """
    if connection.kind not in ("http", "https"):
        raise BadConnection(connection.name, f"saw the type {connection.kind!r}; wanted http")
    value = connection.password or ""
    if not re.fullmatch(r"[\x21-\x7e]{8,1000}", value):
        saw = "no password" if not value else "a password that is no key"
        wanted = "wanted the API's key as its password: 8 or more ASCII characters without blanks"
        raise BadConnection(connection.name, f"saw {saw}; {wanted}")
    return ApiKey(value, origin_of(url))


def without_key(url: str) -> str:
    """`url` without the query parameter `apikey`."""
    return _FURTHER.sub("", _FIRST.sub("", url)).removesuffix("?")


def origin_of(url: str) -> tuple[str, str]:
    """Scheme and host, with its port where it is not the web's."""
    return urlsplit(url).scheme, host_of(url)
