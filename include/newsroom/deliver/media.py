"""What every format says of a picture, a clip or a sound: its kind, its type, whose notice covers it."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from newsroom.deliver.markup import absolute_link, line
from newsroom.story import Media, Story

CONTENT_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".m4v": "video/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
}
"""IANA media types by a link's ending: our own table, for the system's differs from machine to machine."""


def content_type(media: Media) -> str | None:
    """The IANA media type that the link's ending tells; None where it tells none."""
    return CONTENT_TYPES.get(PurePosixPath(urlsplit(media.url).path).suffix.lower())


def linked(media: Sequence[Media]) -> Iterator[tuple[str, Media]]:
    """Those that can be linked to, with their absolute link, each link once."""
    seen: set[str] = set()
    for each in media:
        link = absolute_link(each.url)
        if link and link not in seen:
            seen.add(link)
            yield link, each


def sizes(media: Media) -> dict[str, int]:
    """Its width and height in pixels, as far as they are told."""
    told = {"width": media.width, "height": media.height}
    return {name: size for name, size in told.items() if size is not None and size > 0}


def notice_of(story: Story, media: Media) -> str:
    """The story's copyright notice as a line, where it speaks for this picture too; empty where not."""
    return line(story.copyrightnotice) if notice_covers(story, media) else ""


def notice_covers(story: Story, media: Media) -> bool:
    """Whether the story's copyright notice speaks for this picture too.

    A picture that is credited to someone else is not the story's owner's to claim.
    """
    if not story.copyrightnotice:
        return False
    if not media.credit:
        return True
    credit = media.credit.casefold()
    owners = (story.copyrightholder, story.source, story.provider)
    return any(owner.casefold() in credit for owner in owners if owner)
