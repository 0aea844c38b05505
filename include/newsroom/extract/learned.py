"""Furniture that was learned: lines that a wire's pages repeat, taken out of a body once all else is read."""

from collections.abc import Collection
from dataclasses import dataclass

from newsroom.extract.body import Body
from newsroom.extract.furniture import is_notice
from newsroom.extract.metadata import Metadata
from newsroom.match.repeated import line_key
from newsroom.story import words_in

MOST_OF_STORY = 0.15
"""The share of a story's words that may be furniture; where more would go, none goes, and it is held."""

_NEEDED = (
    "headline",
    "subheadline",
    "byline",
    "creditline",
    "dateline",
    "copyrightnotice",
    "usageterms",
    "ednote",
)
"""Fields whose words never leave a body as furniture: the checks may ask for them."""


@dataclass(frozen=True)
class Learned:
    """The indexes of the body's lines that are furniture, and what they say; or a doubt, and no line."""

    indexes: tuple[int, ...] = ()
    lines: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def learned_lines(body: Body, metadata: Metadata, taken: Collection[int], known: Collection[str]) -> Learned:
    """What was learned of the wire (`known` keys) and stands in a body, its `taken` lines aside."""
    if not known:
        return Learned()
    needed = [text for name in _NEEDED if (text := getattr(metadata, name))]
    left = {i: line for i, line in enumerate(body.lines) if i not in taken}
    found = {
        i: line
        for i, line in left.items()
        if line_key(line) in known and not is_notice(line) and not any(line in text for text in needed)
    }
    words, all_words = words_in(found.values()), words_in(left.values())
    if words > MOST_OF_STORY * all_words:
        flag = (
            f"gate.furniture: body: {words} of its {all_words} words are lines that the wire's pages repeat"
            f" ({next(iter(found.values()))[:60]!r}); wanted {MOST_OF_STORY:.0%} at most;"
            " see `newsroom furniture`"
        )
        return Learned(flags=(flag,))
    return Learned(tuple(found), tuple(found.values()))
