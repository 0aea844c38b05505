"""review: a held story as a person must see it to decide, and the reason why there is nothing to decide."""

from dataclasses import dataclass
from datetime import datetime

from newsroom.stages import Newsroom
from newsroom.stages.life import held_stories
from newsroom.stages.why import waits_for
from newsroom.store.order import in_order
from newsroom.story import Revision

WORDS = 80
"""How many words of a story's body are shown: enough to see what it is, and whether it was read well."""


@dataclass(frozen=True)
class Waiting:
    """A revision that waits, why it does, and how its body begins; `whole` is False where there is more."""

    uri: str
    n: int
    provider: str
    headline: str
    reasons: tuple[str, ...]
    begins: str
    whole: bool
    url: str | None
    stored_at: datetime


def waiting_stories(room: Newsroom, wire: str | None, limit: int) -> list[tuple[str, int, str]]:
    """Held stories with their revisions and headlines, the newest first.

    Raises:
        LookupError: there is no such wire.
    """
    return [(row["uri"], row["n"], row["headline"]) for row in held_stories(room, wire, limit)]


def still_waits(room: Newsroom, uri: str, n: int) -> str | None:
    """Why this revision waits for nobody any more; None where it does."""
    if kill := room.catalogue.standing_kills([uri]).get(uri):
        return f"it was killed by {kill.by}"
    if not room.catalogue.is_held(uri):
        decided = [each for each in room.catalogue.decisions(uri) if each.n == n]
        return f"it was decided by {decided[-1].by}: {decided[-1].action}" if decided else "it is not held"
    newest = in_order(room.catalogue.chain(uri))[-1].n
    return None if newest == n else f"its wire sent revision {newest}, which waits in its place"


def show(room: Newsroom, uri: str, n: int) -> Waiting:
    """What a person must see of a revision.

    Raises:
        LookupError: there is no such revision.
        BucketError: it can't be read.
    """
    row = next((each for each in room.catalogue.chain(uri) if each.n == n), None)
    if row is None:
        raise LookupError(f"{uri}: there is no revision {n}")
    revision: Revision = Revision.from_json(room.bucket.get(row.key))
    words = revision.story.body.split()
    return Waiting(
        uri=uri,
        n=n,
        provider=row.provider,
        headline=row.headline,
        reasons=waits_for(room, uri, n),
        begins=" ".join(words[:WORDS]),
        whole=len(words) <= WORDS,
        url=row.url,
        stored_at=row.stored_at,
    )
