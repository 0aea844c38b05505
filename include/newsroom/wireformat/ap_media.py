"""The AP Media API's JSON: a feed's or a search's listing, or one item; the body is a rendition in NITF.

It looks like ninjs 1.x and is not: more statuses, editorial types, lists where ninjs has texts.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from newsroom.story import Media
from newsroom.wireformat.control import Control, is_usable
from newsroom.wireformat.document import Concept, Dispatch, Head, Said
from newsroom.wireformat.embargo import latest, outlasts
from newsroom.wireformat.json_tree import Branch, JsonTree, concept_of
from newsroom.wireformat.pictures import Rendition, best, is_web, kind_of, pixels

_TEXTS: dict[str, tuple[str, ...]] = {
    "headline": ("headline", "title"),
    "subheadline": ("headline_extended",),
    "slugline": ("slugline",),
    "located": ("located",),
    "creditline": ("description_creditline", "creditline"),
    "copyrightnotice": ("copyrightnotice",),
    "ednote": ("ednote",),
    "language": ("language",),
    "urgency": ("urgency",),
    "expires": ("expires",),
    "firstcreated": ("firstcreated",),
    "versioncreated": ("versioncreated",),
    "provider": ("provider",),
    "wire_version": ("version",),
}

_LABELS = frozenset({"direct", "category"})
"""How a subject must relate to the story to be its label; AP adds all that stand above those."""


def items_in(value: Any) -> list[Any] | None:
    """The items of a document, each `{"item": …}` with what AP says beside it; None where it is not AP's."""
    if not isinstance(value, dict):
        return None
    data = value.get("data", value)
    if not isinstance(data, dict):
        return None
    if _is_item(data):
        return [{"item": data}]
    if data.get("items") is None and "data" in value and next_page(value):
        return []  # AP's answer when nothing has come since: it says but where to ask next
    if isinstance(data.get("items"), list):
        members = data["items"]
        known = any(isinstance(each, dict) and isinstance(each.get("item"), dict) for each in members)
        return members if known or (not members and "data" in value) else None
    return [data] if _is_item(data.get("item")) else None


def next_page(value: Any) -> str | None:
    """Where a listing goes on, as written; None where it does not say."""
    data = value.get("data") if isinstance(value, dict) else None
    for told in (data, value):
        link = told.get("next_page") if isinstance(told, dict) else None
        if isinstance(link, str) and link.strip():
            return link
    return None


def _is_item(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("altids"), dict) and "itemid" in value["altids"]


def read_ap_media(value: dict[str, Any]) -> Dispatch:
    """Read one item.

    Raises:
        BadDocument: `hostile_document`: no item is as large or as deep.
    """
    tree = JsonTree(value)
    item = tree.root.value.get("item")
    branch = Branch(tree, item, ("item",)) if isinstance(item, dict) else tree.root
    return _Reader(tree, branch).dispatch()


def steady(value: Any) -> Any:
    """The item without what AP makes anew for each answer: the queries of its addresses."""
    if isinstance(value, dict):
        return {name: steady(each) for name, each in value.items()}
    if isinstance(value, list):
        return [steady(each) for each in value]
    if isinstance(value, str) and "?" in value and is_web(value):
        return urlunsplit(urlsplit(value)._replace(query=""))
    return value


class _Reader:
    """One item being read."""

    def __init__(self, tree: JsonTree, item: Branch) -> None:
        self.tree, self.item = tree, item
        self.said: dict[str, Said] = {}
        self.control = Control()

    def dispatch(self) -> Dispatch:
        item = self.item
        item.take("type")
        for name, names in _TEXTS.items():
            self._say(name, item.text(*names))
        for said in item.texts("pubstatus"):
            self.control.pubstatus(said)
        self._say("embargoed", latest(item.texts("embargoed")))
        self.control.embargo(self.said.get("embargoed"))
        self.control.orders(item.texts("editorialtypes"))
        self.control.unread(item.unread("pubstatus", "embargoed", "editorialtypes"))
        self.control.hints(item.texts("signals"))
        self._say("usageterms", _joined(item.texts("usageterms")))
        self._say("byline", self._byline())
        self._say(
            "source", next((n for each in item.branches("infosource") if (n := each.text("name"))), None)
        )
        self._say("url", self._page())
        altids = item.branch("altids")
        identity = altids.text("itemid") if altids else None
        if altids:
            self._say("etag", altids.text("etag"))
        return Dispatch(
            format="ap_media",
            leaves=self.tree,
            head=self._head(identity),
            said=self.said,
            concepts=tuple(self._concepts()),
            keywords=tuple(said.text for said in item.texts("keywords")),
            signals=tuple(self.control.signals),
            status=self.control.status,
            places={"pubstatus": self.control.place or item.place("pubstatus")},
            media=tuple(self._media()),
            doubts=tuple(self.control.doubts),
        )

    def _say(self, name: str, said: Said | None) -> None:
        if said is not None:
            self.said[name] = said

    def _head(self, identity: Said | None) -> Head:
        said, status = self.said, self.control.status
        return Head(
            id=identity.text if identity else None,
            version=said["wire_version"].text if "wire_version" in said else None,
            title=said["headline"].text if "headline" in said else None,
            published=said["firstcreated"].text if "firstcreated" in said else None,
            updated=said["versioncreated"].text if "versioncreated" in said else None,
            language=said["language"].text if "language" in said else None,
            kind=self.item.peek("type") or "text",
            status=status,
            body_link=None if status == "canceled" else self._nitf(),
        )

    def _byline(self) -> Said | None:
        """`By JANE ROE`, and for whom: AP writes that as the byline's title."""
        lines, place = [said.text for said in self.item.texts("bylines")], self.item.place("bylines")
        for each in () if lines else self.item.branches("bylines"):
            by, title = each.text("by", "name"), each.text("title")
            if by:
                lines.append(f"{by.text}, {title.text}" if title else by.text)
        return Said("; ".join(lines), place) if lines else None

    def _page(self) -> Said | None:
        for link in self.item.branches("links"):
            if link.peek("rel") == "canonical":
                link.take("rel")
                return link.text("href")
        return None

    def _nitf(self) -> str | None:
        renditions = self.item.value.get("renditions")
        story = renditions.get("nitf") if isinstance(renditions, dict) else None
        if not isinstance(story, dict):
            return None
        branch = Branch(self.tree, story, (*self.item.path, "renditions", "nitf"))
        branch.take("title", "rel", "format", "type", "mimetype", "fileextension")
        self._say("wordcount", branch.text("words"))
        href = branch.text("href")
        return href.text if href else None

    def _concepts(self) -> Iterator[Concept]:
        for each in self.item.branches("subject"):
            if _is_label(each):
                each.texts("rels")
                name, code = each.text("name"), each.peek("code")
                if name or code:
                    yield concept_of(each, name, code, "code", "scheme")

    def _media(self) -> Iterator[Media]:
        """The linked media that say where they lie; AP's plain answer only names them."""
        for each in self.item.branches("associations"):
            if not is_usable(each.peek("pubstatus")) or isinstance(each.value.get("pubstatus"), dict | list):
                continue
            if (until := each.value.get("embargoed")) and outlasts(until, self.said):
                self.control.left_out(each.where, str(until))
                continue
            kind = kind_of(each.peek("type"))
            chosen = best(map(_rendition, each.branches("renditions"))) if kind else None
            if kind is None or chosen is None:
                continue
            each.take("type")
            chosen.take()
            caption = each.text("description_caption", "caption", "headline")
            credit = each.text("description_creditline", "creditline", "copyrightnotice")
            yield Media(
                url=chosen.href,
                kind=kind,
                caption=caption.text if caption else None,
                credit=credit.text if credit else None,
                width=chosen.width,
                height=chosen.height,
            )


def _is_label(subject: Branch) -> bool:
    rels = subject.value.get("rels")
    return not isinstance(rels, list) or not rels or bool(_LABELS & {str(rel) for rel in rels})


def _rendition(branch: Branch) -> Rendition:
    def take() -> None:
        branch.take("href", "mimetype", "width", "height", "title", "rel", "type", "format", "fileextension")

    return Rendition(
        branch.peek("href") or "",
        branch.peek("mimetype") or "",
        pixels(branch.peek("width")),
        pixels(branch.peek("height")),
        take,
    )


def _joined(all_said: tuple[Said, ...]) -> Said | None:
    return Said(" ".join(said.text for said in all_said), all_said[0].path) if all_said else None
