"""Fingerprints: what is kept of a story's wording, in about 1.5 kB, and the buckets it is found by.

A fingerprint holds the smallest digests of each kind: as the same ones are the smallest in every story, what
two of them share is an estimate of what the stories share (bottom-k sketch; Cohen and Kaplan 2007), exact for
stories of up to 250 words. The buckets are the slots of a MinHash (Broder 1997), each by itself: two stories
share one with a chance that is the share of runs that they have in common. A few more are made of the lead
alone, so that a cut copy is found however short it is.
"""

import struct
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import accumulate, pairwise
from typing import Self
from zlib import crc32

from rensa import RMinHash

from newsroom.match.wording import Wording, wording
from newsroom.story import Story

VERSION = 1
"""Raised when the same story gets another fingerprint: those of different versions are not compared."""

SEED = 20_261_120
BODY_SLOTS = 16
LEAD_SLOTS = 8

LEAST_SHARED = 2
"""How many buckets copies share at least (four in the labelled set); a phrase in common makes one."""

MIN_WORDS = 24
"""A story of fewer words says too little to be told from another."""

KEPT = {"runs": 256, "lead": 24, "facts": 64, "lead_facts": 16, "patterns": 32, "headline": 16}
"""How many digests of each kind are kept at most."""

_WHOLE = 0xFFFF_FFFF
_HEAD = struct.Struct("<BxxxII5I6I")


@dataclass(frozen=True)
class Sample:
    """The digests of a set that are at most `limit`: all of them where nothing was left out."""

    digests: frozenset[int]
    limit: int = _WHOLE

    @classmethod
    def of(cls, texts: Iterable[str], most: int) -> Self:
        """The smallest digests of `texts`."""
        kept = sorted({crc32(text.encode()) for text in texts})
        return cls(frozenset(kept)) if len(kept) <= most else cls(frozenset(kept[:most]), kept[most - 1])

    def share_in(self, other: "Sample") -> float:
        """The share of this set that is in the other one, 0 to 1, judged by what both know; 0 of nothing."""
        limit = min(self.limit, other.limit)
        known = [digest for digest in self.digests if digest <= limit]
        return sum(digest in other.digests for digest in known) / len(known) if known else 0.0


@dataclass(frozen=True)
class Fingerprint:
    """What is kept of a story. `size` counts its different runs, `patterns` are by what is left of them."""

    words: int
    size: int
    runs: Sample
    lead: Sample
    facts: Sample
    lead_facts: Sample
    headline: Sample
    patterns: tuple[tuple[int, int], ...]
    buckets: tuple[int, ...]

    def to_bytes(self) -> bytes:
        """The fingerprint in little-endian integers; `from_bytes` reads it."""
        samples = [sorted(getattr(self, name).digests) for name in _SAMPLES]
        pairs = [number for pair in self.patterns for number in pair]
        slots = [bucket & _WHOLE for bucket in self.buckets]
        parts = [*samples, pairs, slots]
        limits = [getattr(self, name).limit for name in _SAMPLES]
        head = _HEAD.pack(VERSION, self.words, self.size, *limits, *map(len, parts[:-1]))
        return head + struct.pack(f"<{sum(map(len, parts))}I", *(n for part in parts for n in part))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: it is of another version, or cut.
        """
        try:
            version, words, size, *rest = _HEAD.unpack_from(data)
            numbers = array("I")
            numbers.frombytes(data[_HEAD.size :])
        except (struct.error, ValueError) as error:
            raise ValueError(f"fingerprint: saw {len(data)} bytes; wanted a whole one ({error})") from None
        limits, lengths = rest[: len(_SAMPLES)], rest[len(_SAMPLES) :]
        ends = list(accumulate(lengths, initial=0))
        if version != VERSION or len(numbers) != ends[-1] + BODY_SLOTS + LEAD_SLOTS:
            raise ValueError(
                f"fingerprint: saw version {version}, {len(data)} bytes; wanted version {VERSION}"
            )
        parts = [numbers[start:end] for start, end in pairwise(ends)]
        runs, lead, facts, lead_facts, headline = (
            Sample(frozenset(part), limit) for part, limit in zip(parts, limits, strict=False)
        )
        buckets = _numbered(numbers[ends[-1] :])
        return cls(words, size, runs, lead, facts, lead_facts, headline, _pairs(parts[-1]), buckets)


_SAMPLES = [field.name for field in fields(Fingerprint) if field.type is Sample]


def fingerprint(story: Story) -> Fingerprint | None:
    """The story's fingerprint; None where its body has too few words to be compared."""
    told = wording(story)
    if told.words < MIN_WORDS or not told.runs:
        return None
    return Fingerprint(
        words=told.words,
        size=len(told.runs),
        runs=Sample.of(told.runs, KEPT["runs"]),
        lead=Sample.of(told.lead, KEPT["lead"]),
        facts=Sample.of(told.facts, KEPT["facts"]),
        lead_facts=Sample.of(told.lead_facts, KEPT["lead_facts"]),
        headline=Sample.of(told.headline, KEPT["headline"]),
        patterns=tuple(
            (crc32(rest.encode()), crc32(facts.encode())) for rest, facts in told.patterns[: KEPT["patterns"]]
        ),
        buckets=_buckets(told),
    )


def buckets_of(data: bytes) -> tuple[int, ...]:
    """The buckets of what `to_bytes` wrote, without reading the rest; each once, the lowest first."""
    numbers = array("I")
    numbers.frombytes(data[-4 * (BODY_SLOTS + LEAD_SLOTS) :])
    return _numbered(numbers)


def _buckets(told: Wording) -> tuple[int, ...]:
    slots: list[int] = []
    for runs, count in ((told.runs, BODY_SLOTS), (told.lead or told.runs, LEAD_SLOTS)):
        minhash = RMinHash(num_perm=count, seed=SEED)
        minhash.update(list(runs))
        slots += minhash.digest()
    return _numbered(slots)


def _numbered(slots: Iterable[int]) -> tuple[int, ...]:
    """Buckets from a MinHash's slots: the slot's number stands above its 32 bits."""
    return tuple(number << 32 | slot for number, slot in enumerate(slots))


def _pairs(numbers: "array[int]") -> tuple[tuple[int, int], ...]:
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))
