"""When a story was published and when this version of it: never guessed from prose or a copyright year."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from newsroom.extract.body import Body
from newsroom.extract.byline import has_lead
from newsroom.extract.machine_date import MAX_CHARS, read_machine_date
from newsroom.extract.material import Found, Material
from newsroom.extract.shown_byline import named_text
from newsroom.extract.shown_zone import shown_offset
from newsroom.extract.structured import Told, one_line, text_of
from newsroom.extract.visible_date import find_date, read_slashed_date, read_visible_date

_PUBLISHED_META = (
    "article:published_time", "article:published", "og:article:published_time", "og:published_time",
    "datepublished", "date.published", "published_time", "publish-date", "publishdate", "publish_date",
    "pubdate", "article.published", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date",
    "dc.date.created",
    "citation_publication_date", "originalpublicationdate", "article_date_original", "ptime", "date", "pdate",
    "last-published", "rnews:datepublished", "displaydate", "cre_date",
)  # fmt: skip
"""Names of meta elements that tell the first publication, the surest first."""

_MODIFIED_META = (
    "article:modified_time", "article:modified", "og:updated_time", "og:article:modified_time",
    "datemodified",
    "last-modified", "lastmod", "dcterms.modified", "dc.date.modified", "revision_date", "utime",
)  # fmt: skip

_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)(?P<between>[/-]|)(0[1-9]|1[0-2]|(?<=[/-])[1-9])(?P=between)(0[1-9]|[12]\d|3[01]|(?<=[/-])[1-9])(?=[/_.-]|$)"
)

AHEAD = timedelta(minutes=5)
"""How far a site's clock may run ahead of ours; what is shown later than that is no date of publication."""

NEAR_LINES = 12
"""How many lines above the body, and below it, may show a date."""

_SAID_ZONE = re.compile(
    r"(?:, which says \d{4}-.*|, shown at UTC)(?P<sign>[+-])(?P<hours>0\d|1[0-4]):?(?P<minutes>[0-5]\d)$"
)

_STAMP = re.compile(
    r"^\W*(?:first\s+|last\s+)?(?:published|posted|created|updated|modified|veröffentlicht|aktualisiert|stand|publicado"
    r"|actualizado|publié|mis\s+à\s+jour|pubblicato|aggiornato)\b",
    re.IGNORECASE,
)
"""How a line begins that tells nothing but when the story came out."""

MAX_STAMP = 90
MAX_LABEL_WORDS = 4
DATELINES = 2
"""How many of the body's first lines may have the dateline."""

MAX_DATELINE = 80
_AFTER_DATE = re.compile(r"\s*(?:\([^()]{1,40}\)|/[^/]{1,40}/)?\s*(?:--|[–—]|-\s)")
"""What stands behind the day of a dateline: whose story it is, and a dash."""

EDGE_LINES = 3

UTC_ZONE = ZoneInfo("UTC")

_VERSION = re.compile(
    r"updated|modified|aktualisiert|\bstand\b|actualizado|mis à jour|modifié|aggiornato|atualizado",
    re.IGNORECASE,
)
"""Words by which a page tells the date of this version, not of the first."""

_LABEL = re.compile(
    r"(?P<updated>updated|modified|aktualisiert|actualizado|mis à jour|modifié|aggiornato|atualizado)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Dates:
    """First publication and this version, each with its place; `taken` are the body's lines saying it."""

    firstcreated: Found[datetime | None]
    versioncreated: Found[datetime | None]
    taken: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Said:
    """What a page says in a place; `published` when the place is of the story's publication alone."""

    text: str
    where: str
    published: bool = False


def read_dates(material: Material) -> Dates:
    """The page's data go before what it shows, both before the feed's entry, and its address comes last.

    Where its data tell several days of publication, the one that it shows under its headline is right.
    """
    reader = _Reader(material)
    version = reader.first(_modified(material.told))
    told = list(_published(material.told))
    first = reader.first(told) or reader.slashed(told, version)
    if first:
        first = _as_shown(reader.of_shown_day(first, told, material), material)
    else:
        first = reader.shown(material) or reader.beside_byline(material)
    item = material.item
    if first is None and item and item.published:
        first = Found(item.published, "the feed entry")
    if version is None and item and item.updated:
        version = Found(item.updated, "the feed entry")
    first = first or _in_dateline(material) or _in_address(material)
    if version is None and first is not None:
        version = Found(first.value, f"{first.where}; no later version is told of")
    nowhere = _places(material)
    return Dates(first or Found(None, nowhere), version or Found(None, nowhere), _stamps(material))


def _as_shown(told: Found[datetime | None], material: Material) -> Found[datetime | None]:
    """A moment that the page tells in UTC, with the zone in which a line near the story shows it."""
    if told.value is None or in_own_zone(told.value, told.where).utcoffset():
        return told
    offset = shown_offset(told.value, (line for line in _near(material.body) if not _LABEL.search(line)))
    if offset is None:
        return told
    minutes = int(offset.total_seconds()) // 60
    sign, size = "-" if minutes < 0 else "+", abs(minutes)
    return Found(told.value, f"{told.where}, shown at UTC{sign}{size // 60:02}:{size % 60:02}")


def _near(body: Body) -> tuple[str, ...]:
    """The lines near the story that may show its date."""
    above, below = body.head_lines[-NEAR_LINES:], body.tail_lines[:NEAR_LINES]
    return (*body.among_lines[:NEAR_LINES], *reversed(above), *below)


def _places(material: Material) -> str:
    if not material.is_page:
        return "the feed entry and the story's address"
    return (
        "the page's structured data, its metadata, the lines around the story, the feed entry and the address"
    )


def _stamps(material: Material) -> tuple[int, ...]:
    """The indexes of those of the body's first and last lines that tell a date and nothing else."""
    count = len(material.lines)
    edges = {*range(min(count, EDGE_LINES)), *range(max(0, count - EDGE_LINES), count)}
    return tuple(i for i in sorted(edges) if _is_stamp(material.lines[i], material.wire.zone))


def _is_stamp(line: str, zone: ZoneInfo) -> bool:
    return (
        len(line) <= MAX_STAMP
        and _STAMP.match(line) is not None
        and read_visible_date(line, zone) is not None
    )


def _is_prose(line: str) -> bool:
    """Whether more stands before the line's date than a label or a place, and not who wrote it."""
    date = find_date(line)
    return date is not None and len(line[: date.start()].split()) > MAX_LABEL_WORDS and not has_lead(line)


def _in_dateline(material: Material) -> Found[datetime | None] | None:
    """The day in the story's dateline: `NEW YORK, June 9, 2026 /Newswire/ --`."""
    for line in material.lines[:DATELINES]:
        match = find_date(line[:MAX_DATELINE])
        if match and _AFTER_DATE.match(line, match.end()):
            moment = read_visible_date(line[: match.end()], material.wire.zone, material.now + AHEAD)
            if moment is not None and moment <= material.now + AHEAD:
                return Found(moment, "the day in the story's dateline; its time is not told")
    return None


def _saying(said: _Said) -> str:
    return f"{said.where}, which says {one_line(said.text[:MAX_CHARS])}"


def in_own_zone(moment: datetime, evidence: str) -> datetime:
    """The moment in the zone that its page names or shows, by its evidence; in UTC where there is none."""
    match = _SAID_ZONE.search(evidence)
    if match is None:
        return moment
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
    return moment.astimezone(timezone(-offset if match["sign"] == "-" else offset))


class _Reader:
    """Reads what is said, in the wire's zone where it names none."""

    def __init__(self, material: Material) -> None:
        self._zone: ZoneInfo = material.wire.zone
        self._latest = material.now + AHEAD

    def first(self, said: Iterable[_Said]) -> Found[datetime | None] | None:
        """The first that is a date."""
        for one in said:
            if (moment := read_machine_date(one.text, self._zone, self._latest)) is not None:
                return Found(moment, _saying(one))
        return None

    def slashed(
        self, told: Iterable[_Said], version: Found[datetime | None] | None
    ) -> Found[datetime | None] | None:
        """The first of digits and slashes that may be but one day: not one ahead, or after its own update."""
        latest = self._latest
        if version and version.value:
            latest = min(latest, version.value)
        for one in told:
            moments = [each for each in read_slashed_date(one.text, self._zone, latest) if each <= latest]
            if len(moments) == 1:
                return Found(moments[0], _saying(one))
        return None

    def of_shown_day(
        self, first: Found[datetime | None], told: list[_Said], material: Material
    ) -> Found[datetime | None]:
        """`first`, or where the page shows another day that its data tell of, the moment on that day."""
        lines = (line for line in material.under_headline if not _VERSION.search(line))
        moments = (read_visible_date(line, UTC_ZONE) for line in lines)
        days = {moment.date() for moment in moments if moment}
        if not days or days & self._days(first):
            return first
        others = (found for one in told if one.published and (found := self.first([one])))
        return next((other for other in others if days & self._days(other)), first)

    def _days(self, found: Found[datetime | None]) -> set[date]:
        """The days that a moment may be shown as: in its own zone, the wire's and UTC."""
        if found.value is None:
            return set()
        own = in_own_zone(found.value, found.where)
        return {own.date(), found.value.date(), found.value.astimezone(self._zone).date()}

    def beside_byline(self, material: Material) -> Found[datetime | None] | None:
        """The date in the element that is named the byline."""
        moment = read_visible_date(named_text(material), self._zone, self._latest)
        if moment is None or moment > self._latest:
            return None
        return Found(moment, "the element of the page that is named its byline")

    def shown(self, material: Material) -> Found[datetime | None] | None:
        """A date that the page shows near the story; one ahead of now is of something else.

        A line that begins with the date, or tells who wrote it when, goes before a caption.
        """
        if not material.is_page:
            return None
        stamps = (material.lines[i] for i in _stamps(material))
        lines = (*stamps, *_near(material.body))
        for line in sorted(lines, key=_is_prose):
            if _LABEL.search(line) and "publi" not in line.lower():
                continue
            moment = read_visible_date(line, self._zone, self._latest)
            if moment is not None and moment <= self._latest:
                return Found(moment, "a line near the story")
        return None


def _published(told: Told) -> Iterator[_Said]:
    for name in ("datePublished", "dateCreated", "uploadDate"):
        for node in told.stories:
            if text := text_of(node.get(name)):
                where = f"the page's structured data ({name})"
                yield _Said(text, where, published=name == "datePublished")
    yield from _in_meta(told, _PUBLISHED_META, published=True)
    for node in told.nodes:
        if text := text_of(node.get("datePublished")):
            yield _Said(text, "the page's structured data (datePublished)")
    yield from (_Said(text, "the page's time element") for text in told.times)


def _modified(told: Told) -> Iterator[_Said]:
    for node in told.stories:
        if text := text_of(node.get("dateModified")):
            yield _Said(text, "the page's structured data (dateModified)")
    yield from _in_meta(told, _MODIFIED_META)


def _in_meta(told: Told, names: Iterable[str], *, published: bool = False) -> Iterator[_Said]:
    for name in names:
        for text in told.meta.get(name, ()):
            yield _Said(text, f"the page's {name} element", published)


def _in_address(material: Material) -> Found[datetime | None] | None:
    """The day that the story's address names, from its first minute on, where the wire is."""
    url = material.document.url or (material.item.url if material.item else None) or ""
    try:
        match = _IN_ADDRESS.search(urlsplit(url).path)
        if match is None:
            return None
        day = date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None
    moment = datetime.combine(day, time(), material.wire.zone).astimezone(UTC)
    if moment > material.now + AHEAD:
        return None
    return Found(moment, "the day in the story's address; its time is not told")
