"""Which stories a partner takes, and why each other one is left out."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from newsroom.clear.clearance import Clearance
from newsroom.clear.rights import Terms
from newsroom.clear.ruling import Ruling
from newsroom.config import Product
from newsroom.store.catalogue import AnyRevision, CandidateRow

Broader = Callable[[str], Collection[str]]
"""The topics right above a Media Topics code; none for a top topic or an unknown code."""

Clear = Callable[[CandidateRow], Clearance]
"""Whether the partner may have a revision: the one decision on publishing."""

Once = Callable[[Sequence[CandidateRow]], tuple[Sequence[CandidateRow], Sequence[tuple[CandidateRow, str]]]]
"""Of what is cleared, newest first: what the partner gets, and each copy of that with the uri it copies."""

ANY_WIRE = Ruling(rule="wire", passes=True, reason="stories of every wire are taken")
ANY_LANGUAGE = Ruling(rule="language", passes=True, reason="stories in every language are taken")
ANY_TOPIC = Ruling(rule="topic", passes=True, reason="stories on every topic are taken")
NO_TOPIC_EXCLUDED = Ruling(rule="excluded_topic", passes=True, reason="no topic of it is excluded")


@dataclass(frozen=True)
class LeftOut:
    """A story that the partner does not get, and the first rule that keeps it back, as a stable code.

    Codes: those of `ProductRules` (`wire`, `language`, `topic`, `excluded_topic`), those of `Clearance`
    (`kill`, `embargo`, `check`, `partner_check` …), `duplicate` for what the partner has or gets as the story
    `copy_of`, and `older` for what no longer fits into the feed. `told` is the rule's sentence, where one
    rule alone decided.
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
) -> Selection:
    """Sort `candidates`, newest first, into what the product takes and may have, and what it leaves.

    `once` says which of several copies the partner gets; without it, all of them.
    """
    rules = ProductRules(product, broader)
    cleared: list[CandidateRow] = []
    left: list[LeftOut] = []
    changes: list[datetime] = []
    for row in candidates:
        foreign = next((ruling for ruling in rules.rulings(row) if not ruling.passes), None)
        if foreign:
            left.append(LeftOut(row.uri, row.n, foreign.rule, told=foreign.reason))
            continue
        clearance = clear(row)
        if clearance.until:
            changes.append(clearance.until)
        if not clearance.cleared:
            first = clearance.blocking[0]
            left.append(LeftOut(row.uri, row.n, first.rule, told=first.reason))
        else:
            cleared.append(row)
    chosen, copies = once(cleared) if once else (cleared, ())
    left += [LeftOut(row.uri, row.n, "duplicate", copy_of) for row, copy_of in copies]
    left += [LeftOut(row.uri, row.n, "older") for row in chosen[product.newest :]]
    return Selection(tuple(chosen[: product.newest]), tuple(left), min(changes, default=None))


def matches_language(ranges: Sequence[str], language: str | None) -> bool:
    """Basic filtering of RFC 4647, section 3.3.1: `en` matches en-US, `en-US` does not match en."""
    if not ranges:
        return True
    tag = (language or "").lower()
    return any(tag == wanted or tag.startswith(f"{wanted}-") for wanted in (r.lower() for r in ranges))


class ProductRules:
    """What a product takes, whatever may be published: its wires, languages and topics."""

    def __init__(self, product: Product, broader: Broader) -> None:
        """Topics are codes with all that lies under them, which `broader` tells, or a wire's labels."""
        self._product = product
        self._broader = broader
        self._known: dict[tuple[str, ...], frozenset[str]] = {}
        self._wanted = frozenset(map(_folded, product.topics))
        self._unwanted = frozenset(map(_folded, product.not_topics))

    def rulings(self, row: AnyRevision) -> Iterator[Ruling]:
        """Each rule's answer, in a fixed order."""
        yield self._wire(row)
        yield self._language(row)
        yield from self._topics(row)

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


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()
