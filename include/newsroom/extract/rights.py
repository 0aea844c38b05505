"""Copyright and usage of a story: its own notice, never the site's that stands at the foot of the page.

A notice at the story counts whoever it names: a name that the contract does not know holds the story. Farther
away, in the page's data or its footer, only a notice that names one of the wire's holders is the story's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from newsroom.extract.furniture import WireFurniture
from newsroom.extract.license import read_license
from newsroom.extract.material import Material
from newsroom.extract.notice import Notice, read_notice
from newsroom.extract.structured import text_of

LAST_LINES = 3
"""How many of the body's last lines may hold the notice."""

NEAR_LINES = 8
"""How many lines below the body still stand at the story, if nothing ends it before."""

_META = ("copyright", "dc.rights", "dcterms.rights", "dcterms.rightsholder", "rights", "og:copyright")


_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Rights:
    """The notice and its parts, the licence, and the indexes of the body's lines that are the notice."""

    copyrightnotice: str | None = None
    copyrightholder: str | None = None
    copyrightyear: int | None = None
    usageterms: str | None = None
    license: str | None = None
    evidence: dict[str, str] = field(default_factory=dict)
    taken: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Sighting:
    notice: Notice
    where: str
    at_story: bool
    line: int | None = None


def read_rights(material: Material) -> Rights:
    """Read a story's rights; see the module for which notice counts."""
    sighting = _chosen(material)
    if sighting is None:
        return _without_notice(material)
    notice, where = sighting.notice, sighting.where
    terms = _terms(notice.usageterms, where, material)
    licence = _license(notice.license, where, material)
    holder, year = _told_parts(material)
    return Rights(
        notice.text,
        notice.holder or holder,
        notice.year or year,
        terms[0],
        licence[0],
        _evidence(where, where, terms[1], licence[1]),
        _taken(material),
    )


def _without_notice(material: Material) -> Rights:
    places = _places(material)
    holder, year = _told_parts(material)
    terms, licence = _terms(None, places, material), _license(None, places, material)
    where = "the page's structured data" if holder else places
    return Rights(None, holder, year, terms[0], licence[0], _evidence(places, where, terms[1], licence[1]))


def _evidence(notice: str, holder: str, terms: str, licence: str) -> dict[str, str]:
    return {
        "copyrightnotice": notice,
        "copyrightholder": holder,
        "copyrightyear": holder,
        "usageterms": terms,
        "license": licence,
    }


def _places(material: Material) -> str:
    """Where a notice is looked for."""
    if material.is_page:
        return f"the last {LAST_LINES} paragraphs, the footer and the page's metadata"
    return f"the last {LAST_LINES} paragraphs and the feed entry's rights"


def _chosen(material: Material) -> _Sighting | None:
    """The first notice that names a holder of the wire, else the first that stands at the story."""
    names = _holders(material)
    at_story = None
    for sighting in _sightings(material):
        if sighting.notice.holder and _names_one(sighting.notice.holder, names):
            return sighting
        if sighting.at_story and at_story is None:
            at_story = sighting
    return at_story


def _holders(material: Material) -> tuple[str, ...]:
    """The names of the wire's holders, folded."""
    holders = material.wire.rights.holders
    names = (material.wire.provider, *(name for one in holders for name in (one.name, *one.aliases)))
    return tuple(_folded(name) for name in names)


def _names_one(holder: str, names: Iterable[str]) -> bool:
    """Whether a holder's name begins with one of `names`: whether it is the same is for the checks to say."""
    return f"{_folded(holder)} ".startswith(tuple(f"{name} " for name in names if name))


def _folded(name: str) -> str:
    return " ".join(_WORD.findall(name.casefold())).removeprefix("the ")


def _sightings(material: Material) -> Iterator[_Sighting]:
    """All notices, the surest places first."""
    latest = material.now.year + 1
    for index in _last_lines(material):
        if (notice := read_notice(material.lines[index], latest)) is not None:
            yield _Sighting(notice, "the end of the story", at_story=True, line=index)
    for text, where, near in _texts(material):
        if (notice := read_notice(text, latest)) is not None:
            yield _Sighting(notice, where, near)


def _texts(material: Material) -> Iterator[tuple[str, str, bool]]:
    near = _near_lines(material)
    yield from ((line, "the lines below the story", True) for line in near)
    told = material.told
    for node in told.stories:
        if text := text_of(node.get("copyrightNotice")):
            yield text, "the page's structured data (copyrightNotice)", True
    if material.item and material.item.rights:
        yield material.item.rights, "the feed entry's rights", True
    for name in _META:
        yield from ((text, f"the page's {name} element", False) for text in told.meta.get(name, ()))
    yield from ((line, "the lines below the story", False) for line in material.body.tail_lines[len(near) :])
    yield from ((line, "the footer", False) for line in material.body.foot_lines)


def _last_lines(material: Material) -> range:
    count = len(material.lines)
    return range(max(0, count - LAST_LINES), count)


def _near_lines(material: Material) -> tuple[str, ...]:
    """The lines right below the body, down to the first that ends the story by the wire's rules."""
    rules = WireFurniture(material.wire)
    return tuple(takewhile(lambda line: not rules.ends_story(line), material.body.tail_lines[:NEAR_LINES]))


def _taken(material: Material) -> tuple[int, ...]:
    """The body's last lines that are nothing but a notice."""
    latest = material.now.year + 1
    notices = ((i, read_notice(material.lines[i], latest)) for i in _last_lines(material))
    return tuple(i for i, notice in notices if notice and len(notice.text) >= len(material.lines[i]) - 40)


def _told_parts(material: Material) -> tuple[str | None, int | None]:
    """Holder and year as the page's structured data tell them apart from any notice."""
    for node in material.told.stories:
        holder = text_of(node.get("copyrightHolder"))
        year = text_of(node.get("copyrightYear")) or ""
        if holder:
            return holder, int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None
    return None, None


def _terms(own: str | None, where: str, material: Material) -> tuple[str | None, str]:
    """What may be done with the story, by its own notice, the page, or else the wire's contract."""
    if own:
        return own, where
    for node in material.told.stories:
        if text := text_of(node.get("usageInfo")):
            return text, "the page's structured data (usageInfo)"
    contract = material.wire.rights.usageterms
    return contract, f"wires/{material.wire.id}.yaml" if contract else where


def _license(own: str | None, where: str, material: Material) -> tuple[str | None, str]:
    """A licence's address; what neither law nor Creative Commons knows is kept as the page names it."""
    if own:
        return own, where
    for text, place in _licenses(material):
        if (licence := read_license(text)) is not None:
            return licence.address, place
    return None, where


def _licenses(material: Material) -> Iterator[tuple[str, str]]:
    told = material.told
    for node in told.stories:
        license_ = node.get("license")
        text = text_of(license_) or (text_of(license_.get("url")) if isinstance(license_, dict) else None)
        if text:
            yield text, "the page's structured data (license)"
    yield from ((address, "the page's license link") for address in told.links.get("license", ()))
    for name in _META:
        yield from ((text, f"the page's {name} element") for text in told.meta.get(name, ()))
    if material.item and material.item.rights:
        yield material.item.rights, "the feed entry's rights"
    yield from ((material.lines[i], "the end of the story") for i in _last_lines(material))
    yield from ((line, "the lines below the story") for line in _near_lines(material))
