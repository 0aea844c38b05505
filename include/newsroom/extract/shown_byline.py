"""Bylines that a page shows its readers: in elements named so, in lines around the story, at its end."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise, takewhile

from lxml import etree
from lxml.html import HtmlElement

from newsroom.extract.byline import Byline, has_lead, read_byline
from newsroom.extract.material import NEAR_LINES, Material, letters_of
from newsroom.extract.sighting import Sighting, is_provider, is_site, without_site
from newsroom.extract.sources import known_source
from newsroom.extract.structured import one_line
from newsroom.extract.told_byline import MAX_NAME, is_account_address, joined, usual
from newsroom.extract.visible_date import SLASHED, find_date

FIRST_LINES = 4
"""How many of the body's first lines may be the byline."""

LAST_LINES = 2
"""How many of the body's last lines, and of those below it, may show it."""

MAX_SIGNING_WORDS = 6
SIGNING_LINES = 3
"""How many of the body's last lines may end in the agency's name."""

MAX_WORDS = 16

MAX_NAMED = 3
"""How many elements that are named a byline are looked at; later ones are of other stories."""

MAX_MARKED = 12
"""How many elements that are named a byline or hold an author's name are looked at for further authors."""

_NAMED = etree.XPath(
    "//*[@rel='author' or @itemprop='author' or contains(@class, 'byline') or contains(@class, 'author')"
    " or contains(@class, 'Byline') or contains(@class, 'ByLine')]"
    "[normalize-space()][not(ancestor-or-self::*[self::nav or self::aside or self::footer or self::form"
    " or contains(@class, 'comment') or contains(@id, 'comment') or contains(@class, 'related')])]"
)
"""Elements that are named the byline, in page order."""

_HEADS_ANOTHER = etree.XPath("boolean(ancestor::*[self::a or self::li][.//h2 or .//h3 or .//h4])")
"""Whether an element stands with a heading in a link or a list: another story's."""

_MARKED = etree.XPath("//*[@rel='author' or @itemprop='author']")

_NAMES_WITHIN = etree.XPath(
    "descendant-or-self::*[@rel='author' or (@itemprop='name' and ancestor-or-self::*[@itemprop='author'])]"
    "[normalize-space()]"
)
"""Elements within a byline that hold a name and nothing else."""

_STAMP_AFTER = re.compile(
    r"\s*(?:[|·•–—]|\d{1,2}[./:]\d|\b\d+\s+(?:min|hour|day|week|month|comment)|\bpublish|\bupdated)",
    re.IGNORECASE,
)
"""Where, behind the name, the time or the place of the story begins."""

_BETWEEN_NAMES = re.compile(
    r"(?:[\s,;|/&·•+]|\b(?:by|and|und|y|e|et|og|och|von|por|par|av|af)\b)*", re.IGNORECASE
)
_DIVIDED = re.compile(r"\s*[|·•]\s*$")
_PLACE = re.compile(r"(?P<source>[^,/]+)[,/]\s*(?P<place>[^\W\d_a-z][^\d_a-z,]*)")
_CHINESE_SOURCE = re.compile(r"[来來]源\s*[:：]\s*(?P<name>[^\s|，,（(]{2,20})")
_EDITOR = re.compile(
    r"^\W*(?:edited\s+by|(?:editor|editör|redaktur|redaktör|penyunting|责编|責編|责任编辑|責任編輯)\s*[:：])\s*(?P<name>.+)",
    re.IGNORECASE,
)  # fmt: skip
_PROSE_END = re.compile(r"(?<!\b[ap]\.m)[.!?…:][\"'”’»)]*$")
_IN_BRACKETS = re.compile(
    r"(?:^|[.!?…\"“”»«'’])\s*\((?:(?:quelle|source|fuente|fonte|mit\s+material\s+von)\s*:?\s*)?([^()]{2,40})\)$",
    re.IGNORECASE,
)
"""Brackets behind the last sentence: within one they explain an abbreviation."""

_NOT_IN_SIGNATURE = re.compile(r"[:©@\d]")
_INITIALS = re.compile(r"[a-zäöü]{2,4}")
_SIGNERS = re.compile(r"\s*(?:/|,|;|&|\+|\b(?:mit|und|with|and|avec|et|con|y|e)\b)\s*", re.IGNORECASE)


def line_byline(line: str) -> Byline | None:
    """The byline that a line of the page is, or None where it may be prose."""
    words = len(line.split())
    if words > MAX_WORDS or (words > 8 and _PROSE_END.search(line)):
        return None
    return read_byline(line)


def led_bylines(material: Material) -> Iterator[Sighting]:
    """The bylines that say so (`By`), above the story, nearest first, then at its end."""
    for line, where in _lines_around(material):
        byline = line_byline(line) if has_lead(line) else None
        if byline is not None and not is_provider(byline, material):
            yield Sighting(without_site(byline, material), where)


def fuller_byline(people: Iterable[str], material: Material) -> Sighting | None:
    """The byline whose elements, side by side, name all of `people` and more."""
    wanted = {name.casefold() for name in people}
    if not material.is_page or not wanted or len(_MARKED(material.tree)) <= len(wanted):  # type: ignore[arg-type]  # elements
        return None
    for element in _named_elements(material):
        names = _marked_names(element)
        if len(names) <= len(wanted) or not wanted < {name.casefold() for name in names}:
            continue
        byline = joined(names, usual, material)
        if byline is not None and _holds_only(element, names):
            return Sighting(byline, "the elements of the page that are named its byline")
    return None


def named_byline(material: Material) -> Sighting | None:
    """The byline in the first element of the page that is named so."""
    byline, _ = _named(material)
    return Sighting(byline, "the element of the page that is named its byline") if byline else None


def named_text(material: Material) -> str:
    """The text of the element that `named_byline` is from; it may tell the date, too."""
    return _named(material)[1]


def dated_byline(material: Material) -> Sighting | None:
    """The name under the headline that a line divides from the date: `Jane Roe | 9 June 2026`.

    A name that stands elsewhere around the story is a section's.
    """
    lines = material.under_headline
    for line in lines:
        date = find_date(line)
        before = line[: date.start()] if date else ""
        name = _DIVIDED.sub("", before)
        byline = line_byline(name) if name != before else None
        if byline and byline.people and not _stands_around(name, line, material):
            return Sighting(byline, "the name beside the date under the headline")
    return None


def agency_under_headline(material: Material) -> Sighting | None:
    """The agency under the headline, with a place in capitals or above the date: `AFP, MANILA`.

    Chinese pages name there whose story it is, as its source.
    """
    lines = material.under_headline
    for line, after in pairwise((*lines, "")):
        if labelled := _CHINESE_SOURCE.search(line):
            name = labelled["name"]
            return Sighting(
                Byline(name, (), name, known_source(name) or name), "the source under the headline"
            )
        match = _PLACE.fullmatch(line)
        name = match["source"] if match else line if _is_date(after) else ""
        if name and (source := known_source(name)) is not None:
            return Sighting(Byline(line, (), name, source), "the agency under the headline")
    return None


def strong_byline(material: Material) -> Sighting | None:
    """The story's first lines of nothing but people's names in strong type, above its text."""
    lines, strong = material.lines, material.body.strong_lines
    for start in range(min(FIRST_LINES, len(lines))):
        run = list(takewhile(lambda i: i in strong and _is_people(lines[i]), range(start, len(lines))))
        if run and run[-1] + 1 < len(lines) and len(lines[run[-1] + 1].split()) > MAX_WORDS:
            byline = joined([lines[i] for i in run], read_byline, material)
            if byline is not None:
                return Sighting(byline, "the story's first lines", tuple(run))
    return None


def signed_byline(material: Material) -> Sighting | None:
    """Who signs at the story's end: `(FR mit dpa)`, or a last line `The Gazette / Harbor News`."""
    lines = material.lines
    last = len(lines) - 1
    if lines and (byline := _signers(lines[last], material)) is not None:
        return Sighting(byline, "the story's last line", (last,))
    for line in reversed(lines[-SIGNING_LINES:]):
        match = _IN_BRACKETS.search(line)
        byline = _signers(match[1], material) if match else None
        if byline is not None and byline.source and known_source(byline.source):
            return Sighting(byline, "the words in brackets at the story's end")
    return None


def editors(material: Material) -> frozenset[str]:
    """The people whom a line around the story calls its editors, in lower case."""
    body = material.body
    around = (*body.head_lines[-NEAR_LINES:], *body.among_lines, *material.lines[-LAST_LINES:])
    lines = (*around, *body.tail_lines[:NEAR_LINES])
    bylines = (read_byline(f"By {match['name']}") for line in lines if (match := _EDITOR.match(line)))
    return frozenset(name.casefold() for byline in bylines if byline for name in byline.people)


def _named(material: Material) -> tuple[Byline | None, str]:
    if not material.is_page:
        return None, ""
    for element in islice(_named_elements(material), MAX_NAMED):
        text = one_line(element.text_content()[: MAX_NAME * 4]) or ""
        byline = _in_element(element, text, material)
        if byline and not is_provider(byline, material) and not is_site(byline, material):
            return byline, text
    return None, ""


def _named_elements(material: Material) -> Iterator[HtmlElement]:
    elements: list[HtmlElement] = _NAMED(material.tree)  # type: ignore[assignment]  # what the path asks for
    return (element for element in elements[:MAX_MARKED] if not _HEADS_ANOTHER(element))


def _in_element(element: HtmlElement, text: str, material: Material) -> Byline | None:
    if any(is_account_address(address) for address in element.xpath("descendant-or-self::a/@href")):
        return None
    if names := _marked_names(element):
        return joined(names, usual, material)
    text = _STAMP_AFTER.split(text, maxsplit=1)[0]
    return joined([text], usual, material) if 1 < len(text) <= MAX_NAME * 2 else None


def _marked_names(element: HtmlElement) -> list[str]:
    found: list[HtmlElement] = _NAMES_WITHIN(element)  # type: ignore[assignment]  # what the path asks for
    names = (one_line(one.text_content()[: MAX_NAME * 2]) for one in found[:MAX_MARKED])
    return list(dict.fromkeys(name for name in names if name))


def _holds_only(element: HtmlElement, names: list[str]) -> bool:
    """Whether an element holds these names and nothing but what stands between names."""
    text = one_line(element.text_content()) or ""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return _BETWEEN_NAMES.fullmatch(text) is not None


def _lines_around(material: Material) -> Iterator[tuple[str, str]]:
    """The lines above the story, nearest first, then its last and those right below it."""
    body = material.body
    yield from ((line, "a line above the story") for line in reversed(body.head_lines[-NEAR_LINES:]))
    below = (*material.lines[-LAST_LINES:], *body.tail_lines[:LAST_LINES])
    yield from ((line, "the end of the story") for line in below)


def _stands_around(name: str, line: str, material: Material) -> bool:
    body = material.body
    around = (*body.head_lines, *body.among_lines, *body.tail_lines, *body.foot_lines)
    wanted = letters_of(name)
    return any(letters_of(one) == wanted for one in around if one != line)


def _is_date(line: str) -> bool:
    date = find_date(line) or SLASHED.search(line)
    return date is not None and date.start() == 0


def _is_people(line: str) -> bool:
    byline = line_byline(line)
    return byline is not None and bool(byline.people) and byline.organisation is None


def _signers(text: str, material: Material) -> Byline | None:
    """Who signs: the agencies among others, or with the site's own name one other."""
    if len(text.split()) > MAX_SIGNING_WORDS or _NOT_IN_SIGNATURE.search(text):
        return None
    names = [name for name in map(str.strip, _SIGNERS.split(text.strip(" ."))) if name]
    if not all(map(_is_signer, names)):
        return None
    name = next(filter(_agency, names), None)
    others = [one for one in names if not material.names_site(one)]
    if name is None and len(others) == 1 and len(names) == 2:
        name = others[0]
    return Byline(text.strip(" ."), (), name, _agency(name) or name) if name else None


def _is_signer(name: str) -> bool:
    return name[0].isupper() or _INITIALS.fullmatch(name) is not None


def _agency(name: str) -> str | None:
    """The house's name of an agency, which its own stories may sign in small letters: afp."""
    return known_source(name) or (known_source(name.upper()) if _INITIALS.fullmatch(name) else None)
