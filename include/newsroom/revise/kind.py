"""What kind of change a revision is, and by which mark of the wire it is that."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from newsroom.story import Noun, Story

Kind = Literal[
    "new", "update", "correction", "clarification", "refile", "repeat", "hold", "release", "withdrawal"
]
"""`new` is a story's first revision; `refile` mends what is no matter of fact (Reuters' REFILE); `repeat`
sends it once more; `hold` and `withdrawal` forbid its use, `release` allows again what a hold forbade."""

_BY_SIGNAL: dict[str, Kind] = {
    "correction": "correction",
    "clarification": "clarification",
    "minor correction": "refile",
    "repeat": "repeat",
}
"""The wire's signals of a kind, the gravest first: `CORRECTED-UPDATE 1-` is a correction."""

GRAVE: tuple[Kind, ...] = ("correction", "clarification")
"""The kinds that matter to who has an earlier version, the gravest first."""

EDGE = 3
"""Blocks at a story's beginning, and at its end, where a note to readers stands."""

_NOTE = re.compile(
    r"\W{0,3}(?:(?P<correction>corrections?(?: and clarifications?)?|corrected|correcci[oó]n|rectificaci[oó]n"
    r"|berichtigung|korrektur|rectificatif|correctif)"
    r"|(?P<clarification>clarifications?|clarified|aclaraci[oó]n|klarstellung|précision))"
    r"(?:\s*\([^()]{1,40}\)|,?\s+[^\W\d_]{3,10}\.? \d{1,2}(?:, \d{4})?)?\s*[:–—]\s*\S",
    re.IGNORECASE,
)
"""`Correction: …`, `Clarification (June 3): …`, as AP, Reuters and papers head their notes to readers."""

_EARLIER = re.compile(
    r"\b(?:an? (?:earlier|previous) version of this (?:story|article|report)"
    r"(?!\s+(?:appeared|ran|is|was (?:first |originally )?(?:published|posted))\b)"
    r"|this (?:story|article|report) (?:has been|was) (?P<how>corrected|clarified)"
    r"|una versi[oó]n (?:anterior|previa) de est[ea] (?:nota|art[ií]culo|historia))\b",
    re.IGNORECASE,
)
"""How such a note goes that has no head; a credit ("… appeared in the Gazette") is none."""

MOST_NOTE = 1_000
"""Characters: a longer block is prose."""


class Revised(Noun):
    """The kind of a revision, and the mark that says so, as a sentence a person can check.

    `note` is what the wire tells readers of it (`Correction: …`), where it does; it stands in the body.
    """

    kind: Kind
    reason: str
    note: str | None = None


def kind_of(before: Story | None, after: Story) -> Revised:
    """The kind of the revision that says `after`; `before` is what the one before it in its chain says.

    A mark counts for the revision that brings it: a note that stood there before, on the desk's line or under
    the story, makes no correction of the next update.
    """
    if after.pubstatus != "usable":
        kind: Kind = "withdrawal" if after.pubstatus == "canceled" else "hold"
        return Revised(kind=kind, reason=f"the wire says: {after.pubstatus}")
    if before is None:
        return Revised(kind="new", reason="no earlier version of the story is known")
    marked = _by_note(before, after) or _by_signal(before, after)
    if marked:
        return marked
    if before.pubstatus != "usable":
        return Revised(kind="release", reason=f"the wire says: usable; before, {before.pubstatus}")
    return Revised(kind="update", reason=_update(after))


def kind_since(versions: Sequence[Story]) -> Revised:
    """What the last of these versions is to one who has the first of them, and none between.

    A correction that was missed is one still; so is a clarification. `note` is what the last version itself
    tells readers, where the first did not: what a version between said may be wrong by now.
    """
    *earlier, last = versions
    usable = [each for each in earlier if each.pubstatus == "usable" or each is earlier[0]]
    kinds = [kind_of(before, after) for before, after in pairwise((*usable, last))]
    if not kinds or last.pubstatus != "usable":
        return kind_of(None, last)
    gravest = next((each for kind in GRAVE for each in kinds if each.kind == kind), kinds[-1])
    told = _note(usable[0], last)[1] if gravest.kind in GRAVE else None
    return gravest.model_copy(update={"note": told})


def _by_signal(before: Story, after: Story) -> Revised | None:
    """What the wire's signals say, if it does not merely repeat what it noted before."""
    signal = next((name for name in _BY_SIGNAL if name in after.signals), None)
    noted = after.ednote is not None and after.ednote == before.ednote and signal in before.signals
    if signal is None or noted:
        return None
    told = f": {after.ednote}" if after.ednote else ""
    kind = _BY_SIGNAL[signal]
    note = _note(before, after)[1] if kind in ("correction", "clarification") else None
    return Revised(kind=kind, reason=f"the wire signals {signal}{told}", note=note)


def _by_note(before: Story, after: Story) -> Revised | None:
    """What a note to readers says that this revision brings, unless its signals say something graver."""
    kind, note = _note(before, after)
    if kind is None or (kind == "clarification" and "correction" in after.signals):
        return None
    return Revised(kind=kind, reason=f"it tells readers: {note}", note=note)


def _note(before: Story, after: Story) -> tuple[Kind | None, str | None]:
    """The note to readers at the story's edges that was not there before, and its kind."""
    known = {block.text for block in before.blocks}
    blocks = after.blocks if len(after.blocks) <= 2 * EDGE else (*after.blocks[:EDGE], *after.blocks[-EDGE:])
    for block in blocks:
        text = " ".join(block.text.split())
        if block.text not in known and len(text) <= MOST_NOTE and (kind := _noted(text)):
            return kind, text
    return None, None


def _noted(text: str) -> Kind | None:
    if match := _NOTE.match(text):
        return "correction" if match["correction"] else "clarification"
    if match := _EARLIER.search(text):
        return "clarification" if (match["how"] or "").lower() == "clarified" else "correction"
    return None


def _update(after: Story) -> str:
    if stale := next((name for name in _BY_SIGNAL if name in after.signals), None):
        return f"the wire's note of its {stale} is the one of the revision before"
    told = [name for name in ("update", "replace", "add", "take") if name in after.signals]
    return f"the wire signals {', '.join(told)}" if told else "no mark of the wire says more"
