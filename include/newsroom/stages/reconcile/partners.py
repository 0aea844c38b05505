"""A partner's feeds: what lies there is what was written, shows what is on record, and lacks nothing due."""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from newsroom.config import Partner
from newsroom.config.partner import Format
from newsroom.deliver.anew import Anew
from newsroom.deliver.choice import choose
from newsroom.deliver.read_back import SOME, NotWellFormed, Shown, read_back
from newsroom.deliver.release import RENDERERS
from newsroom.deliver.round import Round
from newsroom.stages import Newsroom, now
from newsroom.stages.deliver import deliver_to, withdraw_from
from newsroom.stages.reconcile.archive import archive_gaps
from newsroom.stages.reconcile.changes import change_feed_gaps, mend_change_feed
from newsroom.stages.reconcile.gap import Gap
from newsroom.stages.reconcile.report import Notes
from newsroom.stages.reconcile.span import Span
from newsroom.store import keys
from newsroom.store.bucket import Corrupt, Missing
from newsroom.store.catalogue import CandidateRow, DocumentRow
from newsroom.story import digest

LOOK_AGAIN = 2.0
"""Seconds until a gap is looked for again: a delivery that is writing at the moment makes none."""

KILLED = ("killed_story_shown", "kill_without_receipt")
"""The gaps of which somebody must hear, though they are closed at once."""


def compare_partner(room: Newsroom, partner_id: str, span: Span, run: str | None, notes: Notes) -> None:
    """Compare what a partner has with what it should have; deliver and withdraw what closes the gaps.

    Raises:
        BucketError: the bucket can't be read or written.
    """
    looked = _Partner(room, partner_id, span, notes)
    gaps = looked.gaps()
    if gaps:
        time.sleep(LOOK_AGAIN)
        gaps &= looked.gaps()
    if not gaps:
        return
    looked.close(gaps, run)
    still = {(gap.kind, gap.where) for gap in looked.gaps()}
    for gap in sorted(gaps, key=lambda gap: (gap.kind not in KILLED, gap.where)):
        alert = gap.kind in KILLED
        if (gap.kind, gap.where) in still:
            notes.open(gap.kind, gap.where, found=gap.found, mend=gap.mend)
        else:
            notes.add(gap.kind, gap.where, found=gap.found, done=looked.done(gap), alert=alert)


@dataclass
class _Partner:
    room: Newsroom
    id: str
    span: Span
    notes: Notes

    @property
    def known(self) -> Partner | None:
        return self.room.configuration.partners.get(self.id)

    @property
    def served(self) -> bool:
        """Whether it gets anything at present."""
        return bool(self.known and self.known.enabled)

    def gaps(self) -> set[Gap]:
        """What is wrong at this moment."""
        self.notes.compared.clear()
        return set(self._gaps())

    def _gaps(self) -> Iterator[Gap]:
        for kill in self.room.catalogue.due_kills(self.id):
            if kill.at <= self.span.until:
                found = f"killed at {kill.at:%Y-%m-%d %H:%M:%S}Z, and there is no receipt"
                yield Gap("kill_without_receipt", f"{self.id}: {kill.uri}", found)
        here = self.room.catalogue.in_feed(self.id)
        for name in get_args(Format):
            yield from self._document(name, {uri for uri, _ in here})
        if self.known:
            yield from archive_gaps(self.room, self.known, self.span, self.notes)
        if self.served and self.known:
            yield from change_feed_gaps(self.room, self.known, self.notes)
            yield from self._late({uri for uri, _ in here})

    def close(self, gaps: Collection[Gap], run: str | None) -> None:
        """What was killed leaves at once; then the partner is delivered to, if it is not paused."""
        anew = Anew(
            formats=frozenset(gap.format for gap in gaps if gap.format),
            pages=frozenset(gap.page for gap in gaps if gap.page),
            archived=tuple(sorted(gap.archived for gap in gaps if gap.archived)),
        )
        if not self.served or any(gap.kind in KILLED for gap in gaps):
            withdraw_from(self.room, self.id, run, anew=anew)
        if self.served and self.known:
            mend_change_feed(self.room, self.known, {gap.changes for gap in gaps if gap.changes is not None})
            deliver_to(self.room, self.id, run, anew=anew)

    def done(self, gap: Gap) -> str:
        """What closed a gap."""
        if gap.kind in KILLED:
            return "withdrawn"
        if gap.kind == "story_late":
            return "delivered"
        if gap.archived:
            return "put on a page of the archive"
        return "written anew"

    def _document(self, name: Format, here: set[str]) -> Iterator[Gap]:
        key = keys.document(self.id, RENDERERS[name].filename)
        row = self.room.catalogue.partner_document(self.id, name)
        try:
            body = self.room.bucket.get(key)
        except Missing:
            if row and self.served and self.known and name in self.known.formats:
                yield Gap("document_missing", key, f"{row.stories} stories were in it", name)
            return
        except Corrupt as error:
            yield Gap("document_changed", key, error.reason, name)
            return
        self.notes.compared["documents"] += 1
        taken = self.known is not None and name in self.known.formats
        if taken and (gap := self._changed(name, key, row, body)):
            yield gap
        try:
            shown = read_back(name, body)
        except (NotWellFormed, AttributeError, KeyError, TypeError) as error:
            yield Gap("document_unreadable", key, f"{error}", name)
            return
        if shown:
            yield from self._stories(name, key, shown, here, compare=taken)

    def _changed(self, name: Format, key: str, row: DocumentRow | None, body: bytes) -> Gap | None:
        """Whether the document is not the one that was written last, by hand or by a run that ended."""
        stat = self.room.bucket.stat(key)
        if stat is None or "signature" not in stat.metadata:
            found = f"it is not as a delivery writes it; its sha256 is {digest(body)}"
            return Gap("document_changed", key, found, name)
        if row is None:
            return Gap("document_without_row", key, "no row tells that it was written", name)
        if (row.sha256, row.etag) == (digest(body), stat.etag):
            return None
        wanted = f"wanted {row.sha256}, as the delivery of {row.written_at:%Y-%m-%d %H:%M:%S}Z wrote it"
        return Gap("document_not_on_record", key, f"saw sha256 {digest(body)}; {wanted}", name)

    def _stories(
        self, name: Format, key: str, shown: Shown, here: set[str], *, compare: bool
    ) -> Iterator[Gap]:
        self.notes.compared["stories_shown"] += len(shown.stories)
        kills = self.room.catalogue.standing_kills(shown.stories)
        killed = {uri for uri, kill in kills.items() if kill.at <= self.span.until}
        for uri in sorted(killed):
            yield Gap("killed_story_shown", f"{key}: {uri}", "it was killed, and is shown", name)
        if not compare:
            return
        for uri in sorted(here - shown.stories) if name not in SOME else ():
            yield Gap("story_not_shown", f"{key}: {uri}", "it is in the feed by the ledger alone", name)
        for uri in sorted(shown.stories - here - kills.keys()):
            yield Gap("story_not_on_record", f"{key}: {uri}", "the ledger does not know it there", name)

    def _late(self, here: set[str]) -> Iterator[Gap]:
        """Stories that the partner should have had when the span ended."""
        partner = self.room.partner(self.id)
        room = self.room
        chosen = choose(partner, Round(room.configuration, room.bucket, room.catalogue, now()), judge=False)
        self.notes.compared["stories_due"] += len(chosen.taken)
        for row in chosen.taken:
            if row.uri not in here and (since := self._due_since(row)) <= self.span.until:
                found = f"it may go out since {since:%Y-%m-%d %H:%M:%S}Z, and is in no feed"
                yield Gap("story_late", f"{self.id}: {row.uri}", found)

    def _due_since(self, row: CandidateRow) -> datetime:
        """Since when nothing speaks against the story, as far as its own record tells."""
        catalogue = self.room.catalogue
        moments = [row.stored_at, row.use.embargoed, row.lifted_at]
        moments += [each.at for each in catalogue.decisions(row.uri)]
        moments += [each.checked_at for each in catalogue.verdicts(row.uri)]
        return max(each for each in moments if each)
