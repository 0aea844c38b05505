"""A partner's archive: every page lies there as it was written, and no story is between feed and archive."""

from collections.abc import Iterator
from dataclasses import dataclass

from newsroom.config import Partner
from newsroom.config.partner import Format
from newsroom.deliver.address import page_name
from newsroom.deliver.archive import PAGED, Archive
from newsroom.deliver.read_back import NotWellFormed, read_back
from newsroom.deliver.round import Round
from newsroom.stages import Newsroom, now
from newsroom.stages.reconcile.gap import Gap
from newsroom.stages.reconcile.report import Notes
from newsroom.stages.reconcile.span import Span
from newsroom.store import keys
from newsroom.store.bucket import Corrupt, Missing
from newsroom.story import digest


def archive_gaps(room: Newsroom, partner: Partner, span: Span, notes: Notes) -> Iterator[Gap]:
    """What is wrong with the archive at this moment.

    Raises:
        BucketError: the bucket can't be read.
    """
    shared = Round(room.configuration, room.bucket, room.catalogue, now())
    archive = Archive(partner, shared, withdraw_only=not partner.enabled)
    look = _Look(room, archive, span, notes)
    for row in room.catalogue.archive_pages(partner.id):
        if row.at <= span.until:
            wanted = {each.uri for each in archive.shown_on(row.page).taken}
            for name in PAGED:
                yield from look.page(name, row.page, wanted)
    for uri, n in archive.in_neither(span.until):
        found = f"revision {n} left the feed as older, and is on no page of the archive"
        yield Gap("story_in_neither", f"{partner.id}: {uri}", found, archived=(uri, n))


@dataclass(frozen=True)
class _Look:
    room: Newsroom
    archive: Archive
    span: Span
    notes: Notes

    def page(self, name: Format, page: str, wanted: set[str]) -> Iterator[Gap]:
        key = keys.document(self.archive.partner.id, page_name(name, page))
        try:
            body, stat = self.room.bucket.read(key)
        except Missing:
            if name in self.archive.formats:
                yield Gap("page_missing", key, f"{len(wanted)} stories were on it", page=page)
            return
        except Corrupt as error:
            yield Gap("page_changed", key, error.reason, page=page)
            return
        self.notes.compared["archive_pages"] += 1
        if "signature" not in stat.metadata:
            found = f"it is not as a delivery writes it; its sha256 is {digest(body)}"
            yield Gap("page_changed", key, found, page=page)
        try:
            shown = read_back(name, body)
        except (NotWellFormed, AttributeError, KeyError, TypeError) as error:
            yield Gap("document_unreadable", key, f"{error}", page=page)
            return
        if shown:
            yield from self._stories(key, page, set(shown.stories), wanted)

    def _stories(self, key: str, page: str, shown: set[str], wanted: set[str]) -> Iterator[Gap]:
        kills = self.room.catalogue.standing_kills(shown)
        for uri in sorted(uri for uri, kill in kills.items() if kill.at <= self.span.until):
            yield Gap("killed_story_shown", f"{key}: {uri}", "it was killed, and is shown", page=page)
        for uri in sorted(wanted - shown):
            yield Gap("story_not_shown", f"{key}: {uri}", "it is on the page by the ledger alone", page=page)
        for uri in sorted(shown - wanted - kills.keys()):
            yield Gap("story_not_on_record", f"{key}: {uri}", "it should not be on the page", page=page)
