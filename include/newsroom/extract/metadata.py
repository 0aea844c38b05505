"""read_metadata: everything of a story that is not its body, each with where it was found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from lxml.html import HtmlElement

from newsroom.extract.structured import Told
from newsroom.story import PubStatus, Subject

if TYPE_CHECKING:
    from newsroom.extract.document import Document


@dataclass(frozen=True)
class Metadata:
    """The fields of a Story that are not its body; names and meanings as there.

    `evidence` tells for each field where it was found or looked for in vain. `taken` are the indexes of those
    of `body_lines` that are metadata (byline, notice, wire tag) and leave the body.
    """

    headline: str = ""
    subheadline: str | None = None
    slugline: str | None = None
    provider: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    source: str | None = None
    creditline: str | None = None
    dateline: str | None = None
    located: str | None = None
    copyrightnotice: str | None = None
    copyrightholder: str | None = None
    copyrightyear: int | None = None
    usageterms: str | None = None
    license: str | None = None
    topics: tuple[str, ...] = ()
    subject: tuple[Subject, ...] = ()
    keywords: tuple[str, ...] = ()
    language: str | None = None
    language_claimed: str | None = None
    genre: str | None = None
    urgency: int | None = None
    ednote: str | None = None
    signals: tuple[str, ...] = ()
    pubstatus: PubStatus = "usable"
    embargoed: datetime | None = None
    firstcreated: datetime | None = None
    versioncreated: datetime | None = None
    url: str | None = None
    evidence: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    taken: tuple[int, ...] = ()


def read_metadata(
    tree: HtmlElement,
    told: Told,
    body_lines: Sequence[str],
    head_lines: Sequence[str],
    tail_lines: Sequence[str],
    document: "Document",
) -> Metadata:
    """Read a story's metadata from a page, or (with `document.html` None) from a feed entry's own text.

    `head_lines` are the lines above the body, `body_lines` the body's, `tail_lines` those below it, in page
    order. What the page tells machines goes before what it shows, and both before what the feed's entry says,
    except where a wire's mark at the story itself is surer.
    """
    headline = told.first_meta("og:title") or told.title or ""
    return Metadata(headline=headline, url=document.url)
