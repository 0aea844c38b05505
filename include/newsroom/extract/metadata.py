"""read_metadata: everything of a story that is not its body, each with where it was found."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from lxml.html import HtmlElement

from newsroom.extract.address import read_address
from newsroom.extract.body import Body
from newsroom.extract.credit import Credit, read_credit
from newsroom.extract.dates import read_dates
from newsroom.extract.document import Document
from newsroom.extract.headline import read_headline, read_subheadline
from newsroom.extract.language import read_language
from newsroom.extract.marks import Marks, read_marks
from newsroom.extract.material import Found, Material
from newsroom.extract.media_topics import vocabulary
from newsroom.extract.rights import Rights, read_rights
from newsroom.extract.structured import Told, text_of
from newsroom.extract.topics import Topics, map_labels, read_keywords, read_labels
from newsroom.story import PubStatus, Subject


@dataclass(frozen=True)
class Metadata:
    """The fields of a Story that are not its body; names and meanings as there.

    `evidence` tells for each field where it was found or looked for in vain. `taken` are the indexes of those
    of the body's lines that are metadata (byline, notice, wire tag) and leave the body.
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
    unmapped: tuple[str, ...] = ()
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


def read_metadata(tree: HtmlElement, told: Told, body: Body, document: Document) -> Metadata:
    """Read a story's metadata from a page, or (with `document.html` None) from a feed entry's own text.

    What the page tells machines goes before what it shows, and both before what the feed's entry says, except
    where a wire's mark at the story itself is surer.
    """
    material = Material(tree, told, body, document)
    headline = read_headline(material)
    marks = read_marks(headline.value, material)
    subheadline = read_subheadline(material, headline.value)
    credit, rights = read_credit(material), read_rights(material)
    labels, topics = _topics(material)
    language, dates, address = read_language(material), read_dates(material), read_address(material)
    parts = _parts(marks) | _parts(credit) | _parts(rights)
    evidence = {
        "headline": headline.where,
        "subheadline": subheadline.where,
        "topics": labels.where,
        "subject": labels.where,
        "language": language.where,
        "firstcreated": dates.firstcreated.where,
        "versioncreated": dates.versioncreated.where,
        "url": address.where,
        "body": "the page" if material.is_page else "the feed entry's full text",
    }
    return Metadata(
        **parts,
        subheadline=subheadline.value,
        topics=topics.labels,
        unmapped=topics.unmapped,
        subject=topics.subject,
        keywords=read_keywords(material),
        genre=next((text for node in told.stories if (text := text_of(node.get("genre")))), None),
        language=language.code,
        language_claimed=language.claimed,
        firstcreated=dates.firstcreated.value,
        versioncreated=dates.versioncreated.value,
        url=address.value,
        evidence=evidence | marks.evidence | credit.evidence | rights.evidence,
        flags=(*topics.flags(document.topics), *language.flags, *marks.flags),
        taken=tuple(sorted({*marks.taken, *credit.taken, *rights.taken, *dates.taken})),
    )


def _parts(read: Marks | Credit | Rights) -> dict[str, Any]:
    """The fields of one part of the metadata by their name in a Story."""
    return {
        f.name: getattr(read, f.name) for f in fields(read) if f.name not in ("evidence", "flags", "taken")
    }


def _topics(material: Material) -> tuple[Found[tuple[str, ...]], Topics]:
    labels = read_labels(material)
    return labels, map_labels(labels.value, material.document.topics, vocabulary())
