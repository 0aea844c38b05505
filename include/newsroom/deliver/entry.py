"""A story's place in a feed: the revision that is shown, and dates that never churn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from newsroom.story import Revision, Story

FUTURE = timedelta(minutes=5)
"""How far a wire's clock may be ahead of ours before its date is not believed."""

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No story of a wire is older; W3C's validator calls earlier dates implausible."""


@dataclass(frozen=True)
class Entry:
    """One story as a feed shows it: `published` stays the same through all its revisions.

    What its licence asks for is in the story, once it is shaped. Besides, `attribution` is the credit line,
    `partial` tells an excerpt, and `mining_reserved` that text and data mining is reserved, save on the terms
    at `mining_policy`.

    `acts` is how often it was killed and brought back, `renewed` when it last was brought back.
    """

    revision: Revision
    published: datetime
    attribution: str = ""
    partial: bool = False
    mining_reserved: bool = False
    mining_policy: str | None = None
    acts: int = 0
    renewed: datetime | None = None

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
        """When this revision was made, or brought back; never before the story was published."""
        made = believed(self.story.versioncreated, self.revision.stored_at)
        return max(made, self.published, self.renewed or made)

    @property
    def version(self) -> int:
        """A number that rises with every revision, kill and return of the story."""
        return self.revision.n + self.acts


def believed(claimed: datetime | None, stored: datetime) -> datetime:
    """The date that the wire claims, where it can be true; else the moment the revision was stored."""
    if claimed is None or not EARLIEST <= claimed <= stored + FUTURE:
        return stored
    return claimed


def first_published(firstcreated: datetime | None, stored_at: datetime) -> datetime:
    """The publication date of a story, from what its *first* revision says.

    A first revision never changes, so the date can't either, whatever later revisions claim.
    """
    return believed(firstcreated, stored_at)


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """The order of every feed: last changed first, then last published, then by uri; a total order."""
    by_uri = sorted(entries, key=lambda entry: entry.uri)
    return sorted(by_uri, key=lambda entry: (entry.modified, entry.published), reverse=True)
