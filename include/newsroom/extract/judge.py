"""Which blocks of a page are the story.

trafilatura's choice is the first witness. A forest of small trees, trained on pages of many sites with each
site left out in turn, weighs it against how a block is built, where it stands and what the page's data have.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from newsroom.extract.features import NAMES, Describer, Witnesses
from newsroom.extract.forest import Floats, Forest
from newsroom.extract.segment import Piece

WEIGHTS = Path(__file__).with_name("judge_weights.json")

ACCEPTED = 0.45
"""From this probability on a block is the story's."""

MIN_SHARE = 0.3
"""Keeping less than this of what trafilatura chose means an odd page, not an odd extractor."""

LONG_CHARS = 60
"""Text at least this long does not stand in a story twice."""

COMPOSITE_CHARS = 1500
"""A text this long may hold other blocks whole: a copy of the story for another layout."""


def judge(pieces: Sequence[Piece], witnesses: Witnesses) -> list[bool]:
    """For each piece whether it is part of the story."""
    describer = Describer(pieces, witnesses)
    kept = [False] * len(pieces)
    if not describer.span:
        return kept
    probabilities = _forest().probabilities(describer.rows())
    candidates = [pieces[i] for i in describer.span]
    shares = [describer.shares[i] for i in describer.span]
    for i, keep in zip(describer.span, decide(candidates, shares, probabilities), strict=True):
        kept[i] = keep
    return kept


def decide(pieces: Sequence[Piece], shares: Sequence[float], probabilities: Floats) -> list[bool]:
    """The pieces that are probable enough, each long text once."""
    sizes = np.array([len(piece.text) for piece in pieces])
    accepted = ACCEPTED
    chosen = sizes[np.array(shares) > 0.4].sum()
    if sizes[probabilities > accepted].sum() < MIN_SHARE * chosen:
        accepted = min(accepted, float((probabilities * (sizes > LONG_CHARS)).max()) / 2)
    kept = list(probabilities > accepted)
    _drop_repeated(pieces, kept)
    return [bool(keep) for keep in kept]


def _drop_repeated(pieces: Sequence[Piece], kept: list[bool]) -> None:
    keys = {i: piece.key for i, piece in enumerate(pieces) if kept[i]}
    seen: set[str] = set()
    for i, key in keys.items():
        if len(key) > LONG_CHARS and key in seen:
            kept[i] = False
        seen.add(key)
    for i, key in keys.items():
        if kept[i] and len(key) > COMPOSITE_CHARS:
            inside = {other for other in seen if len(other) > 40 and other != key and other in key}
            if sum(map(len, inside)) > len(key) / 2:
                kept[i] = False


def load_weights() -> None:
    """Read the weights now, so that processes that are forked later share them."""
    _forest()


@cache
def _forest() -> Forest:
    forest = Forest.load(WEIGHTS)
    if forest.names != tuple(NAMES):
        raise RuntimeError(f"{WEIGHTS.name}: saw weights for other features; train them again for these")
    return forest
