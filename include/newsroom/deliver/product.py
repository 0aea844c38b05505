"""Which stories a partner takes, and why each other one is left out."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from newsroom.clear.clearance import Clearance
from newsroom.clear.rights import Terms
from newsroom.clear.ruling import Ruling
from newsroom.config import Product
from newsroom.config.partner import NORMAL_URGENCY
from newsroom.deliver.duplicates import Duplicate
from newsroom.store.catalogue import AnyRevision, CandidateRow

Broader = Callable[[str], Collection[str]]
"""The topics right above a Media Topics code; none for a top topic or an unknown code."""

Clear = Callable[[CandidateRow], Clearance]
"""Whether the partner may have a revision: the one decision on publishing."""

Once = Callable[[Sequence[CandidateRow]], tuple[Sequence[CandidateRow], Sequence[Duplicate]]]
"""Of what is cleared, newest first: what the partner gets, and copies that it does not get."""

Few = Callable[[Sequence[CandidateRow]], tuple[Sequence[CandidateRow], Sequence[tuple[CandidateRow, str]]]]
"""Of what the partner gets, newest first: what is not too much of a day, and each other with the reason."""

Mentioned = Callable[[AnyRevision], Collection[str]]
"""Which of the product's phrases, as it writes them, stand in a revision."""

ANY_WIRE = Ruling(rule="wire", passes=True, reason="stories of every wire are taken")
ANY_LANGUAGE = Ruling(rule="language", passes=True, reason="stories in every language are taken")
ANY_TOPIC = Ruling(rule="topic", passes=True, reason="stories on every topic are taken")
NO_TOPIC_EXCLUDED = Ruling(rule="excluded_topic", passes=True, reason="no topic of it is excluded")
ANY_URGENCY = Ruling(rule="urgency", passes=True, reason="stories of every urgency are taken")
ANY_GENRE = Ruling(rule="genre", passes=True, reason="stories of every genre are taken")
NO_GENRE_EXCLUDED = Ruling(rule="excluded_genre", passes=True, reason="its genre is not excluded")
ANY_LENGTH = Ruling(rule="length", passes=True, reason="stories of every length are taken")
ANY_MENTION = Ruling(rule="mention", passes=True, reason="no phrase must stand in it")
NO_MENTION_EXCLUDED = Ruling(rule="excluded_mention", passes=True, reason="no phrase in it is excluded")


@dataclass(frozen=True)
class LeftOut:
    """A story that the partner does not get, and the first rule that keeps it back, as a stable code.

    Codes: those of `ProductRules` (`wire`, `language`, `topic`, `length` …), those of `Clearance` (`kill`,
    `embargo`, `check`, `partner_check` …), `duplicate` for what the partner has or gets as the story
    `copy_of`, `killed_copy` where that was killed, `per_day` for what is too many of its day, and `older` for
    what no longer fits into the feed. `told` is the rule's sentence, where one rule alone decided.
    """

    uri: str
    n: int
    reason: str
    copy_of: str | None = None
    told: str = ""


@dataclass(frozen=True)
class Selection:
    """What a partner takes, newest first, and what it does not.

    `until` is the earliest moment at which another answer may come by itself: an embargo ends, a licence.
    `terms` says by uri on what terms each story that it takes is had.
    """

    taken: tuple[CandidateRow, ...]
    left_out: tuple[LeftOut, ...]
    until: datetime | None = None
    terms: Mapping[str, Terms] = field(default_factory=dict)

    @property
    def counts(self) -> Counter[str]:
        """How many stories were left out, by reason."""
        return Counter(each.reason for each in self.left_out)


def select(
    product: Product,
    candidates: Iterable[CandidateRow],
    *,
    broader: Broader,
    clear: Clear,
    once: Once | None = None,
    few: Few | None = None,
    mentioned: Mentioned | None = None,
) -> Selection:
    """Sort `candidates`, newest first, into what the product takes and may have, and what it leaves.

    `once` says which of several copies the partner gets, `few` which of a day's stories; without them, all.
    """
    fit, foreign = fitting(ProductRules(product, broader, mentioned), candidates)
    chosen = take(product, fit, clear=clear, once=once, few=few)
    return replace(chosen, left_out=(*foreign, *chosen.left_out))


def fitting(
    rules: "ProductRules", candidates: Iterable[CandidateRow]
) -> tuple[list[CandidateRow], list[LeftOut]]:
    """Part stories into those that the product takes, whatever may be published, and the others."""
    fit: list[CandidateRow] = []
    foreign: list[LeftOut] = []
    for row in candidates:
        blocking = next((ruling for ruling in rules.rulings(row) if not ruling.passes), None)
        if blocking:
            foreign.append(LeftOut(row.uri, row.n, blocking.rule, told=blocking.reason))
        else:
            fit.append(row)
    return fit, foreign


def take(
    product: Product,
    fit: Iterable[CandidateRow],
    *,
    clear: Clear,
    once: Once | None = None,
    few: Few | None = None,
) -> Selection:
    """Sort what fits the product, newest first, into what the partner gets and what it does not."""
    cleared: list[CandidateRow] = []
    left: list[LeftOut] = []
    changes: list[datetime] = []
    for row in fit:
        clearance = clear(row)
        if clearance.until:
            changes.append(clearance.until)
        if not clearance.cleared:
            first = clearance.blocking[0]
            left.append(LeftOut(row.uri, row.n, first.rule, told=first.reason))
        else:
            cleared.append(row)
    chosen, copies = once(cleared) if once else (cleared, ())
    left += [LeftOut(each.row.uri, each.row.n, each.rule, each.of) for each in copies]
    chosen, many = few(chosen) if few else (chosen, ())
    left += [LeftOut(row.uri, row.n, "per_day", told=told) for row, told in many]
    left += [LeftOut(row.uri, row.n, "older") for row in chosen[product.newest :]]
    return Selection(tuple(chosen[: product.newest]), tuple(left), min(changes, default=None))


def matches_language(ranges: Sequence[str], language: str | None) -> bool:
    """Basic filtering of RFC 4647, section 3.3.1: `en` matches en-US, `en-US` does not match en."""
    if not ranges:
        return True
    tag = (language or "").lower()
    return any(tag == wanted or tag.startswith(f"{wanted}-") for wanted in (r.lower() for r in ranges))


class ProductRules:
    """What a product takes, whatever may be published: by what a story is, and by what stands in it."""

    def __init__(self, product: Product, broader: Broader, mentioned: Mentioned | None = None) -> None:
        """Topics are codes with all that lies under them, which `broader` tells, or a wire's labels.

        Without `mentioned` no phrase stands in any story.
        """
        self._product = product
        self._broader = broader
        self._mentioned = mentioned
        self._genres = frozenset(map(_folded, product.genres))
        self._not_genres = frozenset(map(_folded, product.not_genres))
        self._known: dict[tuple[str, ...], frozenset[str]] = {}
        self._wanted = frozenset(map(_folded, product.topics))
        self._unwanted = frozenset(map(_folded, product.not_topics))

    def rulings(self, row: AnyRevision) -> Iterator[Ruling]:
        """Each rule's answer, in a fixed order."""
        yield from self.rulings_by_row(row)
        yield from self._mentions(row)

    def rulings_by_row(self, row: AnyRevision) -> Iterator[Ruling]:
        """The answers for which no text is read."""
        yield self._wire(row)
        yield self._language(row)
        yield from self._topics(row)
        yield self._urgency(row)
        yield from self._genre(row)
        yield self._length(row)

    def _wire(self, row: AnyRevision) -> Ruling:
        wires = self._product.wires
        if not wires:
            return ANY_WIRE
        reason = f"it is of {row.wire}; taken are {', '.join(wires)}"
        return Ruling(rule="wire", passes=row.wire in wires, reason=reason)

    def _language(self, row: AnyRevision) -> Ruling:
        languages = self._product.languages
        if not languages:
            return ANY_LANGUAGE
        reason = f"it is in {row.language or 'no known language'}; taken are {', '.join(languages)}"
        return Ruling(rule="language", passes=matches_language(languages, row.language), reason=reason)

    def _topics(self, row: AnyRevision) -> Iterator[Ruling]:
        has = self._of(row) if self._wanted or self._unwanted else frozenset[str]()
        yield self._topic(row, has)
        excluded = sorted(self._unwanted & has)
        if not excluded:
            yield NO_TOPIC_EXCLUDED
        else:
            yield Ruling(rule="excluded_topic", passes=False, reason=f"excluded: {', '.join(excluded)}")

    def _topic(self, row: AnyRevision, has: Collection[str]) -> Ruling:
        if not self._wanted:
            return ANY_TOPIC
        its = ", ".join((*row.subjects, *row.labels)) or "no topic"
        reason = f"it is on {its}; taken are {', '.join(self._product.topics)} and what lies under them"
        return Ruling(rule="topic", passes=not self._wanted.isdisjoint(has), reason=reason)

    def _urgency(self, row: AnyRevision) -> Ruling:
        urgencies = self._product.urgencies
        if not urgencies:
            return ANY_URGENCY
        told = f"{row.urgency}" if row.urgency else f"told by nobody, which counts as {NORMAL_URGENCY}"
        reason = f"its urgency is {told}; taken are {', '.join(map(str, urgencies))}"
        return Ruling(rule="urgency", passes=(row.urgency or NORMAL_URGENCY) in urgencies, reason=reason)

    def _genre(self, row: AnyRevision) -> Iterator[Ruling]:
        its, genre = row.genre or "not told", _folded(row.genre or "")
        if not self._genres:
            yield ANY_GENRE
        else:
            reason = f"its genre is {its}; taken are {', '.join(self._product.genres)}"
            yield Ruling(rule="genre", passes=genre in self._genres, reason=reason)
        if genre not in self._not_genres:
            yield NO_GENRE_EXCLUDED
        else:
            yield Ruling(rule="excluded_genre", passes=False, reason=f"excluded: {its}")

    def _length(self, row: AnyRevision) -> Ruling:
        least, most = self._product.min_words, self._product.max_words
        if least is None and most is None:
            return ANY_LENGTH
        bounds = [f"at least {least}"] if least is not None else []
        bounds += [f"at most {most}"] if most is not None else []
        fits = (least or 0) <= row.words and (most is None or row.words <= most)
        reason = f"it has {row.words} words; taken are {' and '.join(bounds)}"
        return Ruling(rule="length", passes=fits, reason=reason)

    def _mentions(self, row: AnyRevision) -> Iterator[Ruling]:
        wanted, unwanted = self._product.mentions, self._product.not_mentions
        has = self._mentioned(row) if self._mentioned and (wanted or unwanted) else ()
        if not wanted:
            yield ANY_MENTION
        else:
            there = [phrase for phrase in wanted if phrase in has]
            told = f"“{there[0]}” stands in it" if there else f"none of {_quoted(wanted)} stands in it"
            yield Ruling(rule="mention", passes=bool(there), reason=told)
        excluded = [phrase for phrase in unwanted if phrase in has]
        if not excluded:
            yield NO_MENTION_EXCLUDED
        else:
            reason = f"excluded: {_quoted(excluded)} in its headline or body"
            yield Ruling(rule="excluded_mention", passes=False, reason=reason)

    def _of(self, row: AnyRevision) -> frozenset[str]:
        """The story's labels, its codes, and every topic above them."""
        codes = self._known.get(row.subjects)
        if codes is None:
            codes = self._known[row.subjects] = frozenset(self._upwards(row.subjects))
        return codes.union(map(_folded, row.labels))

    def _upwards(self, codes: Iterable[str]) -> Iterator[str]:
        seen: set[str] = set()
        waiting = list(codes)
        while waiting:
            code = waiting.pop()
            if code not in seen:
                seen.add(code)
                waiting.extend(self._broader(code))
                yield code


def _quoted(phrases: Iterable[str]) -> str:
    return ", ".join(f"“{phrase}”" for phrase in phrases)


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()
