"""Likeness: whether two fingerprints are of copies of one story, and why.

Copies share most of what the shorter one says: sentences are cut, moved, reworded, a figure is brought up to
date. Two stories can share as much and be distinct all the same: made on one form with other names, over one
footer, about one event with the same quotation, or one as an item of a round-up. The limits were set on one
half of the labelled set in `tests/newsroom/match/labelled` and hold on the other.
"""

from newsroom.match.fingerprint import Fingerprint
from newsroom.story import Noun

WORDING = 0.45
"""The share of the shorter one's runs that the longer one must have."""

EVIDENCE = 1.4
"""What the shares of runs and of facts must come to, or `WITH_LEAD` where they begin alike."""

WITH_LEAD = 1.15
LIKE_LEAD = 0.6
BEGINS = 0.3
BEGINS_FACTS = 0.4
"""Where less of either lead is in the other text, in runs and in facts, they begin with other news."""

FEW_FACTS = 4
WITHOUT_FACTS = 0.7
"""What stands for the share of facts where the shorter one has next to none."""

PART = 0.35
"""A text this much shorter than the other is a cut copy only if it is the other's beginning, or headline."""

PART_LEAD = 0.3
PART_HEADLINE = 0.5


class Likeness(Noun):
    """Whether two stories are copies of one; `wording` and `facts` are shares of the shorter one, 0 to 1."""

    same: bool
    wording: float
    facts: float
    reason: str

    @property
    def score(self) -> float:
        """Both shares in one figure, 0 to 1."""
        return round((self.wording + self.facts) / 2, 3)


def likeness(one: Fingerprint, other: Fingerprint) -> Likeness:
    """Compare two stories; which one comes first makes no difference."""
    short, long = sorted((one, other), key=lambda each: each.size)
    wording = short.runs.share_in(long.runs)
    known = min(len(short.facts.digests), len(long.facts.digests))
    facts = _facts(short, long) if known >= FEW_FACTS else WITHOUT_FACTS
    against = _against(short, long, wording, facts)
    told = f"{wording:.0%} of the shorter one's wording"
    told += f" and {facts:.0%} of its names and figures" if known >= FEW_FACTS else ", and next to no names"
    return Likeness(
        same=against is None,
        wording=round(wording, 3),
        facts=round(facts, 3),
        reason=f"{told} {'are in the other' if against is None else f'are in the other, but {against}'}",
    )


def _facts(short: Fingerprint, long: Fingerprint) -> float:
    return max(short.facts.share_in(long.facts), long.facts.share_in(short.facts))


def _lead_facts(short: Fingerprint, long: Fingerprint) -> float:
    return max(short.lead_facts.share_in(long.facts), long.lead_facts.share_in(short.facts))


def _against(short: Fingerprint, long: Fingerprint, wording: float, facts: float) -> str | None:
    """Why the two are not copies of one; None where they are."""
    if wording < WORDING:
        return "that is too little wording"
    agreed, other = _patterns(short, long)
    if other >= max(2, agreed):
        return f"{other} sentences are the same but for names and figures: a form filled in twice"
    begins = long.lead.share_in(short.runs)
    headline = max(short.headline.share_in(long.headline), long.headline.share_in(short.headline))
    if short.size < PART * long.size and begins < PART_LEAD and headline < PART_HEADLINE:
        return "it is a part of a longer text, and not its beginning"
    lead = max(begins, short.lead.share_in(long.runs))
    if lead < BEGINS and _lead_facts(short, long) < BEGINS_FACTS:
        return "they begin with other news: what they share stands under both"
    if wording + facts < (WITH_LEAD if lead >= LIKE_LEAD else EVIDENCE):
        return "that is too little of both"
    return None


def _patterns(short: Fingerprint, long: Fingerprint) -> tuple[int, int]:
    """How many sentences of one pattern have the same facts in both, and how many have others."""
    told: dict[int, set[int]] = {}
    for pattern, facts in long.patterns:
        told.setdefault(pattern, set()).add(facts)
    shared = [facts in told[pattern] for pattern, facts in short.patterns if pattern in told]
    return sum(shared), len(shared) - sum(shared)
