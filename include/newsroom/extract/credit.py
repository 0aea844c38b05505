"""Who wrote a story and for whom: byline, people, organisation, dateline, credit line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsroom.extract.byline import Byline, has_lead, name_of, read_byline
from newsroom.extract.dateline import Dateline, read_dateline
from newsroom.extract.seen import Seen, folded_name
from newsroom.extract.sources import known_source
from newsroom.extract.structured import Node, text_of, texts_of, types_of

FIRST_LINES = 3
"""A byline stands within this many lines of the body's start."""

ABOVE_LINES = 8
"""And within this many above it."""

_ADDRESS = re.compile(r"https?://|@|www\.")


@dataclass(frozen=True)
class Credit:
    """What is told of the authors; `where` is where it was found, or looked for in vain.

    `taken` is the index of the body's line that is the byline, if one is.
    """

    where: str
    byline: str | None = None
    authors: tuple[str, ...] = ()
    source: str | None = None
    creditline: str | None = None
    dateline: Dateline | None = None
    taken: int | None = None


def read_credit(seen: Seen) -> Credit:
    """The story's authors, from its own lines before what the page or the feed says of them."""
    stated, stated_where = _stated(seen)
    byline, where, taken = _in_lines(seen, stated)
    dateline = _dateline(seen, taken)
    source = _source(byline, dateline, seen)
    people = tuple(byline.people) if byline else ()
    text = byline.text if byline else " and ".join(stated) if stated else None
    found = where or stated_where
    looked = "the lines around the headline, the page's metadata and the feed's author"
    return Credit(
        where=found or looked,
        byline=text,
        authors=people or (stated if not byline or not byline.organisation else ()),
        source=source,
        creditline=_creditline(seen),
        dateline=dateline,
        taken=taken,
    )


def _in_lines(seen: Seen, stated: tuple[str, ...]) -> tuple[Byline | None, str | None, int | None]:
    """The byline that a line is: at the body's start, or above it."""
    for place, line in enumerate(seen.body[:FIRST_LINES]):
        if (has_lead(line) or _is_bare_byline(seen, place, stated)) and (byline := read_byline(line)):
            return byline, "the story's first lines", place
    for line in reversed(seen.head[-ABOVE_LINES:]):
        if has_lead(line) and (byline := read_byline(line)) and not _is_nobody(byline, seen):
            return byline, "the line above the story", None
    return None, None, None


def _is_bare_byline(seen: Seen, place: int, stated: tuple[str, ...]) -> bool:
    """Whether a line of names alone is the byline: the page says so, or a dateline follows."""
    line = seen.body[place]
    if place > 0 or name_of(line) is None:
        return False
    if folded_name(line) in map(folded_name, stated):
        return True
    following = seen.body[1] if len(seen.body) > 1 else ""
    return len(line.split()) > 1 and read_dateline(following, seen.own_names) is not None


def _is_nobody(byline: Byline, seen: Seen) -> bool:
    """Whether a byline names only the wire or the site that shows the story."""
    if byline.people:
        return any(seen.is_own_name(person) for person in byline.people)
    site = seen.told.first_meta("og:site_name") or ""
    name = byline.organisation or byline.text
    return seen.is_own_name(name) or folded_name(name) == folded_name(site)


def _stated(seen: Seen) -> tuple[tuple[str, ...], str | None]:
    """The people that the page's metadata or the feed names as authors."""
    for names, where in _stated_names(seen):
        people = tuple(dict.fromkeys(person for name in names for person in _people(name, seen)))
        if people:
            return people, where
    return (), None


def _stated_names(seen: Seen) -> Iterator[tuple[tuple[str, ...], str]]:
    for node in seen.told.stories:
        yield tuple(_authors_of(node)), "the page's structured data"
    meta = seen.told.meta
    for name in ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl"):
        yield meta.get(name, ()), f"the page's {name}"
    if seen.item and seen.item.author:
        yield (seen.item.author,), "the feed's author"


def _authors_of(node: Node) -> Iterator[str]:
    said = node.get("author") or node.get("creator")
    for author in said if isinstance(said, list) else [said]:
        if isinstance(author, dict) and "Organization" in " ".join(types_of(author)):
            continue
        yield from texts_of(author)


def _people(name: str, seen: Seen) -> tuple[str, ...]:
    if _ADDRESS.search(name) or seen.is_own_name(name):
        return ()
    byline = read_byline(name)
    return byline.people if byline else ()


def _dateline(seen: Seen, taken: int | None) -> Dateline | None:
    lines = [line for place, line in enumerate(seen.body[:FIRST_LINES]) if place != taken]
    return next((found for line in lines[:2] if (found := read_dateline(line, seen.own_names))), None)


def _source(byline: Byline | None, dateline: Dateline | None, seen: Seen) -> str | None:
    """The organisation that wrote it: the byline's, else the dateline's where it is not the wire itself."""
    if byline and byline.source:
        return byline.source
    if dateline and not seen.is_own_name(dateline.source):
        return known_source(dateline.source) or dateline.source
    return None


def _creditline(seen: Seen) -> str | None:
    return next((text for node in seen.told.stories if (text := text_of(node.get("creditText")))), None)
