"""A wire's own item as a story: the same fields as a page's, by the same rules for what they hold."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from newsroom.extract import limits
from newsroom.extract.body import Body, read_fragment
from newsroom.extract.byline import name_of
from newsroom.extract.credit import Credit, read_credit
from newsroom.extract.dates import AHEAD
from newsroom.extract.document import Document, Unreadable
from newsroom.extract.embargo import read_embargo
from newsroom.extract.gate import doubts
from newsroom.extract.html_tree import parse_html
from newsroom.extract.language import read_language
from newsroom.extract.license import read_license
from newsroom.extract.machine_date import read_machine_date
from newsroom.extract.marks import Marks, read_marks, read_noted
from newsroom.extract.material import Material
from newsroom.extract.media_topics import vocabulary
from newsroom.extract.notice import read_notice
from newsroom.extract.rights import Rights, read_rights
from newsroom.extract.segment import folded
from newsroom.extract.sources import known_source
from newsroom.extract.structured import Node, Told
from newsroom.extract.topics import Topics, map_concepts, map_labels
from newsroom.extract.wire_document import dispatch_of
from newsroom.story import Media, PubStatus, Story, story_uri
from newsroom.text import clean_line, clean_text, quoted
from newsroom.wireformat.document import ID_NEEDED, TITLES, Dispatch, Lost, Said, strictest

_HTML_BODY = re.compile(r"<body\b[^<>]*>(?P<inside>.*?)(?:</body\s*>|\Z)", re.DOTALL | re.IGNORECASE)


def read_wire_item(dispatch: Dispatch, document: Document) -> Story:
    """Read a story from what a wire's item says.

    A kill, or a hold, is a story even without a body: it stands for the one that it takes back.

    Raises:
        Unreadable: `no_id`, `no_body`, or its markup would hurt to read.
    """
    return _Reader(dispatch, document).story()


def losses(document: Document) -> tuple[Lost, ...]:
    """What a wire's document has and its story lacks; nothing for a page.

    Raises:
        Unreadable: it can't be read.
    """
    dispatch = dispatch_of(document)
    if dispatch is None:
        return ()
    read_wire_item(dispatch, document)  # only a code that a topic is made of is taken
    return dispatch.lost


@dataclass(frozen=True)
class _Parts:
    """What the shared readers found."""

    marks: Marks
    noted: Marks
    credit: Credit
    rights: Rights
    topics: Topics


class _Reader:
    """One item on its way to a story."""

    def __init__(self, dispatch: Dispatch, document: Document) -> None:
        self.dispatch, self.document = dispatch, document
        self.said: Mapping[str, Said] = dispatch.said
        strange = (f"wire.type: {doubt}" for doubt in dispatch.leaves.doubts)
        self.flags: list[str] = [*dispatch.doubts, *strange]

    def story(self) -> Story:
        identity = self._identity()
        tree, body = self._body()
        told = self._told()
        material = Material(tree, told, body, self.document)
        parts = _Parts(
            marks=read_marks(self._headline(), material),
            noted=read_noted(self._line("slugline"), self._text("ednote"), self.document.wire.zone),
            credit=read_credit(material),
            rights=read_rights(material),
            topics=self._topics(),
        )
        taken = {*parts.marks.taken, *parts.credit.taken, *parts.rights.taken}
        kept = body.without_lines(taken)
        language = read_language(material)
        moments = self._moments()
        status = self._status(parts, moments)
        if not kept.pieces and status == "usable":
            raise Unreadable("no_body", f"body: {self._no_body()}; wanted the story's paragraphs")
        self._doubt(kept, told, language.flags, parts.topics)
        self.flags += dict.fromkeys((*parts.marks.flags, *parts.noted.flags))
        fields = self._texts(parts) | self._rights(parts.rights) | moments
        return Story(
            **fields,
            uri=story_uri(self.document.wire.id, identity),
            wire=self.document.wire.id,
            provider=self.document.wire.provider,
            feed=self.document.item.feed if self.document.item else None,
            wire_id=self._wire_id(),
            wire_version=self._line("wire_version") or self._line("etag"),
            headline=parts.marks.headline,
            authors=self._authors(parts.credit, material),
            source=self._source(parts.credit, material),
            blocks=kept.blocks,
            media=(*map(_clean, self.dispatch.media), *kept.media),
            topics=parts.topics.labels,
            unmapped=parts.topics.unmapped,
            subject=parts.topics.subject,
            keywords=tuple(dict.fromkeys(filter(None, map(clean_line, self.dispatch.keywords)))),
            language=language.code,
            language_claimed=language.claimed,
            urgency=self._urgency() or parts.marks.urgency,
            signals=tuple(
                dict.fromkeys(
                    (*map(clean_line, self.dispatch.signals), *parts.noted.signals, *parts.marks.signals)
                )
            ),
            pubstatus=status,
            evidence=self._evidence(parts, language.where),
            flags=tuple(self.flags),
        )

    # Identity

    def _wire_id(self) -> str | None:
        """The item's own id; a feed's entry lends its own where the document has none."""
        item = self.document.item
        return self.dispatch.head.id or (item.guid if item else None)

    def _identity(self) -> str:
        item, title = self.document.item, TITLES[self.dispatch.format]
        known = self._wire_id() or self.document.url or (item.key if item else None)
        if self.dispatch.format in ID_NEEDED and not self._wire_id():
            raise Unreadable("no_id", f"id: the {title} item has none; wanted the id that its format demands")
        return known or f"{self._line('headline')}\n{self._line('versioncreated')}"

    # The body

    def _body(self) -> tuple[Any, Body]:
        markup = self.dispatch.body or ""
        limits.check_markup(markup)
        if found := _HTML_BODY.search(markup):
            markup = found["inside"]
        tree = parse_html(f"<html><body><div>{markup}</div></body></html>")
        if not markup.strip():
            return tree, Body(pieces=(), base=None)
        try:
            body = read_fragment(tree, self.document.wire, None)
        except Unreadable:
            return tree, Body(pieces=(), base=None)
        # A divider has no letters; a headline above the text is no part of it.
        said = [piece for piece in body.pieces if any(map(str.isalnum, piece.text))]
        limits.check_length(sum(len(piece.text) for piece in said))
        again = said and folded(said[0].text) == folded(self._headline())
        return tree, replace(body, pieces=tuple(said[1:] if again else said))

    def _no_body(self) -> str:
        link = self.dispatch.head.body_link
        if link and self.document.html is None:
            return f"it lies at {link}, which was not fetched"
        return "saw none" if not self.dispatch.body else "saw only furniture, a byline or a notice"

    def _doubt(self, body: Body, told: Told, language: tuple[str, ...], topics: Topics) -> None:
        if self.dispatch.partial:
            self.flags.append(f"gate.partial: {self.dispatch.partial}; wanted the whole story")
        if body.blocks:
            self.flags += doubts(body.blocks, (), told)
        self.flags += topics.flags(self.document.topics)
        self.flags += map(self._claim, language)

    # Texts

    def _line(self, name: str) -> str | None:
        said = self.said.get(name)
        return (clean_line(said.text) or None) if said else None

    def _text(self, name: str) -> str | None:
        said = self.said.get(name)
        return (clean_text(said.text) or None) if said else None

    def _headline(self) -> str:
        item = self.document.item
        return self._line("headline") or (item.title if item else None) or ""

    def _told(self) -> Told:
        """What the item tells as schema.org's NewsArticle, for the readers that pages have as well."""
        byline = self._line("byline")
        authors = byline.split("; ") if byline else [clean_line(each.text) for each in self.dispatch.authors]
        node: Node = {"@type": "NewsArticle", "author": authors}
        for name, here in (
            ("creditText", "creditline"),
            ("copyrightNotice", "copyrightnotice"),
            ("copyrightHolder", "copyrightholder"),
            ("copyrightYear", "copyrightyear"),
            ("usageInfo", "usageterms"),
            ("license", "license"),
            ("wordCount", "wordcount"),
        ):
            if text := self._text(here):
                node[name] = text
        return Told(articles=(node,), language=self._line("language"))

    def _texts(self, parts: _Parts) -> dict[str, Any]:
        url = self._line("url")
        return {
            "subheadline": self._line("subheadline"),
            "slugline": self._line("slugline") or parts.marks.slugline,
            "byline": parts.credit.byline or self._line("byline"),
            "creditline": self._line("creditline") or parts.credit.creditline,
            "dateline": self._line("dateline") or parts.credit.dateline,
            "located": self._line("located") or parts.credit.located,
            "genre": self._line("genre"),
            "ednote": " ".join(filter(None, (self._text("ednote"), parts.marks.ednote))) or None,
            "url": url or self._address(),
        }

    def _address(self) -> str | None:
        """Where the document itself lies, unless that is a feed or the bare text of it."""
        item = self.document.item
        return None if item and item.document else self.document.url

    def _authors(self, credit: Credit, material: Material) -> tuple[str, ...]:
        told = (name_of(clean_line(each.text)) or clean_line(each.text) for each in self.dispatch.authors)
        names = {name.casefold(): name for name in (*credit.authors, *told) if not material.is_own(name)}
        return tuple(names.values())

    def _source(self, credit: Credit, material: Material) -> str | None:
        """The organisation that wrote it, by the item, its byline, or else who sent it to the wire."""
        for name in (self._line("source"), credit.source, self._line("provider")):
            if name and not material.is_own(name):
                return known_source(name) or name
        return None

    def _rights(self, found: Rights) -> dict[str, Any]:
        """The item's own notice is kept as it stands, whether or not its parts are understood."""
        notice = self._text("copyrightnotice")
        own = read_notice(" ".join(notice.split()), self.document.now.year + 1) if notice else None
        year = self._line("copyrightyear") or ""
        told_year = int(year) if re.fullmatch(r"(?:19|20)\d\d", year) else None
        told_holder = self._line("copyrightholder")
        return {
            "copyrightnotice": notice or found.copyrightnotice,
            "copyrightholder": told_holder or (own.holder if own else None) or found.copyrightholder,
            "copyrightyear": told_year or (own.year if own else None) or found.copyrightyear,
            "usageterms": self._text("usageterms") or found.usageterms,
            "license": self._license() or found.license,
        }

    def _license(self) -> str | None:
        text = self._line("license")
        known = read_license(text) if text else None
        return known.address if known else text

    # Status and dates

    def _moments(self) -> dict[str, datetime | None]:
        moments = {name: self._moment(name) for name in _MOMENTS}
        item = self.document.item
        first = moments["firstcreated"] or (item.published if item else None)
        version = moments["versioncreated"] or (item.updated if item else None)
        return moments | {"firstcreated": first or version, "versioncreated": version or first}

    def _moment(self, name: str) -> datetime | None:
        text = self._line(name)
        moment = self._read_moment(name, text) if text else None
        if text and moment is None:
            self.flags.append(
                f"wire.date: {self.said[name].path}: saw {quoted(text)}; wanted a date and time"
            )
        return moment

    def _read_moment(self, name: str, text: str) -> datetime | None:
        zone = self.document.wire.zone
        if name == "embargoed":
            return read_embargo(text, zone)
        return read_machine_date(text, zone, None if name == "expires" else self.document.now + AHEAD)

    def _status(self, parts: _Parts, moments: dict[str, datetime | None]) -> PubStatus:
        """The strictest of what the item and its marks say; an embargo whose end can't be read withholds."""
        told: list[PubStatus] = [self.dispatch.status, parts.marks.pubstatus]
        if "embargoed" in self.said and moments["embargoed"] is None:
            told.append("withheld")
        if moments["embargoed"] is None or "embargo" not in parts.noted.signals:
            told.append(parts.noted.pubstatus)
        ends = (moments["embargoed"], parts.noted.embargoed, parts.marks.embargoed)
        moments["embargoed"] = max(filter(None, ends), default=None)
        return strictest(*told)

    def _urgency(self) -> int | None:
        text = self._line("urgency")
        if not text:
            return None
        if re.fullmatch(r"[1-9](?:\.0)?", text):
            return int(text[0])
        self.flags.append(f"wire.urgency: {self.said['urgency'].path}: saw {quoted(text)}; wanted 1 to 9")
        return None

    def _topics(self) -> Topics:
        topics, item = self.document.topics, self.document.item
        if self.dispatch.concepts:
            named = (
                replace(each, name=clean_line(each.name or "") or None) for each in self.dispatch.concepts
            )
            return map_concepts(named, topics, vocabulary())
        labels = item.categories if item else ()
        feed = next((f for f in self.document.wire.feeds if item and f.id == item.feed), None)
        return map_labels(labels or ((feed.topic,) if feed and feed.topic else ()), topics, vocabulary())

    # Evidence

    def _evidence(self, parts: _Parts, language: str) -> dict[str, str]:
        whole = f"the {TITLES[self.dispatch.format]} item"
        fields = dict.fromkeys(_FIELDS, whole)
        shared = dict(self._shared(parts))
        derived = {name: self.said[one].path for name, one in _DERIVED.items() if one in self.said}
        own = {name: said.path for name, said in self.said.items() if name in _FIELDS}
        for name, beside in (("provider", "provider"), ("wire_version", "etag")):
            if name in own and beside in self.said:
                own[name] += f", which says {self._line(beside)}"
        places = dict(self.dispatch.places) | {"language": self._claim(language)}
        return fields | shared | derived | own | places

    def _claim(self, place: str) -> str:
        """Where the language is claimed, which the shared reader takes for a page's."""
        said = self.said.get("language")
        return place.replace("the page's lang attribute", said.path) if said else place

    def _shared(self, parts: _Parts) -> Iterator[tuple[str, str]]:
        """Where the shared readers found what the item itself does not tell."""
        for part in (parts.marks, parts.credit, parts.rights):
            for name, place in part.evidence.items():
                told = name in self.said or place.startswith("the page's structured data")
                if not told and getattr(part, name, None):
                    yield name, place


def _clean(media: Media) -> Media:
    """The same with clean texts, as a page's have."""
    texts = {"caption": media.caption, "credit": media.credit}
    return media.model_copy(
        update={name: clean_line(text) or None if text else None for name, text in texts.items()}
    )


_DERIVED = {
    "authors": "byline",
    "copyrightholder": "copyrightnotice",
    "copyrightyear": "copyrightnotice",
    "firstcreated": "versioncreated",
    "versioncreated": "firstcreated",
}
"""What is read from another field's text, where the item does not tell it by itself."""

_MOMENTS = ("firstcreated", "versioncreated", "embargoed", "expires")
_FIELDS = (
    *("headline", "subheadline", "slugline", "byline", "authors", "source", "creditline", "dateline"),
    *("located", "copyrightnotice", "copyrightholder", "copyrightyear", "usageterms", "license", "topics"),
    *("subject", "genre", "urgency", "ednote", "signals", "pubstatus", "url", "wire_version", "body"),
    *("provider", *_MOMENTS),
)
