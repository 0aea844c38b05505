"""read_metadata: everything of a story that is not its body, each with where it was found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from newsroom.extract.credit import Credit, read_credit
from newsroom.extract.dates import day_of_page, read_modified, read_published
from newsroom.extract.furniture import is_notice
from newsroom.extract.headline import read_headline, read_subheadline
from newsroom.extract.labels import read_keywords, read_labels
from newsroom.extract.language import read_claimed, read_language
from newsroom.extract.marks import editors_note, is_wire_tag, signals
from newsroom.extract.media_topics import vocabulary
from newsroom.extract.rights import Rights, read_rights
from newsroom.extract.seen import Found, Seen, Value
from newsroom.extract.structured import Told, text_of
from newsroom.extract.topics import map_labels
from newsroom.story import PubStatus, Subject

if TYPE_CHECKING:
    from newsroom.extract.document import Document


_LOOKED_FOR_TOPICS = "the lines below the story, the page's metadata and the feed's categories"


@dataclass(frozen=True)
class Metadata:
    """The fields of a Story that are not its body; names and meanings as there.

    `evidence` tells for each field where it was found or looked for in vain. `taken` are the indexes of those
    of `body_lines` that are metadata (byline, notice, wire tag) and leave the body.
    """

    headline: str = ""
    subheadline: str | None = None
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
    ednote: str | None = None
    signals: tuple[str, ...] = ()
    pubstatus: PubStatus = "usable"
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
    order. What stands at the story itself goes before what the page tells machines, and both before the feed.
    """
    seen = Seen(
        told=told,
        body=tuple(body_lines),
        head=tuple(head_lines),
        tail=tuple(tail_lines),
        item=document.item,
        wire=document.wire,
        now=document.now,
        url=document.url,
        is_page=document.html is not None,
    )
    headline, credit, rights = read_headline(seen), read_credit(seen), read_rights(seen)
    labels, claimed = read_labels(seen), read_claimed(seen)
    language = read_language(seen, claimed)
    published = read_published(seen) or (day_of_page(tree, seen.url, seen) if seen.is_page else None)
    topics = map_labels(labels.value if labels else (), document.topics, vocabulary())
    return Metadata(
        headline=headline.value if headline else "",
        subheadline=_value(read_subheadline(seen)),
        provider=seen.wire.provider,
        byline=credit.byline,
        authors=credit.authors,
        source=credit.source,
        creditline=credit.creditline,
        dateline=credit.dateline.text if credit.dateline else None,
        located=credit.dateline.place if credit.dateline else None,
        copyrightnotice=rights.notice,
        copyrightholder=rights.holder,
        copyrightyear=rights.year,
        usageterms=rights.usageterms,
        license=rights.license,
        topics=topics.labels,
        subject=topics.subject,
        keywords=read_keywords(seen),
        language=_value(language),
        language_claimed=_value(claimed),
        genre=next((genre for node in told.stories if (genre := text_of(node.get("genre")))), None),
        ednote=editors_note((*seen.body[:3], *seen.body[-3:])),
        signals=signals(headline.value if headline else ""),
        firstcreated=_value(published),
        versioncreated=_value(read_modified(seen) or published),
        url=_canonical(told, seen.url),
        evidence=_evidence(headline, credit, rights, labels, language, published),
        flags=topics.flags(document.topics),
        taken=_taken(seen, credit),
    )


def _value(found: Found[Value] | None) -> Value | None:
    return found.value if found else None


def _evidence(
    headline: Found[str] | None,
    credit: Credit,
    rights: Rights,
    labels: Found[tuple[str, ...]] | None,
    language: Found[str] | None,
    published: Found[datetime] | None,
) -> dict[str, str]:
    return {
        "headline": headline.where if headline else "the page's metadata and title",
        "byline": credit.where,
        "copyrightnotice": rights.where,
        "copyrightholder": rights.where,
        "copyrightyear": rights.where,
        "topics": labels.where if labels else _LOOKED_FOR_TOPICS,
        "language": language.where if language else "the body's words and the page's metadata",
        "firstcreated": published.where if published else "the page's metadata and the feed's dates",
    }


def _taken(seen: Seen, credit: Credit) -> tuple[int, ...]:
    """The body's lines that are metadata: the byline, wire tags, notices."""
    last = len(seen.body) - 4
    marks = (
        place
        for place, line in enumerate(seen.body)
        if place == credit.taken or is_wire_tag(line) or (place > last and is_notice(line))
    )
    return tuple(marks)


def _canonical(told: Told, url: str | None) -> str | None:
    """The address that the page calls its own, where it is on the same host; else the one it was got from."""
    said = next(iter(told.links.get("canonical", ())), None) or told.first_meta("og:url")
    if not said:
        return url
    try:
        own = urljoin(url or "", said)
        parts = urlsplit(own)
        same = not url or parts.hostname == urlsplit(url).hostname
    except ValueError:
        return url
    return own if same and parts.scheme in ("http", "https") and parts.path not in ("", "/") else url
