"""Of several copies of a story, the one that a partner gets: the one it has, else the one it prefers.

Where one was killed, the others go to nobody who has none of them, until a person releases one: what is wrong
with a story is wrong with its copies, too, though their wires may be slower to say so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from newsroom.clear.clearance import WITHDRAWS
from newsroom.store.catalogue import CandidateRow, Catalogue
from newsroom.store.kills import Kill

Rule = Literal["duplicate", "killed_copy"]


@dataclass(frozen=True)
class Duplicate:
    """A copy that the partner does not get: `of` the one that it gets or has, or of one that was killed."""

    row: CandidateRow
    of: str
    rule: Rule = "duplicate"


MayHave = Callable[[Sequence[CandidateRow]], Iterable[CandidateRow]]
"""Those of some stories that the partner may have."""


@dataclass(frozen=True)
class Had:
    """The copies that a partner has: `shown` are in its feed, `sent` were, whatever became of them.

    `elsewhere` is by head a copy that it was sent and may still have, though it is too old to be looked at.
    `killed` is by head a copy that was killed, `released` are those that a person released after that.
    `taken_back` are those of `sent` that were, and are not in the feed.
    """

    shown: frozenset[str] = frozenset()
    sent: frozenset[str] = frozenset()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    killed: Mapping[str, str] = field(default_factory=dict)
    released: frozenset[str] = frozenset()
    taken_back: frozenset[str] = frozenset()

    def waits(self, head: str, uri: str) -> bool:
        """Whether a copy that the partner does not have must be released, as another was killed."""
        return head in self.killed and uri in self.taken_back and uri not in self.released


def copies_had(partner: str, catalogue: Catalogue, cleared: Sequence[CandidateRow], may_have: MayHave) -> Had:
    """What the partner has of the groups of which it could get a story."""
    heads = {row.head for row in cleared if row.head}
    if not heads:
        return Had()
    groups = catalogue.groups(heads)
    members = {uri for group in groups.values() for uri in group}
    kills = catalogue.standing_kills(members)
    dead = sorted(kills, key=lambda uri: (kills[uri].at, uri))  # of several of a group, the last one counts
    killed = {head: uri for uri in dead for head, group in groups.items() if uri in group}
    released = {
        row.uri
        for row in cleared
        if row.head in killed and is_released(catalogue, row.uri, kills[killed[row.head]])
    }
    sent = catalogue.sent(partner, members)
    looked_at = {row.uri for row in cleared}
    others = catalogue.candidates_of([uri for uri in sent if uri not in looked_at])
    elsewhere = {row.head: row.uri for row in may_have(others) if row.head}
    shown = {uri for uri, n in catalogue.in_feed(partner) if n in sent.get(uri, ())}
    gone = catalogue.leavings(partner, sent.keys() - shown, WITHDRAWS)
    return Had(frozenset(shown), frozenset(sent), elsewhere, killed, frozenset(released), frozenset(gone))


def is_released(catalogue: Catalogue, uri: str, kill: Kill) -> bool:
    """Whether a person let a copy of a killed story go out, by release or lift, and knew of the kill."""
    released = [each.at for each in catalogue.decisions(uri) if each.action == "release"]
    return any(at > kill.at for at in [*released, *(each.at for each in catalogue.lifts(uri))])


def each_once(
    cleared: Sequence[CandidateRow], prefer: Sequence[str], had: Had
) -> tuple[list[CandidateRow], list[Duplicate]]:
    """Part stories, newest first, into those that the partner gets and copies of them.

    A copy that it has stays as it is for as long as it may have it. The copy that stands for its group takes
    the place of the group's newest.
    """
    groups: dict[str, list[CandidateRow]] = {}
    for row in cleared:
        groups.setdefault(row.head or row.uri, []).append(row)
    taken = {head: _taken(head, rows, prefer, had) for head, rows in groups.items()}
    chosen: list[CandidateRow] = []
    copies: list[Duplicate] = []
    for row in cleared:
        group = taken[row.head or row.uri]
        if group.front and row is groups[row.head or row.uri][0]:
            chosen.append(group.front)
        if row is group.front:
            continue
        if row.uri in group.uris:
            chosen.append(row)
        else:
            copies.append(Duplicate(row, group.uris[0], group.rule))
    return chosen, copies


@dataclass(frozen=True)
class _Taken:
    """What the partner gets or has of a group; `front` takes the place of the group's newest."""

    uris: tuple[str, ...]
    front: CandidateRow | None = None
    rule: Rule = "duplicate"


def _taken(head: str, rows: Sequence[CandidateRow], prefer: Sequence[str], had: Had) -> _Taken:
    shown = [row for row in rows if row.uri in had.shown]
    if shown:
        return _Taken(tuple(row.uri for row in shown), shown[0])
    sent = [row.uri for row in rows if row.uri in had.sent and not had.waits(head, row.uri)]
    if head in had.elsewhere and not had.waits(head, had.elsewhere[head]):
        sent.append(had.elsewhere[head])
    if sent:
        return _Taken(tuple(sent))
    if head in had.killed:
        rows = [row for row in rows if row.uri in had.released]
        if not rows:
            return _Taken((had.killed[head],), rule="killed_copy")
    ranks = {wire: rank for rank, wire in enumerate(prefer)}
    best = min(rows, key=lambda row: (ranks.get(row.wire, len(ranks)), row.first_stored, row.uri))
    return _Taken((best.uri,), best)
