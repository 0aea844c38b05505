"""When a story was published and last changed, with its zone; what names none is in the wire's."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from dateutil import parser as dateutil
from htmldate import find_date

from newsroom.extract.seen import Found, Seen
from newsroom.extract.structured import text_of

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "pubdate", "publishdate",
    "publication_date", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "parsely-pub-date",
    "sailthru.date", "cxenseparse:recs:publishtime", "article.published", "published_at",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified",
    "last-modified", "lastmod", "article.updated", "revision_date",
)  # fmt: skip
_HAS_YEAR = re.compile(r"(?:19|20)\d\d")
_ABBREVIATED = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9,
    "AKDT": -8, "HST": -10, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "ET": -5,
}  # fmt: skip
"""Hours from UTC of the zones that pages abbreviate."""

_ZONES = {name: hours * 3600 for name, hours in _ABBREVIATED.items()}


def read_published(seen: Seen) -> Found[datetime] | None:
    """When the story first came out, in UTC: as its page tells machines, else as the feed does."""
    return _first(seen, _published(seen))


def read_modified(seen: Seen) -> Found[datetime] | None:
    """When this version was made, in UTC."""
    return _first(seen, _modified(seen))


def read_moment(text: str | None, seen: Seen) -> datetime | None:
    """A date and time as pages write them, in UTC; None when it is none. Never raises."""
    if not text or not _HAS_YEAR.search(text) or len(text) > 100:
        return None
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = dateutil.parse(text, tzinfos=_ZONES)
        except (ValueError, OverflowError, TypeError):
            return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=seen.wire.zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _first(seen: Seen, candidates: Iterator[tuple[str | datetime | None, str]]) -> Found[datetime] | None:
    for said, where in candidates:
        moment = said if isinstance(said, datetime) else read_moment(said, seen)
        if moment is not None:
            return Found(moment, where)
    return None


def _published(seen: Seen) -> Iterator[tuple[str | datetime | None, str]]:
    told, item = seen.told, seen.item
    for node in told.stories:
        yield (
            text_of(node.get("datePublished")) or text_of(node.get("dateCreated")),
            "the page's structured data",
        )
    for name in _PUBLISHED:
        yield told.first_meta(name), f"the page's {name}"
    if item and item.published:
        yield item.published, "the feed's date"
    if item and item.updated:
        yield item.updated, "the feed's date of change"


def _modified(seen: Seen) -> Iterator[tuple[str | datetime | None, str]]:
    told, item = seen.told, seen.item
    for node in told.stories:
        yield text_of(node.get("dateModified")), "the page's structured data"
    for name in _MODIFIED:
        yield told.first_meta(name), f"the page's {name}"
    if item and item.updated:
        yield item.updated, "the feed's date of change"


def day_of_page(tree: object, url: str | None, seen: Seen) -> Found[datetime] | None:
    """The day that the page's text or address shows, at midnight in the wire's zone: the last resort."""
    day = find_date(tree, url=url, original_date=True, extensive_search=False)
    moment = read_moment(day, seen)
    return Found(moment, "the page's text (a day only)") if moment else None
