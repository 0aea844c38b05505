"""check: judge a batch of stories by the wire's rules and its partners', in one validation."""

from newsroom.check.validate import Scope, check
from newsroom.config import Configuration, Wire
from newsroom.stages import Newsroom, now
from newsroom.stages.corrections import corrections_held, tell
from newsroom.stages.work import Handover, Judged, Reading, handover, read, write


def scopes_of(configuration: Configuration, wire: Wire) -> list[Scope]:
    """The rule sets that a story of this wire meets: the wire's own, and its takers'."""
    scopes = [Scope(f"wire:{wire.id}", configuration.rules_of(wire))]
    for partner in configuration.partners.values():
        takes = not partner.product.wires or wire.id in partner.product.wires
        if partner.checks and partner.enabled and takes:
            scopes.append(Scope(f"partner:{partner.id}", configuration.rules[partner.checks]))
    return scopes


def check_stories(room: Newsroom, before: Handover) -> Handover:
    """Judge every reading; the log names each held story with its reasons."""
    wire = room.wire(before["wire"])
    readings = read(room.bucket, before["work"], "extract", Reading)
    verdicts = check(
        [reading.story for reading in readings],
        wire,
        room.configuration.topics_of(wire),
        scopes_of(room.configuration, wire),
        now(),
        profile=room.configuration.profile_of(wire),
    )
    per_story = len(verdicts) // max(1, len(readings))
    judged = [
        Judged(reading=reading, verdicts=tuple(verdicts[i * per_story : (i + 1) * per_story]))
        for i, reading in enumerate(readings)
    ]
    write(room.bucket, before["work"], "check", judged)
    held = [(each.reading.story, each.verdicts[0]) for each in judged if not each.verdicts[0].passed]
    waiting = corrections_held(room, {story.uri: (story, None) for story, _ in held})
    tell(held, waiting)
    return handover(before, checked=len(judged), held=len(held), held_corrections=len(waiting))
