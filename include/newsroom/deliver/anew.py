"""What a delivery writes anew whatever lies there, as a comparison found it wrong."""

from dataclasses import dataclass

from newsroom.config.partner import Format


@dataclass(frozen=True)
class Anew:
    """A partner's documents of these formats, pages of its archive, and revisions that belong on one."""

    formats: frozenset[Format] = frozenset()
    pages: frozenset[str] = frozenset()
    archived: tuple[tuple[str, int], ...] = ()


NOTHING = Anew()
