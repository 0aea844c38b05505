"""A NewsML-G2 message into its stories: each text with the pictures and the package that go with it."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

from lxml import etree

from newsroom.story import digest
from newsroom.wireformat.control import code_of, is_usable
from newsroom.wireformat.document import BadDocument, Head
from newsroom.wireformat.identity import without_version
from newsroom.wireformat.newsml_g2 import kind_in, read_newsml_g2
from newsroom.wireformat.pictures import is_web
from newsroom.wireformat.slices import Left, Slice, xml_slice
from newsroom.wireformat.xml_tree import Tag, XmlTree, own_text

NAR = "http://iptc.org/std/nar/2006-10-01/"
_NAMESPACES: dict[Any, str] = {None: NAR}
_NO_NEWS = ("conceptItem", "knowledgeItem", "planningItem", "catalogItem")


MOST_COPIED = 200_000
"""References of packages that are copied to the texts beside them; real messages have some hundreds."""


def message_slices(root: Tag, left: Left, most: int) -> Iterator[Slice]:
    """The items of a newsMessage, newsItem or packageItem; what is no story is counted in `left`.

    Of the texts, the first `most` and one more.

    Raises:
        BadDocument: `hostile_document`: its packages refer to more than any message's do.
    """
    items = [root] if root.name == "newsItem" else list(root.all("itemSet/newsItem"))
    packages = [root] if root.name == "packageItem" else list(root.all("itemSet/packageItem"))
    for kind in _NO_NEWS:
        for _ in root.all(f"itemSet/{kind}"):
            left.count(f"of the kind {kind}")
    texts = [item for item in items if kind_in(item) == "text"]
    company = _Company(texts, [item for item in items if kind_in(item) != "text"], packages)
    company.check(texts[: most + 1])
    for item in texts[: most + 1]:
        beside = company.of(item)
        whole = root.element if len(items) == 1 and not packages else _message(root, [item, *beside])
        yield xml_slice(whole, _head_of(whole), item.element, "".join(_held(beside)))
    yield from _without_text(company, left)
    known = {item.peek("guid") for item in items}
    for package in packages:
        for reference in package.element.iter("{*}itemRef"):
            yield from _referred(Tag(package.tree, reference), known, left)


def _head_of(whole: Any) -> Head:
    try:
        return read_newsml_g2(XmlTree(whole).root).head
    except BadDocument:
        return Head(None)  # its own reading refuses it, with the reason


def _held(items: Iterable[Tag]) -> Iterator[str]:
    """What keeps back the packages among these items, and so the text that they come with."""
    for package in items:
        if package.name != "packageItem":
            continue
        status, embargo = package.first("itemMeta/pubStatus"), package.first("itemMeta/embargoed")
        said = (status.peek("qcode") or status.peek("uri")) if status else None
        if not is_usable(said):
            yield f"\n{said}"
        if embargo:
            yield f"\n{own_text(embargo.element)}"


def _without_text(company: "_Company", left: Left) -> Iterator[Slice]:
    """Pictures and clips that go with no text: only a kill of one is a story of its own."""
    for item in company.others:
        head = read_newsml_g2(item).head
        if head.canceled:
            yield xml_slice(item.element, head)
        elif not company.has(item):
            left.count(f"of the type {head.kind[:20]}")


class _Company:
    """Which of a message's other items go with which text: those of one package, or all where one text is."""

    def __init__(self, texts: list[Tag], others: list[Tag], packages: list[Tag]) -> None:
        self._alone = len(texts) == 1
        self.others = others
        self._packages = [(package, _references(package)) for package in packages]
        self._others = _by_id((other.peek("guid"), n) for n, other in enumerate(others))
        self._naming = _by_id((guid, n) for n, (_, ids) in enumerate(self._packages) for guid in ids)
        self._taken: set[str | None] = set()

    def of(self, text: Tag) -> list[Tag]:
        """The items that go with `text`, packages last."""
        if self._alone:
            packages, beside = self._packages, self.others
        else:
            packages = [self._packages[n] for n in self._naming.get(text.peek("guid"), ())]
            named = {guid for _, ids in packages for guid in ids}
            beside = [self.others[n] for n in sorted(n for guid in named for n in self._others.get(guid, ()))]
        self._taken |= {other.peek("guid") for other in beside}
        return [*beside, *(package for package, _ in packages)]

    def check(self, texts: Iterable[Tag]) -> None:
        """Refuse packages that would be copied to these texts at length.

        Raises:
            BadDocument: `hostile_document`.
        """
        copied = 0
        for text in texts:
            copied += sum(len(self._packages[n][1]) for n in self._naming.get(text.peek("guid"), ()))
            if copied > MOST_COPIED:
                raise BadDocument(
                    "hostile_document",
                    f"xml: saw packages that refer more than {MOST_COPIED:,} times to what goes with a text;"
                    " wanted some hundreds",
                )

    def has(self, other: Tag) -> bool:
        """Whether the item goes with a text that was asked for."""
        return other.peek("guid") in self._taken


def _by_id(told: Iterable[tuple[str | None, int]]) -> dict[str | None, list[int]]:
    """The numbers under each id."""
    found: dict[str | None, list[int]] = {}
    for guid, number in told:
        found.setdefault(guid, []).append(number)
    return found


def _references(package: Tag) -> set[str]:
    return {each.get("residref") or "" for each in package.element.iter("{*}itemRef")} - {""}


def _message(root: Tag, items: Iterable[Tag]) -> Any:
    """A newsMessage of these items alone, under the header of the one they came in."""
    message = etree.Element(f"{{{NAR}}}newsMessage", nsmap=_NAMESPACES)
    header = root.first("header")
    if header:
        message.append(deepcopy(header.element))
    item_set = etree.SubElement(message, f"{{{NAR}}}itemSet")
    brought = list(items)
    ids = {item.peek("guid") for item in brought}
    for item in brought:
        item_set.append(deepcopy(item.element))
    for reference in list(item_set.iter("{*}itemRef")):
        group = reference.getparent()
        if group is not None and reference.get("residref") not in ids:
            group.remove(reference)  # another story's, with a slice of its own
    return message


def _referred(reference: Tag, known: set[str | None], left: Left) -> Iterator[Slice]:
    """What a package refers to and does not bring: to be fetched, or killed."""
    identity, address = reference.peek("residref"), reference.peek("href")
    if identity in known:
        return
    kind = kind_in(reference)
    status = reference.first("pubStatus")
    canceled = status is not None and code_of(status.peek("qcode") or status.peek("uri") or "") == "canceled"
    if kind not in ("text", "composite") and not canceled:
        left.count(f"of the type {kind[:20]}")
        return
    version, title = reference.peek("version"), reference.first("title", "headline")
    name, number = without_version(identity, version) if identity else (None, version)
    told = title.text() if title else None
    created = reference.first("versionCreated")
    updated = created.text() if created else None
    head = Head(
        name,
        number,
        told.text if told else None,
        updated=updated.text if updated else None,
        kind=kind,
        status="canceled" if canceled else "usable",
    )
    link = address or (identity if identity and is_web(identity) else None)
    if canceled:
        yield xml_slice(_canceled(reference, name, number), head)
    elif link and is_web(link):
        yield Slice(head, digest(etree.tostring(reference.element, with_tail=False)), None, link)
    else:
        left.count("named without an address")


def _canceled(reference: Tag, identity: str | None, version: str | None) -> Any:
    """A reference that says its item is canceled, as that item."""
    named = {"guid": identity or "", "standard": "NewsML-G2"} | ({"version": version} if version else {})
    item = etree.Element(f"{{{NAR}}}newsItem", named, nsmap=_NAMESPACES)
    meta = etree.SubElement(item, f"{{{NAR}}}itemMeta")
    for child in reference.children:
        meta.append(deepcopy(child.element))
    return item
