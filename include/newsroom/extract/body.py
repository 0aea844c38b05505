"""The body of a page: which blocks are the story, what stands around it, which pictures belong to it."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress, pairwise
from operator import not_
from typing import Any

from newsroom.config import Wire
from newsroom.extract.document import Unreadable
from newsroom.extract.extractor import Chosen, extracted_lines
from newsroom.extract.features import Witnesses
from newsroom.extract.furniture import WireFurniture, is_furniture
from newsroom.extract.judge import judge
from newsroom.extract.media import caption_box, media
from newsroom.extract.segment import (
    HEADING_TAGS,
    Box,
    Piece,
    Segments,
    Span,
    clean_text,
    folded,
    plain,
    segments,
)
from newsroom.extract.structure import blocks, cut_to_lines, lists_and_tables, span_lines
from newsroom.extract.structured import Told
from newsroom.extract.unread import unread
from newsroom.story import Block, Media

MAX_SURROUNDING_LINES = 600
"""How many lines above and below the body are kept for the metadata, nearest the body and the page's ends."""

BEGINNING = 2
"""Below so many pieces of the body its text has begun: a summary may stand above byline and date."""

MOST_LINKS = 0.5
"""A list with more of its text in links leads elsewhere."""

MIN_STRUCTURED_WORDS = 60
"""A structured-data body shorter than this is a summary."""


@dataclass(frozen=True)
class Body:
    """A story's body and its surroundings.

    `head_lines` are the page's lines above the body that are not part of it ("Story by Reuters"),
    `among_lines` those between its first pieces, `tail_lines` those below (notice, topic line, author box),
    all in page order; a furniture line that stood within the body is among the tail's first. `foot_lines` are
    those of the site's footer. `base` resolves links. `unread` is the prose beside the body that could be its
    own.
    """

    pieces: tuple[Piece, ...]
    base: str | None
    head_lines: tuple[str, ...] = ()
    tail_lines: tuple[str, ...] = ()
    among_lines: tuple[str, ...] = ()
    foot_lines: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    unread: tuple[str, ...] = ()

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The body's text line by line."""
        return _lines(self.pieces)

    @cached_property
    def strong_lines(self) -> frozenset[int]:
        """The indexes of those of its lines that are set in strong type from end to end."""
        lines = (line for piece in self.pieces for line in span_lines(piece) if plain(line))
        strong = (all(span.strong or not span.text.strip() for span in line) for line in lines)
        return frozenset(index for index, whole in enumerate(strong) if whole)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The body as blocks of clean XHTML."""
        return blocks(self.pieces, self.base)

    def without_lines(self, taken: Collection[int]) -> "Body":
        """The body without the lines that have these indexes in `lines`."""
        if not taken:
            return self
        numbers = iter(range(len(self.lines)))
        left = (cut_to_lines(piece, lambda _: next(numbers) not in taken) for piece in self.pieces)
        return replace(self, pieces=tuple(piece for piece in left if piece is not None))


def read_body(tree: Any, told: Told, wire: Wire, url: str | None) -> Body:
    """Find the body in `tree`; what the page `told` machines is a witness.

    Raises:
        Unreadable: there is no story text on the page (`no_body`).
    """
    page = segments(tree)
    lines = extracted_lines(tree)
    article = max(told.article_bodies, key=len, default="")
    if lines is None:
        return _structured(article, page.pieces, url)
    kept = _with_whole_lists(page.pieces, judge(page.pieces, _witnesses(lines, article, told)))
    return assembled(page, kept, WireFurniture(wire), url)


def _with_whole_lists(pieces: Sequence[Piece], kept: Sequence[bool]) -> list[bool]:
    """`kept` with all of each list and table that stands right between two of the body's own paragraphs.

    Its items may be a word each, which by themselves look like no prose. One of links is the site's, and so
    is a list of which no item was kept.
    """
    whole = list(kept)
    for box, members in lists_and_tables(pieces):
        before, after = members[0].index - 1, members[-1].index + 1
        beside = [pieces[at] for at in (before, after) if 0 <= at < len(pieces) and kept[at]]
        alike = len(beside) == 2 and all(piece.box.parent is box.parent for piece in beside)
        begun = box.tag == "table" or any(kept[piece.index] for piece in members)
        if alike and begun and not box.hidden and _links_in(members) < MOST_LINKS:
            for piece in members:
                whole[piece.index] = True
    return whole


def _links_in(pieces: Sequence[Piece]) -> float:
    """The share of the text of `pieces` that is links."""
    return sum(piece.link_chars for piece in pieces) / max(1, sum(len(piece.text) for piece in pieces))


def read_fragment(tree: Any, wire: Wire, url: str | None) -> Body:
    """The body of a feed entry's own full text: all of it, furniture lines and captions aside."""
    page = segments(tree)
    kept = [not piece.box.hidden and caption_box(piece.box) is None for piece in page.pieces]
    return assembled(page, kept, WireFurniture(wire), url)


def _witnesses(lines: list[str], article: str, told: Told) -> Witnesses:
    long_enough = len(article.split()) >= MIN_STRUCTURED_WORDS
    return Witnesses(
        chosen=Chosen(lines),
        article=Chosen([*article.splitlines(), article]) if long_enough else None,
        title=told.first_meta("og:title") or told.title or "",
        description=told.first_meta("og:description", "description") or "",
    )


def assembled(page: Segments, kept: Sequence[bool], rules: WireFurniture, url: str | None) -> Body:
    """The body of those of a page's pieces that are `kept`, furniture lines taken out.

    Raises:
        Unreadable: nothing is left (`no_body`).
    """
    chosen = [piece for piece, keep in zip(page.pieces, kept, strict=True) if keep]
    body, removed = _without_furniture(chosen, rules)
    if not body:
        raise Unreadable("no_body", "body: saw only page furniture; wanted the story's paragraphs")
    first, last = body[0].index, body[-1].index
    within = [line for index in sorted(removed) if index >= first for line in removed[index]]
    below = [piece for piece in page.pieces[last + 1 :] if piece.index not in removed]
    known: dict[int, bool | None] = {}
    in_foot = [_in_footer(piece.box, known) is True for piece in below]
    return Body(
        pieces=tuple(body),
        base=url,
        head_lines=_nearest(_lines(page.pieces[:first])),
        tail_lines=(*within, *_nearest(_lines(compress(below, map(not_, in_foot))))),
        among_lines=_lines(_among(page.pieces, body)),
        foot_lines=_nearest(_lines(compress(below, in_foot))),
        media=media(page.pictures, page.pieces, first, last + 1, url),
        unread=_unread(page.pieces[: _end(page.pieces, first, rules)], body, removed, rules),
    )


def _among(pieces: Sequence[Piece], body: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces between the body's first ones that are not of it."""
    for before, after in pairwise(piece.index for piece in body[:BEGINNING]):
        yield from pieces[before + 1 : after]


def _unread(
    pieces: Sequence[Piece], body: Sequence[Piece], removed: Collection[int], rules: WireFurniture
) -> tuple[str, ...]:
    left = [piece for piece in pieces if piece.index not in removed]
    return unread(left, body, lambda text: is_furniture(text) or rules.is_furniture(text))


def _end(pieces: Sequence[Piece], first: int, rules: WireFurniture) -> int:
    """The index of the piece, from `first` on, in which the wire's file says that the story has ended."""
    if not rules.end_stories:
        return len(pieces)
    ending = (p.index for p in pieces[first:] if any(map(rules.ends_story, p.text.split("\n"))))
    return next(ending, len(pieces))


def _without_furniture(
    chosen: Iterable[Piece], rules: WireFurniture
) -> tuple[list[Piece], dict[int, list[str]]]:
    """The pieces without furniture, line by line, and the lines taken out, by their piece's index."""
    body: list[Piece] = []
    removed: dict[int, list[str]] = {}
    keeps = _keeper(rules)
    for piece in chosen:
        taken: list[str] = []
        left = cut_to_lines(piece, lambda line, taken=taken: keeps(line) or bool(taken.append(line)))  # type: ignore[misc]
        if left is not None:
            body.append(left)
        if taken:
            removed[piece.index] = taken
    while body and body[-1].box.tag in HEADING_TAGS:
        # A heading with nothing under it heads what is not the story.
        heading = body.pop()
        removed.setdefault(heading.index, []).append(heading.text)
    return body, removed


def _keeper(rules: WireFurniture) -> Callable[[str], bool]:
    """Whether a line stays, asked line by line: after one that ends the story none does."""
    ended = False

    def keeps(line: str) -> bool:
        nonlocal ended
        ended = ended or rules.ends_story(line)
        return not (ended or is_furniture(line) or rules.is_furniture(line))

    return keeps


_FOOTER = re.compile(
    r"\b(?:site-?|page-?|main-?|global-?)?footer\b|colophon|site-info|\blegal\b", re.IGNORECASE
)


def _in_footer(box: Box | None, known: dict[int, bool | None]) -> bool | None:
    """Whether `box` stands in the site's footer; None within an article, whose own footer is the story's.

    `known` keeps what was found of the boxes around it.
    """
    if box is None:
        return False
    if box.number not in known:
        outside = None if box.tag == "article" else _in_footer(box.parent, known)
        known[box.number] = outside if outside is not False else _is_footer(box)
    return known[box.number]


def _is_footer(box: Box) -> bool:
    return box.tag == "footer" or _FOOTER.search(box.names) is not None


def _lines(pieces: Iterable[Piece]) -> tuple[str, ...]:
    return tuple(line for piece in pieces for line in piece.text.split("\n"))


def _nearest(lines: tuple[str, ...]) -> tuple[str, ...]:
    if len(lines) <= MAX_SURROUNDING_LINES:
        return lines
    half = MAX_SURROUNDING_LINES // 2
    return (*lines[:half], *lines[-half:])


_PARAGRAPH_ENDS = re.compile(r"\s*[\r\n]+\s*")


def _structured(article: str, pieces: Sequence[Piece], url: str | None) -> Body:
    """The body that only the structured data has: the page itself is filled in by a script."""
    texts = [clean_text(text).strip() for text in _PARAGRAPH_ENDS.split(article)]
    paragraphs = [text for text in texts if text and not is_furniture(text)]
    if sum(len(text.split()) for text in paragraphs) < MIN_STRUCTURED_WORDS:
        raise Unreadable(
            "no_body",
            "body: trafilatura found no main text, and the structured data has none;"
            " wanted the story's paragraphs; the page may need a script, a login or a subscription",
        )
    own = {folded(text) for text in texts}
    box = Box("p", "", None, 0)
    made = [Piece(box, [Span(text, None, False, False)], text, i) for i, text in enumerate(paragraphs)]
    around = tuple(line for line in _lines(pieces) if folded(line) not in own)
    return Body(pieces=tuple(made), base=url, tail_lines=_nearest(around))
