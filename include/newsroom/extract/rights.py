"""Copyright and usage of a story: its own notice, never the site's that stands at the foot of the page.

A notice at the story counts whoever it names: a name that the contract does not know holds the story. Farther
away, in the page's data or its footer, only a notice that names one of the wire's holders is the story's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile

from newsroom.extract.furniture import WireFurniture
from newsroom.extract.license import read_license
from newsroom.extract.material import Material
from newsroom.extract.notice import Notice, read_notice, read_usage
from newsroom.extract.structure import web_url
from newsroom.extract.structured import text_of, texts_of

LAST_LINES = 3
"""How many of the body's last lines may hold the notice."""

NEAR_LINES = 8
"""How many lines below the body still stand at the story, if nothing ends it before."""

_META = ("copyright", "dc.rights", "dcterms.rights", "dcterms.rightsholder", "rights", "og:copyright")


_WORD = re.compile(r"\w+")
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_OF_PICTURE = re.compile(
    r"\b(?:photos?|photographs?|images?|pictures?|fotos?|bild(?:er)?|illustrations?|videos?|graphics?|maps?|flickr|wikimedia"
    r"|unsplash|imagen|imágenes|infographics?)\b",
    re.IGNORECASE,
)
"""Whose licence a line tells that is not the text's."""

_OF_STORY = re.compile(
    r"\b(?:this|these|our|all|est[ea]|cet|cette|dies(?:er|es|e))\s+(?:\w+\s+){0,2}(?:article|story|stories|work|reports?|content"
    r"|materials?|texts?|pieces?|posts?|journalism|obra|artículo|nota|texto|contenido|œuvre|texte|contenu|werk|artikel|beitrag|text)\b"
    r"|\b(?:licen[cs]|lizen[zs]|(?:re)?publi(?:sh|ca|é|s)|reprint|reproduc)|\bgovernment\b|\bexclusively\s+by\b|\bproduced\s+by\b"
    r"|^\W*(?:CC[ -]?(?:BY|0)|Creative[ -]Commons|public\s+domain)",
    re.IGNORECASE,
)
"""How a line speaks of the story's own licence; prose that speaks of licences does otherwise."""


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
    own = (notice.usageterms, *_usage_lines(material)) if sighting.at_story else (notice.usageterms,)
    terms = _terms(" ".join(dict.fromkeys(filter(None, own))) or None, where, material)
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
    usage = " ".join(_usage_lines(material)) or None
    terms, licence = _terms(usage, _AT_END, material), _license(None, places, material)
    terms = terms if terms[0] else (None, places)
    where = "the page's structured data" if holder else places
    evidence = _evidence(places, where, terms[1], licence[1])
    return Rights(None, holder, year, terms[0], licence[0], evidence, _taken(material))


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
        line = material.lines[index]
        if (notice := read_notice(line, latest)) is not None and not _is_of_picture(line, notice):
            yield _Sighting(notice, _AT_END, at_story=True, line=index)
    for text, where, near in _texts(material):
        if (notice := read_notice(text, latest)) is not None and not _is_of_picture(text, notice):
            yield _Sighting(notice, where, near)
    for text, where in _fields(material):
        if (notice := _unsigned(text, latest)) is not None:
            # A bare name in another field may be the site's.
            yield _Sighting(notice, where, at_story=where == _IN_DATA)


def _is_of_picture(line: str, notice: Notice) -> bool:
    """Whether the notice stands behind a picture's name: `Photo © 2024 Jane Roe`."""
    return _OF_PICTURE.search(line.partition(notice.text)[0][-30:]) is not None


def _unsigned(text: str, latest: int) -> Notice | None:
    """The notice in a field for one, which needs no sign: `Harbor News 2024`."""
    if read_notice(text, latest) is not None or read_license(text) is not None:
        return None
    notice = read_notice(f"© {text}", latest)
    if notice is None or notice.holder is None:
        return None
    name_alone = len(notice.holder) >= len(text.strip()) - 1
    return None if name_alone else replace(notice, text=text)


def _fields(material: Material) -> Iterator[tuple[str, str]]:
    """What stands in fields for a notice, and in which."""
    told = material.told
    for node in told.stories:
        if text := text_of(node.get("copyrightNotice")):
            yield text, _IN_DATA
    if material.item and material.item.rights:
        yield material.item.rights, _IN_ENTRY
    for name in _META:
        yield from ((text, f"the page's {name} element") for text in told.meta.get(name, ()))


_AT_END = "the end of the story"
_IN_DATA = "the page's structured data (copyrightNotice)"
_IN_ENTRY = "the feed entry's rights"


def _usage_lines(material: Material) -> tuple[str, ...]:
    """The terms of use that lines of their own tell, among the body's last and right below it."""
    lines = (*(material.lines[i] for i in _last_lines(material)), *_near_lines(material))
    return tuple(filter(None, map(read_usage, lines)))


def _texts(material: Material) -> Iterator[tuple[str, str, bool]]:
    near = _near_lines(material)
    yield from ((line, "the lines below the story", True) for line in near)
    yield from ((text, where, where in (_IN_DATA, _IN_ENTRY)) for text, where in _fields(material))
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
    """The body's last lines that are nothing but a notice, or terms of use."""
    latest = material.now.year + 1
    return tuple(i for i in _last_lines(material) if _is_rights(material.lines[i], latest))


def _is_rights(line: str, latest: int) -> bool:
    if read_usage(line) is not None:
        return True
    notice = read_notice(line, latest)
    return notice is not None and len(notice.text) >= len(line) - 40


def _told_parts(material: Material) -> tuple[str | None, int | None]:
    """Holder and year as the page's structured data tell them apart from any notice."""
    for node in material.told.stories:
        holder = " and ".join(dict.fromkeys(texts_of(node.get("copyrightHolder"))))
        years = _YEAR.findall(text_of(node.get("copyrightYear")) or "")
        if holder:
            return holder, int(years[-1]) if years else None
    fields = (
        *material.told.meta.get("dcterms.rightsholder", ()),
        material.item.rights if material.item else None,
    )
    names = _holders(material)
    return next(
        (name for name in fields if name and _names_one(name, names) and not _YEAR.search(name)), None
    ), None


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
    named = list(_named_licenses(material))
    for text, place in (*named, *_told_licenses(material)):
        if (licence := read_license(text)) is not None:
            return licence.address, place
    return named[0] if named else (None, where)


def _named_licenses(material: Material) -> Iterator[tuple[str, str]]:
    """What the page's data give as the story's licence, whether or not anybody knows it."""
    told = material.told
    for node in told.stories:
        for text in _license_texts(node.get("license")):
            yield text, "the page's structured data (license)"
    base = material.document.url
    for address in told.links.get("license", ()):
        yield web_url(address, base) or address, "the page's license link"


def _license_texts(value: object) -> Iterator[str]:
    """A licence's addresses and names: of a CreativeWork the address goes first, as it has the version."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield from filter(None, (text_of(one.get(name)) for name in ("url", "@id", "name")))
        elif text := text_of(one):
            yield text


def _told_licenses(material: Material) -> Iterator[tuple[str, str]]:
    """Texts that may tell the story's licence, beside other things."""
    told = material.told
    for name in _META:
        yield from ((text, f"the page's {name} element") for text in told.meta.get(name, ()))
    if material.item and material.item.rights:
        yield material.item.rights, "the feed entry's rights"
    lines = ((material.lines[i], _AT_END) for i in _last_lines(material))
    for line, place in (*lines, *((line, "the lines below the story") for line in _near_lines(material))):
        if _OF_STORY.search(line) and not _OF_PICTURE.search(line):
            yield line, place
