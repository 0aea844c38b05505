"""What the metadata is read from: the page's own data, the lines around the body, the feed's entry."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Generic, TypeVar

from lxml.html import HtmlElement

from newsroom.config import Feed, Wire
from newsroom.extract.body import Body
from newsroom.extract.document import Document
from newsroom.extract.structured import Told, text_of
from newsroom.story import Item

T = TypeVar("T")

NEAR_LINES = 15
"""How many lines above the body may be about the story."""

MIN_HEADLINE = 12
"""Letters: a shorter beginning of a title is a word of it."""

_SITE_META = (
    "og:site_name",
    "application-name",
    "al:android:app_name",
    "apple-mobile-web-app-title",
    "twitter:site",
)

_AROUND_NAME = re.compile(
    r"^(?:the|der|die|das|le|la|les|el|los|las)\s+|(?:\.[a-z]{2,6}\b.*|\s+(?:online|digital|web|news))$",
    re.IGNORECASE,
)
"""What stands before or behind a site's name at times."""

_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Found(Generic[T]):
    """A value and where it was found; with no value, `where` tells where it was looked for in vain."""

    value: T
    where: str


@dataclass(frozen=True)
class Material:
    """Everything that a story's metadata is read from."""

    tree: HtmlElement
    told: Told
    body: Body
    document: Document

    @property
    def wire(self) -> Wire:
        """The wire that the document came from."""
        return self.document.wire

    @property
    def item(self) -> Item | None:
        """The feed's entry, where there is one."""
        return self.document.item

    @property
    def now(self) -> datetime:
        """The moment of reading."""
        return self.document.now

    @property
    def is_page(self) -> bool:
        """Whether a page is read, and not an entry's own full text."""
        return self.document.html is not None

    @cached_property
    def feed(self) -> Feed | None:
        """The feed of the entry, as the wire's file has it."""
        name = self.item.feed if self.item else None
        return next((feed for feed in self.wire.feeds if feed.id == name), None)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The body's lines."""
        return self.body.lines

    @cached_property
    def under_headline(self) -> tuple[str, ...]:
        """The lines between the page's headline and the story's text; none where it shows no headline."""
        told = self.told
        texts = [
            told.title,
            told.first_meta("og:title"),
            *(text_of(one.get("headline")) for one in told.stories),
        ]
        texts += [heading.text_content() for heading in self.tree.iter("h1")]
        titles = tuple(filter(None, (letters_of(text) for text in texts if text)))
        lines = (*self.body.head_lines[-NEAR_LINES:], *self.body.among_lines[:NEAR_LINES])
        at = (i for i, line in enumerate(lines) if _begins(letters_of(line), titles))
        return lines[max(at, default=len(lines)) + 1 :]

    @cached_property
    def own_names(self) -> frozenset[str]:
        """The names of the wire, in lower case."""
        return frozenset(name.casefold() for name in (self.wire.provider, *self.wire.aliases))

    def is_own(self, name: str | None) -> bool:
        """Whether `name` is the wire's own."""
        return name is not None and " ".join(name.split()).casefold() in self.own_names

    @cached_property
    def sites(self) -> frozenset[str]:
        """What the site calls itself, as `letters_of`."""
        return frozenset(letters for name in self._site_names if (letters := letters_of(name)))

    @cached_property
    def _site_names(self) -> tuple[str, ...]:
        told = self.told
        names = [text for name in _SITE_META for text in told.meta.get(name, ())]
        return (*names, *(text for node in told.stories if (text := text_of(node.get("publisher")))))

    def names_site(self, name: str) -> bool:
        """Whether `name` is what the site calls itself; its domain, an article, `Online` do not count.

        Nor do the initials of a writer behind a slash: `The Gazette /jr`.
        """
        name = name.partition(" /")[0]
        return letters_of(name) in self.sites or _core(name) in self._cores

    @cached_property
    def _cores(self) -> frozenset[str]:
        return frozenset(core for name in self._site_names if (core := _core(name)))


def letters_of(text: str) -> str:
    """Its letters and digits alone, case folded: what two spellings of a name have in common."""
    return _NOT_WORD.sub("", text).casefold()


def _begins(letters: str, titles: tuple[str, ...]) -> bool:
    """Whether it is one of the titles, which may go on with the site's name."""
    return letters in titles or (
        len(letters) >= MIN_HEADLINE and any(title.startswith(letters) for title in titles)
    )


def _core(name: str) -> str:
    return letters_of(_AROUND_NAME.sub("", name.strip()))
