"""A story's place in a feed: the revision that is shown, and dates that never churn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from newsroom.revise.kind import GRAVE, Revised
from newsroom.store.catalogue import CandidateRow
from newsroom.store.order import Ordered
from newsroom.story import Revision, Story

FUTURE = timedelta(minutes=5)
"""How far a wire's clock may be ahead of ours before its date is not believed."""

SECOND = timedelta(seconds=1)
"""What parts two revisions at the least: formats tell whole seconds."""

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No story of a wire is older; W3C's validator calls earlier dates implausible."""


@dataclass(frozen=True)
class Entry:
    """One story as a feed shows it: `published` stays the same through all its revisions.

    What its licence asks for is in the story, once it is shaped. Besides, `attribution` is the credit line,
    `partial` tells an excerpt, and `mining_reserved` that text and data mining is reserved, save on the terms
    at `mining_policy`.

    `acts` is how often it was killed, or taken back from this partner, and brought back, `renewed` when it
    last was brought back.

    `revised` tells what the revision is to a partner that was sent an earlier one, `follows` when that one
    was made; both are None where it was sent none.
    """

    revision: Revision
    published: datetime
    attribution: str = ""
    partial: bool = False
    mining_reserved: bool = False
    mining_policy: str | None = None
    acts: int = 0
    renewed: datetime | None = None
    revised: Revised | None = None
    follows: datetime | None = None

    @property
    def story(self) -> Story:
        """The story as this revision tells it."""
        return self.revision.story

    @property
    def uri(self) -> str:
        """The story's uri, which is its id in every format."""
        return self.revision.uri

    @property
    def modified(self) -> datetime:
        """When this revision was made, or brought back; never before the story was published.

        It is later than that of the revision before, which a wire's own dates need not be: a partner that
        compares them must see that there is something new.
        """
        made = max(believed(self.story.versioncreated, self.revision.stored_at), self.published)
        return _after(max(made, self.renewed or made), self.revision.stored_at, self.follows)

    @property
    def corrects(self) -> Revised | None:
        """What it corrects or clarifies of what the partner was sent; None where it does not."""
        return self.revised if self.revised and self.revised.kind in GRAVE else None

    @property
    def version(self) -> int:
        """A number that rises with every revision, kill and return of the story."""
        return self.revision.n + self.acts


def entry_of(row: CandidateRow, revision: Revision) -> Entry:
    """A story that could be delivered, and the revision that stands for it, as an entry."""
    published = first_published(row.first_created, row.first_stored)
    return Entry(revision, published, acts=row.acts, renewed=row.lifted_at)


def returned(entry: Entry, left: Sequence[datetime]) -> Entry:
    """The entry of a story that was taken back at these times, and is there again: as news, and newer."""
    if not left:
        return entry
    back = left[-1] + SECOND
    return replace(
        entry, acts=entry.acts + 2 * len(left), renewed=max(back, entry.renewed) if entry.renewed else back
    )


def believed(claimed: datetime | None, stored: datetime) -> datetime:
    """The date that the wire claims, where it can be true; else the moment the revision was stored."""
    if claimed is None or not EARLIEST <= claimed <= stored + FUTURE:
        return stored
    return claimed


def last_modified(
    sent: Iterable[Ordered], published: datetime, renewed: datetime | None = None
) -> datetime | None:
    """When the last of these revisions of a story, in their order, was shown as modified; None of none."""
    last: datetime | None = None
    for row in sent:
        made = max(believed(row.versioncreated, row.stored_at), published)
        last = _after(made, row.stored_at, last)
    return max(last, renewed) if last and renewed else last


def _after(made: datetime, stored: datetime, before: datetime | None) -> datetime:
    """When a revision counts as made: a second at least after the one before it."""
    return made if before is None or made >= before + SECOND else max(stored, before + SECOND)


def first_published(firstcreated: datetime | None, stored_at: datetime) -> datetime:
    """The publication date of a story, from what its *first* revision says.

    A first revision never changes, so the date can't either, whatever later revisions claim.
    """
    return believed(firstcreated, stored_at)


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """The order of every feed: last changed first, then last published, then by uri; a total order."""
    by_uri = sorted(entries, key=lambda entry: entry.uri)
    return sorted(by_uri, key=lambda entry: (entry.modified, entry.published), reverse=True)
