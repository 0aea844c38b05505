"""What a story's metadata is read from: the page's words to machines, its lines, the feed's entry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from newsroom.config import Feed, Wire
from newsroom.extract.structured import Told
from newsroom.story import Item

Value = TypeVar("Value")


@dataclass(frozen=True)
class Seen:
    """A page, or an entry's own text, around its story.

    `head` are the lines above the body, `body` the body's, `tail` those below it, in page order. `is_page`
    is False for an entry that brings its own full text.
    """

    told: Told
    body: tuple[str, ...]
    head: tuple[str, ...]
    tail: tuple[str, ...]
    item: Item | None
    wire: Wire
    now: datetime
    url: str | None
    is_page: bool

    @property
    def feed(self) -> Feed | None:
        """The feed that the entry came from."""
        name = self.item.feed if self.item else None
        return next((feed for feed in self.wire.feeds if feed.id == name), None)

    @property
    def own_names(self) -> tuple[str, ...]:
        """The names that the wire goes by."""
        return (self.wire.provider, *self.wire.aliases)

    def is_own_name(self, name: str) -> bool:
        """Whether this is the wire itself, however spelled."""
        return folded_name(name) in {folded_name(own) for own in self.own_names}


@dataclass(frozen=True)
class Found(Generic[Value]):
    """A value and where it stood: `the page's JSON-LD`, `the line above the body`."""

    value: Value
    where: str


def folded_name(name: str) -> str:
    """A name as two are compared: letters and digits in lower case."""
    return "".join(c for c in name.casefold() if c.isalnum())
