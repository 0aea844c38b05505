"""Which rendition of a picture or clip a story's page can show."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from newsroom.text import clean_line

Kind = Literal["picture", "video", "audio"]

_KINDS: dict[str, Kind] = {
    "picture": "picture",
    "photo": "picture",
    "image": "picture",
    "graphic": "picture",
    "video": "video",
    "audio": "audio",
}
_SHOWN = frozenset(
    {
        "image/jpeg",
        "image/jpg",
        "image/png",
        "image/webp",
        "image/gif",
        "video/mp4",
        "audio/mpeg",
        "audio/mp4",
    }
)
"""Media types that browsers show."""


@dataclass(frozen=True)
class Rendition:
    """One form of a picture or clip: address, media type, size in pixels; `take` tells that it is used."""

    href: str
    content_type: str
    width: int | None
    height: int | None
    take: Callable[[], None]


def kind_of(word: str | None) -> Kind | None:
    """The kind of media that a news type is (`picture`, `ninat:video`), or None."""
    return _KINDS.get((word or "").lower().rsplit(":", 1)[-1].rsplit("/", 1)[-1])


def best(renditions: Iterable[Rendition]) -> Rendition | None:
    """The largest that browsers show, else the largest; None where none has a web address."""
    fit = [each for each in renditions if is_web(each.href)]
    return max(fit, key=_rank, default=None)


def is_web(address: str) -> bool:
    """Whether the text is an http or https address with a host, and no character that can't be seen."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and clean_line(address) == address
    except ValueError:
        return False


def pixels(text: str | None) -> int | None:
    """A size in pixels, above 0 and below a million."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 and int(text) else None


def _rank(rendition: Rendition) -> tuple[bool, int]:
    shown = rendition.content_type.partition(";")[0].strip().lower() in _SHOWN
    return shown, (rendition.width or 0) * (rendition.height or 1)
