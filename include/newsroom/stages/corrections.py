"""corrections: what is held although partners show the very version that it corrects."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsroom.deliver.revised import stories_of
from newsroom.revise.kind import GRAVE, Kind, Revised, kind_since
from newsroom.stages import Newsroom
from newsroom.store.catalogue import DeliveryRow, RevisionRow
from newsroom.store.order import in_order
from newsroom.story import Story, Verdict

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Waiting:
    """A correction or clarification that is held, its note to readers, and who shows what it corrects."""

    kind: Kind
    note: str | None
    shown: tuple[DeliveryRow, ...]

    @property
    def shown_by(self) -> tuple[str, ...]:
        """Each partner that shows what it corrects, with the revision and since when."""
        return tuple(
            f"{row.partner} shows revision {row.n} since {row.entered_at:%Y-%m-%d %H:%M}Z"
            for row in self.shown
        )


def corrections_held(room: Newsroom, held: Mapping[str, tuple[Story, int | None]]) -> dict[str, Waiting]:
    """Of held versions by story, with their numbers where they are filed: what corrects what is shown."""
    shown = room.catalogue.shown(held)
    found: dict[str, Waiting] = {}
    for uri, chain in room.catalogue.chains(shown).items():
        if waiting := _waiting(room, in_order(chain), shown[uri], *held[uri]):
            found[uri] = waiting
    return found


def _waiting(
    room: Newsroom, chain: list[RevisionRow], shown: list[DeliveryRow], story: Story, n: int | None
) -> Waiting | None:
    """What the held version corrects of what each partner shows; None where it corrects nothing of it."""
    places = {row.n: place for place, row in enumerate(chain)}
    before = chain[: places.get(n or 0, len(chain))]
    wrong = {row.n for row in shown if row.n in places and places[row.n] < len(before)}
    told = stories_of(room.bucket, before[min((places[number] for number in wrong), default=0) :])
    corrected: dict[int, Revised] = {}
    for number in sorted(wrong):
        versions = [told[row.key] for row in before[places[number] :] if row.key in told]
        revised = kind_since([*versions, story])
        if revised.kind in GRAVE:
            corrected[number] = revised
    if not corrected:
        return None
    gravest = min(corrected.values(), key=lambda each: GRAVE.index(each.kind))
    return Waiting(gravest.kind, gravest.note, tuple(row for row in shown if row.n in corrected))


def tell(held: Sequence[tuple[Story, Verdict]], waiting: Mapping[str, Waiting]) -> None:
    """Log why stories are held; first, and as errors, those that correct what partners show."""
    for story, verdict in sorted(held, key=lambda each: each[0].uri not in waiting):
        if correction := waiting.get(story.uri):
            shown = "; ".join(correction.shown_by)
            log.error("HELD %s: %r: %s", correction.kind.upper(), story.headline, shown)
        for reason in verdict.reasons:
            log.warning("held: %r: %s", story.headline, reason)
