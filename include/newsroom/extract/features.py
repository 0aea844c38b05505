"""What is seen of a text block without reading it: where it stands, its build, what its boxes are called.

Nothing here knows a site or (but for class names, which are English everywhere) a language. The judge's
weights are learned over these numbers; their order is `NAMES`.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from newsroom.extract.extractor import Chosen
from newsroom.extract.forest import Floats
from newsroom.extract.segment import HEADING_TAGS, Box, Piece, Span, folded

_Amount = tuple[int, int, float]
"""What a block adds to a group: its characters, those in links, those chosen."""

_KINDS = {
    "share": r"shar(?:e|ing)|social|follow|addthis|sociable|facebook|twitter",
    "related": r"relat|recommend|more[-_]|also|readmore|read-?more|see-?more|promo|teaser|card|outbrain"
    r"|taboola|next|popular|trending|most|recirc|upnext|latest|linkbox|crosslink",
    "newsletter": r"newsletter|subscri|sign-?up|signup|donat|support|membership|cta|abo-|appeal",
    "comment": r"comment|disqus|kommentar|discussion|respond",
    "author": r"author|byline|bio\b|writer|contributor|autor|redact|reporter|profile",
    "caption": r"caption|credit|legend|copyright|figure|photo|image|picture|gallery|media|slide|bild|foto"
    r"|thumb",
    "ad": r"\bads?\b|[-_]ads?[-_]|advert|sponsor|banner|commercial|anzeige|dfp|\bad[-_]",
    "tag": r"\btags?\b|tag[-_]|[-_]tags?|topic|keyword|categor|kicker|label|section-name|breadcrumb|eyebrow",
    "meta": r"meta|date|time|publish|update|info\b|stamp",
    "title": r"title|headline|heading|header|hed\b",
    "dek": r"dek\b|summary|lead\b|lede|intro|standfirst|subtitle|sub-?head|description|excerpt|teaser-text"
    r"|chapo|deck|entradilla|vorspann|bullet|highlight|key-?point|takeaway",
    "text": r"body|content|article|text|story|entry|post|paragraph|rich|prose|copy\b|wysiwyg|single",
    "widget": r"widget|embed|module|box|panel|component|block|inset|insert|inline|infobox|factbox",
    "quote": r"quote|zitat|cite|tweet|instagram",
    "foot": r"foot|bottom|disclaim|legal|notice|correction|end-?note|after",
    "side": r"side|aside|rail|right|secondary|column",
    "nav": r"nav|menu|breadcrumb|toolbar|skip|\bbar\b|tabs?\b|pagination|pager",
    "video": r"video|player|audio|podcast|listen|media",
    "pay": r"paywall|premium|restrict|locked|piano|gate|regwall|metered",
    "list": r"list|item|grid|feed|river|stream|collection|row",
    "hide": r"hidden|hide|visually|sr-only|screen-?reader|print|modal|popup|overlay|tooltip|cookie|consent",
}
_KIND_PATTERNS = [re.compile(pattern) for pattern in _KINDS.values()]
"""For names in lower case: a pattern that must not mind the case takes four times as long."""

_NOTHING = [0.0] * len(_KINDS)
"""What names say that say nothing."""


@lru_cache(maxsize=20_000)
def _told_by(names: str) -> list[float]:
    """Which kinds an element's class and id speak of; a site's pages share most of their names."""
    names = names.lower()
    told = [1.0 if pattern.search(names) else 0.0 for pattern in _KIND_PATTERNS]
    return told if any(told) else _NOTHING


_TAGS = ("p", "div", "li", "h1", "h2", "h3", "h4", "td", "blockquote", "figcaption", "section", "pre")
_AROUND = (
    "aside",
    "nav",
    "footer",
    "header",
    "figure",
    "form",
    "article",
    "main",
    "ul",
    "ol",
    "table",
    "blockquote",
)

_CLOSES = "\"'”’»)]“‘」』"


@lru_cache(maxsize=500)
def _tag_told(tag: str) -> list[float]:
    return [1.0 if tag == known else 0.0 for known in _TAGS]


@lru_cache(maxsize=20_000)
def _around_told(around: frozenset[str], tag: str) -> list[float]:
    return [1.0 if known == tag or known in around else 0.0 for known in _AROUND]


_ENDS_SENTENCE = tuple(".!?…。！？؟।")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b")
_CREDIT_PARTS = (
    "getty",
    "reuters",
    "dpa",
    "photo",
    "foto",
    "image",
    "bild",
    "©",
    "(c)",
    "credit",
    "copyright",
)
_CREDIT_WORDS = re.compile(r"\b(?:ap|afp)\b")
_ADDRESS_PARTS = ("@", "http://", "https://", "www.")
_DOT_COM = re.compile(r"\.com\b")
_QUESTION_MARKS = ("?", "？")

_HAS_DIGIT = re.compile(r"\d")
_ASCII = re.compile("[\x00-\x7f]+")
_CAPITALS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = b"0123456789"

REACH = 2
"""How many blocks before and after a block are among what is seen of it."""

NEAR = 12
"""How many blocks before the first and after the last chosen one are judged."""


@dataclass(frozen=True)
class Witnesses:
    """What else says which text is the story's: a second look, the structured data, the page's own title."""

    chosen: Chosen
    article: Chosen | None
    title: str
    description: str


def _names() -> list[str]:
    text = [
        "chosen",
        "article",
        "has_article",
        "log_chars",
        "words_per_line",
        "sentence_end",
        "upper_start",
        "commas",
        "colon",
        "caps",
        "digits",
        "link_share",
        "links",
        "strong_share",
        "emphasis_share",
        "lines",
        "credit",
        "address",
        "date",
        "question",
        "short",
        "is_title",
        "in_description",
        "repeats",
        "quoted",
    ]
    shape = [f"tag_{tag}" for tag in _TAGS] + [f"in_{tag}" for tag in _AROUND]
    kinds = [f"own_{kind}" for kind in _KINDS] + [f"around_{kind}" for kind in _KINDS]
    place = [
        "hidden",
        "depth",
        "main_distance",
        "main_inside",
        "main_child",
        "position",
        "before",
        "after",
        "from_first",
        "to_last",
        "chars_before",
        "chars_after",
        "parent_chosen",
        "parent_pieces",
        "parent_links",
        "parent_chars",
        "like_chosen",
        "like_count",
        "like_links",
        "page_pieces",
        "page_chars",
        "heading_run",
        "dense_child",
        "dense_inside",
        "dense_distance",
        "branch_chosen",
        "branch_pieces",
        "branch_links",
        "branch_chars",
        "branch_start",
        "branch_end",
        "branch_p",
        "section_chosen",
        "section_start",
        "section_chars",
        "bullet",
        "title_words",
        "word_chars",
        "relative_size",
    ]
    near = [
        f"{where}_{what}"
        for where in ("prev2", "prev1", "next1", "next2")
        for what in (
            "chosen",
            "article",
            "log_chars",
            "links",
            "p",
            "heading",
            "same_parent",
            "same_box",
            "sentence_end",
        )
    ]
    return text + shape + kinds + place + near


NAMES = _names()


@dataclass(slots=True)
class _Sums:
    """What a group of blocks comes to."""

    pieces: int = 0
    chars: int = 0
    links: int = 0
    chosen: float = 0.0
    _told: list[float] | None = None

    def add(self, chars: int, links: int, chosen: float) -> None:
        self.pieces += 1
        self.chars += chars
        self.links += links
        self.chosen += chosen

    def told(self) -> list[float]:
        """The group as numbers: asked for once it is whole, and then for each of its blocks."""
        if self._told is None:
            self._told = [
                self.chosen / max(1, self.chars),
                math.log1p(self.pieces),
                self.links / max(1, self.chars),
                math.log1p(self.chars),
            ]
        return self._told


@dataclass(slots=True)
class _Branch:
    """A box that hangs directly on the main text's box or one around it, with what it holds."""

    first: int
    last: int = 0
    sums: _Sums = field(default_factory=_Sums)


def _has_credit(text: str) -> bool:
    """Whether `text` has a word of credits. One look for each word is far quicker than one for all."""
    lower = text.lower()
    return any(part in lower for part in _CREDIT_PARTS) or (
        ("ap" in lower or "afp" in lower) and _CREDIT_WORDS.search(lower) is not None
    )


def _has_address(text: str) -> bool:
    return any(part in text for part in _ADDRESS_PARTS) or (
        ".com" in text and _DOT_COM.search(text) is not None
    )


def _capitals_and_digits(text: str) -> tuple[int, int]:
    """How many capitals and how many digits `text` has; its ASCII characters are counted at once."""
    plain = text.encode("ascii", "ignore")
    capitals = len(plain) - len(plain.translate(None, _CAPITALS))
    digits = len(plain) - len(plain.translate(None, _DIGITS))
    if len(plain) < len(text):
        others = _ASCII.sub("", text)
        capitals += sum(map(str.isupper, others))
        digits += sum(map(str.isdigit, others))
    return capitals, digits


def window(marks: Sequence[bool]) -> range:
    """The blocks that may be the story: those around what is marked."""
    first = next((i for i, mark in enumerate(marks) if mark), None)
    if first is None:
        return range(0)
    last = next(i for i in range(len(marks) - 1, -1, -1) if marks[i])
    return range(max(0, first - NEAR), min(len(marks), last + NEAR + 1))


def densest(pieces: Sequence[Piece]) -> Box | None:
    """The box that holds most prose directly: sentences of some length with few links."""
    prose: dict[int, int] = {}
    boxes: dict[int, Box] = {}
    for piece in pieces:
        text = piece.text
        if len(text) > 60 and not piece.box.hidden and "." in text and piece.link_chars < len(text) / 3:
            parent = piece.box.parent or piece.box
            boxes[parent.number] = parent
            prose[parent.number] = prose.get(parent.number, 0) + len(text)
    return boxes[max(prose, key=prose.__getitem__)] if prose else None


class Describer:
    """Describes the blocks of one page."""

    def __init__(self, pieces: Sequence[Piece], witnesses: Witnesses) -> None:
        """Look at the whole page once."""
        self.pieces = pieces
        self.shares = [witnesses.chosen.share(piece) for piece in pieces]
        self._dense = densest(pieces)
        self.span = window(
            [
                share > 0.4 or piece.box.parent is self._dense
                for piece, share in zip(pieces, self.shares, strict=True)
            ]
        )
        self._witnesses = witnesses
        self._boxes: dict[int, list[float]] = {}
        self._outers: dict[int, tuple[frozenset[str], list[float]]] = {}
        self._meetings: dict[int, tuple[int, int]] = {}
        self._title = folded(witnesses.title)
        self._description = folded(witnesses.description)
        if self.span:
            self._measure()

    def _measure(self) -> None:
        self._links = [piece.link_chars for piece in self.pieces]
        sizes = [len(piece.text) for piece in self.pieces]
        amounts = [
            (size, links, share * size)
            for size, links, share in zip(sizes, self._links, self.shares, strict=True)
        ]
        self._keys = Counter(piece.text for piece in self.pieces)
        self._parents: dict[int, _Sums] = {}
        self._likes: dict[tuple[str, str], _Sums] = {}
        boxes: dict[int, Box] = {}
        for piece, amount in zip(self.pieces, amounts, strict=True):
            box = piece.box
            parent = box.parent or box
            boxes[parent.number] = parent
            _of(self._parents, parent.number).add(*amount)
            _of(self._likes, (box.tag, box.names)).add(*amount)
        self._total = max(sum(chosen for _, _, chosen in amounts), 1.0)
        self._page = [len(self.pieces) / 100, math.log1p(sum(sizes))]
        main = max(self._parents, key=lambda number: self._parents[number].chosen)
        self._main = boxes[main]
        self._main_chain = {box.number: box.depth for box in self._main.chain()}
        high = [i for i, share in enumerate(self.shares) if share > 0.4] or [self.span.start]
        self._first, self._last = high[0], high[-1]
        self._dense_chain = {box.number for box in self._dense.chain()} if self._dense else set()
        self._title_words = {word for word in self._witnesses.title.lower().split() if len(word) > 3}
        high_sizes = sorted(size for size, share in zip(sizes, self.shares, strict=True) if share > 0.4)
        self._median = high_sizes[len(high_sizes) // 2] if high_sizes else 100
        self._branches = self._branched(amounts)
        self._sections = self._headed(amounts)

    def _branched(self, amounts: Sequence[_Amount]) -> list[_Branch]:
        """For each block, the branch that it stands in."""
        tops: dict[int, Box] = {}
        branches: dict[int, _Branch] = {}
        found: list[_Branch] = []
        for piece, amount in zip(self.pieces, amounts, strict=True):
            top = self._top(piece.box, tops)
            number = top.number if top.parent is not None else -1 - piece.index
            branch = branches.get(number)
            if branch is None:
                branch = branches[number] = _Branch(piece.index)
            branch.sums.add(*amount)
            branch.last = piece.index
            found.append(branch)
        return found

    def _top(self, box: Box, tops: dict[int, Box]) -> Box:
        """The box around `box`, or itself, that hangs on the main text's box or on one around that."""
        parent = box.parent
        if parent is None or parent.number in self._main_chain:
            return box
        top = tops.get(parent.number)
        if top is None:
            top = tops[parent.number] = self._top(parent, tops)
        return top

    def _headed(self, amounts: Sequence[_Amount]) -> list[tuple[int, _Sums]]:
        """For each block, the heading above it and what stands under that heading."""
        found: list[tuple[int, _Sums]] = []
        start, sums = 0, _Sums()
        for piece, amount in zip(self.pieces, amounts, strict=True):
            if piece.box.tag in HEADING_TAGS:
                start, sums = piece.index, _Sums()
            else:
                sums.add(*amount)
            found.append((start, sums))
        return found

    def _meeting(self, box: Box | None) -> tuple[int, int]:
        """How deep `box` shares the way down with the main text's box, and with the densest one."""
        if box is None:
            return 0, 0
        found = self._meetings.get(box.number)
        if found is None:
            main, dense = self._meeting(box.parent)
            found = self._meetings[box.number] = (
                box.depth if box.number in self._main_chain else main,
                box.depth if box.number in self._dense_chain else dense,
            )
        return found

    def _group(self, i: int) -> list[float]:
        piece = self.pieces[i]
        text = piece.text
        box = piece.box
        _, depth = self._meeting(box)
        branch = self._branches[i]
        start, section = self._sections[i]
        words = text.lower().split()
        section_chosen, _, _, section_chars = section.told()
        return [
            1.0 if box.parent is self._dense else 0.0,
            1.0 if self._dense and depth == self._dense.depth else 0.0,
            float((self._dense.depth if self._dense else 0) - depth),
            *branch.sums.told(),
            float(min(i - branch.first, 20)),
            float(min(branch.last - i, 20)),
            1.0 if branch.sums.pieces == 1 and box.tag == "p" else 0.0,
            section_chosen,
            float(min(i - start, 30)),
            section_chars,
            1.0 if text[0] in "•-–—>»|▶►*·+#" else 0.0,
            len(self._title_words.intersection(words)) / max(1, len(self._title_words)),
            len(text) / len(words),
            min(len(text) / self._median, 4.0),
        ]

    def rows(self) -> Floats:
        """A row of numbers for each block in `span`, in the order of `NAMES`."""
        span = self.span
        texts = {
            i: self._text(i)
            for i in range(max(0, span.start - REACH), min(len(self.pieces), span.stop + REACH))
        }
        before = 0.0
        rows = []
        heading_run = 0
        for i in span:
            piece = self.pieces[i]
            heading_run = heading_run + 1 if piece.box.tag in HEADING_TAGS else 0
            row = [
                *texts[i],
                *self._box(piece.box),
                *self._place(i, before),
                float(heading_run),
                *self._group(i),
            ]
            before += self.shares[i] * len(piece.text)
            rows.append(row)
        return np.hstack([np.array(rows, dtype=np.float32), self._neighbours(texts)])

    def _text(self, i: int) -> list[float]:
        piece = self.pieces[i]
        text = piece.text
        size = len(text)
        words = text.count(" ") + 1
        lines = text.count("\n") + 1
        key = piece.key
        head = text[:200]
        capitals, digits = _capitals_and_digits(head)
        links, strong, emphasis = _styles(piece.spans)
        article = self._witnesses.article
        return [
            self.shares[i],
            (1.0 if article.has(key) else article.share(piece)) if article else -1.0,
            1.0 if article else 0.0,
            math.log(size),
            words / lines,
            1.0 if text.rstrip(_CLOSES).endswith(_ENDS_SENTENCE) else 0.0,
            1.0 if text[0].isupper() else 0.0,
            min(text.count(","), 9.0),
            1.0 if text[-1] in ":：" else 0.0,
            capitals / len(head),
            digits / len(head),
            min(self._links[i] / size, 1.0),
            float(links),
            min(strong / size, 1.0),
            min(emphasis / size, 1.0),
            float(lines),
            1.0 if _has_credit(text) else 0.0,
            1.0 if _has_address(text) else 0.0,
            1.0 if _HAS_DIGIT.search(text) and _DATE.search(text) else 0.0,
            1.0 if text.endswith(_QUESTION_MARKS) else 0.0,
            1.0 if words < 5 else 0.0,
            1.0 if self._title and key == self._title else 0.0,
            1.0 if self._description and key[:60] == self._description[:60] else 0.0,
            float(min(self._keys[text], 4)),
            1.0 if text[0] in "\"'“‘«„»「" else 0.0,
        ]

    def _box(self, box: Box) -> list[float]:
        row = self._boxes.get(box.number)
        if row is None:
            row = self._boxes[box.number] = self._describe_box(box)
        return row

    def _describe_box(self, box: Box) -> list[float]:
        own = _told_by(box.names)
        around, kinds = self._outer(box.parent)
        return [
            *_tag_told(box.tag),
            *_around_told(around, box.tag),
            *own,
            *(map(max, own, kinds) if own is not _NOTHING else kinds),
        ]

    def _outer(self, box: Box | None) -> tuple[frozenset[str], list[float]]:
        """The tags around a block from `box` on outwards, and what their names say.

        What the boxes around the main text are called says nothing of its parts.
        """
        if box is None:
            return frozenset(), _NOTHING
        found = self._outers.get(box.number)
        if found is None:
            if box.number in self._main_chain:
                found = frozenset(outer.tag for outer in box.chain()), _NOTHING
            else:
                around, kinds = self._outer(box.parent)
                named = _told_by(box.names)
                kinds = kinds if named is _NOTHING else list(map(max, kinds, named))
                found = around | {box.tag}, kinds
            self._outers[box.number] = found
        return found

    def _place(self, i: int, before: float) -> list[float]:
        piece = self.pieces[i]
        box = piece.box
        shared, _ = self._meeting(box)
        parent = self._parents[(box.parent or box).number]
        like = self._likes[(box.tag, box.names)]
        return [
            1.0 if box.hidden else 0.0,
            float(box.depth - self._main.depth),
            float(self._main.depth - shared),
            float(box.depth - shared),
            1.0 if box.parent is self._main else 0.0,
            (i - self._first) / max(1, self._last - self._first),
            1.0 if i < self._first else 0.0,
            1.0 if i > self._last else 0.0,
            float(min(i - self._first, 30)),
            float(min(self._last - i, 30)),
            before / self._total,
            math.log1p(max(0.0, self._total - before)),
            *parent.told(),
            *like.told()[:3],
            *self._page,
        ]

    def _neighbours(self, texts: dict[int, list[float]]) -> Floats:
        """For each block in `span` what the two before and the two after it are; -1 where there is none."""
        size = len(self.span)
        first = self.span.start - REACH
        near = np.full((size + 2 * REACH, 9), -1, dtype=np.float32)
        places = np.full((size + 2 * REACH, 2), -1)
        for j, text in texts.items():
            box = self.pieces[j].box
            heading = 1.0 if box.tag in HEADING_TAGS else 0.0
            paragraph = 1.0 if box.tag == "p" else 0.0
            near[j - first] = (*(text[k] for k in (0, 1, 3, 11)), paragraph, heading, 0, 0, text[5])
            places[j - first] = (box.parent.number if box.parent else -2, box.number)
        here = places[REACH : REACH + size]
        found = []
        for step in (-2, -1, 1, 2):
            beside = slice(REACH + step, REACH + step + size)
            there, columns = places[beside], near[beside].copy()
            known = there[:, 1] >= 0
            columns[known, 6:8] = (there == here)[known]
            found.append(columns)
        return np.hstack(found)


def _styles(spans: Sequence[Span]) -> tuple[int, int, int]:
    """How many links there are, and how many characters are strong, and in emphasis."""
    links = strong = emphasis = 0
    for span in spans:
        links += span.href is not None
        if span.strong:
            strong += len(span.text)
        if span.emphasis:
            emphasis += len(span.text)
    return links, strong, emphasis


def _of(groups: dict[Any, _Sums], key: Any) -> _Sums:
    found = groups.get(key)
    if found is None:
        found = groups[key] = _Sums()
    return found
