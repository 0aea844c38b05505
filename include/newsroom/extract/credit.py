"""Who wrote a story, for whom, where, and who sent it: byline, authors, source, dateline, credit, provider.

A byline at the story itself goes first; then what the page tells machines, made fuller by the byline that it
shows; then an element of the page that is named its byline, and the feed's entry. Many a site names itself as
the author of all it has: that is believed only where nobody else is named. The wire's own name is never a
byline: it is the provider.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from newsroom.extract.byline import Byline, has_lead, read_byline
from newsroom.extract.dateline import Dateline, read_dateline
from newsroom.extract.material import Material
from newsroom.extract.sources import known_source
from newsroom.extract.structured import Node, one_line, text_of

FIRST_LINES = 4
"""How many of the body's first lines may be the byline."""

NEAR_LINES = 15
"""How many lines above the body may show it."""

LAST_LINES = 2
"""How many of the body's last lines, and of those below it, may show it."""

MAX_WORDS = 16
MAX_NAME = 60
MAX_NAME_WORDS = 4

_META = (
    "author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "article:author",
    "byl",
    "citation_author",
    "article.author",
    "og:article:author",
    "cxenseparse:author",
    "article:author_name",
)
MAX_NAMED = 3
"""How many elements that are named a byline are looked at; later ones are of other stories."""

_NAMED = etree.XPath(
    "//*[@rel='author' or @itemprop='author' or contains(@class, 'byline') or contains(@class, 'author')"
    " or contains(@class, 'Byline') or contains(@class, 'ByLine')]"
    "[normalize-space()][not(ancestor-or-self::*[self::nav or self::aside or self::footer or self::form"
    " or contains(@class, 'comment') or contains(@id, 'comment') or contains(@class, 'related')])]"
)
"""Elements that are named the byline, in page order."""

_STAMP_AFTER = re.compile(
    r"\s*(?:[|·•–—]|\d{1,2}[./:]\d|\b\d+\s+(?:min|hour|day|week|month)|\bpublish|\bupdated)", re.IGNORECASE
)
"""Where, behind the name, the time or the place of the story begins."""

_TAG = re.compile(r"^\W*the-([a-z]+)-wire\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?:|www\.|^/|@\w+\.|\.(?:html?|php)$", re.IGNORECASE)
_NOT_IN_NAME = re.compile(r"[()\[\]:;<>{}=]")
_PROSE_END = re.compile(r"[.!?…:][\"'”’»)]*$")


@dataclass(frozen=True)
class Credit:
    """The parts of a story's credit; `taken` are the indexes of the body's lines that are the byline."""

    byline: str | None = None
    authors: tuple[str, ...] = ()
    source: str | None = None
    creditline: str | None = None
    dateline: str | None = None
    located: str | None = None
    provider: str | None = None
    evidence: dict[str, str] = field(default_factory=dict)
    taken: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Sighting:
    byline: Byline
    where: str
    line: int | None = None


def read_credit(material: Material) -> Credit:
    """Read a story's credit; see the module for the order."""
    sighting = _at_story(material)
    if sighting is None:
        told = _told(material)
        by_site = told is not None and _is_site(told.byline, material)
        told_person = None if by_site else told
        shown = _shown(material, told_person)
        sighting = shown or told_person or _named(material) or _from_entry(material) or told
    dateline = _dateline(material, sighting)
    places = _places(material)
    provider = _provider(material)
    creditline = _creditline(material)
    byline = sighting.byline if sighting else None
    where = sighting.where if sighting else places
    source, source_where = _source(byline, where, dateline, material)
    return Credit(
        byline=byline.text if byline else None,
        authors=byline.people if byline else (),
        source=source,
        creditline=creditline,
        dateline=dateline.text if dateline else None,
        located=dateline.place if dateline else None,
        provider=material.wire.provider if provider else None,
        evidence={
            "byline": where,
            "authors": where,
            "source": source_where,
            "creditline": "the page's structured data (creditText)" if creditline else places,
            "dateline": "the story's first words",
            "located": "the story's dateline",
            "provider": provider or f"wires/{material.wire.id}.yaml",
        },
        taken=_taken(sighting, material),
    )


def _places(material: Material) -> str:
    if material.is_page:
        return "the story's first lines, the lines above it, the page's metadata and the feed entry"
    return "the story's first lines and the feed entry's author"


def _at_story(material: Material) -> _Sighting | None:
    """The byline among the body's first lines: one with `By`, or a bare name that something else confirms."""
    found = _bylines_at_story(material)
    return next((sighting for sighting in found if not _is_provider(sighting.byline, material)), None)


def _bylines_at_story(material: Material) -> Iterator[_Sighting]:
    for index, line in enumerate(material.lines[:FIRST_LINES]):
        byline = _line_as_byline(line)
        if byline and (has_lead(line) or _confirmed(byline, index, material)):
            yield _Sighting(byline, "the story's first lines", index)


def _line_as_byline(line: str) -> Byline | None:
    words = len(line.split())
    if words > MAX_WORDS or (words > 8 and _PROSE_END.search(line)):
        return None
    return read_byline(line)


def _confirmed(byline: Byline, index: int, material: Material) -> bool:
    """Whether a line of bare names is a byline: the dateline follows, or page or feed name the same."""
    after = material.lines[index + 1 : index + 2]
    if after and read_dateline(after[0], _own(material)) is not None:
        return True
    names = {
        name.casefold()
        for sighting in (_told(material), _from_entry(material))
        if sighting
        for name in sighting.byline.authors
    }
    return any(name.casefold() in names for name in byline.authors)


def _told(material: Material) -> _Sighting | None:
    """The byline of the page's data, names of the wire and addresses aside."""
    told = list(_told_names(material))
    for read in (_usual, _verbatim):
        for names, where in told:
            if (byline := _joined(names, read, material)) is not None:
                return _Sighting(byline, where)
    return None


def _told_names(material: Material) -> Iterator[tuple[list[str], str]]:
    told = material.told
    for node in told.stories:
        for name in ("author", "creator"):
            yield _names_in(node.get(name)), f"the page's structured data ({name})"
    for name in _META:
        yield list(told.meta.get(name, ())), f"the page's {name} element"


def _names_in(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for one in values[:30] if (text := _name_in(one))]


def _name_in(value: object) -> str | None:
    text = text_of(value)
    if text is None and isinstance(value, dict):
        node: Node = value
        text = one_line(f"{text_of(node.get('givenName')) or ''} {text_of(node.get('familyName')) or ''}")
    return one_line(text)


def _joined(names: list[str], read: Callable[[str], Byline | None], material: Material) -> Byline | None:
    """One byline of several names, each of which may be a byline of its own."""
    texts: dict[str, None] = {}
    people: dict[str, None] = {}
    organisations: dict[str, None] = {}
    for name in names:
        if _ADDRESS.search(name) or len(name) > 200:
            continue
        byline = read(name)
        if byline is None or _is_provider(byline, material):
            continue
        texts[byline.text] = None
        people |= dict.fromkeys(byline.people)
        if byline.organisation:
            organisations[byline.organisation] = None
    if not texts:
        return None
    organisation = next(iter(organisations), None)
    source = (known_source(organisation) or organisation) if organisation else None
    return Byline(", ".join(texts), tuple(people), organisation, source)


def _usual(name: str) -> Byline | None:
    return read_byline(name if has_lead(name) else f"By {name}")


def _verbatim(name: str) -> Byline | None:
    """An author's name in a form that names seldom have: in small letters, in initials, in another script."""
    names = [part.strip() for part in name.split(";")]
    return Byline(name, tuple(names)) if all(map(_is_odd_name, names)) else None


def _is_odd_name(name: str) -> bool:
    return (
        _NOT_IN_NAME.search(name) is None
        and 1 < len(name) <= MAX_NAME
        and len(name.split()) <= MAX_NAME_WORDS
        and any(map(str.isalpha, name))
    )


def _shown(material: Material, told: _Sighting | None) -> _Sighting | None:
    """The byline above the body or at its end; it must name one of the people whom the page's data name."""
    people = {name.casefold() for name in told.byline.people} if told else set()
    for line, where in _lines_around(material):
        byline = _line_as_byline(line) if has_lead(line) else None
        if byline is None or _is_provider(byline, material):
            continue
        named = {name.casefold() for name in byline.people}
        if told is None or people & named or (named and not people):
            return _Sighting(byline, where)
    return None


def _named(material: Material) -> _Sighting | None:
    """The byline in the first element of the page that is named so, for want of one in its data or lines."""
    if not material.is_page:
        return None
    elements: list[HtmlElement] = _NAMED(material.tree)  # type: ignore[assignment]  # what the path asks for
    for element in elements[:MAX_NAMED]:
        text = one_line(element.text_content()[: MAX_NAME * 4]) or ""
        text = _STAMP_AFTER.split(text, maxsplit=1)[0]
        byline = _usual(text) if 1 < len(text) <= MAX_NAME * 2 else None
        if byline and not _is_provider(byline, material) and not _is_site(byline, material):
            return _Sighting(byline, "the element of the page that is named its byline")
    return None


def _is_site(byline: Byline, material: Material) -> bool:
    """Whether a byline names nobody but the site that shows it."""
    names = byline.people or (byline.organisation or byline.text,)
    return all(material.names_site(name) for name in names)


def _lines_around(material: Material) -> Iterator[tuple[str, str]]:
    """The lines above the story, nearest first, then its last and those right below it."""
    body = material.body
    yield from ((line, "a line above the story") for line in reversed(body.head_lines[-NEAR_LINES:]))
    below = (*material.lines[-LAST_LINES:], *body.tail_lines[:LAST_LINES])
    yield from ((line, "the end of the story") for line in below)


def _from_entry(material: Material) -> _Sighting | None:
    author = material.item.author if material.item else None
    byline = _usual(author) if author else None
    return (
        None
        if byline is None or _is_provider(byline, material)
        else _Sighting(byline, "the feed entry's author")
    )


def _is_provider(byline: Byline, material: Material) -> bool:
    """Whether a byline names nobody but the wire."""
    if byline.people:
        return all(material.is_own(name) for name in byline.people)
    names = (byline.text, byline.organisation, byline.source)
    return any(material.is_own(name) for name in names)


def _dateline(material: Material, sighting: _Sighting | None) -> Dateline | None:
    after = sighting.line + 1 if sighting and sighting.line is not None else 0
    for line in material.lines[after : after + 2]:
        if (dateline := read_dateline(line, _own(material))) is not None:
            return dateline
    return None


def _own(material: Material) -> tuple[str, ...]:
    return (material.wire.provider, *material.wire.aliases)


def _source(
    byline: Byline | None, where: str, dateline: Dateline | None, material: Material
) -> tuple[str | None, str]:
    """The organisation that wrote it: the byline's, else the dateline's where that is not the wire itself."""
    if byline and byline.source:
        return byline.source, where
    if dateline and not material.is_own(dateline.source):
        return known_source(dateline.source) or dateline.source, "the story's dateline"
    return None, where if byline else _places(material)


def _creditline(material: Material) -> str | None:
    return next((text for node in material.told.stories if (text := text_of(node.get("creditText")))), None)


def _provider(material: Material) -> str | None:
    """Where the wire's own name stands, if it stands anywhere."""
    body = material.body
    below = (*material.lines[-3:], *body.tail_lines[:NEAR_LINES])
    if any(_TAG.match(line) and material.is_own(line.strip()) for line in below):
        return "the wire's tag below the story"
    if any(material.is_own(line) for line in below):
        return "a line below the story"
    if any(material.is_own(name) for names, _ in _told_names(material) for name in names):
        return "the page's author"
    if material.item and material.is_own(material.item.author):
        return "the feed entry's author"
    return None


def _taken(sighting: _Sighting | None, material: Material) -> tuple[int, ...]:
    """The lines of bylines, and one right after that only says what the author is or for whom."""
    bylines = {found.line for found in _bylines_at_story(material) if found.line is not None}
    if sighting is None or sighting.line is None:
        return tuple(sorted(bylines))
    after = material.lines[sighting.line + 1 : sighting.line + 2]
    if after and (known_source(after[0].strip(" =")) or material.is_own(after[0])):
        bylines.add(sighting.line + 1)
    return tuple(sorted(bylines))
