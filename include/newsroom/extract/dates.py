"""When a story was published and when this version of it: never guessed from prose or a copyright year."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from newsroom.extract.body import Body
from newsroom.extract.machine_date import MAX_CHARS, read_machine_date
from newsroom.extract.material import Found, Material
from newsroom.extract.shown_zone import shown_offset
from newsroom.extract.structured import Told, one_line, text_of
from newsroom.extract.visible_date import read_visible_date

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
EDGE_LINES = 3

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
    text: str
    where: str


def read_dates(material: Material) -> Dates:
    """The page's data go before what it shows, both before the feed's entry, and its address comes last."""
    reader = _Reader(material)
    first = reader.first(_published(material.told))
    version = reader.first(_modified(material.told))
    first = _as_shown(first, material) if first else reader.shown(material, updated=False)
    item = material.item
    if first is None and item and item.published:
        first = Found(item.published, "the feed entry")
    if version is None and item and item.updated:
        version = Found(item.updated, "the feed entry")
    first = first or _in_address(material)
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
        self._now = material.now

    def first(self, said: Iterable[_Said]) -> Found[datetime | None] | None:
        """The first that is a date."""
        for one in said:
            if (moment := read_machine_date(one.text, self._zone)) is not None:
                return Found(moment, _saying(one))
        return None

    def shown(self, material: Material, *, updated: bool) -> Found[datetime | None] | None:
        """A date that the page shows near the story; one ahead of now is of something else."""
        if not material.is_page:
            return None
        stamps = (material.lines[i] for i in _stamps(material))
        for line in (*stamps, *_near(material.body)):
            if bool(_LABEL.search(line)) is not updated and "publi" not in line.lower():
                continue
            moment = read_visible_date(line, self._zone)
            if moment is not None and moment <= self._now + AHEAD:
                return Found(moment, "a line near the story")
        return None


def _published(told: Told) -> Iterator[_Said]:
    for name in ("datePublished", "dateCreated", "uploadDate"):
        for node in told.stories:
            if text := text_of(node.get(name)):
                yield _Said(text, f"the page's structured data ({name})")
    yield from _in_meta(told, _PUBLISHED_META)
    for node in told.nodes:
        if text := text_of(node.get("datePublished")):
            yield _Said(text, "the page's structured data (datePublished)")
    yield from (_Said(text, "the page's time element") for text in told.times)


def _modified(told: Told) -> Iterator[_Said]:
    for node in told.stories:
        if text := text_of(node.get("dateModified")):
            yield _Said(text, "the page's structured data (dateModified)")
    yield from _in_meta(told, _MODIFIED_META)


def _in_meta(told: Told, names: Iterable[str]) -> Iterator[_Said]:
    for name in names:
        yield from (_Said(text, f"the page's {name} element") for text in told.meta.get(name, ()))


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
