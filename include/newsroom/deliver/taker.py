"""What clearance must know of a partner and its candidates, gathered for all of them at once."""

from collections.abc import Iterable, Mapping, Sequence

from newsroom.clear.facts import Judged, Taker
from newsroom.config import Partner
from newsroom.store.catalogue import AnyRevision, Catalogue
from newsroom.store.order import places

Passed = Mapping[tuple[str, int], bool]
"""What the partner's own rules say of a revision (uri, n), under the rules as they stand."""


def takers(
    partner: Partner, catalogue: Catalogue, rows: Sequence[AnyRevision], passed: Passed | None
) -> dict[tuple[str, int], Taker]:
    """The partner as each revision meets it. `passed` is None where it has no rules of its own.

    A revision that its rules have not judged fails closed.
    """
    newer = newer_sent(partner, catalogue, rows)
    return {
        (row.uri, row.n): Taker(id=partner.id, judged=judged(row, passed), has_newer=newer.get(row.uri))
        for row in rows
    }


def judged(row: AnyRevision, passed: Passed | None) -> Judged:
    """What the partner's own rules say of a revision."""
    if passed is None:
        return "no_rules"
    verdict = passed.get((row.uri, row.n))
    if verdict is None:
        return "unjudged"
    return "passed" if verdict else "failed"


def newer_sent(partner: Partner, catalogue: Catalogue, rows: Iterable[AnyRevision]) -> dict[str, int]:
    """By story, the newest revision that the partner was sent, where it is newer than the candidate."""
    wanted = {row.uri: row.n for row in rows}
    sent = catalogue.sent(partner.id, wanted)
    several = {uri: numbers for uri, numbers in sent.items() if numbers - {wanted[uri]}}
    newer: dict[str, int] = {}
    for uri, chain in catalogue.chains(several).items():
        place = places(chain)
        last = max((n for n in several[uri] if n in place), key=lambda n: place[n])
        if place[last] > place[wanted[uri]]:
            newer[uri] = last
    return newer
