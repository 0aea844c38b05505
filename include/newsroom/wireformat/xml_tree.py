"""XML as a tree whose leaves are told once they are taken. Names are local: wires leave namespaces out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from newsroom.wireformat.document import Concept, Lost, Said
from newsroom.wireformat.losses import told

_XML = "{http://www.w3.org/XML/1998/namespace}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass
class XmlTree:
    """One document, and what was taken of it: elements for their own text, or an attribute of theirs."""

    element: Any
    taken: set[tuple[Any, str | None]] = field(default_factory=set)
    strange: dict[str, None] = field(default_factory=dict)

    @property
    def root(self) -> "Tag":
        """The root."""
        return Tag(self, self.element)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What stands where something else was wanted."""
        return tuple(self.strange)

    def lost(self) -> tuple[Lost, ...]:
        """The leaves that nobody took: attributes that say something, and texts."""
        return told(self._left())

    def _left(self) -> Iterator[tuple[str, str]]:
        for element in self.element.iter(etree.Element):
            path = path_of(element)
            for name, value in element.attrib.items():
                if not name.startswith(_XSI) and value.strip() and (element, name) not in self.taken:
                    yield f"{path}@{_shown(name)}", value
            text = own_text(element)
            if text and (element, None) not in self.taken:
                yield path, text


@dataclass(frozen=True)
class Tag:
    """An element of the tree."""

    tree: XmlTree
    element: Any

    @property
    def name(self) -> str:
        """Its local name."""
        return local_name(self.element)

    @property
    def children(self) -> Iterator["Tag"]:
        """The elements in it."""
        return (Tag(self.tree, child) for child in self.element if isinstance(child.tag, str))

    def all(self, path: str) -> Iterator["Tag"]:
        """The elements at `path`, local names parted by slashes."""
        name, _, rest = path.partition("/")
        for child in self.children:
            if child.name == name:
                if rest:
                    yield from child.all(rest)
                else:
                    yield child

    def first(self, *paths: str) -> "Tag | None":
        """The first element at one of these paths."""
        return next((tag for path in paths for tag in self.all(path)), None)

    def peek(self, name: str) -> str | None:
        """An attribute, not taken; None when it is blank."""
        return (self.element.get(_attribute(name)) or "").strip() or None

    def attribute(self, *names: str) -> Said | None:
        """An attribute, taken; the first of these that says something."""
        for name in names:
            if (value := self.peek(name)) is not None:
                self.take(name)
                return Said(value, f"{path_of(self.element)}@{name}")
        return None

    def text(self) -> Said | None:
        """All text inside, on one line, taken; None when it is blank."""
        text = " ".join("".join(self.element.itertext()).split())
        if not text:
            return None
        self.take_texts()
        return Said(text, path_of(self.element))

    def take_texts(self) -> None:
        """Take the texts of this element and of all in it, and the language that they say they are in."""
        for element in self.element.iter(etree.Element):
            self.tree.taken.add((element, None))
            self.tree.taken.add((element, f"{_XML}lang"))

    def take(self, *names: str) -> None:
        """Take attributes that say nothing beyond what is taken otherwise."""
        for name in names:
            self.tree.taken.add((self.element, _attribute(name)))


def concept_of(name: Said | None, code: str | None, tag: Tag, *attributes: str) -> Concept:
    """A concept of this name and code; the code is taken at once where it has no name beside it."""

    def take() -> None:
        tag.take(*attributes)

    if code and not name:
        take()
    return Concept(code, name.text if name else None, take)


def local_name(element: Any) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def own_text(element: Any) -> str:
    """The text that stands in the element itself, not in those within it."""
    parts = [element.text or "", *(child.tail or "" for child in element)]
    return " ".join(" ".join(parts).split())


def path_of(element: Any) -> str:
    """The local names from below the root down to the element."""
    names = [local_name(element)]
    names += [local_name(around) for around in element.iterancestors()]
    return "/".join(reversed(names[:-1])) or names[0]


def _attribute(name: str) -> str:
    return f"{_XML}{name.removeprefix('xml:')}" if name.startswith("xml:") else name


def _shown(name: str) -> str:
    return f"xml:{name.removeprefix(_XML)}" if name.startswith(_XML) else name.rpartition("}")[2]
