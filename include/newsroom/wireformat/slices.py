"""One item of a document as a text of its own, so that it can be read again without its neighbours."""

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from newsroom.story import digest
from newsroom.wireformat.document import Head


@dataclass(frozen=True)
class Slice:
    """One item. `document` is its text; None where it is but a reference to one that lies at `link`.

    `digest` is over what it says: it stays the same while only its envelope changes.
    """

    head: Head
    digest: str
    document: str | None = None
    link: str | None = None


@dataclass
class Left:
    """What was left out, counted by why."""

    counts: dict[str, int] = field(default_factory=dict)

    def count(self, why: str, more: int = 1) -> None:
        """Count one more, or as many."""
        if more:
            self.counts[why] = self.counts.get(why, 0) + more

    @property
    def warnings(self) -> tuple[str, ...]:
        """How many were left out, and why."""
        return tuple(
            f"feed: {count} items are {why}, and were left out" for why, count in self.counts.items()
        )


def xml_slice(element: Any, head: Head, said: Any = None, beside: str = "") -> Slice:
    """An element as a slice; `said` is the part of it that its digest is over, with what is told `beside`."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    content = text if said is None else etree.tostring(said, encoding="unicode", with_tail=False)
    return Slice(head, digest(content + beside), text, head.body_link)
