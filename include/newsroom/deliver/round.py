"""One round of deliveries: what partners share of it, so that a story is looked at, read and made once.

What hangs on the catalogue is forgotten as soon as any story changed there. A partner's delivery asks
for that after it looked at the partner's documents: what it is told is never older than what it saw.
"""

import logging
import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import RLock
from typing import Any, TypeVar

from newsroom.clear.rights import Terms
from newsroom.config import Configuration
from newsroom.deliver.edition import Parts
from newsroom.deliver.entry import Entry, entry_of
from newsroom.deliver.shape import shaped
from newsroom.store.archives import StoryState
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import CandidateRow, Catalogue, RevisionRow
from newsroom.store.kills_back import take_back_kills
from newsroom.store.records import read_records
from newsroom.story import Revision

log = logging.getLogger(__name__)

MOST_KEPT = 2_000
"""How many stories are kept in memory as they were read and made: some 200 MB of long ones."""

Known = TypeVar("Known")


@dataclass(frozen=True)
class Standing:
    """What could be delivered of some stories, and what stood for each right before that was asked."""

    states: Mapping[str, StoryState]
    rows: Sequence[CandidateRow]


class Round:
    """What deliveries under one configuration share that begin at `now`. Safe between threads."""

    def __init__(
        self, configuration: Configuration, bucket: Bucket, catalogue: Catalogue, now: datetime
    ) -> None:
        """Nothing is known yet."""
        self.configuration, self.bucket, self.catalogue, self.now = configuration, bucket, catalogue, now
        self.began = time.monotonic()
        self._lock = RLock()
        self._stamp: int | None = None
        self._knows_kills = False
        self._known: dict[Hashable, Any] = {}
        self._revisions: dict[str, Revision] = {}
        self._unread: dict[str, str] = {}
        self._shaped: dict[Hashable, Entry] = {}
        self._parts = Parts()

    def know_kills(self) -> None:
        """See to it that the catalogue knows every kill that lies in the bucket.

        Raises:
            BucketError: the bucket can't be read.
        """
        with self._lock:
            if not self._knows_kills:
                take_back_kills(self.bucket, self.catalogue)
                self._knows_kills = True

    def look_again(self) -> int:
        """See to it that what is told from here on is what the catalogue says by now, or later.

        Returns:
            The catalogue's stamp by now.
        """
        with self._lock:
            stamp = self.catalogue.stamp()
            if stamp != self._stamp:
                self._known.clear()
                self._stamp = stamp
            return stamp

    def once(self, what: Hashable, ask: Callable[[], Known]) -> Known:
        """What `ask` gives, asked once until a story changes; it may be asked of the catalogue alone."""
        with self._lock:
            if what not in self._known:
                self._known[what] = ask()
            known: Known = self._known[what]
            return known

    def candidates(self, wires: Sequence[str], limit: int) -> list[CandidateRow]:
        """The newest stories of these wires that could be delivered."""
        return self.once(
            ("candidates", tuple(wires), limit), lambda: self.catalogue.candidates(wires=wires, limit=limit)
        )

    def chains_of_several(self, uris: Iterable[str]) -> dict[str, list[RevisionRow]]:
        """Those of the stories that have several revisions: a partner may have been sent another one."""
        wanted = frozenset(uris)
        return self.once(
            ("several", wanted), lambda: self.catalogue.chains(self.catalogue.with_several_revisions(wanted))
        )

    def standing(self, uris: Iterable[str]) -> Standing:
        """What stands for these stories."""
        wanted = frozenset(uris)

        def ask() -> Standing:
            states = self.catalogue.story_states(wanted)  # first: what changes meanwhile differs from them
            return Standing(states, self.catalogue.candidates_of(wanted))

        return self.once(("standing", wanted), ask)

    def raw_entries(self, rows: Sequence[CandidateRow]) -> list[Entry]:
        """The stories as they lie in the bucket; each is read once. What is `unread` is missing."""
        with self._lock:
            self._make_room()
            missing = {row.key for row in rows} - self._revisions.keys() - self._unread.keys()
            if missing:
                found, wrong = read_records(self.bucket, Revision, missing)
                self._revisions |= found
                for key, error in wrong.items():
                    log.error("left out of every feed until it is mended: %s", error)
                    self._unread[key] = error.reason
            return [entry_of(row, self._revisions[row.key]) for row in rows if row.key in self._revisions]

    def unread(self, rows: Iterable[CandidateRow]) -> dict[str, str]:
        """By uri, those of the stories whose object was found to be gone or broken, and what was found."""
        return {row.uri: self._unread[row.key] for row in rows if row.key in self._unread}

    def shaped(self, entry: Entry, terms: Terms) -> Entry:
        """The entry with what the terms ask for: the same one for all partners that get the same."""
        revision = (entry.uri, entry.revision.n, entry.published, entry.acts, entry.renewed)
        key = (*revision, entry.revised, entry.follows, terms)
        with self._lock:
            if key not in self._shaped:
                self._shaped[key] = shaped(entry, terms)
            return self._shaped[key]

    @property
    def parts(self) -> Parts:
        """What documents say of the entries so far."""
        return self._parts

    def _make_room(self) -> None:
        if len(self._revisions) > MOST_KEPT or len(self._shaped) > MOST_KEPT:
            self._revisions, self._shaped, self._parts = {}, {}, Parts()
