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

from newsroom.extract.extractor import Chosen, folded
from newsroom.extract.segment import HEADING_TAGS, Box, Piece

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
_KIND_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _KINDS.items()}
_ANY_KIND = re.compile("|".join(f"(?:{pattern})" for pattern in _KINDS.values()), re.IGNORECASE)

_NOTHING = [0.0] * len(_KINDS)
"""What names say that say nothing."""


@lru_cache(maxsize=20_000)
def _told_by(names: str) -> list[float]:
    """Which kinds an element's class and id speak of; a site's pages share most of their names."""
    if not _ANY_KIND.search(names):
        return _NOTHING
    return [1.0 if pattern.search(names) else 0.0 for pattern in _KIND_PATTERNS.values()]


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

_ENDS_SENTENCE = re.compile(r"[.!?…。！？؟।][\"'”’»)\]“‘」』]*$")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b")
_CREDIT = re.compile(
    r"getty|reuters|\bap\b|\bafp\b|dpa|photo|foto|image|bild|©|\(c\)|credit|copyright", re.IGNORECASE
)
_ADDRESS = re.compile(r"@|https?://|www\.|\.com\b")
_QUESTION_MARKS = ("?", "？")

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

    def add(self, piece: Piece, share: float, links: int) -> None:
        self.pieces += 1
        self.chars += len(piece.text)
        self.links += links
        self.chosen += share * len(piece.text)


@dataclass(slots=True)
class _Branch:
    """A box that hangs directly on the main text's box or one around it, with what it holds."""

    first: int
    last: int = 0
    sums: _Sums = field(default_factory=_Sums)


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
        self._title = folded(witnesses.title)
        self._description = folded(witnesses.description)
        if self.span:
            self._measure()

    def _measure(self) -> None:
        self._links = [piece.link_chars for piece in self.pieces]
        self._keys = Counter(piece.text for piece in self.pieces)
        self._parents: dict[int, _Sums] = {}
        self._likes: dict[tuple[str, str], _Sums] = {}
        self._main_sums: dict[int, float] = {}
        boxes: dict[int, Box] = {}
        total = 0.0
        for piece, share, links in zip(self.pieces, self.shares, self._links, strict=True):
            parent = piece.box.parent or piece.box
            boxes[parent.number] = parent
            self._parents.setdefault(parent.number, _Sums()).add(piece, share, links)
            self._likes.setdefault((piece.box.tag, piece.box.names), _Sums()).add(piece, share, links)
            total += share * len(piece.text)
        self._total = max(total, 1.0)
        chars = sum(len(piece.text) for piece in self.pieces)
        self._page = [len(self.pieces) / 100, math.log1p(chars)]
        main = max(self._parents, key=lambda number: self._parents[number].chosen)
        self._main = boxes[main]
        self._main_chain = {box.number: box.depth for box in self._main.chain()}
        high = [i for i, share in enumerate(self.shares) if share > 0.4] or [self.span.start]
        self._first, self._last = high[0], high[-1]
        self._dense_chain = {box.number for box in self._dense.chain()} if self._dense else set()
        self._title_words = {word for word in self._witnesses.title.lower().split() if len(word) > 3}
        sizes = sorted(
            len(piece.text) for piece, share in zip(self.pieces, self.shares, strict=True) if share > 0.4
        )
        self._median = sizes[len(sizes) // 2] if sizes else 100
        self._branches: dict[int, _Branch] = {}
        self._branch_of: list[int] = []
        for piece, share, links in zip(self.pieces, self.shares, self._links, strict=True):
            top = piece.box
            while top.parent is not None and top.parent.number not in self._main_chain:
                top = top.parent
            number = top.number if top.parent is not None else -1 - piece.index
            branch = self._branches.setdefault(number, _Branch(piece.index))
            branch.sums.add(piece, share, links)
            branch.last = piece.index
            self._branch_of.append(number)
        self._sections = self._headed()

    def _headed(self) -> list[tuple[int, "_Sums"]]:
        """For each block, the heading above it and what stands under that heading."""
        found: list[tuple[int, _Sums]] = []
        start, sums = 0, _Sums()
        for piece, share, links in zip(self.pieces, self.shares, self._links, strict=True):
            if piece.box.tag in HEADING_TAGS:
                start, sums = piece.index, _Sums()
            else:
                sums.add(piece, share, links)
            found.append((start, sums))
        return found

    def _group(self, i: int) -> list[float]:
        piece = self.pieces[i]
        text = piece.text
        box = piece.box
        depth = next((step.depth for step in box.chain() if step.number in self._dense_chain), 0)
        branch = self._branches[self._branch_of[i]]
        sums = branch.sums
        start, section = self._sections[i]
        words = text.lower().split()
        return [
            1.0 if box.parent is self._dense else 0.0,
            1.0 if self._dense and depth == self._dense.depth else 0.0,
            float((self._dense.depth if self._dense else 0) - depth),
            sums.chosen / max(1, sums.chars),
            math.log1p(sums.pieces),
            sums.links / max(1, sums.chars),
            math.log1p(sums.chars),
            float(min(i - branch.first, 20)),
            float(min(branch.last - i, 20)),
            1.0 if sums.pieces == 1 and box.tag == "p" else 0.0,
            section.chosen / max(1, section.chars),
            float(min(i - start, 30)),
            math.log1p(section.chars),
            1.0 if text[0] in "•-–—>»|▶►*·+#" else 0.0,
            sum(1 for word in self._title_words if word in words) / max(1, len(self._title_words)),
            len(text) / len(words),
            min(len(text) / self._median, 4.0),
        ]

    def rows(self) -> list[list[float]]:
        """A row of numbers for each block in `span`, in the order of `NAMES`."""
        span = self.span
        texts = {
            i: self._text(i) for i in range(max(0, span.start - 2), min(len(self.pieces), span.stop + 2))
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
            for step in (-2, -1, 1, 2):
                row += self._neighbour(i, i + step, texts)
            before += self.shares[i] * len(piece.text)
            rows.append(row)
        return rows

    def _text(self, i: int) -> list[float]:
        piece = self.pieces[i]
        text = piece.text
        size = len(text)
        words = text.count(" ") + 1
        lines = text.count("\n") + 1
        key = folded(text)
        strong = sum(len(span.text) for span in piece.spans if span.strong)
        emphasis = sum(len(span.text) for span in piece.spans if span.emphasis)
        article = self._witnesses.article
        return [
            self.shares[i],
            (1.0 if article.has(key) else article.share(piece)) if article else -1.0,
            1.0 if article else 0.0,
            math.log(size),
            words / lines,
            1.0 if _ENDS_SENTENCE.search(text) else 0.0,
            1.0 if text[0].isupper() else 0.0,
            min(text.count(","), 9.0),
            1.0 if text[-1] in ":：" else 0.0,
            sum(map(str.isupper, text[:200])) / min(size, 200),
            sum(map(str.isdigit, text[:200])) / min(size, 200),
            min(self._links[i] / size, 1.0),
            float(sum(1 for span in piece.spans if span.href is not None)),
            min(strong / size, 1.0),
            min(emphasis / size, 1.0),
            float(lines),
            1.0 if _CREDIT.search(text) else 0.0,
            1.0 if _ADDRESS.search(text) else 0.0,
            1.0 if _DATE.search(text) else 0.0,
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
            *(1.0 if box.tag == tag else 0.0 for tag in _TAGS),
            *(1.0 if tag == box.tag or tag in around else 0.0 for tag in _AROUND),
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
        meeting = next((step for step in box.chain() if step.number in self._main_chain), None)
        shared = meeting.depth if meeting else 0
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
            parent.chosen / max(1, parent.chars),
            math.log1p(parent.pieces),
            parent.links / max(1, parent.chars),
            math.log1p(parent.chars),
            like.chosen / max(1, like.chars),
            math.log1p(like.pieces),
            like.links / max(1, like.chars),
            *self._page,
        ]

    def _neighbour(self, i: int, j: int, texts: dict[int, list[float]]) -> list[float]:
        if j not in texts:
            return [-1.0] * 9
        text = texts[j]
        here, there = self.pieces[i].box, self.pieces[j].box
        return [
            text[0],
            text[1],
            text[3],
            text[11],
            1.0 if there.tag == "p" else 0.0,
            1.0 if there.tag in HEADING_TAGS else 0.0,
            1.0 if here.parent is there.parent else 0.0,
            1.0 if here is there else 0.0,
            text[5],
        ]
