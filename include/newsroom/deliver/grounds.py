"""On what a revision is sent: what cleared it, by which rules, under which contract. It goes on record."""

from collections.abc import Sequence
from importlib.metadata import version

import orjson

from newsroom.config import Configuration, Partner
from newsroom.store.catalogue import CandidateRow, Catalogue
from newsroom.store.deliveries import Entered, Grounds
from newsroom.story import digest

SENDER = f"newsroom/{version('newsroom')}"
"""What made the feeds, as each ledger records it."""


def entered(
    rows: Sequence[CandidateRow], partner: Partner, configuration: Configuration, catalogue: Catalogue
) -> tuple[Entered, ...]:
    """The revisions as they come into the partner's feed, each with its grounds."""
    judged = catalogue.rulesets([(row.uri, row.n) for row in rows], f"partner:{partner.id}")
    return tuple(
        Entered(
            uri=row.uri,
            n=row.n,
            grounds=_grounds(row, judged.get((row.uri, row.n), {}), partner, configuration),
        )
        for row in rows
    )


def _grounds(
    row: CandidateRow, checks: dict[str, str], partner: Partner, configuration: Configuration
) -> Grounds:
    wire = configuration.wires.get(row.wire)
    profile = configuration.profile_of(wire) if wire else None
    if profile is None:
        return Grounds(cleared_by=row.ready_by, checks=checks)
    held = [each.model_dump(mode="json") for each in partner.licences if each.profile == profile.id]
    said = orjson.dumps([profile.model_dump(mode="json"), held], option=orjson.OPT_SORT_KEYS)
    return Grounds(cleared_by=row.ready_by, checks=checks, profile=profile.id, rights=digest(said)[:16])
