"""The body of a page: which blocks are the story, which lines stand around it, which pictures belong to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from newsroom.config import Wire
from newsroom.extract.document import Unreadable
from newsroom.extract.extractor import Chosen, extracted_lines, folded
from newsroom.extract.furniture import WireFurniture, is_furniture
from newsroom.extract.judge import judge
from newsroom.extract.media import media
from newsroom.extract.segment import Piece, clean_text, segments
from newsroom.extract.structure import blocks, cut_to_lines
from newsroom.story import Block, Media, paragraph

MAX_SURROUNDING_LINES = 600
"""How many lines above and below the body are kept for the metadata, nearest the body and the page's ends."""

MIN_STRUCTURED_WORDS = 60
"""A structured-data body shorter than this is a summary."""


@dataclass(frozen=True)
class Body:
    """A story's body and its surroundings.

    `head_lines` are the page's lines above the body that are not part of it ("Story by Reuters"),
    `tail_lines` those below, down to the page's end (notice, topic line, author box, footer), both in
    page order; a furniture line that stood within the body is among the tail's first.
    `flags` are doubts as in `Story.flags`.
    """

    blocks: tuple[Block, ...]
    head_lines: tuple[str, ...] = ()
    tail_lines: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The body's text line by line."""
        return tuple(line for block in self.blocks for line in block.text.splitlines())


def read_body(tree: Any, article_bodies: Sequence[str], wire: Wire, url: str | None) -> Body:
    """Find the body in `tree`, with `article_bodies`, the structured data's own text, as a witness.

    Raises:
        Unreadable: there is no story text on the page (`no_body`).
    """
    page = segments(tree)
    lines = extracted_lines(tree)
    if lines is None:
        return _structured(article_bodies, page.pieces)
    kept = judge(page.pieces, Chosen(lines), article_bodies)
    return _assembled(page.pieces, kept, WireFurniture(wire), url, page.pictures)


def read_fragment(tree: Any, wire: Wire, url: str | None) -> Body:
    """The body of a feed entry's own full text: all of it, furniture lines and captions aside."""
    page = segments(tree)
    kept = [not piece.box.hidden for piece in page.pieces]
    return _assembled(page.pieces, kept, WireFurniture(wire), url, page.pictures)


def _assembled(
    pieces: Sequence[Piece], kept: Sequence[bool], rules: WireFurniture, url: str | None, pictures: Sequence[Any]
) -> Body:
    chosen = [piece for piece, keep in zip(pieces, kept, strict=True) if keep]
    body, removed = _without_furniture(chosen, rules)
    made = blocks(body, url)
    if not made:
        raise Unreadable("no_body", "body: saw only page furniture; wanted the story's paragraphs")
    first, last = body[0].index, body[-1].index
    head = _lines(piece for piece in pieces[:first])
    tail = _lines(piece for piece in pieces[last + 1 :] if piece.index not in removed)
    within = [line for index in sorted(removed) if index >= first for line in removed[index]]
    return Body(
        blocks=made,
        head_lines=_nearest(head),
        tail_lines=(*within, *_nearest(tail)),
        media=media(pictures, pieces, first, last + 1, url),
    )


def _without_furniture(
    chosen: Sequence[Piece], rules: WireFurniture
) -> tuple[list[Piece], dict[int, list[str]]]:
    """The pieces without furniture, line by line, and the lines taken out, by their piece's index."""
    body: list[Piece] = []
    removed: dict[int, list[str]] = {}
    ended = False
    for piece in chosen:
        taken = removed.setdefault(piece.index, [])

        def keeps(line: str, taken: list[str] = taken) -> bool:
            nonlocal ended
            ended = ended or rules.ends_story(line)
            keep = not (ended or is_furniture(line) or rules.is_furniture(line))
            if not keep:
                taken.append(line)
            return keep

        left = cut_to_lines(piece, keeps)
        if left is not None:
            body.append(left)
        if not taken:
            del removed[piece.index]
    return _without_trailing_headings(body, removed), removed


def _without_trailing_headings(body: list[Piece], removed: dict[int, list[str]]) -> list[Piece]:
    """A heading with nothing under it heads what is not the story."""
    while body and body[-1].box.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        heading = body.pop()
        removed.setdefault(heading.index, []).append(heading.text)
    return body


def _lines(pieces: Any) -> list[str]:
    return [line for piece in pieces for line in piece.text.split("\n")]


def _nearest(lines: list[str]) -> tuple[str, ...]:
    if len(lines) <= MAX_SURROUNDING_LINES:
        return tuple(lines)
    half = MAX_SURROUNDING_LINES // 2
    return (*lines[:half], *lines[-half:])


_PARAGRAPHS = re.compile(r"\s*(?:\r?\n){1,}\s*")


def _structured(article_bodies: Sequence[str], pieces: Sequence[Piece]) -> Body:
    """The body that only the structured data has: the page itself is filled in by a script."""
    best = max(article_bodies, key=len, default="")
    texts = [clean_text(text).strip() for text in _PARAGRAPHS.split(best)]
    paragraphs = [text for text in texts if text and not is_furniture(text)]
    if sum(len(text.split()) for text in paragraphs) < MIN_STRUCTURED_WORDS:
        raise Unreadable(
            "no_body",
            "body: trafilatura found no main text, and the structured data has none;"
            " wanted the story's paragraphs; the page may need a script, a login or a subscription",
        )
    own = {folded(text) for text in texts}
    around = tuple(line for line in _lines(pieces) if folded(line) not in own)
    return Body(blocks=tuple(map(paragraph, paragraphs)), tail_lines=_nearest(list(around)))
