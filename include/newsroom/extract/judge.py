"""Which blocks of a page are the story."""

from collections.abc import Sequence

from newsroom.extract.extractor import Chosen
from newsroom.extract.media import caption_box
from newsroom.extract.segment import Piece


def judge(pieces: Sequence[Piece], chosen: Chosen, article_bodies: Sequence[str]) -> list[bool]:
    """For each piece whether it is part of the story."""
    return [chosen.share(piece) > 0.4 and caption_box(piece.box) is None for piece in pieces]
