"""What changed between two revisions of a story, word by word and field by field."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rapidfuzz.distance import LCSseq

from newsroom.story import NOT_CONTENT, Block, Noun, Story

PieceKind = Literal["same", "gone", "new"]

MOST_CELLS = 100_000_000
"""The largest table of words by words that is compared: 12 MB and a fraction of a second. What is larger is
told as gone and new as a whole."""

PARAGRAPH = "¶"
"""What stands between two paragraphs of a passage; it counts for no word."""

_NO_WORDS = frozenset({PARAGRAPH, "[heading]", "[quote]", "[list]", "[table]"})
_FIRST = ("headline", "subheadline")
_APART = frozenset({*NOT_CONTENT, *_FIRST, "blocks", "uri", "wire"})


class Piece(Noun):
    """A run of words that stayed the same, is gone, or is new; single spaces part the words."""

    kind: PieceKind
    text: str


class Change(Noun):
    """What changed in one field. Of a body, in one passage of it.

    `place` says which paragraphs of the body as it is now, `paragraphs` how many it concerns; both are empty
    in other fields. `gone` and `new` count words.
    """

    field: str
    place: str = ""
    paragraphs: int = 0
    pieces: tuple[Piece, ...]
    gone: int = 0
    new: int = 0


def changes(before: Story, after: Story) -> tuple[Change, ...]:
    """What changed of all that a reader or a partner sees: headline first, then the body, then the rest.

    What `Story.content_hash` does not count is not compared: dates, evidence, flags. Takes a bounded time,
    however long the texts are.
    """
    told = [
        *_fields(before, after, _FIRST),
        *_passages(before.blocks, after.blocks),
        *_fields(before, after, (name for name in Story.model_fields if name not in _APART)),
    ]
    return tuple(told)


def summary(told: Sequence[Change]) -> str:
    """The changes in a line: `headline, 2 paragraphs, +45 −12 words`."""
    if not told:
        return "nothing"
    paragraphs = sum(change.paragraphs for change in told)
    names = dict.fromkeys(
        change.field if change.field != "body" else _counted(paragraphs, "paragraph") for change in told
    )
    gone, new = (sum(counts) for counts in zip(*((c.gone, c.new) for c in told), strict=True))
    return f"{', '.join(names)}, +{new} −{gone} words"


def _counted(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _fields(before: Story, after: Story, names: Iterable[str]) -> Iterator[Change]:
    for name in names:
        was, is_now = getattr(before, name), getattr(after, name)
        if was != is_now:
            yield _change(name, _written(was).split(), _written(is_now).split())


def _written(value: Any) -> str:
    """A field's value as words."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(map(_written, value))
    if isinstance(value, Noun):
        return ", ".join(str(each) for each in value.model_dump().values() if each is not None)
    return str(value)


def _passages(before: Sequence[Block], after: Sequence[Block]) -> Iterator[Change]:
    """The passages of the body that changed, in reading order."""
    was, is_now = (tuple(map(_block_words, blocks)) for blocks in (before, after))
    for edit in _edits(was, is_now):
        if edit.changed:
            gone, new = was[edit.was : edit.was_end], is_now[edit.now : edit.now_end]
            yield _change("body", _run_on(gone), _run_on(new), _place(edit), max(len(gone), len(new)))


def _block_words(block: Block) -> tuple[str, ...]:
    """A block's words; one that is no paragraph says so first."""
    kind = () if block.kind == "paragraph" else (f"[{block.kind}]",)
    return (*kind, *block.text.split())


def _run_on(paragraphs: Sequence[Sequence[str]]) -> list[str]:
    """The words of several paragraphs, a mark between them."""
    words = [word for each in paragraphs for word in (PARAGRAPH, *each)]
    return words[1:]


@dataclass(frozen=True)
class _Edit:
    """A run of one sequence, `was` up to before `was_end`, and what stands in its place in the other."""

    changed: bool
    was: int
    was_end: int
    now: int
    now_end: int

    @property
    def size(self) -> int:
        return max(self.was_end - self.was, self.now_end - self.now)


def _place(edit: _Edit) -> str:
    first, last = edit.now + 1, edit.now_end
    if last < first:
        return f"after paragraph {last}" if last else "at the beginning"
    return f"paragraph {first}" if first == last else f"paragraphs {first} to {last}"


def _change(
    field: str, before: Sequence[str], after: Sequence[str], place: str = "", paragraphs: int = 0
) -> Change:
    pieces = tuple(_pieces(before, after))
    counts = {
        kind: sum(
            word not in _NO_WORDS for piece in pieces if piece.kind == kind for word in piece.text.split()
        )
        for kind in ("gone", "new")
    }
    return Change(field=field, place=place, paragraphs=paragraphs, pieces=pieces, **counts)


def _pieces(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    edits = _readable(_edits(before, after))
    if not any(edit.changed for edit in edits):  # they differ in white space alone
        edits = [_Edit(True, 0, len(before), 0, len(after))]
    for edit in edits:
        gone, new = before[edit.was : edit.was_end], after[edit.now : edit.now_end]
        runs: dict[PieceKind, Sequence[str]] = {"gone": gone, "new": new} if edit.changed else {"same": new}
        yield from (Piece(kind=kind, text=" ".join(words)) for kind, words in runs.items() if words)


def _edits(before: Sequence[Any], after: Sequence[Any]) -> list[_Edit]:
    """The shortest way from one sequence to the other, changed and unchanged runs in turn."""
    start, end = _common(before, after)
    was_end, now_end = len(before) - end, len(after) - end
    edits = [_Edit(False, 0, start, 0, start)] if start else []
    if (was_end - start) * (now_end - start) > MOST_CELLS:
        edits.append(_Edit(True, start, was_end, start, now_end))
    else:
        edits += _aligned(before, after, start, (was_end, now_end))
    if end:
        edits.append(_Edit(False, was_end, len(before), now_end, len(after)))
    return edits


def _common(before: Sequence[Any], after: Sequence[Any]) -> tuple[int, int]:
    """How much is the same at the beginning, and at the end of the rest."""
    most = min(len(before), len(after))
    start = next((at for at in range(most) if before[at] != after[at]), most)
    end = next((at for at in range(most - start) if before[-1 - at] != after[-1 - at]), most - start)
    return start, end


def _aligned(
    before: Sequence[Any], after: Sequence[Any], start: int, ends: tuple[int, int]
) -> Iterator[_Edit]:
    """Align what is between the common beginning and end."""
    was, now = start, start
    blocks = LCSseq.editops(before[start : ends[0]], after[start : ends[1]]).as_matching_blocks()
    for block in blocks:  # the last one is empty, and stands at the end
        at, there = start + block.a, start + block.b
        if at > was or there > now:
            yield _Edit(True, was, at, now, there)
        was, now = at + block.size, there + block.size
        if block.size:
            yield _Edit(False, at, was, there, now)


def _readable(edits: Sequence[_Edit]) -> list[_Edit]:
    """Changed runs that are parted by fewer words than either of them has, as one: chance finds no words.

    After diff-match-patch's semantic clean-up.
    """
    kept: list[_Edit] = []
    for edit in edits:
        kept.append(edit)
        while _is_chance(kept):
            first, _, last = kept[-3:]
            kept[-3:] = [_Edit(True, first.was, last.was_end, first.now, last.now_end)]
    return kept


def _is_chance(edits: Sequence[_Edit]) -> bool:
    """Whether the last three are two changes, and between them less than either."""
    if len(edits) < 3 or not edits[-1].changed or edits[-2].changed:
        return False
    first, between, last = edits[-3:]
    return first.changed and between.size < min(first.size, last.size)
