"""What a wire's item says, whatever its format, and why a document is none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from newsroom.story import Media, PubStatus

WireFormat = Literal["ninjs", "newsml_g2", "nitf", "ap_media"]

TITLES: dict[WireFormat, str] = {
    "ninjs": "ninjs",
    "newsml_g2": "NewsML-G2",
    "nitf": "NITF",
    "ap_media": "AP Media API",
}
"""How people write the formats' names."""

ID_NEEDED: frozenset[WireFormat] = frozenset({"ninjs", "newsml_g2", "ap_media"})
"""The formats in which every item has an id; NITF's doc-id may be left out."""


class BadDocument(Exception):  # noqa: N818  (a refusal, not a failure of the program)
    """The text can't be read as a wire's document.

    Attributes:
        code: stable. `malformed_document`, `truncated_document`, `hostile_document`.
        reason: what was seen, what was wanted.
    """

    def __init__(self, code: str, reason: str) -> None:
        """Refuse the text."""
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


MOST_BODY = 2_000_000
"""Characters of a body, its marks included; a hearing's transcript has 600,000 without."""


def check_body(text: str) -> None:
    """Refuse a body, or any other text of an item, that is no story's by its length, before it costs time.

    Raises:
        BadDocument: `hostile_document`.
    """
    if len(text) > MOST_BODY:
        raise BadDocument(
            "hostile_document",
            f"text: saw {len(text):,} characters in one; wanted at most {MOST_BODY:,}; no story is that long",
        )


@dataclass(frozen=True)
class Said:
    """A text as the document has it, and where: `headlines[0].value`, `docdata/doc-id@id-string`."""

    text: str
    path: str


def _nobody() -> None:
    """Take nothing."""


@dataclass(frozen=True)
class Concept:
    """A subject: its code as written (`medtop:20000638`, `subj:11002002`) and its name, one of them at least.

    `take` is called by whoever makes use of a code that has a name beside it: a label is but a name.
    """

    code: str | None
    name: str | None
    take: Callable[[], object] = _nobody


@dataclass(frozen=True)
class Lost:
    """Leaves that no field of a story took: their path without indexes, how many, the first one's text."""

    path: str
    value: str
    count: int = 1


class Leaves(Protocol):
    """A document whose leaves are told once they are taken."""

    @property
    def doubts(self) -> tuple[str, ...]:
        """What stands where something else was wanted."""

    def lost(self) -> tuple[Lost, ...]:
        """The leaves that nobody took, in the document's order."""


@dataclass(frozen=True)
class Head:
    """What a feed must know of an item before it is read as a story; dates as written.

    `id` names it without its version. `body_link` is where its text lies, when it does not carry it itself.
    """

    id: str | None
    version: str | None = None
    title: str | None = None
    published: str | None = None
    updated: str | None = None
    language: str | None = None
    kind: str = "text"
    status: PubStatus = "usable"
    body_link: str | None = None

    @property
    def canceled(self) -> bool:
        """Whether it is a kill."""
        return self.status == "canceled"


@dataclass(frozen=True)
class Dispatch:
    """What one item says. `said` holds texts by the name of the story's field that they are for.

    Beyond those of a Story there are `etag` and `wordcount`. `body` is markup (HTML); `signals` are in the
    house's words (`kill`, `correction`). `partial` is where the item says that it is not whole.
    """

    format: WireFormat
    leaves: Leaves
    head: Head
    said: Mapping[str, Said] = field(default_factory=dict)
    authors: tuple[Said, ...] = ()
    concepts: tuple[Concept, ...] = ()
    keywords: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    status: PubStatus = "usable"
    places: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    media: tuple[Media, ...] = ()
    partial: str | None = None
    doubts: tuple[str, ...] = ()
    overruled: tuple[Lost, ...] = ()
    within: str = ""

    @property
    def lost(self) -> tuple[Lost, ...]:
        """What no field of a story takes."""
        return (*self.leaves.lost(), *self.overruled)

    def placed(self, within: str) -> "Dispatch":
        """The same, its places told as of `within`."""
        said = {name: Said(each.text, f"{within}: {each.path}") for name, each in self.said.items()}
        places = {name: f"{within}: {place}" for name, place in self.places.items()}
        return replace(self, said=said, places=places, within=within)


def merged(first: Dispatch, second: Dispatch) -> Dispatch:
    """Two documents of one item: what `first` says counts, and what it leaves out is as `second` says.

    Where both speak of one field and differ, the second one's words are lost, and told as that.
    """
    overruled = tuple(
        Lost(said.path, said.text)
        for name, said in second.said.items()
        if name in first.said and _words(said.text) != _words(first.said[name].text)
    )
    apart = second.leaves is not first.leaves
    signals = dict.fromkeys((*first.signals, *second.signals))
    return replace(
        first,
        said={**second.said, **first.said},
        authors=first.authors or second.authors,
        concepts=first.concepts or second.concepts,
        keywords=first.keywords or second.keywords,
        signals=tuple(signals),
        places={**second.places, **first.places},
        status=strictest(first.status, second.status),
        body=first.body or second.body,
        media=(
            *first.media,
            *(each for each in second.media if each.url not in {m.url for m in first.media}),
        ),
        partial=first.partial or second.partial,
        doubts=(*first.doubts, *second.doubts),
        overruled=(*first.overruled, *overruled, *(_lost_beside(second) if apart else ())),
    )


def _lost_beside(second: Dispatch) -> tuple[Lost, ...]:
    return tuple(replace(each, path=f"{second.within}: {each.path}") for each in second.lost)


def strictest(*statuses: PubStatus) -> PubStatus:
    """The status that keeps back most."""
    return max(statuses, key=_STRICTNESS.index)


_STRICTNESS: tuple[PubStatus, ...] = ("usable", "withheld", "canceled")


def _words(text: str) -> str:
    return " ".join(text.split()).casefold()
