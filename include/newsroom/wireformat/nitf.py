"""IPTC NITF 3.x, with and without its namespace: a whole story in one document, or the body of one."""

import re
from collections.abc import Iterator

from newsroom.story import Media
from newsroom.wireformat.control import Control, is_usable
from newsroom.wireformat.document import Concept, Dispatch, Head, Said
from newsroom.wireformat.embargo import latest
from newsroom.wireformat.identity import without_version
from newsroom.wireformat.pictures import Rendition, best, is_web, kind_of, pixels
from newsroom.wireformat.xml_body import markup_of
from newsroom.wireformat.xml_tree import Tag, concept_of, local_name, own_text, path_of

_ATTRIBUTES: tuple[tuple[str, str, str], ...] = (
    ("urgency", "head/docdata/urgency", "ed-urg"),
    ("firstcreated", "head/pubdata", "date.publication"),
    ("versioncreated", "head/docdata/date.issue", "norm"),
    ("expires", "head/docdata/date.expire", "norm"),
    ("copyrightholder", "head/docdata/doc.copyright", "holder"),
    ("copyrightyear", "head/docdata/doc.copyright", "year"),
    ("copyrightholder", "head/docdata/doc.rights", "owner"),
    ("usageterms", "head/docdata/doc.rights", "limitations"),
    ("slugline", "head/docdata/du-key", "key"),
    ("wire_version", "head/docdata/du-key", "version"),
    ("genre", "head/tobject", "tobject.type"),
)
"""The fields that attributes tell: field, element, attribute. Of two for one field the first counts."""

_TEXTS: tuple[tuple[str, str], ...] = (
    ("headline", "body/body.head/hedline/hl1"),
    ("subheadline", "body/body.head/hedline/hl2"),
    ("headline", "head/title"),
    ("dateline", "body/body.head/dateline"),
    ("provider", "body/body.head/distributor"),
    ("copyrightnotice", "body/body.head/rights"),
)

_METAS = {"source": "source", "credit": "creditline", "license": "license"}
"""The fields for which NITF has no element, by the names of the `meta` that may tell them."""

_LABELS = frozenset({"category", "subject", "topic"})
"""The types of a classifier that is a topic by its name alone."""

_TOP_TOPIC = re.compile(r"(?:0[1-9]|1[0-7])000000")
"""The 17 top terms, whose numbers are the same among SubjectCodes and Media Topics."""

_COPYRIGHT_NOTE = "cpyrt"


def read_nitf(root: Tag) -> Dispatch:
    """Read one document; `root` may stand within another's tree."""
    return _Reader(root).dispatch()


def other_held(root: Tag) -> tuple[str, str] | None:
    """Another document that this one says is not usable (`management-doc-idref`): its id and status."""
    docdata = root.first("head/docdata")
    told = docdata.peek("management-idref-status") if docdata else None
    other = docdata.peek("management-doc-idref") if docdata else None
    return (other, told) if other and told and not is_usable(told) else None


class _Reader:
    """One document being read."""

    def __init__(self, root: Tag) -> None:
        self.root = root
        self.said: dict[str, Said] = {}
        self.control = Control()
        self.notes: list[Said] = []

    def dispatch(self) -> Dispatch:
        root = self.root
        root.take("version", "change.date", "change.time")
        self._fields()
        self._notes()
        for docdata in root.all("head/docdata"):
            self.control.pubstatus(docdata.attribute("management-status"))
        self._embargo()
        byline, authors = self._byline()
        self._say("byline", byline)
        content = root.first("body/body.content")
        return Dispatch(
            format="nitf",
            leaves=root.tree,
            head=self._head(),
            said=self.said,
            authors=authors,
            concepts=tuple(self._concepts()),
            keywords=tuple(self._keywords()),
            signals=tuple(self.control.signals),
            status=self.control.status,
            places=self._places(content),
            body=self._body(content) or None,
            media=tuple(self._media(content)) if content else (),
            doubts=tuple(self._doubts()),
        )

    def _places(self, content: Tag | None) -> dict[str, str]:
        places = {"pubstatus": self.control.place or "head/docdata@management-status"}
        return places | ({"body": path_of(content.element)} if content else {})

    def _say(self, name: str, said: Said | None) -> None:
        if said is not None:
            self.said.setdefault(name, said)

    def _fields(self) -> None:
        for name, path, attribute in _ATTRIBUTES:
            if name not in self.said and (tag := self.root.first(path)):
                self._say(name, tag.attribute(attribute))
        self._rights()
        self._besides()
        for name, path in _TEXTS:
            if name not in self.said and (tag := self.root.first(path)):
                self._say(name, tag.text())
        for path in ("body/body.head/dateline/location", "head/docdata/identified-content/location"):
            if location := self.root.first(path):
                self._say("located", location.text())
        self._say("language", self.root.attribute("baselang", "xml:lang"))

    def _rights(self) -> None:
        """The parts of the rights, before the whole of it is read as the notice."""
        for name, part in (("copyrightholder", "rights.owner"), ("usageterms", "rights.limitations")):
            if name not in self.said and (tag := self.root.first(f"body/body.head/rights/{part}")):
                self._say(name, tag.text())

    def _besides(self) -> None:
        """What NITF has no element of its own for, and the address of the story's page."""
        for meta in self.root.all("head/meta"):
            if name := _METAS.get((meta.peek("name") or "").lower()):
                meta.take("name")
                self._say(name, meta.attribute("content"))
        page = self.root.first("head/pubdata")
        if page and is_web(page.peek("ex-ref") or ""):
            self._say("url", page.attribute("ex-ref"))

    def _head(self) -> Head:
        doc_id = self.root.first("head/docdata/doc-id")
        identity = (doc_id.attribute("id-string") if doc_id else None) or self.root.attribute("uno")
        if doc_id:
            doc_id.take("regsrc")
        told = self.said.get("wire_version")
        name, version = (
            without_version(identity.text, told.text if told else None) if identity else (None, None)
        )
        if version and identity and not told:
            self.said["wire_version"] = Said(version, identity.path)
        return Head(
            id=name,
            version=version or (told.text if told else None),
            title=self._text("headline"),
            published=self._text("firstcreated") or self._text("versioncreated"),
            updated=self._text("versioncreated"),
            language=self._text("language"),
            status=self.control.status,
        )

    def _text(self, name: str) -> str | None:
        return self.said[name].text if name in self.said else None

    def _embargo(self) -> None:
        """Hear until when; of several the last one holds, and words in its place withhold."""
        told = [(tag.peek("norm"), tag) for tag in self.root.all("head/docdata/date.release")]
        last = latest(Said(norm, tag.name) for norm, tag in told if norm)
        for norm, tag in told:
            if last and norm == last.text:
                self._say("embargoed", tag.attribute("norm"))
        self.control.embargo(self.said.get("embargoed"))
        self.control.unread(path_of(tag.element) for _, tag in told if own_text(tag.element))

    def _byline(self) -> tuple[Said | None, tuple[Said, ...]]:
        """The bylines as one, a writer's title behind a comma; and the people that they mark."""
        lines, people = [], []
        place = ""
        for tag in self.root.all("body/body.head/byline"):
            place = place or path_of(tag.element)
            people += [said for person in tag.all("person") if (said := person.text())]
            title = tag.first("byttl")
            beside = " ".join(title.element.itertext()) if title else ""
            whole = tag.text()
            if whole:
                line = " ".join("".join(_without(tag, title)).split()).rstrip(" ,")
                lines.append(", ".join(filter(None, (line, " ".join(beside.split())))))
        return (Said("; ".join(lines), place) if lines else None), tuple(people)

    def _notes(self) -> None:
        """Notes to editors, whatever they say of their class; one on copyright is the notice."""
        for note in self.root.all("body/body.head/note"):
            note.take("noteclass", "type")
            if said := note.text():
                if (note.peek("noteclass") or "") == _COPYRIGHT_NOTE:
                    self._say("copyrightnotice", said)
                else:
                    self.notes.append(said)
        for message in self.root.all("head/docdata/ed-msg"):
            self._note(message.attribute("info"))
            self.control.hints(filter(None, [message.attribute("msg-type")]))
        for correction in self.root.all("head/docdata/correction"):
            self.control.signals["correction"] = None
            self._note(correction.attribute("info"))
        if self.notes:
            self.said["ednote"] = Said(" ".join(note.text for note in self.notes), self.notes[0].path)

    def _note(self, said: Said | None) -> None:
        if said:
            self.notes.append(said)

    def _concepts(self) -> Iterator[Concept]:
        for subject in self.root.all("head/tobject/tobject.subject"):
            number = subject.peek("tobject.subject.refnum")
            name = subject.attribute(
                "tobject.subject.detail", "tobject.subject.matter", "tobject.subject.type"
            )
            if number or name:
                yield concept_of(name, _code(number) if number else None, subject, "tobject.subject.refnum")

        for label in self.root.all("head/docdata/identified-content/classifier"):
            if (label.peek("type") or "").lower() in _LABELS:
                label.take("type")
                if name := label.attribute("value") or label.text():
                    yield Concept(None, name.text)

    def _keywords(self) -> Iterator[str]:
        for keyword in self.root.all("head/docdata/key-list/keyword"):
            if said := keyword.attribute("key"):
                yield said.text

    def _body(self, content: Tag | None) -> str:
        """The text, and the line on who else worked on it that stands at its end."""
        text = markup_of(content).strip() if content else ""
        lines = [f"<p>{markup_of(line)}</p>" for line in self.root.all("body/body.end/tagline")]
        return "\n".join([text, *lines]) if text else ""

    def _media(self, content: Tag) -> Iterator[Media]:
        for element in content.element.iter("{*}media"):
            media = Tag(content.tree, element)
            kind = kind_of(media.peek("media-type"))
            chosen = best(_reference(each) for each in media.all("media-reference")) if kind else None
            if kind is None or chosen is None:
                continue
            media.take("media-type")
            chosen.take()
            caption, producer = media.first("media-caption"), media.first("media-producer")
            said = caption.text() if caption else None
            credit = producer.text() if producer else _credit(media)
            yield Media(
                url=chosen.href,
                kind=kind,
                caption=said.text if said else None,
                credit=credit.text if credit else None,
                width=chosen.width,
                height=chosen.height,
            )

    def _doubts(self) -> Iterator[str]:
        yield from self.control.doubts
        if other := other_held(self.root):
            name, status = other
            yield f"wire.other_item: head/docdata@management-doc-idref: it says that {name} is {status}"


def _without(tag: Tag, title: Tag | None) -> Iterator[str]:
    """The texts of a byline but for its title."""
    element = tag.element
    yield element.text or ""
    for child in element:
        if title is None or child is not title.element:
            yield "".join(child.itertext())
        beside = child.getnext()
        follows = local_name(child) == "person" and beside is not None and local_name(beside) == "person"
        yield child.tail if child.tail and child.tail.strip() else "; " if follows else child.tail or ""


def _reference(tag: Tag) -> Rendition:
    """A media-reference; older documents wrote its address as `data-location`."""

    def take() -> None:
        tag.take("source", "mime-type", "width", "height")

    return Rendition(
        tag.peek("source") or tag.peek("data-location") or "",
        tag.peek("mime-type") or "",
        pixels(tag.peek("width")),
        pixels(tag.peek("height")),
        take,
    )


def _credit(media: Tag) -> Said | None:
    told = (each.attribute("source-credit", "copyright") for each in media.all("media-reference"))
    return next((said for said in told if said), None)


def _code(number: str) -> str:
    """A subject's number with its scheme: SubjectCodes, or Media Topics where it is one of theirs."""
    is_topic = number.startswith("2000") or _TOP_TOPIC.fullmatch(number)
    return f"medtop:{number}" if is_topic else f"subj:{number}"
