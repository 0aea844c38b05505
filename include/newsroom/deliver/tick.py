"""One tick of delivery: a partner's feeds brought up to date with the stories of its product.

What is in the bucket is the truth, and every step may be repeated. The order of things makes it so:

1. Look what lies there (HEAD), and only then ask the catalogue what is due. A document is written only
   if it is still the one that was looked at (If-Match), so of two ticks at once the one that asked
   later wins, and the other starts again.
2. When what is due renders to what lies there, as an earlier tick has noted, nothing is read or written.
3. The ledger says what enters and leaves the feed *before* the documents are written, and the documents
   name it in their metadata. A tick that finds documents whose ledger has no rows yet adds them: what a
   partner could see is on record, wherever a crash happened.
4. Rows, and last the note for step 2.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson

from newsroom.config import Configuration, Partner
from newsroom.config.partner import Format
from newsroom.deliver import shape
from newsroom.deliver.choice import choose
from newsroom.deliver.entry import Entry, first_published, newest_first
from newsroom.deliver.product import Selection
from newsroom.deliver.release import RENDERERS, Release, release
from newsroom.store import keys
from newsroom.store.bucket import ONLY_NEW, Bucket, Conflict, ObjectStat
from newsroom.store.catalogue import Catalogue, DocumentRow, Ledger
from newsroom.store.deliveries import Entered, Left
from newsroom.story import Revision, digest

log = logging.getLogger(__name__)

ATTEMPTS = 5
"""How often a tick starts again because another wrote meanwhile; that many at once are a mistake."""


class CatalogueEmptyError(LookupError):
    """The catalogue knows no story, but the partner's feed has some: a delivery would withdraw them all."""


@dataclass(frozen=True)
class Delivered:
    """What one tick did: formats written, stories in the feed, new ones among them, others by why not."""

    partner: str
    written: tuple[str, ...]
    stories: int
    new: int
    left_out: Mapping[str, int] = field(default_factory=dict)


def deliver(
    partner: Partner,
    configuration: Configuration,
    bucket: Bucket,
    catalogue: Catalogue,
    *,
    run: str | None,
    now: datetime,
) -> Delivered:
    """Bring the partner's feeds up to date; a document that would not change is not written.

    Raises:
        BucketError: the bucket can't be read or written; a repeat goes on from there.
        ReleaseError: a document fails as a whole; what the partner has stays.
        CatalogueEmptyError: the catalogue must be rebuilt first.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _Tick(partner, configuration, bucket, catalogue, run, now).run_once()
        except Conflict:
            if attempt == ATTEMPTS:
                raise
            log.info("%s: another delivery wrote meanwhile; looking again", partner.id)
    raise AssertionError  # not reached: the last attempt returns or raises


@dataclass(frozen=True)
class _Tick:
    """One attempt to bring one partner's feeds up to date."""

    partner: Partner
    configuration: Configuration
    bucket: Bucket
    catalogue: Catalogue
    run: str | None
    now: datetime

    def run_once(self) -> Delivered:
        there = {name: self.bucket.stat(self._key(name)) for name in self.partner.formats}
        self._settle(there)
        selection = choose(self.partner, self.configuration, self.bucket, self.catalogue, self.now)
        self._refuse_withdrawing_all(selection, there)
        signatures = self._signatures(selection)
        if self._is_up_to_date(there, signatures):
            return Delivered(self.partner.id, (), len(selection.taken), 0, selection.counts)
        made = release(self.configuration.house, self.partner, newest_first(self._entries(selection)))
        for each in made.broken:
            log.error("left out of %s: %s: %s: %s", self.partner.id, each.uri, each.rule, each.reason)
        ledger = self._ledger(made, selection, there)
        written = self._write(made, there, ledger)
        self._note(made, written, there, ledger, signatures)
        counts = selection.counts + Counter(broken=len({each.uri for each in made.broken}))
        return Delivered(
            self.partner.id, tuple(written), len(made.entries), len(ledger.entered) if ledger else 0, counts
        )

    def _key(self, name: Format) -> str:
        return keys.document(self.partner.id, RENDERERS[name].filename)

    def _settle(self, there: Mapping[Format, ObjectStat | None]) -> None:
        """Enter the ledgers of what lies there: a tick may have ended between the document and its rows."""
        for key in sorted({stat.metadata.get("ledger", "") for stat in there.values() if stat} - {""}):
            ledger: Ledger = Ledger.from_json(self.bucket.get(key))
            self.catalogue.add_deliveries(ledger)

    def _refuse_withdrawing_all(
        self, selection: Selection, there: Mapping[Format, ObjectStat | None]
    ) -> None:
        shown = max((int(stat.metadata.get("stories", "0")) for stat in there.values() if stat), default=0)
        if shown and not selection.taken and not selection.left_out and not self.catalogue.story_counts():
            raise CatalogueEmptyError(
                f"partner {self.partner.id}: its feed has {shown} stories, but the catalogue knows none; "
                "run `newsroom reindex`, then deliver again"
            )

    def _signatures(self, selection: Selection) -> dict[Format, str]:
        """What each document is made from, as a digest: equal ones give equal documents."""
        chosen = [(row.uri, row.n, row.key, selection.terms[row.uri]) for row in selection.taken]
        house = self.configuration.house.model_dump(mode="json")
        taker = self.partner.model_dump(mode="json")
        return {
            name: digest(orjson.dumps([RENDERERS[name].version, shape.VERSION, house, taker, chosen]))
            for name in self.partner.formats
        }

    def _is_up_to_date(
        self, there: Mapping[Format, ObjectStat | None], signatures: Mapping[Format, str]
    ) -> bool:
        for name, stat in there.items():
            noted = self.catalogue.partner_document(self.partner.id, name)
            if not stat or not noted or (noted.etag, noted.signature) != (stat.etag, signatures[name]):
                return False
        return True

    def _entries(self, selection: Selection) -> list[Entry]:
        found = self.bucket.get_many(row.key for row in selection.taken)
        return [
            shape.shaped(
                Entry(
                    Revision.from_json(found[row.key]), first_published(row.first_created, row.first_stored)
                ),
                selection.terms[row.uri],
            )
            for row in selection.taken
        ]

    def _ledger(
        self, made: Release, selection: Selection, there: Mapping[Format, ObjectStat | None]
    ) -> Ledger | None:
        """What enters and leaves the feed with these documents; None when nothing does."""
        before = self.catalogue.in_feed(self.partner.id)
        after = {(entry.uri, entry.revision.n) for entry in made.entries}
        if before == after:
            return None
        why = {each.uri: each.reason for each in selection.left_out}
        why |= {each.uri: each.rule for each in made.broken if each.uri}
        why |= {uri: "superseded" for uri, _ in after}
        return Ledger(
            partner=self.partner.id,
            at=max([self.now, *(_ledger_time(stat) for stat in there.values() if stat)]),
            run=self.run,
            entered=tuple(Entered(uri=uri, n=n) for uri, n in sorted(after - before)),
            left=tuple(
                Left(uri=uri, n=n, reason=why.get(uri, "not_ready")) for uri, n in sorted(before - after)
            ),
        )

    def _write(
        self, made: Release, there: Mapping[Format, ObjectStat | None], ledger: Ledger | None
    ) -> dict[Format, str]:
        """Write the ledger, then the documents that change; returns the new ETags by format."""
        changed = {
            name: body
            for name, body in made.documents.items()
            if (stat := there[name]) is None or stat.sha256 != digest(body)
        }
        reserved = any(entry.mining_reserved for entry in made.entries)
        metadata = {"stories": str(len(made.entries)), "tdm-reservation": "1" if reserved else "0"}
        if ledger:
            metadata |= {"ledger": _ledger_key(ledger), "at": ledger.at.isoformat()}
            self.bucket.put_once(metadata["ledger"], ledger.to_json())
        written: dict[Format, str] = {}
        try:
            for name, body in changed.items():
                written[name] = self._put(name, body, metadata, there[name])
        except Conflict:
            if ledger and not written:
                self.bucket.delete(metadata["ledger"])  # What it says has not happened.
            raise
        return written

    def _put(
        self, name: Format, body: bytes, metadata: Mapping[str, str], replaces: ObjectStat | None
    ) -> str:
        return self.bucket.put(
            self._key(name),
            body,
            content_type=RENDERERS[name].content_type,
            cache_control=f"public, max-age={self.partner.max_age_seconds}",
            metadata=metadata,
            if_match=replaces.etag if replaces else ONLY_NEW,
        )

    def _note(
        self,
        made: Release,
        written: Mapping[Format, str],
        there: Mapping[Format, ObjectStat | None],
        ledger: Ledger | None,
        signatures: Mapping[Format, str],
    ) -> None:
        """Enter the rows, and last what lets the next tick see that nothing changed."""
        if ledger:
            self.catalogue.add_deliveries(ledger)
        for name, body in made.documents.items():
            stat = there[name]
            self.catalogue.save_partner_document(
                DocumentRow(
                    partner=self.partner.id,
                    format=name,
                    key=self._key(name),
                    signature=signatures[name],
                    sha256=digest(body),
                    etag=written.get(name) or (stat.etag if stat else ""),
                    stories=len(made.entries),
                    written_at=self.now if name in written or not stat else stat.last_modified,
                )
            )


def _ledger_time(stat: ObjectStat) -> datetime:
    """The first moment after the ledger that made this document: ledgers of a partner rise in time."""
    at = stat.metadata.get("at")
    return (datetime.fromisoformat(at) if at else stat.last_modified) + timedelta(microseconds=1)


def _ledger_key(ledger: Ledger) -> str:
    return keys.delivery(ledger.partner, f"{ledger.at:%Y%m%dT%H%M%S.%fZ}-{digest(ledger.to_json())[:12]}")
