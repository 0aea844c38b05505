"""Who wrote a story, for whom, where, and who sent it: byline, authors, source, dateline, credit, provider.

A byline at the story itself goes first; then what the page tells machines, made fuller by the byline that it
shows; then an element of the page that is named its byline, the feed's entry, and what only its place tells:
names in strong type above the text, beside the date, an agency under the headline. Many a site names itself
or an account of its own as the author of all it has: that is believed only where nobody else is named. Whom
the page calls its editor wrote it only where nobody else did. The wire's own name is never a byline: it is
the provider.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from newsroom.extract.byline import Byline, has_lead, is_desk
from newsroom.extract.dateline import Dateline, read_dateline
from newsroom.extract.material import NEAR_LINES, Material
from newsroom.extract.shown_byline import (
    FIRST_LINES,
    agency_under_headline,
    dated_byline,
    editors,
    fuller_byline,
    led_bylines,
    line_byline,
    named_byline,
    signed_byline,
    strong_byline,
)
from newsroom.extract.sighting import Sighting, is_provider, is_site, without_site
from newsroom.extract.sources import known_source
from newsroom.extract.structured import text_of
from newsroom.extract.told_byline import account_names, told_bylines, told_names, usual

_TAG = re.compile(r"^\W*the-([a-z]+)-wire\b", re.IGNORECASE)


CREDIT_LINES = 4
MAX_CREDIT = 300
"""How many of the last lines, and of those below, may credit helpers; a longer line is prose."""

_CONTRIBUTED = re.compile(
    r"\bcontributed\s+(?:reporting\s+)?to\s+this\s+(?:report|story|article)\b"
    r"|^\W*(?:additional\s+)?reporting\s+by\b|\bcontribuy(?:ó|eron)\s+a\s+(?:este|esta)\b"
    r"|^\W*with\s+(?:files|reporting)\s+(?:from|by)\b|\bhat\s+zu\s+diesem\s+(?:bericht|text)\s+beigetragen\b",
    re.IGNORECASE,
)
"""How the line goes that names who helped: `CNN's Ann Poe contributed to this report.`"""


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


def read_credit(material: Material) -> Credit:
    """Read a story's credit; see the module for the order."""
    signed = signed_byline(material)
    if signed and is_provider(signed.byline, material):
        signed = None
    sighting = _at_story(material) or _in_page(material, signed)
    dateline = _dateline(material, sighting)
    places = _places(material)
    provider = _provider(material)
    creditline, credit_where = _creditline(material)
    byline = sighting.byline if sighting else None
    where = sighting.where if sighting else places
    source, source_where = _source(sighting, signed, dateline, material)
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
            "creditline": credit_where,
            "dateline": "the story's first words",
            "located": "the story's dateline",
            "provider": provider or f"wires/{material.wire.id}.yaml",
        },
        taken=_taken(sighting, signed, material),
    )


def _places(material: Material) -> str:
    if material.is_page:
        return "the story's first lines, the lines above it, the page's metadata and the feed entry"
    return "the story's first lines and the feed entry's author"


def _at_story(material: Material) -> Sighting | None:
    """The byline among the body's first lines: one with `By`, or a bare name that something else confirms."""
    found = _bylines_at_story(material)
    return next((sighting for sighting in found if not is_provider(sighting.byline, material)), None)


def _bylines_at_story(material: Material) -> Iterator[Sighting]:
    for index, line in enumerate(material.lines[:FIRST_LINES]):
        byline = line_byline(line)
        if byline and (has_lead(line) or _confirmed(byline, index, material)):
            yield Sighting(without_site(byline, material), "the story's first lines", (index,))


def _confirmed(byline: Byline, index: int, material: Material) -> bool:
    """Whether a line of bare names is a byline: the dateline follows, or page or feed name the same."""
    after = material.lines[index + 1 : index + 2]
    if after and read_dateline(after[0], _own(material)) is not None:
        return True
    names = {
        name.casefold()
        for sighting in (*told_bylines(material)[:1], _from_entry(material))
        if sighting
        for name in sighting.byline.authors
    }
    return any(name.casefold() in names for name in byline.authors)


def _in_page(material: Material, signed: Sighting | None) -> Sighting | None:
    """The byline that the page tells or shows, or the feed's entry gives."""
    told = told_bylines(material)
    believed = [one for one in told if not _is_no_author(one.byline, material)]
    if sighting := _shown(material, believed) or next(iter(believed), None):
        return sighting
    for find in (named_byline, _from_entry, strong_byline, dated_byline, agency_under_headline):
        found = find(material)
        if found and not (is_provider(found.byline, material) or _is_no_author(found.byline, material)):
            return found
    return _by_site(material, told, signed)


def _is_no_author(byline: Byline, material: Material) -> bool:
    """Whether it names nobody but the site, an account of it, or whom the page calls the editor."""
    if is_site(byline, material) or byline.text in account_names(material):
        return True
    return bool(byline.people) and _folded(byline.people) <= editors(material)


def _shown(material: Material, believed: list[Sighting]) -> Sighting | None:
    """The byline that the page shows; it must name one of the people whom the page's data name."""
    people = {name for sighting in believed for name in _folded(sighting.byline.people)}
    for sighting in led_bylines(material):
        if _is_no_author(sighting.byline, material):
            continue
        named = _folded(sighting.byline.people)
        if not believed or people & named or (named and not people):
            return sighting
    return fuller_byline(believed[0].byline.people, material) if believed else None


def _by_site(material: Material, told: tuple[Sighting, ...], signed: Sighting | None) -> Sighting | None:
    """Nobody but the site is named; a desk without a name gives way to who signs at the story's end."""
    first = next((one for one in (*told, *led_bylines(material), _from_entry(material)) if one), None)
    nameless = first is None or all(map(is_desk, first.byline.authors))
    return signed or first if nameless else first


def _folded(names: tuple[str, ...]) -> set[str]:
    return {name.casefold() for name in names}


def _from_entry(material: Material) -> Sighting | None:
    author = material.item.author if material.item else None
    byline = usual(author) if author else None
    return (
        None
        if byline is None or is_provider(byline, material)
        else Sighting(byline, "the feed entry's author")
    )


def _dateline(material: Material, sighting: Sighting | None) -> Dateline | None:
    after = sighting.lines[-1] + 1 if sighting and sighting.lines else 0
    after %= len(material.lines) or 1  # a byline at the end stands before no dateline
    for line in material.lines[after : after + 2]:
        if (dateline := read_dateline(line, _own(material))) is not None:
            return dateline
    return None


def _own(material: Material) -> tuple[str, ...]:
    return (material.wire.provider, *material.wire.aliases)


def _source(
    sighting: Sighting | None, signed: Sighting | None, dateline: Dateline | None, material: Material
) -> tuple[str | None, str]:
    """The organisation that wrote it: the byline's, else the dateline's where that is not the wire itself.

    Dateline and who signs at the story's end go before a site that only names itself.
    """
    byline = sighting.byline if sighting else None
    by_site = byline is not None and is_site(byline, material)
    if sighting and byline and byline.source and not by_site:
        return byline.source, sighting.where
    if dateline and dateline.source and not material.is_own(dateline.source):
        return known_source(dateline.source) or dateline.source, "the story's dateline"
    if signed:
        return signed.byline.source, signed.where
    return byline.source if byline else None, sighting.where if sighting else _places(material)


def _creditline(material: Material) -> tuple[str | None, str]:
    """Whom the story is credited to beside its byline, and where that stands."""
    for node in material.told.stories:
        if text := text_of(node.get("creditText")):
            return text, "the page's structured data (creditText)"
    lines = (*material.lines[-CREDIT_LINES:], *material.body.tail_lines[:CREDIT_LINES])
    said = next((line for line in lines if len(line) <= MAX_CREDIT and _CONTRIBUTED.search(line)), None)
    return said, "the end of the story" if said else _places(material)


def _provider(material: Material) -> str | None:
    """Where the wire's own name stands, if it stands anywhere."""
    body = material.body
    below = (*material.lines[-3:], *body.tail_lines[:NEAR_LINES])
    if any(_TAG.match(line) and material.is_own(line.strip()) for line in below):
        return "the wire's tag below the story"
    if any(material.is_own(line) for line in below):
        return "a line below the story"
    if any(material.is_own(name) for names, _ in told_names(material) for name in names):
        return "the page's author"
    if material.item and material.is_own(material.item.author):
        return "the feed entry's author"
    return None


def _taken(sighting: Sighting | None, signed: Sighting | None, material: Material) -> tuple[int, ...]:
    """The lines of bylines, and one right after that only says what the author is or for whom."""
    found = (*_bylines_at_story(material), *(one for one in (sighting, signed) if one))
    bylines = {line for one in found for line in one.lines}
    if sighting is None or not sighting.lines:
        return tuple(sorted(bylines))
    next_line = sighting.lines[-1] + 1
    after = material.lines[next_line : next_line + 1]
    if after and (known_source(after[0].strip(" =")) or material.is_own(after[0])):
        bylines.add(next_line)
    return tuple(sorted(bylines))
