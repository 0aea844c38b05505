"""What a page says of itself to machines: JSON-LD, microdata, meta tags, link relations.

Each JSON-LD block is parsed by itself, so that a malformed one does not lose the others. Microdata is brought
into the same form: a node is a dict of schema.org properties with `@type`.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import orjson
from lxml.html import HtmlElement

from newsroom.text import clean_line, clean_text

Node = dict[str, Any]

MAX_JSON_LD = 5_000_000
"""Characters of one JSON-LD block; live blogs reach one million."""

MAX_NODES = 5_000
"""How many JSON-LD nodes of a page are looked at."""

MAX_ITEMPROPS = 2_000
"""How many microdata properties of a page are looked at."""

MAX_TIMES = 20
"""How many time elements of a page are looked at."""

_NAMING = ("class", "itemprop", "id")
_UPDATED = re.compile(r"updat|modif|aktualis|actualiz", re.IGNORECASE)
_PUBLISHED = re.compile(r"publi|posted|entry-date|created|issued|fecha", re.IGNORECASE)

_ARTICLE_TYPE = re.compile(
    r"(?:[A-Za-z]*Article|[A-Za-z]*Posting|Report|Review|Recipe|(?:[A-Za-z]*NewsArticle)|CreativeWork|PressRelease)"
)
_STORY_TYPE = re.compile(r"[A-Za-z]*Article|BlogPosting|LiveBlogPosting|Report")
_OWN_PARTS = ("@graph", "mainEntity", "mainEntityOfPage")
"""Where a block holds what the page itself is about, not what it links to."""


@dataclass(frozen=True)
class Told:
    """What the page told. `articles` are its schema.org articles, the most telling first; `nodes` the rest.

    `meta` maps the lower-case name, property or itemprop of meta tags to their contents in page order,
    `links` the lower-case rel of link elements in the head to their addresses. `times` are the moments of
    its time elements, those first that say they are of publication. `broken` counts JSON-LD blocks that are
    not JSON, `blocks` all of them.
    """

    articles: tuple[Node, ...] = ()
    nodes: tuple[Node, ...] = ()
    microdata: tuple[Node, ...] = ()
    meta: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    times: tuple[str, ...] = ()
    title: str | None = None
    language: str | None = None
    blocks: int = 0
    broken: int = 0

    @property
    def article_bodies(self) -> tuple[str, ...]:
        """The texts that the page's articles give as their `articleBody`, markup undone, longest first."""
        bodies = (text_of(node.get("articleBody")) for node in (*self.articles, *self.microdata))
        return tuple(sorted((body for body in bodies if body), key=len, reverse=True))

    @property
    def stories(self) -> tuple[Node, ...]:
        """The article nodes of both forms, JSON-LD before microdata."""
        return (*self.articles, *self.microdata)

    def first_meta(self, *names: str) -> str | None:
        """The first content that is not blank of these meta tags, tried in this order."""
        return next((text for name in names for text in self.meta.get(name, ())), None)


def read_structured(tree: HtmlElement) -> Told:
    """Read what `tree` says to machines; the tree still has its scripts. Never raises on what a page says."""
    raw = [script.text or "" for script in tree.iter("script") if _is_json_ld(script.get("type"))]
    parsed = [parse_json_ld(text) for text in raw]
    nodes = _resolved(list(_nodes(parsed)))
    articles = [node for node in nodes if _is_type(node, _ARTICLE_TYPE)]
    title = tree.find(".//title")
    return Told(
        articles=tuple(sorted(articles, key=_telling, reverse=True)),
        nodes=tuple(node for node in nodes if not _is_type(node, _ARTICLE_TYPE)),
        microdata=tuple(sorted(_microdata(tree), key=_telling, reverse=True)),
        meta=_meta(tree),
        links=_links(tree),
        times=_times(tree),
        title=one_line(title.text_content()) if title is not None else None,
        language=(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip()
        or None,
        blocks=len(raw),
        broken=sum(block is None for block in parsed),
    )


def one_line(text: str | None) -> str | None:
    """`text` on one line, without what no reader sees; None when nothing is left."""
    return clean_line(text or "") or None


def text_of(value: Any) -> str | None:
    """A JSON-LD value as text: a string, a number, `@value`, `name`, or the first of a list that has one."""
    if isinstance(value, str):
        return clean_text(html.unescape(value)) or None
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return next((text for text in map(text_of, value[:20]) if text), None)
    if isinstance(value, dict):
        inner = value.get("@value", value.get("name"))
        return text_of(inner) if not isinstance(inner, dict) else None
    return None


def texts_of(value: Any) -> tuple[str, ...]:
    """All texts of a JSON-LD value, in order."""
    values = value if isinstance(value, list) else [value]
    return tuple(text for text in map(text_of, values) if text)


def types_of(node: Node) -> tuple[str, ...]:
    """The schema.org types of a node, without the address before them."""
    return tuple(kind.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for kind in texts_of(node.get("@type")))


def parse_json_ld(text: str) -> Any:
    """A JSON-LD block as JSON, mended where pages often break it; None when it is beyond that.

    Mended: comment and CDATA wrappers, raw line breaks within strings, trailing commas, several values in a
    row, a stray semicolon at the end.
    """
    text = _WRAPPERS.sub("", text).strip().rstrip(";").strip()
    if not text or len(text) > MAX_JSON_LD:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    for candidate in (text, _TRAILING_COMMA.sub(r"\1", text), html.unescape(text)):
        try:
            return list(_values_in(candidate))
        except (ValueError, RecursionError):
            continue
    return None


_WRAPPERS = re.compile(r"<!--|-->|//\s*<!\[CDATA\[|//\s*\]\]>|<!\[CDATA\[|\]\]>|/\*\s*\*/|^\ufeff")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_DECODER = json.JSONDecoder(strict=False)


def _values_in(text: str) -> Iterator[Any]:
    at = 0
    while at < len(text):
        value, at = _DECODER.raw_decode(text, at)
        yield value
        while at < len(text) and text[at] in " \t\r\n,;":
            at += 1


def _is_json_ld(kind: str | None) -> bool:
    return kind is not None and kind.strip().lower().startswith("application/ld+json")


def _nodes(parsed: list[Any]) -> Iterator[Node]:
    """The nodes that stand for the page itself, in page order."""
    waiting = list(reversed(parsed))
    for _ in range(MAX_NODES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            yield value
            waiting.extend(
                value[name] for name in reversed(_OWN_PARTS) if isinstance(value.get(name), dict | list)
            )


def _resolved(nodes: list[Node]) -> list[Node]:
    """The nodes with each bare `{"@id": …}` in them replaced by the node of that id."""
    within = (one for node in nodes for value in node.values() for one in _as_list(value))
    known = (one for one in (*within, *nodes) if isinstance(one, dict))
    by_id = {one["@id"]: one for one in known if isinstance(one.get("@id"), str) and len(one) > 2}
    by_id |= {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}

    def whole(value: Any) -> Any:
        if isinstance(value, list):
            return [whole(one) for one in value]
        if isinstance(value, dict) and len(value) <= 2 and isinstance(value.get("@id"), str):
            return by_id.get(value["@id"], value)
        return value

    return [
        {name: whole(value) if name != "@graph" else value for name, value in node.items()} for node in nodes
    ]


def _as_list(value: Any) -> list[Any]:
    return value[:MAX_TIMES] if isinstance(value, list) else [value]


def _is_type(node: Node, pattern: re.Pattern[str]) -> bool:
    return any(pattern.fullmatch(kind) for kind in types_of(node))


def _telling(node: Node) -> tuple[bool, int]:
    """How much a node tells: a news story before other works, then by what it has."""
    wanted = ("headline", "datePublished", "author", "articleBody", "mainEntityOfPage", "publisher")
    return _is_type(node, _STORY_TYPE), sum(bool(node.get(name)) for name in wanted)


def _meta(tree: HtmlElement) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = one_line(element.get("content"))
        if content is None:
            continue
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            if name := element.get(attribute):
                texts = found.setdefault(name.strip().lower(), [])
                if content not in texts:
                    texts.append(content)
    return {name: tuple(texts) for name, texts in found.items()}


def _links(tree: HtmlElement) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("link"):
        address = (element.get("href") or "").strip()
        for relation in (element.get("rel") or "").lower().split():
            if address:
                found.setdefault(relation, []).append(address)
    return {relation: tuple(addresses) for relation, addresses in found.items()}


def _times(tree: HtmlElement) -> tuple[str, ...]:
    """The `datetime` of the first time elements; those of updates are left out."""
    found = []
    for element in islice(tree.iter("time"), MAX_TIMES):
        moment = (element.get("datetime") or "").strip()
        around = element.getparent()
        names = " ".join(
            (element.get(name) or "")
            for element in (element, around)
            if element is not None
            for name in _NAMING
        )
        if moment and not _UPDATED.search(names):
            found.append((not _PUBLISHED.search(names), moment))
    return tuple(moment for _, moment in sorted(found, key=lambda one: one[0]))


def _microdata(tree: HtmlElement) -> list[Node]:
    """The microdata items (HTML Living Standard, 5) of an article type, as JSON-LD nodes."""
    items: dict[HtmlElement, Node] = {}
    for element in tree.xpath("//*[@itemprop]")[:MAX_ITEMPROPS]:
        scope = _scope(element.getparent())
        if scope is None:
            continue
        node = items.setdefault(scope, {"@type": scope.get("itemtype") or ""})
        value = (
            items.setdefault(element, {"@type": element.get("itemtype") or ""})
            if "itemscope" in element.attrib
            else _value(element)
        )
        for name in (element.get("itemprop") or "").split():
            node.setdefault(name, []).append(value)
    return [node for node in items.values() if _is_type(node, _ARTICLE_TYPE)]


def _scope(element: HtmlElement | None) -> HtmlElement | None:
    while element is not None and "itemscope" not in element.attrib:
        element = element.getparent()
    return element


def _value(element: HtmlElement) -> str:
    """The value of a microdata property; `content` counts on any element, as search engines read it."""
    for attribute in ("content", *_VALUE_OF.get(element.tag, ())):
        if (value := element.get(attribute)) is not None:
            return str(value)
    if element.get("itemprop") == "articleBody":
        return ""  # the page's own text, which the body's reader sees
    return one_line(element.text_content()) or ""


_VALUE_OF = {
    "a": ("href",),
    "data": ("value",),
    "img": ("src",),
    "link": ("href",),
    "time": ("datetime",),
}
