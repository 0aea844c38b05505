"""What rights must know of the configuration and of stories, gathered from the catalogue's rows alone."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from newsroom.clear.rights import Contract, PartnerRights, Said, StoryRights
from newsroom.config import Configuration, Partner
from newsroom.deliver.entry import first_published
from newsroom.deliver.markup import absolute_link
from newsroom.store.catalogue import CandidateRow, RevisionRow, Use


def rights_of(partner: Partner, configuration: Configuration) -> PartnerRights:
    """The partner's rights under the contracts of all wires, as the files say by now."""
    return PartnerRights(partner, contracts_of(configuration))


def contracts_of(configuration: Configuration) -> dict[str, Contract]:
    """The contract of each wire, by the wire's id."""
    return {
        wire.id: Contract(wire.id, configuration.profile_of(wire)) for wire in configuration.wires.values()
    }


def rights_of_candidate(row: CandidateRow) -> StoryRights:
    """What the rights of a revision that stands for its story hang on."""
    published = first_published(row.first_created, row.first_stored)
    return _rights(row, row.newest, published, released=row.ready_by == "release")


def rights_of_chain(chain: Sequence[RevisionRow], n: int, newest: Use, *, released: bool) -> StoryRights:
    """What the rights of revision `n` of a chain hang on; `newest` is the newest one's, if not rejected."""
    first = chain[0]
    row = next(row for row in chain if row.n == n)
    return _rights(row, newest, first_published(first.firstcreated, first.stored_at), released=released)


def _rights(
    row: CandidateRow | RevisionRow, newest: Use, published: datetime, *, released: bool
) -> StoryRights:
    return StoryRights(
        wire=row.wire,
        published=published,
        said=_said(row.use),
        newer=_said(newest) if newest.n != row.n else None,
        noticed=row.noticed,
        linkable=_linkable(row.url),
        expires=row.use.expires,
        released=released,
    )


def _said(use: Use) -> Said:
    return Said(use.usageterms, use.license, use.ednote)


@lru_cache(maxsize=50_000)
def _linkable(url: str | None) -> bool:
    """Kept, as each of many partners asks of the same pages."""
    return absolute_link(url) is not None
