"""IPTC NewsML-G2: a newsItem, or a newsMessage that brings one with its pictures and package.

Concepts are told by qcode (`medtop:20000638`) or address; an alias means what the document's own catalog
says, else what IPTC's standard catalog does.
"""

import base64
import binascii
from collections.abc import Iterable, Iterator

from newsroom.story import Media
from newsroom.wireformat.control import Control, code_of, is_usable
from newsroom.wireformat.document import Concept, Dispatch, Head, Said, check_body, merged
from newsroom.wireformat.embargo import ends_later, latest, outlasts
from newsroom.wireformat.identity import without_version
from newsroom.wireformat.nitf import read_nitf
from newsroom.wireformat.pictures import Rendition, best, is_web, kind_of, pixels
from newsroom.wireformat.plain_text import paragraphs
from newsroom.wireformat.xml_body import markup_of, xhtml_body
from newsroom.wireformat.xml_tree import Tag, concept_of, own_text, path_of

_TEXTS: tuple[tuple[str, str], ...] = (
    ("versioncreated", "itemMeta/versionCreated"),
    ("firstcreated", "itemMeta/firstCreated"),
    ("firstcreated", "contentMeta/contentCreated"),
    ("expires", "itemMeta/expires"),
    ("urgency", "contentMeta/urgency"),
    ("slugline", "contentMeta/slugline"),
    ("dateline", "contentMeta/dateline"),
    ("creditline", "contentMeta/creditline"),
)
"""The fields that elements' texts tell. Of two for one field the first counts."""

_MEDIA_TOPICS = "http://cv.iptc.org/newscodes/mediatopic/"
_SUBJECT_CODES = "http://cv.iptc.org/newscodes/subjectcode/"
_ALIASES = {"medtop": _MEDIA_TOPICS, "subj": _SUBJECT_CODES}
_TEXT_TYPES = ("text/", "application/xhtml", "application/nitf", "application/xml")
_SUB = ("sub", "deck", "secondary")
_PROSE = frozenset(
    ("nitf", "html", "body", "article", "section", "main", "div", "p", "blockquote", "ul", "ol", "table")
)
"""Roots of XML that is a text; SportsML, charts and the like are data."""


def read_newsml_g2(root: Tag) -> Dispatch:
    """Read the newsItem that `root` is, or the first text of a newsMessage; its pictures go with it.

    What keeps the package back that it comes in keeps it back too.
    """
    items = [root] if root.name == "newsItem" else list(root.all("itemSet/newsItem"))
    packages = list(root.all("itemSet/packageItem"))
    for item in (*items, *packages):
        _take_form(item)
    texts = [item for item in items if kind_in(item) == "text"]
    main = (texts or items)[0]
    pictures = [item for item in items if item.element is not main.element]
    return _Reader(main, pictures, packages).dispatch()


def kind_in(item: Tag) -> str:
    """The news type of an item: `text`, `picture` … ; a text where it says none."""
    item_class = item.first("itemMeta/itemClass", "itemClass")
    said = (item_class.peek("qcode") or item_class.peek("uri")) if item_class else None
    return code_of(said) if said else "text"


def _take_form(item: Tag) -> None:
    """Take what says how an item is written, not what: its standard, its catalogs, its news type."""
    item.take("standard", "standardversion", "conformance")
    for catalog in item.all("catalogRef"):
        catalog.take("href")
    for scheme in item.all("catalog/scheme"):
        scheme.take("alias", "uri")
    for item_class in item.all("itemMeta/itemClass"):
        item_class.take("qcode", "uri")


class _Reader:
    """One item being read."""

    def __init__(self, item: Tag, pictures: Iterable[Tag], packages: Iterable[Tag]) -> None:
        self.item, self.pictures, self.packages = item, pictures, packages
        self.said: dict[str, Said] = {}
        self.places: dict[str, str] = {}
        self.control = Control()
        language = item.first("contentMeta/language")
        told = (language.peek("tag") if language else None) or item.peek("xml:lang") or ""
        self.language = _main_language(told)
        self.schemes = _ALIASES | {
            scheme.peek("alias") or "": scheme.peek("uri") or "" for scheme in item.all("catalog/scheme")
        }

    def dispatch(self) -> Dispatch:
        item = self.item
        self._control()
        self._embargo()
        self._fields()
        self._held_packages()
        body, nested = self._body()
        dispatch = Dispatch(
            format="newsml_g2",
            leaves=item.tree,
            head=self._head(has_body=body is not None or nested is not None),
            said=self.said,
            authors=tuple(self._creators()),
            concepts=tuple(self._concepts()),
            keywords=tuple(said.text for word in item.all("contentMeta/keyword") if (said := word.text())),
            signals=tuple(self.control.signals),
            status=self.control.status,
            places=self.places | {"pubstatus": self.control.place or "itemMeta/pubStatus@qcode"},
            body=body,
            media=tuple(self._media()),
            doubts=tuple(self.control.doubts),
        )
        return merged(dispatch, nested) if nested else dispatch

    def _say(self, name: str, said: Said | None) -> None:
        if said is not None:
            self.said.setdefault(name, said)

    def _control(self) -> None:
        item = self.item
        for status in item.all("itemMeta/pubStatus"):
            told = [said for name in ("qcode", "uri") if (said := status.attribute(name))]
            for said in told:
                self.control.pubstatus(said)
            if not told:
                self.control.unread([path_of(status.element)])
        signals = (signal.attribute("qcode", "uri", "literal") for signal in item.all("itemMeta/signal"))
        self.control.hints(filter(None, signals))

    def _embargo(self) -> None:
        """Hear until when; of several the last one holds, and one without an end withholds."""
        told = [(own_text(tag.element), tag) for tag in self.item.all("itemMeta/embargoed")]
        last = latest(Said(text, tag.name) for text, tag in told)
        for text, tag in told:
            if last and text == last.text:
                self._say("embargoed", tag.text())
        self.control.embargo(self.said.get("embargoed"), told=bool(told))

    def _held_packages(self) -> None:
        """Hear what keeps a package back; its end need not be that of each item, which is withheld then."""
        for package in self.packages:
            for status in package.all("itemMeta/pubStatus"):
                if not _is_usable(status):
                    self.control.statuses.append("withheld")
                    self.control.place = self.control.place or path_of(status.element)
                status.take("qcode", "uri")
            embargo = package.first("itemMeta/embargoed")
            if embargo is None:
                continue
            until, own = embargo.text(), self.said.get("embargoed")
            self.control.embargo(until, told=True)
            if until and (own is None or ends_later(until.text, own.text)):
                self.said["embargoed"] = until

    def _head(self, *, has_body: bool) -> Head:
        identity, version = self.item.attribute("guid"), self.item.attribute("version")
        name, number = (
            without_version(identity.text, version.text if version else None) if identity else (None, None)
        )
        if number and identity:
            self.said["wire_version"] = version or Said(number, identity.path)
        status = self.control.status
        return Head(
            id=name,
            version=number,
            title=self._text("headline"),
            published=self._text("firstcreated") or self._text("versioncreated"),
            updated=self._text("versioncreated"),
            language=self._text("language"),
            kind=kind_in(self.item),
            status=status,
            body_link=None if has_body or status == "canceled" else self._remote_text(),
        )

    def _text(self, name: str) -> str | None:
        return self.said[name].text if name in self.said else None

    def _fields(self) -> None:
        item = self.item
        for name, path in _TEXTS:
            if name not in self.said and (tag := self._first(item.all(path))):
                self._say(name, tag.text())
        self._headlines()
        self._byline()
        self._rights()
        self._ednote()
        self._concept_names()
        self._say("source", self._source())
        if language := item.first("contentMeta/language"):
            self._say("language", language.attribute("tag"))
        if self._text("language") in (None, item.peek("xml:lang")):
            self._say("language", item.attribute("xml:lang"))
        self._links()

    def _in_order(self, tags: Iterable[Tag]) -> list[Tag]:
        """Those in the item's language before those in none, and these before those in another."""

        def rank(tag: Tag) -> int:
            own = tag.peek("xml:lang")
            return 1 if own is None else 0 if _main_language(own) == self.language else 2

        return sorted(tags, key=rank)

    def _first(self, tags: Iterable[Tag]) -> Tag | None:
        return next(iter(self._in_order(tags)), None)

    def _rights(self) -> None:
        """The rights of the text: what is said of other parts of the item alone is not the story's."""
        content = self.item.first("contentSet")
        own = {part.peek("id") for part in content.children if _is_text(part)} if content else set()
        told = [(set((info.peek("idrefs") or "").split()), info) for info in self.item.all("rightsInfo")]
        named = [info for parts, info in told if parts & own]
        infos = [*named, *(info for parts, info in told if not parts)]
        for info in infos:
            info.take("idrefs")
            if holder := info.first("copyrightHolder"):
                self._say("copyrightholder", _name(holder) or holder.text() or holder.attribute("literal"))
            if "copyrightnotice" not in self.said and (notice := self._first(info.all("copyrightNotice"))):
                self._say("copyrightnotice", notice.text())
            for link in info.all("link"):
                relation = link.peek("rel") or link.peek("reluri") or ""
                if "creativecommons.org" in (link.peek("href") or "") or "licen" in relation.lower():
                    link.take("rel", "reluri")
                    self._say("license", link.attribute("href"))
        self._joined("usageterms", [terms for info in infos for terms in info.all("usageTerms")])

    def _byline(self) -> None:
        """All bylines in the item's language; those in another say the same once more."""
        tags = self._in_order(self.item.all("contentMeta/by"))
        same = [tag for tag in tags if tag.peek("xml:lang") == tags[0].peek("xml:lang")]
        self._joined("byline", same, "; ")

    def _ednote(self) -> None:
        self._joined("ednote", self.item.all("itemMeta/edNote"))

    def _joined(self, name: str, tags: Iterable[Tag], between: str = " ") -> None:
        said = [text for tag in tags if (text := tag.text())]
        if said:
            self._say(name, Said(between.join(one.text for one in said), said[0].path))

    def _concept_names(self) -> None:
        item = self.item
        if provider := item.first("itemMeta/provider"):
            self._say("provider", _name(provider) or provider.attribute("literal") or _short(provider))
        if located := item.first("contentMeta/located"):
            self._say("located", _name(located, self.language) or located.attribute("literal"))
        if genre := item.first("contentMeta/genre"):
            self._say("genre", _name(genre) or genre.attribute("literal", "qcode", "uri"))

    def _headlines(self) -> None:
        for tag in self._in_order(self.item.all("contentMeta/headline")):
            role = (tag.peek("role") or "").lower()
            field = "subheadline" if any(mark in role for mark in _SUB) else "headline"
            if field not in self.said:
                tag.take("role")
                self._say(field, tag.text())
        title = self.item.first("itemMeta/title")
        if title and "headline" not in self.said:
            self._say("headline", title.text())

    def _source(self) -> Said | None:
        """Who wrote it: the source that has no other part in it, else an organisation that made it."""
        for tag in self.item.all("contentMeta/infoSource"):
            role = code_of(tag.peek("role") or "")
            if not role or "origin" in role:
                tag.take("role")
                if said := _name(tag) or tag.attribute("literal"):
                    return said
        makers = self.item.all("contentMeta/creator")
        return next((said for maker in makers if _is_organisation(maker) and (said := _name(maker))), None)

    def _creators(self) -> Iterator[Said]:
        for creator in self.item.all("contentMeta/creator"):
            role = code_of(creator.peek("role") or "")
            if _is_organisation(creator) or role not in ("", "author", "writer", "reporter", "creator"):
                continue
            creator.take("role", "type")
            if said := _name(creator) or creator.attribute("literal"):
                yield said

    def _links(self) -> None:
        for page in (*self.item.all("itemMeta/altRep"), *self.item.all("itemMeta/link")):
            kind, relation = page.peek("contenttype") or "", code_of(page.peek("rel") or "")
            if kind.startswith("text/html") and relation in ("", "canonical", "isrenderedas"):
                page.take("contenttype", "rel")
                self._say("url", page.attribute("href"))

    def _concepts(self) -> Iterator[Concept]:
        """The subjects that are topics: those of IPTC, and what the wire's own scheme calls a concept."""
        for subject in self.item.all("contentMeta/subject"):
            same, code = self._iptc_code(subject)
            kind = subject.peek("type") or ""
            if code is None and kind and not kind.endswith("abstract"):
                continue
            subject.take("type")
            name = _name(subject)
            code = code or subject.peek("qcode") or subject.peek("uri") or subject.peek("literal")
            if code or name:
                yield concept_of(name, code, same, "qcode", "uri", "literal")

    def _iptc_code(self, subject: Tag) -> tuple[Tag, str | None]:
        """The Media Topics code or SubjectCode that a subject is, or says to be the same as, and where."""
        for tag in (subject, *subject.all("sameAs"), *subject.all("closeMatch")):
            address = self._address(tag)
            for alias, scheme in _ALIASES.items():
                if address and address.startswith(scheme):
                    return tag, f"{alias}:{address.removeprefix(scheme).strip('/')}"
        return subject, None

    def _address(self, tag: Tag) -> str | None:
        if uri := tag.peek("uri"):
            return uri.replace("https://", "http://", 1)
        alias, _, code = (tag.peek("qcode") or "").partition(":")
        scheme = self.schemes.get(alias)
        return f"{scheme.replace('https://', 'http://', 1).rstrip('/')}/{code}" if scheme and code else None

    # The body

    def _body(self) -> tuple[str | None, Dispatch | None]:
        """The body as HTML, or the NITF document that stands in the item."""
        for inline, roots in self._inline():
            if not _PROSE & {child.name for child in roots}:
                continue
            self._count(inline)
            self.places["body"] = path_of(inline.element)
            if nitf := next((child for child in roots if child.name == "nitf"), None):
                return None, read_nitf(nitf)
            html = next((child for child in roots if child.name == "html"), None)
            return (xhtml_body(html) if html else markup_of(inline)), None
        for inline in self._in_order(self.item.all("contentSet/inlineData")):
            if text := _data(inline):
                self._count(inline)
                self.places["body"] = path_of(inline.element)
                inline.take_texts()
                inline.take("encoding")
                check_body(text)
                return (text if "html" in (inline.peek("contenttype") or "") else paragraphs(text)), None
        return None, None

    def _inline(self) -> Iterator[tuple[Tag, list[Tag]]]:
        """The XML that stands in the item, which may be data as well, and what each begins with."""
        for inline in self._in_order(self.item.all("contentSet/inlineXML")):
            if roots := list(inline.children):
                yield inline, roots

    def _count(self, inline: Tag) -> None:
        inline.take("contenttype", "xml:lang")
        self._say("wordcount", inline.attribute("wordcount"))

    def _remote_text(self) -> str | None:
        for remote in self.item.all("contentSet/remoteContent"):
            kind, href = remote.peek("contenttype") or "", remote.peek("href") or ""
            if is_web(href) and (not kind or kind.startswith(_TEXT_TYPES)):
                remote.take("href", "contenttype", "rendition")
                self._say("wordcount", remote.attribute("wordcount"))
                return href
        return None

    # What goes with it

    def _media(self) -> Iterator[Media]:
        for item in self.pictures:
            if not all(map(_is_usable, item.all("itemMeta/pubStatus"))):
                continue
            ends = [own_text(tag.element) for tag in item.all("itemMeta/embargoed")]
            late = [until for until in ends if outlasts(until, self.said)]
            if late:
                self.control.left_out(item.peek("guid") or "a picture", late[0])
                continue
            kind = kind_of(kind_in(item))
            chosen = best(map(_rendition, item.all("contentSet/remoteContent"))) if kind else None
            if kind is None or chosen is None:
                continue
            chosen.take()
            caption, credit = _caption(item), _media_credit(item)
            yield Media(
                url=chosen.href,
                kind=kind,
                caption=caption.text if caption else None,
                credit=credit.text if credit else None,
                width=chosen.width,
                height=chosen.height,
            )


def _is_usable(status: Tag) -> bool:
    """Whether a pubStatus says so, by its code and its address, and by one of them at least."""
    told = [said for name in ("qcode", "uri") if (said := status.peek(name))]
    return bool(told) and all(map(is_usable, told))


def _main_language(code: str) -> str:
    """The language of a tag, without its country or script."""
    return code.replace("_", "-").partition("-")[0].strip().lower()


def _name(tag: Tag, language: str = "en") -> Said | None:
    """A concept's name, in `language` where there are several."""
    names = list(tag.all("name"))
    names.sort(key=lambda name: _main_language(name.peek("xml:lang") or language) != language)
    return names[0].text() if names else None


def _short(tag: Tag) -> Said | None:
    """The code of a qcode as a name: `nprov:AFP` is AFP."""
    said = tag.attribute("qcode")
    return Said(said.text.rpartition(":")[2], said.path) if said else None


def _is_organisation(tag: Tag) -> bool:
    return "organi" in (tag.peek("type") or "").lower()


def _is_text(part: Tag) -> bool:
    """Whether a part of the content holds a text, or leads to one."""
    return part.name != "remoteContent" or (part.peek("contenttype") or "").startswith(_TEXT_TYPES)


def _data(inline: Tag) -> str:
    text = "".join(inline.element.itertext())
    if "base64" not in (inline.peek("encoding") or "").lower():
        return text.strip()
    try:
        return base64.b64decode(text, validate=False).decode("utf-8", "replace").strip()
    except (binascii.Error, ValueError):
        return ""


def _rendition(tag: Tag) -> Rendition:
    def take() -> None:
        tag.take("href", "contenttype", "width", "height", "rendition", "widthunit", "heightunit")

    return Rendition(
        tag.peek("href") or "",
        tag.peek("contenttype") or "",
        pixels(tag.peek("width")),
        pixels(tag.peek("height")),
        take,
    )


def _caption(item: Tag) -> Said | None:
    told = list(item.all("contentMeta/description"))
    told.sort(key=lambda tag: not (tag.peek("role") or "").endswith("caption"))
    if told:
        told[0].take("role")
        return told[0].text()
    headline = item.first("contentMeta/headline")
    return headline.text() if headline else None


def _media_credit(item: Tag) -> Said | None:
    for path in ("contentMeta/creditline", "contentMeta/by"):
        if tag := item.first(path):
            return tag.text()
    creator = item.first("contentMeta/creator")
    return _name(creator) if creator else None
