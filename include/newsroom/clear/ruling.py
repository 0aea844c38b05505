"""What one rule of publication says of a story: it passes, or it is kept back, and why."""

from newsroom.story import Moment, Noun


class Ruling(Noun):
    """One rule's answer. `rule` is a stable code such as `embargo`; `reason` a sentence for a person.

    `until` is the moment from which the same rule would answer otherwise by itself, None where only a
    person or the wire can change it.
    """

    rule: str
    passes: bool
    reason: str
    until: Moment | None = None
