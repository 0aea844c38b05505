"""A partner's archive: pages of what its feed has no room for any more, linked as RFC 5005 (section 4) says.

A page is written when a story would leave the feed that stands on no page yet: with that one and the feed's
oldest, half as many as a feed holds. So what is linked from the feed never has a gap, and a page that is
linked is full and gets no other story ever. It is written before the feed that links to it.

It changes in one case only: what may not be published any more, or has a newer version, leaves it. RFC 5005
says that pages SHOULD NOT change; a kill is an obligation by law and contract, and outweighs it. Nobody
misses a story by it: a reader that has the page already has the story, and learns of the withdrawal from the
feed itself or from `changes.json`. A story that is brought back returns to its page, too.

Which stories stand on a page says the ledger of the tick that made it. A page bears the digest of what it
shows, and is looked at anew when one of its stories has changed, when a term or licence ends, and when what
it was made under changes. As with the feed, it is looked up first, then the catalogue is asked, and it is
written only if it is still the one that was looked at.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from math import ceil

import orjson

from newsroom.config import Configuration, Partner
from newsroom.config.partner import Format
from newsroom.deliver.address import ARCHIVE, page_name
from newsroom.deliver.choice import entries_of, still_cleared
from newsroom.deliver.edition import Edition
from newsroom.deliver.product import Selection
from newsroom.deliver.release import RENDERERS, release
from newsroom.deliver.round import Round
from newsroom.store import keys
from newsroom.store.archives import PageRow, StoryState
from newsroom.store.bucket import ONLY_NEW, ObjectStat
from newsroom.store.deliveries import Archived, ArchivePage, Ledger
from newsroom.story import digest

PAGED: tuple[Format, ...] = ("rss", "rss_wordpress", "atom", "jsonfeed")
"""The formats that can link a page: RSS and Atom by RFC 5005, JSON Feed by its `next_url`."""

SPARE = timedelta(days=1)
"""Pages that are too old go together, once a day: the oldest that stays is written anew, without its link."""

Revisions = Sequence[tuple[str, int]]


@dataclass(frozen=True)
class _Look:
    """What a page may show, and what stood for its stories when that was asked."""

    shown: Selection
    states: Mapping[str, StoryState]


@dataclass
class Archive:
    """One partner's archive, during one attempt of a tick; pages `anew` are written whatever lies there."""

    partner: Partner
    shared: Round
    withdraw_only: bool
    anew: frozenset[str] = frozenset()
    _born: dict[str, _Look] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Have at hand what the round brings."""
        self.configuration, self.now = self.shared.configuration, self.shared.now
        self.bucket, self.catalogue = self.shared.bucket, self.shared.catalogue

    @property
    def formats(self) -> tuple[Format, ...]:
        """In which formats pages are written; none where none are wanted."""
        if self.withdraw_only or not self.partner.archive_days:
            return ()
        return tuple(name for name in PAGED if name in self.partner.formats)

    def newest(self) -> str | None:
        """The page that the feed links to; none where all are so old that they go."""
        pages = self._kept()
        return pages[0].page if pages else None

    @cached_property
    def _pages(self) -> list[PageRow]:
        return self.catalogue.archive_pages(self.partner.id)

    def new_pages(self, selection: Selection, leaving: Iterable[tuple[str, int]]) -> tuple[ArchivePage, ...]:
        """The pages to be made before the revisions `leaving` leave the feed for being old."""
        place = {each.uri: -place for place, each in enumerate(selection.left_out)}
        leaving = sorted(leaving, key=lambda each: (place.get(each[0], -len(place)), each))
        if not self.formats or not leaving:
            return ()
        shown = [(row.uri, row.n) for row in reversed(selection.taken)]
        known = self.catalogue.in_archive(self.partner.id, {uri for uri, _ in (*leaving, *shown)})
        leaving = [each for each in leaving if each not in known]
        waiting = [*leaving, *(each for each in shown if each not in known)]
        size = max(1, self.partner.product.newest // 2)
        parts = [waiting[size * n : size * (n + 1)] for n in range(ceil(len(leaving) / size))]
        return tuple(self._named(parts))

    def in_neither(self, until: datetime) -> list[tuple[str, int]]:
        """The revisions that left the feed for being old until then, may be had still, and are on no page."""
        since = self.now - timedelta(days=self.partner.archive_days)
        gone = self.catalogue.withdrawn(self.partner.id, since, ("older",)) if self.formats else []
        left = [(row.uri, row.n) for row in gone if row.left_at and row.left_at <= until]
        known = self.catalogue.in_archive(self.partner.id, {uri for uri, _ in left})
        left = [each for each in left if each not in known]
        return [(row.uri, row.n) for row in self._look(left).shown.taken] if left else []

    def shown_on(self, page: str) -> Selection:
        """What a page may show by now."""
        return self._look(self.catalogue.archived(self.partner.id, {page})[page]).shown

    def _named(self, parts: Sequence[Revisions]) -> Iterator[ArchivePage]:
        previous = self.newest()
        last = int(previous.split("-")[0]) if previous else 0
        for number, part in enumerate(parts, last + 1):
            # No two ticks write the same page, whatever they know of each other.
            page = f"{number:08}-{secrets.token_hex(6)}"
            stories = tuple(Archived(uri=uri, n=n) for uri, n in part)
            yield ArchivePage(page=page, previous=previous, stories=stories)
            previous = page

    def write(self, pages: Sequence[ArchivePage], made_at: datetime) -> None:
        """Write new pages, the oldest first.

        Raises:
            BucketError: the bucket can't be written.
        """
        for page in pages:
            look = self._look([(each.uri, each.n) for each in page.stories])
            self._put(page.page, page.previous, look.shown, dict.fromkeys(self.formats), made_at)
            self._born[page.page] = look

    def take_back(self, pages: Sequence[ArchivePage]) -> None:
        """Remove pages that were written, and that nothing links to."""
        for page in pages:
            for name in self.formats:
                self.bucket.delete(self._key(page.page, name))

    def unlinked(self) -> list[str]:
        """The keys of pages that no feed links to: a tick ended before it wrote the feed, or is about to.

        Such a page may be removed once the feed is written by the tick that asked: the other then starts
        again, if it goes on at all.
        """
        prefix, known = keys.document(self.partner.id, ARCHIVE), {page.page for page in self._pages}
        there = self.bucket.keys(prefix)
        return [key for key in there if "-".join(key.removeprefix(prefix).split("-")[:2]) not in known]

    def tend(self, unlinked: Iterable[str], killed: Collection[str]) -> None:
        """Bring every page to what it may show by now; drop those that are too old, or `unlinked`.

        Pages of the stories `killed` are written anew though they show none of them: another tick may be
        about to, as a story was brought back, and must start again.

        Raises:
            Conflict: another tick wrote a page meanwhile.
            BucketError: the bucket can't be read or written.
        """
        pages = self._kept()
        self._drop([page.page for page in self._pages if page not in pages], unlinked)
        self._pages = pages
        self.anew |= self.catalogue.pages_with(self.partner.id, killed)
        grounds = self._grounds(pages)
        for page in pages:
            if page.page in self._born:
                self._note(page.page, self._born[page.page], grounds[page.page])
        # Asked last: what changed since a new page was made is seen here.
        changed = self.catalogue.changed_pages(self.partner.id) if pages else set()
        stale = [
            page
            for page in pages
            if page.page in changed | self.anew
            or (page.grounds != grounds[page.page] and page.page not in self._born)
            or (page.until is not None and page.until <= self.now)
        ]
        if stale:
            self._look_at(stale, grounds)

    def note(self, ledger: Ledger) -> None:
        """Know the pages of a ledger whose rows are entered now."""
        if ledger.pages:
            del self._pages

    def _look_at(self, pages: Sequence[PageRow], grounds: Mapping[str, str]) -> None:
        there = self._lying({page.page for page in pages})
        known = {page.page for page in self._pages}
        stories = self.catalogue.archived(self.partner.id, {page.page for page in pages})
        self.shared.look_again()
        for page in pages:
            look = self._look(stories[page.page])
            previous = page.previous if page.previous in known else None
            made_at = max([self.now, *(_after(stat) for stat in there[page.page].values() if stat)])
            self._put(page.page, previous, look.shown, there[page.page], made_at)
            self._note(page.page, look, grounds[page.page])

    def _note(self, page: str, look: _Look, grounds: str) -> None:
        self.catalogue.note_page(
            self.partner.id, page, until=look.shown.until, grounds=grounds, states=look.states
        )

    def _lying(self, pages: Collection[str]) -> dict[str, dict[Format, ObjectStat | None]]:
        """What lies there of each page, by format; what should and does not, as None."""
        keys_of = {(page, name): self._key(page, name) for page in pages for name in PAGED}
        stats = self.bucket.stat_many(keys_of.values())
        found: dict[str, dict[Format, ObjectStat | None]] = {page: {} for page in pages}
        for (page, name), key in keys_of.items():
            if stats[key] or name in self.formats:
                found[page][name] = stats[key]
        return found

    def _look(self, revisions: Revisions) -> _Look:
        standing = self.shared.standing(uri for uri, _ in revisions)
        shown = still_cleared(self.partner, self.shared, set(revisions), standing.rows)
        return _Look(shown, standing.states)

    def _put(
        self,
        page: str,
        previous: str | None,
        selection: Selection,
        there: Mapping[Format, ObjectStat | None],
        made_at: datetime,
    ) -> None:
        """Write the page in each format in which it shows something else than it should."""
        shown = [(row.uri, row.n, row.key, selection.terms[row.uri]) for row in selection.taken]
        signature = digest(orjson.dumps([shown, previous]))
        stale = [
            name
            for name, stat in there.items()
            if not stat or page in self.anew or stat.metadata.get("signature") != signature
        ]
        if not stale:
            return
        made_at = made_at.astimezone(UTC).replace(microsecond=0)
        entries = entries_of(self.partner.id, selection, self.shared)
        edition = Edition(entries, made_at, page=page, previous=previous, parts=self.shared.parts)
        partner = self.partner.model_copy(update={"formats": tuple(stale)})
        made = release(self.configuration.house, partner, edition)
        for name, body in made.documents.items():
            replaces = there[name]
            self.bucket.put(
                self._key(page, name),
                body,
                content_type=RENDERERS[name].content_type,
                # No longer than the feed, though pages seldom change: one may lose a story that was killed.
                cache_control=f"public, max-age={self.partner.max_age_seconds}",
                metadata={"made": made_at.isoformat(), "signature": signature},
                if_match=replaces.etag if replaces else ONLY_NEW,
            )

    def _kept(self) -> list[PageRow]:
        """The pages without those that are too old."""
        pages, kept = self._pages, timedelta(days=self.partner.archive_days)
        if not pages or pages[-1].at > self.now - kept - SPARE:
            return pages
        return [page for page in pages if page.at > self.now - kept]

    def _drop(self, old: Collection[str], unlinked: Iterable[str]) -> None:
        for key in (*unlinked, *(self._key(page, name) for page in old for name in PAGED)):
            self.bucket.delete(key)
        if old:
            self.catalogue.drop_pages(self.partner.id, old)

    def _grounds(self, pages: Sequence[PageRow]) -> dict[str, str]:
        """What each page is made under: the contracts, the partner, and whether the page before is there."""
        if not pages:
            return {}
        contracts = self.shared.once("said of rights", partial(_said_of_rights, self.configuration))
        said = "\n".join([self.partner.model_dump_json(), *contracts])
        under, known = digest(said.encode())[:32], {page.page for page in pages}
        return {page.page: f"{under}-{page.previous in known}" for page in pages}

    def _key(self, page: str, name: Format) -> str:
        return keys.document(self.partner.id, page_name(name, page))


def _said_of_rights(configuration: Configuration) -> list[str]:
    contracts = [each.model_dump_json() for each in configuration.rights.values()]
    return contracts + [wire.rights.model_dump_json() for wire in configuration.wires.values() if wire.rights]


def _after(stat: ObjectStat) -> datetime:
    made = stat.metadata.get("made")  # another's hand writes none
    return (datetime.fromisoformat(made) if made else stat.last_modified) + timedelta(seconds=1)
