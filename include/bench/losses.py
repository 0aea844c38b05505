"""Losses made of a page that is read whole, and whether the extraction gate notices each.

They are those that happen. The reader loses blocks that the page has: its judge or a rule is wrong, or the
site's build has changed. A connection breaks off within the page. A site serves less than the story, in whole
sentences or not: then only what the page states of its length can tell, and most state nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from newsroom.extract.body import Body, assembled, read_body
from newsroom.extract.charset import decode
from newsroom.extract.document import Unreadable
from newsroom.extract.furniture import WireFurniture
from newsroom.extract.gate import doubts
from newsroom.extract.html_tree import parse_html
from newsroom.extract.manifest import ANY_WIRE, document_of
from newsroom.extract.page import read
from newsroom.extract.segment import Segments, segments
from newsroom.extract.structured import Told, read_structured
from newsroom.story import paragraph

FEWEST_BLOCKS = 4
"""Nothing is lost of a body of fewer blocks."""

LEAST_LOST = 0.2
"""The share of a body's characters that is a loss at least."""

LONG = 32
"""Words of a paragraph in the middle of which a story is broken off."""


def losses(html: bytes, url: str | None) -> Iterator[tuple[str, bool]]:
    """How words were lost, and whether the gate noticed it."""
    page = _Page(html, url)
    n = len(page.kept)
    if n < FEWEST_BLOCKS:
        return
    yield from page.without("the reader lost the second half of the blocks", page.kept[n // 2 :])
    yield from page.without("the reader lost the first half", page.kept[: n // 2])
    yield from page.without("the reader lost a third, in the middle", page.kept[n // 3 : 2 * n // 3])
    yield from page.broken_off("the page broke off within the story")
    yield from page.served_half("the site served half of the blocks")
    yield from page.served_to("the site served it to within a sentence")


@dataclass(frozen=True)
class _Page:
    """A page and the numbers of the pieces that are its body."""

    html: bytes
    url: str | None

    @cached_property
    def text(self) -> str:
        return decode(self.html, None).text

    @cached_property
    def _parsed(self) -> tuple[Segments, Told, Body]:
        tree = parse_html(self.text)
        told = read_structured(tree)
        return segments(tree), told, read_body(tree, told, ANY_WIRE, self.url)

    @cached_property
    def kept(self) -> tuple[int, ...]:
        return tuple(piece.index for piece in self._parsed[2].pieces)

    def without(self, name: str, lost: Sequence[int]) -> Iterator[tuple[str, bool]]:
        """As if the reader had judged these pieces to be no part of the story."""
        page, told, whole = self._parsed
        left = set(self.kept) - set(lost)
        gone = sum(len(piece.text) for piece in whole.pieces if piece.index not in left)
        if gone < LEAST_LOST * sum(len(piece.text) for piece in whole.pieces):
            return
        try:
            kept = [piece.index in left for piece in page.pieces]
            body = assembled(page, kept, WireFurniture(ANY_WIRE), self.url)
        except Unreadable:
            yield name, True
            return
        yield name, bool(doubts(body.blocks, body.tail_lines, told, body.unread))

    def broken_off(self, name: str) -> Iterator[tuple[str, bool]]:
        """As if the connection had ended in the middle of the story, and nobody had counted the bytes."""
        start = max(0, self.text.lower().find("<body"))
        pieces = self._parsed[2].pieces
        for piece in pieces[len(pieces) // 2 : -1]:
            at = self.text.find(piece.text[: LONG * 2], start)
            if at >= 0:
                cut = self.text[: at + len(piece.text) // 2].encode()
                try:
                    flags = read(document_of(cut, self.url, "utf-8")).flags
                except Unreadable:
                    yield name, True
                else:
                    yield name, any(flag.startswith("gate.") for flag in flags)
                return

    def served_half(self, name: str) -> Iterator[tuple[str, bool]]:
        """As if the page had had no more than the first half of the blocks."""
        _, told, body = self._parsed
        if half := body.blocks[: len(body.blocks) // 2]:
            yield name, bool(doubts(half, (), told))

    def served_to(self, name: str) -> Iterator[tuple[str, bool]]:
        """As if the page had ended within a long paragraph of the second half."""
        _, told, body = self._parsed
        for number in range(len(body.blocks) // 2, len(body.blocks)):
            words = body.blocks[number].text.split()
            if len(words) >= LONG:
                half = paragraph(" ".join(words[: len(words) // 2]))
                yield name, bool(doubts([*body.blocks[:number], half], (), told))
                return
