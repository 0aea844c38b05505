"""Which stories a partner has by now: its product's newest ones that are cleared for it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from newsroom.clear.clearance import clear
from newsroom.clear.facts import facts_of_candidate
from newsroom.clear.rights import PartnerRights, Terms
from newsroom.config import Configuration, Partner
from newsroom.deliver.daily import few_of_a_day
from newsroom.deliver.duplicates import Duplicate, copies_had, each_once
from newsroom.deliver.entry import Entry, first_published, newest_first
from newsroom.deliver.mentions import mentions
from newsroom.deliver.partner_check import Unfiled, passed_by
from newsroom.deliver.product import Clear, LeftOut, Mentioned, ProductRules, Selection, select
from newsroom.deliver.revised import revised
from newsroom.deliver.rights import rights_of, rights_of_candidate
from newsroom.deliver.shape import shaped
from newsroom.deliver.taker import takers
from newsroom.extract.media_topics import vocabulary
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import CandidateRow, Catalogue
from newsroom.story import Revision

LOOKED_AT_FIRST = 500
"""How many of the newest stories are looked at; more only if the product is not full with them."""


def choose(
    partner: Partner,
    configuration: Configuration,
    bucket: Bucket,
    catalogue: Catalogue,
    now: datetime,
    *,
    judge: bool = True,
    unfiled: Unfiled | None = None,
) -> Selection:
    """Choose the partner's stories; the archive is looked through only as far as it takes to fill its feed.

    What the partner's rules, as they stand, have not judged is judged and filed. With `unfiled`, which gets
    the verdicts, nothing is written; nor without `judge`, which leaves out what was not judged.
    """
    rights = rights_of(partner, configuration)
    product, limit = partner.product, max(LOOKED_AT_FIRST, partner.product.newest)

    broader, note = vocabulary().broader, judge and unfiled is None
    plain = ProductRules(product, broader)

    def mentioning(rows: Sequence[CandidateRow]) -> Mentioned:
        ours = [row for row in rows if all(ruling.passes for ruling in plain.rulings_by_row(row))]
        return mentions(product, bucket, catalogue, ours, note=note)

    def clearing(rows: Sequence[CandidateRow]) -> Clear:
        passed = passed_by(partner, configuration, bucket, catalogue, rows, now, judge=judge, unfiled=unfiled)
        known = takers(partner, catalogue, rows, passed)
        return lambda row: clear(
            facts_of_candidate(row),
            now,
            taker=known[row.uri, row.n],
            more=rights.decide(rights_of_candidate(row), now).rulings,
        )

    def may_have(rows: Sequence[CandidateRow]) -> Iterator[CandidateRow]:
        rules = ProductRules(product, broader, mentioning(rows))
        ours = [row for row in rows if all(ruling.passes for ruling in rules.rulings(row))]
        cleared = clearing(ours)
        return (row for row in ours if cleared(row).cleared)

    def once(cleared: Sequence[CandidateRow]) -> tuple[list[CandidateRow], list[Duplicate]]:
        return each_once(cleared, product.prefer, copies_had(partner.id, catalogue, cleared, may_have))

    while True:
        rows = catalogue.candidates(wires=product.wires, limit=limit)
        selection = select(
            product,
            rows,
            broader=broader,
            clear=clearing(rows),
            once=once,
            few=partial(few_of_a_day, partner.id, product, catalogue, rows),
            mentioned=mentioning(rows),
        )
        if len(selection.taken) >= product.newest or len(rows) < limit:
            return replace(selection, terms=dict(_terms(rights, selection.taken, now)))
        limit *= 4


def _terms(
    rights: PartnerRights, taken: Iterable[CandidateRow], now: datetime
) -> Iterator[tuple[str, Terms]]:
    for row in taken:
        terms = rights.decide(rights_of_candidate(row), now).terms
        if terms:
            yield row.uri, terms


def entries_of(partner: str, selection: Selection, bucket: Bucket, catalogue: Catalogue) -> tuple[Entry, ...]:
    """What the partner gets, read from the bucket and shaped as its terms ask for, the newest first."""
    found = bucket.get_many(row.key for row in selection.taken)
    entries = [
        Entry(
            Revision.from_json(found[row.key]),
            first_published(row.first_created, row.first_stored),
            acts=row.acts,
            renewed=row.lifted_at,
        )
        for row in selection.taken
    ]
    told = revised(partner, catalogue, bucket, entries)
    return tuple(newest_first(shaped(entry, selection.terms[entry.uri]) for entry in told))


def keep(partner: Partner, configuration: Configuration, catalogue: Catalogue, now: datetime) -> Selection:
    """What may stay in the partner's feed as it is: nothing new, no update, only withdrawals.

    Where the partner's file is gone nobody can say on what terms it has what it has, and nothing stays.
    """
    rights = rights_of(partner, configuration)
    taken: dict[str, CandidateRow] = {}
    left: list[LeftOut] = []
    for row in sorted(catalogue.delivered(partner.id), key=lambda row: row.n, reverse=True):
        more = rights.decide(rights_of_candidate(row), now).rulings
        clearance = clear(facts_of_candidate(row), now, more=more)
        if clearance.cleared and row.uri not in taken:
            taken[row.uri] = row
        elif not clearance.cleared:
            left.append(LeftOut(row.uri, row.n, clearance.blocking[0].rule))
    kept = tuple(taken.values())
    return Selection(kept, tuple(left), terms=dict(_terms(rights, kept, now)))
