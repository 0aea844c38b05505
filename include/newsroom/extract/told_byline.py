"""Bylines that a page tells machines: in its structured data and its meta elements."""

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from lxml import etree

from newsroom.extract.byline import Byline, byline_of, has_lead, read_byline
from newsroom.extract.material import Material, letters_of
from newsroom.extract.sighting import Sighting, is_provider, without_site
from newsroom.extract.sources import known_source
from newsroom.extract.structured import Node, one_line, text_of, texts_of

MAX_AUTHORS = 30
MAX_NAME = 60
MAX_NAME_WORDS = 4

_META = (
    "author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "article:author",
    "byl",
    "citation_author",
    "article.author",
    "og:article:author",
    "cxenseparse:author",
    "article:author_name",
    "article:byline",
    "articleauthor",
)

_ADDRESS = re.compile(r"https?:|www\.|^/|@\w+\.|\.(?:html?|php)$", re.IGNORECASE)
_NOT_IN_NAME = re.compile(r"[()\[\]:;<>{}=]")
_ACCOUNTS = frozenset({"admin", "administrator", "webmaster", "root"})
_SECTION_LINKS = etree.XPath("//a[contains(concat(' ', @rel, ' '), ' category ')]")
"""Links to the sections that a post is in, as blogs mark them (`rel="category tag"`)."""


def told_names(material: Material) -> Iterator[tuple[list[str], str]]:
    """The names of authors as the page gives them, each list with its place; a site's accounts come last."""
    for value, where in _in_nodes(material):
        yield _names(one for one in value if not _is_account(one)), where
    for name in _META:
        yield list(material.told.meta.get(name, ())), f"the page's {name} element"
    yield from _accounts(material)


def told_bylines(material: Material) -> tuple[Sighting, ...]:
    """The bylines of the page's data, the surest first; the wire's names, sections and addresses aside."""
    told = list(told_names(material))
    for read in (usual, _verbatim):
        if found := tuple(_read(told, read, material)):
            return found
    return ()


def account_names(material: Material) -> frozenset[str]:
    """The names of the accounts that no person writes under: what the page calls /author/admin/."""
    return frozenset(name for names, _ in _accounts(material) for name in names)


def _read(
    told: Iterable[tuple[list[str], str]], read: Callable[[str], Byline | None], material: Material
) -> Iterator[Sighting]:
    for names, where in told:
        kept = [name for name in names if " " in name or not _is_section(name, material)]
        if (byline := joined(kept, read, material)) is not None:
            yield Sighting(byline, where)


def usual(name: str) -> Byline | None:
    """The byline that an author's name is, which may be one with its lead-in."""
    return read_byline(name if has_lead(name) else f"By {name}")


def joined(names: list[str], read: Callable[[str], Byline | None], material: Material) -> Byline | None:
    """One byline of several names, each of which may be a byline of its own."""
    texts: dict[str, None] = {}
    people: dict[str, None] = {}
    organisations: dict[str, None] = {}
    for name in names:
        if _ADDRESS.search(name) or len(name) > 200:
            continue
        byline = read(name)
        if byline is None or is_provider(byline, material):
            continue
        texts[byline.text] = None
        people |= dict.fromkeys(byline.people)
        if byline.organisation:
            organisations |= dict.fromkeys((byline.organisation, *byline.others))
    return without_site(byline_of(", ".join(texts), people, organisations), material) if texts else None


def is_account_address(address: object) -> bool:
    """Whether an author's address is that of an account that no person writes under: /author/admin/."""
    try:
        return isinstance(address, str) and urlsplit(address).path.rstrip("/").rpartition("/")[2] in _ACCOUNTS
    except ValueError:
        return False


def _same_story(stories: tuple[Node, ...]) -> Iterator[Node]:
    """The nodes that name authors, without those that have another headline than the first of them."""
    headline = None
    for node in stories:
        if not (node.get("author") or node.get("creator")):
            continue
        own = letters_of(text_of(node.get("headline")) or "")
        headline = headline or own
        if own in ("", headline):
            yield node


def _in_nodes(material: Material) -> Iterator[tuple[list[object], str]]:
    for node in _same_story(material.told.stories):
        for name in ("author", "creator"):
            yield _listed(node.get(name)), f"the page's structured data ({name})"


def _accounts(material: Material) -> Iterator[tuple[list[str], str]]:
    yield from ((_names(filter(_is_account, value)), where) for value, where in _in_nodes(material))


def _is_account(value: object) -> bool:
    return isinstance(value, dict) and any(is_account_address(value.get(name)) for name in ("@id", "url"))


def _listed(value: object) -> list[object]:
    return value[:MAX_AUTHORS] if isinstance(value, list) else [value]


def _names(values: Iterator[object]) -> list[str]:
    return [text for one in values if (text := _name_in(one))]


def _name_in(value: object) -> str | None:
    text = text_of(value)
    if text is None and isinstance(value, dict):
        node: Node = value
        text = one_line(f"{text_of(node.get('givenName')) or ''} {text_of(node.get('familyName')) or ''}")
    return one_line(text)


def _is_section(name: str, material: Material) -> bool:
    """Whether a name of one word is a section of the page's; a column of two may be called by its writer."""
    if known_source(name) is not None:
        return False
    named = [text for node in material.told.stories for text in texts_of(node.get("articleSection"))]
    named += material.told.meta.get("article:section", ())
    named += [link.text_content() for link in _SECTION_LINKS(material.tree)]  # type: ignore[union-attr]  # elements
    return any(letters_of(section) == letters_of(name) for section in named)


def _verbatim(name: str) -> Byline | None:
    """An author's name in a form that names seldom have: in small letters, in initials, in another script."""
    names = [part.strip() for part in name.split(";")]
    return Byline(name, tuple(names)) if all(map(_is_odd_name, names)) else None


def _is_odd_name(name: str) -> bool:
    return (
        _NOT_IN_NAME.search(name) is None
        and 1 < len(name) <= MAX_NAME
        and len(name.split()) <= MAX_NAME_WORDS
        and any(map(str.isalpha, name))
    )
