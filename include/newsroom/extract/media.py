"""Pictures that go with a story, with caption and credit; icons, logos and trackers are left out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from newsroom.extract.segment import Box, Picture, Piece, clean_text
from newsroom.extract.structure import web_url
from newsroom.story import Media

MIN_SIDE = 150
"""A picture with a side below this, in pixels as the page states it, is an icon or a portrait."""

MAX_MEDIA = 50

_AGENCY = (
    r"(?:AP(?: Photo)?|AFP|Reuters|REUTERS|Getty(?: Images)?(?: via \w+)?|dpa|EPA|EFE|PA|ANSA|Xinhua"
    r"|Bloomberg|Kyodo(?: News)?|Shutterstock|picture alliance|imago|Zuma(?: Press)?"
    r"|USA TODAY(?: Sports| Network)?|Imagn(?: Images)?)"
)
_WHO = _AGENCY.replace(" ", r"\ ")
_CREDIT = re.compile(
    rf"""
      (?:^|[\s(|])(?i:photos?|pictures?|images?|fotos?|bild(?:er)?|cr[ée]dit[os]?s?|courtesy)
      (?i:\s+(?:credit|photo|foto|de|by|von|of)|\s+d[eu])*\s?[:/]\s*(?P<named>[^|)]{{2,80}})\)?$
    | (?:©|\([cC]\)|\bCopyright)\s*(?P<owned>[^|)]{{2,80}})$
    | \((?P<agency>(?:[^()]{{2,80}}(?:/|,?\ via\ ))?{_WHO}(?:/[^()]{{2,60}})?(?:,\ (?:File|Pool))?)\)$
    | \((?P<bracketed>
        (?i:(?:photo|image|picture|foto)s?\s+(?:by|von|de)|courtesy(?:\s+of)?|provided\s+by)\s[^()]{{2,80}}
        |[^()]{{2,60}}/\s?(?:CC[ -]BY|CC0)[^()]{{0,20}})\)$
    | (?<=[.!?”"])\s+(?P<slashed>{_WHO}/[^|]{{2,60}})$
    | (?<=[.!?”"])\s+(?P<behind>(?:[A-Z][\w.'’-]*\s){{1,4}}?[\w.'’-]+\s?(?:/|,\ via\ |\svia\s)
        \s?(?:[\w ]{{2,30}}(?:/|\svia\s))?{_WHO})$
    | (?<=[.!?”"])\s+(?P<by>(?i:photo(?:graph)?|image|foto)\s+(?i:by|von|de)\s[^|.]{{2,60}})$
    """,
    re.VERBOSE,
)
"""How a caption ends that names whose picture it is."""

_LICENSING = re.compile(r"\s*(?:[,/]\s*File Photo)?\s*Purchase Licensing Rights\b.{0,25}$")
_CAPTION = re.compile(r"caption", re.IGNORECASE)
_CREDIT_BOX = re.compile(r"credit|copyright|byline|source", re.IGNORECASE)
_FIGURE = re.compile(r"(?:^|\s)(?:wp-caption|figure)(?:\s|$)", re.IGNORECASE)
"""Boxes that hold a picture with its caption, where the page has no figure."""

_NOT_PICTURE = re.compile(
    r"\.svg(?:\?|$)|^data:|(?<![a-z])(?:g?r?avatar|logo|icon|sprite|spacer|placeholder)s?(?![a-z])|pixel\.(?:gif|png)",
    re.IGNORECASE,
)
_IN_LARGE = re.compile(r"^#|^javascript:|\.(?:jpe?g|png|webp|gif|avif)(?:\?|$)", re.IGNORECASE)
"""Where a picture links to that stands for itself."""

_CANDIDATE = re.compile(r"\s*(?P<url>\S*[^\s,])(?:\s+(?P<size>\d+(?:\.\d+)?)[wx])?\s*(?:,|$)")
"""One of a srcset's addresses (HTML Living Standard, 4.8.4.2.1); they may hold commas."""


def caption_box(box: Box) -> Box | None:
    """The figure or caption box that `box` stands in, if it does."""
    for around in box.chain():
        if around.tag in ("figure", "figcaption") or _CAPTION.search(around.names):
            return around
    return None


def media(
    pictures: Sequence[Picture], pieces: Sequence[Piece], first: int, last: int, base: str | None
) -> tuple[Media, ...]:
    """The pictures among the pieces `first` to `last` (the body) and right behind, and figures elsewhere.

    Outside of the body a picture with a link is the teaser of another story.
    """
    figures = [_figure(picture.box) for picture in pictures]
    captions = _captions(pieces) if any(figures) else {}
    found: dict[str, Media] = {}
    for picture, figure in zip(pictures, figures, strict=True):
        beside = figure is not None or picture.after == last
        if not first < picture.after < last and (not beside or _is_teaser(picture.element)):
            continue
        made = _media(picture, captions.get(figure.number, ()) if figure else (), base)
        if made is not None:
            found.setdefault(made.url, made)
    return tuple(found.values())[:MAX_MEDIA]


def _is_teaser(element: Any) -> bool:
    """Whether the picture links to another page, whose it is then; one may link to itself in large."""
    links = (link.get("href") or "" for link in element.iterancestors("a"))
    return any(not _IN_LARGE.search(href) for href in links if href)


def _figure(box: Box) -> Box | None:
    return next((around for around in box.chain() if _is_figure(around)), None)


def _is_figure(box: Box) -> bool:
    return box.tag == "figure" or _FIGURE.search(box.names) is not None


def _figure_around(box: Box, known: dict[int, Box | None]) -> Box | None:
    """The same as `_figure`, for many boxes: what stands around them is looked at once."""
    if _is_figure(box) or box.parent is None:
        return box if _is_figure(box) else None
    if box.parent.number not in known:
        known[box.parent.number] = _figure_around(box.parent, known)
    return known[box.parent.number]


def _captions(pieces: Sequence[Piece]) -> dict[int, list[Piece]]:
    found: dict[int, list[Piece]] = {}
    figures: dict[int, Box | None] = {}
    for piece in pieces:
        figure = _figure_around(piece.box, figures)
        if figure is not None:
            found.setdefault(figure.number, []).append(piece)
    return found


def _media(picture: Picture, captions: Iterable[Piece], base: str | None) -> Media | None:
    attributes = picture.element.attrib
    addresses = (web_url(address, base) for address in _addresses(picture.element))
    url = next((url for url in addresses if url and not _NOT_PICTURE.search(url)), None)
    width, height = _pixels(attributes.get("width")), _pixels(attributes.get("height"))
    small = any(side is not None and side < MIN_SIDE for side in (width, height))
    if url is None or small:
        return None
    caption, credit = _caption_and_credit(list(captions), _marked_credit(picture))
    return Media(url=url, caption=caption, credit=credit, width=width, height=height)


_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-original-src")
"""Where lazy loaders keep a picture's address."""


def _addresses(element: Any) -> Iterator[str]:
    """Where the picture may lie, surest first."""
    for name in (*_LAZY, "src"):
        if (value := element.get(name)) and not value.startswith("data:"):
            yield value
    around = next(element.iterancestors("picture"), None)
    for one in (element, *(around.iter("source") if around is not None else ())):
        for name in ("srcset", "data-srcset"):
            if address := _largest(one.get(name) or ""):
                yield address


def _largest(srcset: str) -> str | None:
    """The address of the largest picture that a srcset names; of equals the last."""
    found = [(float(one["size"] or 1), at, one["url"]) for at, one in enumerate(_CANDIDATE.finditer(srcset))]
    return max(found)[2] if found else None


def _pixels(value: str | None) -> int | None:
    match = re.fullmatch(r"\s*(\d{1,5})(?:px)?\s*", value or "")
    return int(match[1]) if match and int(match[1]) else None


def _marked_credit(picture: Picture) -> str | None:
    """The words within the picture's figure that its markup calls a credit."""
    figure = next(picture.element.iterancestors("figure"), None)
    marked = (
        figure.xpath(".//*[contains(@class, 'credit')] | .//cite | .//small") if figure is not None else []
    )
    return clean_text(" ".join(marked[0].text_content().split())) or None if marked else None


def _caption_and_credit(pieces: list[Piece], marked: str | None) -> tuple[str | None, str | None]:
    credits_: list[str] = []
    lines: list[str] = []
    for piece in pieces:
        named = any(_CREDIT_BOX.search(box.names) for box in piece.box.chain() if _figure(box) is not None)
        (credits_ if named else lines).append(" ".join(piece.text.split("\n")))
    caption = _LICENSING.sub("", " ".join(lines)) or None
    credit = _LICENSING.sub("", " ".join(credits_)) or None
    if caption and credit is None and marked and caption.endswith(marked):
        return caption.removesuffix(marked).rstrip() or None, marked
    if caption and credit is None and (match := _CREDIT.search(caption)):
        credit = next(filter(None, match.groups())).strip(" .")
        caption = caption[: match.start()].strip(" (|-–—") or None
    return caption, credit
