"""Which stories a partner takes, and why each other one is left out."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from newsroom.config import Product
from newsroom.store.catalogue import CandidateRow

Broader = Callable[[str], Collection[str]]
"""The topics right above a Media Topics code; none for a top topic or an unknown code."""

Passed = Mapping[tuple[str, int], bool]
"""What the partner's own rules say of a revision (uri, n), under the rules as they stand."""


@dataclass(frozen=True)
class LeftOut:
    """A story that the partner does not get, and the reason as a stable code.

    Codes: `wire`, `language`, `topic`, `excluded_topic`, `embargoed`, `withheld`, `canceled`,
    `partner_check`, `partner_check_missing`, `older`.
    """

    uri: str
    n: int
    reason: str


@dataclass(frozen=True)
class Selection:
    """What a partner takes, newest first, and what it does not."""

    taken: tuple[CandidateRow, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def counts(self) -> Counter[str]:
        """How many stories were left out, by reason."""
        return Counter(each.reason for each in self.left_out)


def select(
    product: Product,
    candidates: Iterable[CandidateRow],
    *,
    broader: Broader,
    passed: Passed | None,
    now: datetime,
) -> Selection:
    """Sort `candidates`, newest first, into what the product takes and what it leaves.

    `passed` is None where the partner has no rules of its own. A revision that its rules have not
    judged is left out: it fails closed.
    """
    topics = _Topics(product, broader)
    taken: list[CandidateRow] = []
    left: list[LeftOut] = []
    for row in candidates:
        reason = (
            _not_its_product(product, row, topics)
            or _not_to_be_published(row, now)
            or _not_by_its_rules(row, passed)
            or ("older" if len(taken) >= product.newest else None)
        )
        if reason is None:
            taken.append(row)
        else:
            left.append(LeftOut(row.uri, row.n, reason))
    return Selection(tuple(taken), tuple(left))


def matches_language(ranges: Sequence[str], language: str | None) -> bool:
    """Basic filtering of RFC 4647, section 3.3.1: `en` matches en-US, `en-US` does not match en."""
    if not ranges:
        return True
    tag = (language or "").lower()
    return any(tag == wanted or tag.startswith(f"{wanted}-") for wanted in (r.lower() for r in ranges))


class _Topics:
    """Whether a story has one of some topics: codes with all that lies under them, or a wire's labels."""

    def __init__(self, product: Product, broader: Broader) -> None:
        self._broader = broader
        self._known: dict[tuple[str, ...], frozenset[str]] = {}
        self.wanted = frozenset(map(_folded, product.topics))
        self.unwanted = frozenset(map(_folded, product.not_topics))

    def of(self, row: CandidateRow) -> frozenset[str]:
        """The story's labels, its codes, and every topic above them."""
        codes = self._known.get(row.topics)
        if codes is None:
            codes = self._known[row.topics] = frozenset(self._upwards(row.topics))
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


def _not_its_product(product: Product, row: CandidateRow, topics: _Topics) -> str | None:
    if product.wires and row.wire not in product.wires:
        return "wire"
    if not matches_language(product.languages, row.language):
        return "language"
    if not topics.wanted and not topics.unwanted:
        return None
    has = topics.of(row)
    if topics.wanted and topics.wanted.isdisjoint(has):
        return "topic"
    return None if topics.unwanted.isdisjoint(has) else "excluded_topic"


def _not_to_be_published(row: CandidateRow, now: datetime) -> str | None:
    if row.pubstatus != "usable":
        return row.pubstatus
    return "embargoed" if row.embargoed is not None and row.embargoed > now else None


def _not_by_its_rules(row: CandidateRow, passed: Passed | None) -> str | None:
    if passed is None:
        return None
    verdict = passed.get((row.uri, row.n))
    if verdict is None:
        return "partner_check_missing"
    return None if verdict else "partner_check"
