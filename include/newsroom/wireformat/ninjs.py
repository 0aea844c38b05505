"""IPTC ninjs 1.x, 2.x and 3.x: one item, a list of them, or a composite that associates them.

The three lines name the same things differently: 1.x in the singular (`subject`, `body_xhtml`), 2.x in lists
(`subjects`, `bodies`), 3.x as 2.x in camelCase (`copyrightHolder`, `embargoedUntil`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import unescape
from itertools import chain
from typing import Any

from newsroom.story import Media
from newsroom.text import quoted
from newsroom.wireformat import composite
from newsroom.wireformat.control import Control, code_of
from newsroom.wireformat.document import Concept, Dispatch, Head, Said
from newsroom.wireformat.embargo import latest, outlasts
from newsroom.wireformat.identity import without_version
from newsroom.wireformat.json_tree import Branch, JsonTree, concept_of
from newsroom.wireformat.pictures import Rendition, best, kind_of, pixels
from newsroom.wireformat.plain_text import paragraphs
from newsroom.wireformat.xml_body import nitf_fragment

_TEXTS: dict[str, tuple[str, ...]] = {
    "slugline": ("slugline",),
    "byline": ("byline", "by"),
    "located": ("located",),
    "copyrightnotice": ("copyrightnotice", "copyrightNotice"),
    "copyrightholder": ("copyrightholder", "copyrightHolder"),
    "usageterms": ("usageterms", "usageTerms"),
    "ednote": ("ednote", "edNote"),
    "language": ("language",),
    "urgency": ("urgency",),
    "expires": ("expires",),
    "firstcreated": ("firstcreated", "firstCreated"),
    "versioncreated": ("versioncreated", "versionCreated"),
}
"""Each field's names in the three lines."""

_KNOWN = {
    "type", "headline", "headlines", "bodies", "representationtype", "representationType", "pubstatus",
    "pubStatus", "body_text", "body_xhtml", "body_html", "associations", "renditions", "infosource",
    "infosources", "infoSources", "subject", "subjects", *composite.EMBARGO,
    *chain.from_iterable(_TEXTS.values()),
}  # fmt: skip
"""Names by which an item is known."""

LEAST_SHARE = 0.9
"""A body with a smaller share of the longest one's words is but a part of the story, whatever its marks."""

LEAST_OF_XML = 0.5
"""The least share of the words of a body in XML, header and all, that the same text in another form has."""

_XML, _PLAIN, _HTML = 1, 2, 3
"""How much a body's form tells of the story, where several have it."""

_MARKUP = re.compile(r"x?html", re.IGNORECASE)
_SUB = re.compile(r"sub|deck|secondary|kicker", re.IGNORECASE)
_SUMMARY = re.compile(r"summary|abstract|teaser|excerpt", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<[^<>]{0,1000}>")


def is_item(value: Any) -> bool:
    """Whether a JSON value looks like an item, its id missing or of another type perhaps."""
    if not isinstance(value, dict):
        return False
    standard = value.get("standard", value.get("$standard"))
    if isinstance(standard, dict) and str(standard.get("name")).lower() == "ninjs":
        return True
    known = len(_KNOWN & value.keys())
    return known >= 1 if isinstance(value.get("uri"), str) else known >= 4


def items_in(value: Any) -> list[Any] | None:
    """The items of a document, whatever they are; None where it is no ninjs.

    A composite gives what `composite.items_of` finds in it; a listing is an array, or an object with one
    array of items.
    """
    if is_item(value):
        return composite.items_of(value) if value.get("type") == "composite" else [value]
    lists = [value] if isinstance(value, list) else []
    if isinstance(value, dict):
        lists = [each for each in value.values() if isinstance(each, list)]
    found = [each for each in lists if any(map(is_item, each))]
    return [item for each in found[0] for item in items_in(each) or [each]] if len(found) == 1 else None


def read_ninjs(value: dict[str, Any]) -> Dispatch:
    """Read one item.

    Raises:
        BadDocument: `hostile_document`: no item is as large or as deep.
    """
    tree = JsonTree(value)
    return _Reader(tree).dispatch()


class _Reader:
    """One item being read."""

    def __init__(self, tree: JsonTree) -> None:
        self.tree, self.item = tree, tree.root
        self.said: dict[str, Said] = {}
        self.places: dict[str, str] = {}
        self.control = Control()
        self.is_summary = False

    def dispatch(self) -> Dispatch:
        item = self.item
        item.take("type", "mimetype", "charcount")
        for each in item.branches("standard", "$standard"):
            each.take("name", "version", "schema")
        self._texts()
        self._control()
        authors = self._authors()
        self._sources()
        body = self._body()
        head = self._head(body is not None)
        concepts, keywords = self._subjects()
        return Dispatch(
            format="ninjs",
            leaves=self.tree,
            head=head,
            said=self.said,
            authors=authors,
            concepts=concepts,
            keywords=keywords,
            signals=tuple(self.control.signals),
            status=self.control.status,
            places=self.places | {"pubstatus": self.control.place or "pubstatus"},
            body=body,
            media=tuple(self._media()),
            partial=self._partial(),
            doubts=tuple(self.control.doubts),
        )

    def _control(self) -> None:
        """Hear the status and the embargo under every name that they may have: the strictest holds."""
        item = self.item
        for said in chain.from_iterable(map(item.texts, composite.STATUS)):
            self.control.pubstatus(said)
        self._say("embargoed", latest(chain.from_iterable(map(item.texts, composite.EMBARGO))))
        self.control.embargo(self.said.get("embargoed"))
        self.control.unread(item.unread(*composite.STATUS, *composite.EMBARGO))

    def _head(self, has_body: bool) -> Head:
        item, said = self.item, self.said
        identity, version = item.text("uri"), item.text("version")
        name, number = (
            without_version(identity.text, version.text if version else None) if identity else (None, None)
        )
        if number:
            self.said["wire_version"] = version or Said(number, item.place("uri"))
        status = self.control.status
        return Head(
            id=name,
            version=number,
            title=said["headline"].text if "headline" in said else None,
            published=_text(said, "firstcreated", "versioncreated"),
            updated=_text(said, "versioncreated"),
            language=_text(said, "language"),
            kind=(item.peek("type") or "text").lower(),
            status=status,
            body_link=None if has_body or status == "canceled" else self._text_rendition(),
        )

    def _texts(self) -> None:
        for name, names in _TEXTS.items():
            self._say(name, self.item.text(*names))
        self._headlines()
        self._dateline()
        if genre := self.item.branch("genre", "genres"):
            self._say("genre", genre.text("name", "literal", "code"))
        if rights := self.item.branch("rightsinfo", "rightsInfo"):
            self._say("license", rights.text("linkedrights", "linkedRights"))
        self._say("url", self._page())
        if "wordcount" in self.item.value:
            self._say("wordcount", self.item.text("wordcount"))

    def _say(self, name: str, said: Said | None) -> None:
        if said is not None:
            self.said.setdefault(name, said)

    def _headlines(self) -> None:
        self._say("headline", self.item.text("headline"))
        for each in self.item.branches("headlines"):
            role = each.peek("role") or "main"
            wanted = "subheadline" if _SUB.search(role) else "headline"
            if wanted not in self.said and (wanted == "subheadline" or role == "main"):
                self._say(wanted, self._role_text(each))
        if "headline" not in self.said and (first := self.item.branch("headlines")):
            self._say("headline", self._role_text(first))
        for name in self.item.value:
            if name.startswith("headline_") and _SUB.search(name):
                self._say("subheadline", self.item.text(name))
        named = [name for name in self.item.value if name.startswith("headline_")]
        named.sort(key=lambda name: name != "headline_main")
        for name in (*named, "title"):
            if "headline" not in self.said and not _SUB.search(name):
                self._say("headline", self.item.text(name))

    def _dateline(self) -> None:
        """The dateline, where a description has it: ninjs has a field for the place alone."""
        for each in self.item.branches("descriptions"):
            if each.peek("role") == "dateline":
                self._say("dateline", self._role_text(each))
        self._say("dateline", self.item.text("description_dateline"))

    def _role_text(self, each: Branch) -> Said | None:
        """A text on one line; one that says it is markup, without that."""
        kind = each.peek("contenttype", "contentType") or ""
        each.take("role", "contenttype", "contentType")
        said = each.text("value")
        if said is None or not _MARKUP.search(kind):
            return said
        return replace(said, text=" ".join(unescape(_TAG.sub("", said.text)).split()))

    def _authors(self) -> tuple[Said, ...]:
        named = []
        for person in self.item.branches("person", "people"):
            if (person.peek("rel") or "").lower() in ("author", "creator", "writer"):
                person.take("rel")
                named.append(person.text("name"))
        return tuple(name for name in named if name)

    def _sources(self) -> None:
        for each in self.item.branches("infosource", "infosources", "infoSources"):
            role = (each.peek("role", "rel") or "").lower()
            field = _party(role)
            if field and field not in self.said and (name := each.text("name", "literal")):
                each.take("role", "rel")
                self.said[field] = name

    def _subjects(self) -> tuple[tuple[Concept, ...], tuple[str, ...]]:
        concepts, keywords = [], []
        for each in self.item.branches("subject", "subjects"):
            keyword = (each.peek("rel") or "").lower() == "keyword"
            name = each.text("name")
            each.take("rel")
            if keyword and name:
                keywords.append(name.text)
                continue
            code = each.peek("uri", "code", "literal")
            scheme = each.peek("scheme")
            whole = f"{scheme.rstrip('/:')}/{code}" if scheme and code else code
            concepts.append(concept_of(each, name, whole, "uri", "code", "literal", "scheme"))
        return tuple(each for each in concepts if each.name or each.code), tuple(keywords)

    def _partial(self) -> str | None:
        said = self.item.text("representationtype", "representationType")
        if said and said.text.lower() not in ("complete", "full"):
            return f"{said.path}: saw {quoted(said.text)}"
        return f"{self.places['body']}: saw but a summary" if self.is_summary else None

    # The body

    def _body(self) -> str | None:
        """The richest of the whole bodies as HTML; another that says the same in fewer marks is no loss."""
        bodies = list(self._bodies())
        if not bodies:
            return None
        richest = _richest(bodies)
        self.is_summary = bool(_SUMMARY.search(richest.kind))
        self.places["body"] = richest.branch.place(richest.name)
        for body in bodies:
            if body is richest or body.words <= richest.words:
                self._say("wordcount", body.take())
        return richest.html()

    def _bodies(self) -> Iterator["_Body"]:
        for name in self.item.value:
            if name.startswith("body_") and (text := self.item.peek(name)):
                yield _Body(self.item, name, name.removeprefix("body_"), text)
        for each in self.item.branches("bodies"):
            if text := each.peek("value"):
                kind = f"{each.peek('contenttype', 'contentType') or ''} {each.peek('role') or ''}"
                yield _Body(each, "value", kind, text)

    # What goes with it

    def _page(self) -> Said | None:
        """The story's page on the web, where a rendition is one."""
        for each in self._renditions(self.item):
            if _type_of(each).startswith(("text/html", "application/xhtml")) and _name_of(each) in (
                "web",
                "canonical",
            ):
                each.take("name", "contenttype", "contentType", "mimetype")
                return each.text("href")
        return None

    def _text_rendition(self) -> str | None:
        """Where the text lies when the item does not carry it."""
        for each in self._renditions(self.item):
            kind = _type_of(each)
            if kind.startswith(("text/", "application/xhtml", "application/xml", "application/nitf")):
                each.take("name", "contenttype", "contentType", "mimetype")
                href = each.text("href")
                if href:
                    return href.text
        return None

    @staticmethod
    def _renditions(item: Branch) -> Iterable[Branch]:
        return item.branches("renditions")

    def _media(self) -> Iterator[Media]:
        for each in self.item.branches("associations"):
            kind = kind_of(each.peek("type"))
            if kind is None or composite.status_of(each.value) != "usable":
                continue
            chosen = best(map(_rendition, self._renditions(each)))
            until = composite.embargo_of(each.value)
            if until and outlasts(until, self.said):
                self.control.left_out(each.where, str(until))
                continue
            if chosen is None:
                continue
            each.take("type", "name", "rel")
            chosen.take()
            yield Media(
                url=chosen.href,
                kind=kind,
                caption=_said(self._caption(each)),
                credit=_said(
                    each.text("byline", "by") or each.text("creditline", "copyrightholder", "copyrightHolder")
                ),
                width=chosen.width,
                height=chosen.height,
            )

    def _caption(self, each: Branch) -> Said | None:
        told = each.branches("descriptions")
        chosen = next((one for one in told if (one.peek("role") or "").lower() == "caption"), None)
        if chosen := chosen or next(iter(told), None):
            return self._role_text(chosen)
        names = [
            "description_caption",
            "description_text",
            *(n for n in each.value if n.startswith("description_")),
        ]
        return each.text(*names) or each.text("headline")


def _richest(bodies: Sequence["_Body"]) -> "_Body":
    """Of the bodies that are whole, the one with most marks, then words."""
    stories = [body for body in bodies if not _SUMMARY.search(body.kind)] or bodies
    # A wire's own XML holds its header too, and is not always well-formed.
    texts = [body for body in stories if body.rank > _XML]
    longest = max(len(body.words) for body in stories)
    most = max((len(body.words) for body in texts), default=0)
    if not texts or most < LEAST_OF_XML * longest:
        texts, most = list(stories), longest
    whole = [body for body in texts if len(body.words) >= LEAST_SHARE * most]
    return max(whole, key=lambda body: (body.rank, len(body.words)))


class _Body:
    """One of an item's bodies."""

    def __init__(self, branch: Branch, name: str, kind: str, text: str) -> None:
        self.branch, self.name, self.kind, self.text = branch, name, kind.lower(), text
        self.words = frozenset(_WORD.findall(_TAG.sub(" ", text)))

    @property
    def rank(self) -> int:
        if _MARKUP.search(self.kind):
            return _HTML
        return _XML if "nitf" in self.kind or self.text.startswith("<") else _PLAIN

    def html(self) -> str:
        if self.rank == _HTML:
            return self.text
        if self.rank == _XML:
            return nitf_fragment(self.text)
        return paragraphs(self.text)

    def take(self) -> Said | None:
        """Take it; how many words it says to have."""
        self.branch.take(self.name)
        if self.name != "value":
            return None
        self.branch.take("role", "contenttype", "contentType", "charcount", "charCount")
        return self.branch.text("wordcount", "wordCount")


def _party(role: str) -> str | None:
    """The field that a source's role leads to; one without a role wrote it."""
    role = code_of(role)
    if not role or "origin" in role or role in ("author", "creator", "writer", "source"):
        return "source"
    if "provid" in role or "distribut" in role:
        return "provider"
    return "creditline" if "credit" in role else None


def _type_of(rendition: Branch) -> str:
    return (rendition.peek("contenttype", "contentType", "mimetype") or "").lower()


def _name_of(rendition: Branch) -> str:
    return (rendition.peek("name") or str(rendition.path[-1])).lower()


def _rendition(branch: Branch) -> Rendition:
    def take() -> None:
        branch.take("href", "contenttype", "contentType", "mimetype", "width", "height", "name")

    href = branch.peek("href") or ""
    return Rendition(
        href, _type_of(branch), pixels(branch.peek("width")), pixels(branch.peek("height")), take
    )


def _said(said: Said | None) -> str | None:
    return said.text if said else None


def _text(said: dict[str, Said], *names: str) -> str | None:
    return next((said[name].text for name in names if name in said), None)
