"""Pictures that go with a story, with caption and credit; icons, logos and trackers are left out."""

import re
from collections.abc import Iterable, Sequence

from newsroom.extract.segment import Box, Picture, Piece, clean_text
from newsroom.extract.structure import web_url
from newsroom.story import Media

MIN_SIDE = 150
"""A picture with a side below this, in pixels as the page states it, is an icon or a portrait."""

MAX_MEDIA = 50

_CREDIT = re.compile(
    r"(?:^|[\s(|])(?:photo|picture|image|foto|bild|crédit|credit)s?(?:\s*(?:credit|by|von|de|:))*\s*[:/]\s*(?P<named>[^|)]{2,80})\)?$"
    r"|(?:©|\(c\))\s*(?P<owned>[^|)]{2,80})$"
    r"|\((?P<agency>(?:[^()]{2,60}/)?(?:AP|AFP|Reuters|Getty Images|dpa|EPA|PA|AP Photo)"
    r"(?:/[^()]{2,60})?)\)$",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"caption", re.IGNORECASE)
_CREDIT_BOX = re.compile(r"credit|copyright|byline|source", re.IGNORECASE)
_NOT_PICTURE = re.compile(
    r"\.svg(?:\?|$)|^data:|avatar|gravatar|logo|icon|pixel|sprite|spacer", re.IGNORECASE
)


def caption_box(box: Box) -> Box | None:
    """The figure or caption box that `box` stands in, if it does."""
    for around in box.chain():
        if around.tag in ("figure", "figcaption") or _CAPTION.search(around.names):
            return around
    return None


def media(
    pictures: Sequence[Picture], pieces: Sequence[Piece], first: int, last: int, base: str | None
) -> tuple[Media, ...]:
    """The pictures that stand in a figure, or among the pieces `first` to `last` (the body)."""
    figures = [_figure(picture.box) for picture in pictures]
    captions = _captions(pieces) if any(figures) else {}
    found: dict[str, Media] = {}
    for picture, figure in zip(pictures, figures, strict=True):
        if figure is None and not first < picture.after <= last:
            continue
        made = _media(picture, captions.get(figure.number, ()) if figure else (), base)
        if made is not None:
            found.setdefault(made.url, made)
    return tuple(found.values())[:MAX_MEDIA]


def _figure(box: Box) -> Box | None:
    return next((around for around in box.chain() if around.tag == "figure"), None)


def _figure_around(box: Box, known: dict[int, Box | None]) -> Box | None:
    """The same as `_figure`, for many boxes: what stands around them is looked at once."""
    if box.tag == "figure" or box.parent is None:
        return box if box.tag == "figure" else None
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
    address = _address(attributes)
    url = web_url(address, base) if address else None
    width, height = _pixels(attributes.get("width")), _pixels(attributes.get("height"))
    small = any(side is not None and side < MIN_SIDE for side in (width, height))
    if url is None or small or _NOT_PICTURE.search(url):
        return None
    caption, credit = _caption_and_credit(list(captions), _marked_credit(picture))
    return Media(url=url, caption=caption, credit=credit, width=width, height=height)


def _address(attributes: "dict[str, str]") -> str | None:
    """Where the picture lies; lazy loaders keep it in an attribute of their own."""
    for name in ("data-src", "data-original", "data-lazy-src", "src"):
        if (value := attributes.get(name)) and not value.startswith("data:"):
            return value
    candidates = attributes.get("srcset") or attributes.get("data-srcset") or ""
    return candidates.split(",")[-1].strip().split(" ")[0] or None


def _pixels(value: str | None) -> int | None:
    match = re.fullmatch(r"\s*(\d{1,5})(?:px)?\s*", value or "")
    return int(match[1]) if match and int(match[1]) else None


def _marked_credit(picture: Picture) -> str | None:
    """The words within the picture's figure that its markup calls a credit."""
    figure = next(picture.element.iterancestors("figure"), None)
    marked = figure.xpath(".//*[contains(@class, 'credit')]") if figure is not None else []
    return clean_text(" ".join(marked[0].text_content().split())) or None if marked else None


def _caption_and_credit(pieces: list[Piece], marked: str | None) -> tuple[str | None, str | None]:
    credits_: list[str] = []
    lines: list[str] = []
    for piece in pieces:
        named = any(_CREDIT_BOX.search(box.names) for box in piece.box.chain() if _figure(box) is not None)
        (credits_ if named else lines).append(" ".join(piece.text.split("\n")))
    caption = " ".join(lines) or None
    credit = " ".join(credits_) or None
    if caption and credit is None and marked and caption.endswith(marked):
        return caption.removesuffix(marked).rstrip() or None, marked
    if caption and credit is None and (match := _CREDIT.search(caption)):
        credit = next(filter(None, match.groups())).strip(" .")
        caption = caption[: match.start()].strip(" (|") or None
    return caption, credit
