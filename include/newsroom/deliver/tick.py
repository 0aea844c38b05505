"""One tick of delivery: a partner's feeds brought up to date with the stories of its product.

What is in the bucket is the truth, and every step may be repeated. The order of things makes it so:

1. Ask which kills must still reach the partner, look what lies there (HEAD), and only then ask the catalogue
   what is due. A document is written only if it is still the one that was looked at (If-Match), and no two
   editions have the same bytes: so of two ticks at once the one that asked later wins, and the other starts
   again. What the partner sees never goes back.
2. When what is due is what lies there, as its metadata tell, nothing is read or written.
3. What enters the feed is said in the catalogue (`sending`) before anything is written. A kill that came
   meanwhile is seen here, or sees this and writes the documents anew, which stops this tick's own writing.
4. The ledger says what enters and leaves the feed *before* the documents are written, and the documents
   name it in their metadata. A tick that finds documents whose ledger has no rows yet adds them: what a
   partner could see is on record, wherever a crash happened.
5. Rows, then the change feed, which follows from them; and last the receipts of the kills of step 1: they
   have taken effect.
"""

import logging
import random
import secrets
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from newsroom.config import Partner
from newsroom.config.partner import Format
from newsroom.deliver import shape
from newsroom.deliver.anew import NOTHING, Anew
from newsroom.deliver.archive import PAGED, Archive
from newsroom.deliver.change_feed import record_changes
from newsroom.deliver.choice import choose, entries_of, keep
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.entry import first_published
from newsroom.deliver.grounds import SENDER, entered
from newsroom.deliver.product import Selection
from newsroom.deliver.release import RENDERERS, Release, release
from newsroom.deliver.round import Round
from newsroom.deliver.unchanged import grounds_of
from newsroom.deliver.withdrawals import withdrawals
from newsroom.store import keys
from newsroom.store.bucket import ONLY_NEW, Conflict, Corrupt, Missing, ObjectStat
from newsroom.store.catalogue import DocumentRow, DueKill, Ledger
from newsroom.store.deliveries import ArchivePage, Left, LookRow
from newsroom.store.kills import KillReceipt, file_receipts
from newsroom.store.records import read_record
from newsroom.story import digest

log = logging.getLogger(__name__)

ATTEMPTS = 10
"""How often a tick starts again because another wrote meanwhile; that many at once are a mistake."""

PAUSE = 0.2
"""Seconds at most before it does so."""


@dataclass(frozen=True)
class Delivered:
    """What one tick did: formats written, stories in the feed, new ones among them, others by why not.

    `kills` is how many kills took effect with it.
    """

    partner: str
    written: tuple[str, ...]
    stories: int
    new: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    kills: int = 0


def deliver_in(
    shared: Round,
    partner: Partner,
    *,
    run: str | None,
    withdraw_only: bool = False,
    anew: Anew = NOTHING,
) -> Delivered:
    """Bring the partner's feeds up to date; a document that would not change is not written.

    With `withdraw_only` nothing enters and nothing is updated: what may not be published any more leaves
    every document of the partner that lies there, of whatever format. What is `anew` is written whatever
    lies there.

    Raises:
        BucketError: the bucket can't be read or written; a repeat goes on from there.
        ReleaseError: a document fails as a whole; what the partner has stays.
    """
    shared.know_kills()
    tick = _Tick(partner, shared, run, withdraw_only, anew)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            done = tick.run_once()
        except Conflict:
            if attempt == ATTEMPTS:
                raise
            log.info("%s: another delivery wrote meanwhile; looking again", partner.id)
            time.sleep(random.uniform(0, PAUSE))  # noqa: S311 - so that two do not meet again and again
        else:
            tick.end()
            return done
    raise AssertionError  # not reached: the last attempt returns or raises


@dataclass(frozen=True)
class _Plan:
    """What a feed should say by now: the stories, why others are left out, and what is taken back."""

    selection: Selection
    why: Mapping[str, str]
    before: frozenset[tuple[str, int]]
    left_at: datetime
    withdrawals: tuple[Withdrawal, ...]
    pages: tuple[ArchivePage, ...]
    previous: str | None
    signatures: Mapping[Format, str]


@dataclass
class _Tick:
    """The attempts to bring one partner's feeds up to date."""

    partner: Partner
    shared: Round
    run: str | None
    withdraw_only: bool
    anew: Anew = NOTHING
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sending: bool = False
    stamp: int | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        self.configuration, self.now = self.shared.configuration, self.shared.now
        self.bucket, self.catalogue = self.shared.bucket, self.shared.catalogue

    def run_once(self) -> Delivered:
        due = self.catalogue.due_kills(self.partner.id)
        archive = self._archive()
        there = self._look()
        noted = self.catalogue.partner_documents(self.partner.id)
        self._settle(there, noted)
        plan = self._plan(there, archive)
        unlinked = archive.unlinked() if due or self.withdraw_only or plan.pages else []
        overtakes = bool(unlinked) or any(kill.under_way for kill in due)
        must_write = frozenset(there) if overtakes else self.anew.formats & set(there)
        killed = {kill.uri for kill in due}
        if not must_write and self._is_up_to_date(there, noted, plan.signatures):
            taken = plan.selection.taken
            archive.tend(unlinked, killed)
            if due:
                self._record_changes(due)
            return self._done((), len(taken), 0, plan.selection.counts, due)
        entries = entries_of(self.partner.id, plan.selection, self.shared)
        plan = self._without_unread(plan)
        edition = Edition(
            entries,
            self._made_at(there),
            plan.withdrawals,
            previous=plan.previous,
            parts=self.shared.parts,
        )
        made = release(
            self.configuration.house, self.partner.model_copy(update={"formats": tuple(there)}), edition
        )
        self._tell_broken(made, plan, noted)
        ledger = self._ledger(made, plan)
        self._say_what_enters(ledger)
        stale = {
            name: body
            for name, body in made.documents.items()
            if name in must_write or _signature(there[name]) != plan.signatures[name]
        }
        written = self._write(stale, made, there, plan, ledger, archive)
        if ledger:
            self.catalogue.add_deliveries(ledger)
            archive.note(ledger)
        archive.tend(unlinked, killed)
        if there:
            self._record_changes(due)
        self._note(made, written, there, plan)
        broken = len({each.uri for each in made.broken}) + len(self.shared.unread(plan.selection.taken))
        counts = plan.selection.counts + Counter(broken=broken)
        new = len(ledger.entered) if ledger else 0
        return self._done(tuple(written), len(made.edition.entries), new, counts, due)

    def end(self) -> None:
        """What was said to be under way is on record, and all is as it should be."""
        if self.sending:
            self.catalogue.end_sending(self.id, self.partner.id, self.now)
        if self.stamp is not None:
            ends = (self.until, self.catalogue.archive_wakes(self.partner.id))
            self.catalogue.save_look(
                LookRow(
                    partner=self.partner.id,
                    stamp=self.stamp,
                    grounds=grounds_of(self.partner, self.shared),
                    at=self.now,
                    until=min((each for each in ends if each), default=None),
                )
            )

    def _archive(self) -> Archive:
        return Archive(self.partner, self.shared, self.withdraw_only, self.anew.pages)

    def _key(self, name: Format) -> str:
        return keys.document(self.partner.id, RENDERERS[name].filename)

    def _look(self) -> dict[Format, ObjectStat | None]:
        """What lies there by format; to withdraw, also what the partner does not take any more.

        A document that is not there yet counts where another tick may be about to write it.
        """
        names = RENDERERS if self.withdraw_only else self.partner.formats
        stats = self.bucket.stat_many(self._key(name) for name in names)
        there = {name: stats[self._key(name)] for name in names}
        wanted = self.partner.formats if self.partner.enabled or not self.withdraw_only else ()
        return {name: stat for name, stat in there.items() if stat or name in wanted}

    def _settle(self, there: Mapping[Format, ObjectStat | None], noted: Mapping[str, DocumentRow]) -> None:
        """Enter the ledgers of what lies there: a tick may have ended between the document and its rows.

        Of a document that is noted they are entered: that comes last. One that was lost since stops nobody:
        what lies there is written anew, and what it said with that.
        """
        unsure = [
            stat
            for name, stat in there.items()
            if stat and not (name in noted and noted[name].etag == stat.etag)
        ]
        for key in sorted({stat.metadata.get("ledger", "") for stat in unsure} - {""}):
            try:
                ledger = read_record(self.bucket, Ledger, key)
            except (Missing, Corrupt) as error:
                told = "what its feed has since then is told anew"
                log.error("%s: %s: %s", self.partner.id, told, error)  # noqa: TRY400 - it says all
            else:
                self.catalogue.add_deliveries(ledger)

    def _plan(self, there: Mapping[Format, ObjectStat | None], archive: Archive) -> _Plan:
        selection = self._select()
        before = frozenset(self.catalogue.in_feed(self.partner.id))
        last = _last_ledger(there.values())
        left_at = max(self.now, last + timedelta(microseconds=1)) if last else self.now
        shown = {row.uri for row in selection.taken}
        why = self._why(selection, {uri for uri, _ in before} - shown)
        leaving = [
            Left(uri=uri, n=n, reason=why.get(uri, "")) for uri, n in sorted(before) if uri not in shown
        ]
        gone = withdrawals(
            self.configuration.house,
            self.partner,
            self.catalogue,
            shown=shown,
            leaving=leaving,
            now=self.now,
            left_at=left_at,
        )
        older = [(uri, n) for uri, n in before if uri not in shown and why.get(uri) == "older"]
        older += [each for each in self.anew.archived if each not in before]
        pages = archive.new_pages(selection, older)
        previous = pages[-1].page if pages else archive.newest()
        signatures = self._signatures(there, selection, gone, previous)
        return _Plan(selection, why, before, left_at, gone, pages, previous, signatures)

    def _without_unread(self, plan: _Plan) -> _Plan:
        """The same of what can be read; nothing is noted as done, so that the rest comes when mended."""
        unread = self.shared.unread(plan.selection.taken)
        if not unread:
            return plan
        self.stamp = None
        without = {
            name: digest(orjson.dumps([signature, sorted(unread)]))
            for name, signature in plan.signatures.items()
        }
        return replace(plan, why={**plan.why, **dict.fromkeys(unread, "unreadable")}, signatures=without)

    def _why(self, selection: Selection, leaving: set[str]) -> dict[str, str]:
        """Why each story is left out; also of what leaves and was not looked at: too old, or not cleared."""
        why = {each.uri: each.reason for each in selection.left_out}
        if unsaid := leaving - why.keys():
            states = self.catalogue.story_states(unsaid)
            why |= {uri: "older" if state.ready_n else "check" for uri, state in states.items()}
            why |= dict.fromkeys(self.catalogue.standing_kills(unsaid), "kill")
        return why

    def _select(self) -> Selection:
        if self.withdraw_only:
            return keep(self.partner, self.configuration, self.catalogue, self.now)
        self.stamp = self.shared.look_again()
        selection = choose(self.partner, self.shared)
        self.until = selection.until
        return selection

    def _signatures(
        self,
        names: Iterable[Format],
        selection: Selection,
        gone: tuple[Withdrawal, ...],
        previous: str | None,
    ) -> dict[Format, str]:
        """What each document is made from, as a digest: equal ones say the same."""
        chosen = [(row.uri, row.n, row.key, row.acts, selection.terms[row.uri]) for row in selection.taken]
        told = [(each.uri, each.version, each.at.isoformat(), each.rule) for each in gone]
        house = self.configuration.house.model_dump(mode="json")
        taker = self.partner.model_dump(mode="json", exclude={"push"})

        def signature(name: Format) -> str:
            renderer = RENDERERS[name]
            withdrawn = told if renderer.tells_withdrawals else []
            linked = previous if name in PAGED else None
            said: list[Any] = [renderer.version, shape.VERSION, house, taker, chosen, withdrawn, linked]
            if renderer.recent:
                said.append(self._recent(selection, renderer.recent))
            return digest(orjson.dumps(said))

        return {name: signature(name) for name in names}

    def _recent(self, selection: Selection, span: timedelta) -> list[str]:
        """The stories that were published no longer ago than that."""
        since = self.now.replace(microsecond=0) - span  # as `_made_at` has it
        published = {row.uri: first_published(row.first_created, row.first_stored) for row in selection.taken}
        return [uri for uri, moment in published.items() if moment > since]

    def _is_up_to_date(
        self,
        there: Mapping[Format, ObjectStat | None],
        known: Mapping[str, DocumentRow],
        signatures: Mapping[Format, str],
    ) -> bool:
        for name, stat in there.items():
            noted = known.get(name)
            if noted and (stat is None or noted.etag != stat.etag):
                told = "is gone" if stat is None else "is not the document that was noted last"
                log.warning("%s: %s %s: by another's hand, or a run that ended", self.partner.id, name, told)
            if not stat or not noted or noted.etag != stat.etag or _signature(stat) != signatures[name]:
                return False
        return True

    def _tell_broken(self, made: Release, plan: _Plan, noted: Mapping[str, DocumentRow]) -> None:
        """Log what would break a document and is left out; as an error when that is new."""
        had = {uri for uri, _ in plan.before}
        last = max((each.written_at for each in noted.values()), default=None)
        came = {row.uri for row in plan.selection.taken if last is None or row.stored_at >= last}
        for each in made.broken:
            level = logging.ERROR if each.uri in had | came else logging.INFO
            log.log(level, "left out of %s: %s: %s: %s", self.partner.id, each.uri, each.rule, each.reason)

    def _made_at(self, there: Mapping[Format, ObjectStat | None]) -> datetime:
        """When this edition is made, in whole seconds: later than any that lies there."""
        made = [stat.metadata.get("made") for stat in there.values() if stat]
        later = [datetime.fromisoformat(each) + timedelta(seconds=1) for each in made if each]
        return max([self.now.astimezone(UTC).replace(microsecond=0), *later])

    def _ledger(self, made: Release, plan: _Plan) -> Ledger | None:
        """What enters and leaves the feed with these documents; None when nothing does."""
        after = {(entry.uri, entry.revision.n) for entry in made.edition.entries}
        if plan.before == after and not plan.pages:
            return None
        why = dict(plan.why)
        why |= {each.uri: each.rule for each in made.broken if each.uri}
        why |= {uri: "superseded" for uri, _ in after}
        new = after - plan.before
        coming = sorted(
            (row for row in plan.selection.taken if (row.uri, row.n) in new), key=lambda row: row.uri
        )
        return Ledger(
            partner=self.partner.id,
            at=plan.left_at,
            run=self.run,
            sender=SENDER,
            entered=entered(coming, self.partner, self.configuration, self.catalogue),
            left=tuple(
                Left(uri=uri, n=n, reason=why.get(uri, "not_ready")) for uri, n in sorted(plan.before - after)
            ),
            pages=plan.pages,
        )

    def _say_what_enters(self, ledger: Ledger | None) -> None:
        """Say in the catalogue what is about to be sent, before anything is written.

        Raises:
            Conflict: some of it was killed since it was chosen.
        """
        entering = {each.uri for each in ledger.entered} if ledger else set()
        if not entering:
            return
        self.sending = True
        if killed := self.catalogue.start_sending(self.id, self.partner.id, entering, self.now):
            raise Conflict("killed", f"{len(killed)} stories were killed meanwhile")

    def _write(
        self,
        stale: Mapping[Format, bytes],
        made: Release,
        there: Mapping[Format, ObjectStat | None],
        plan: _Plan,
        ledger: Ledger | None,
        archive: Archive,
    ) -> dict[Format, str]:
        """Write the ledger, the archive's new pages, then the documents that change.

        Returns:
            The new ETags by format.
        """
        reserved = any(entry.mining_reserved for entry in made.edition.entries)
        metadata = {
            "stories": str(len(made.edition.entries)),
            "made": made.edition.made_at.isoformat(),
            "tdm-reservation": "1" if reserved else "0",
        }
        if at := ledger.at if ledger else _last_ledger(there.values()):
            metadata["at"] = at.isoformat()
        if ledger:
            metadata["ledger"] = self._ledger_key(ledger)
            self.bucket.put_once(metadata["ledger"], ledger.to_json())
        written: dict[Format, str] = {}
        archive.write(plan.pages, made.edition.made_at)
        try:
            for name, body in stale.items():
                signed = metadata | {"signature": plan.signatures[name]}
                written[name] = self._put(name, body, signed, there[name])
        except Conflict:
            if ledger and not written:
                self.bucket.delete(metadata["ledger"])  # What it says has not happened.
                archive.take_back(plan.pages)
            raise
        return written

    def _ledger_key(self, ledger: Ledger) -> str:
        # No two ticks write the same ledger, though both say the same: one that is overtaken removes its own.
        return keys.delivery(ledger.partner, f"{keys.stamp(ledger.at)}-{self.id[:12]}")

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
        plan: _Plan,
    ) -> None:
        """Enter what lets the next tick see that nothing changed."""
        rows = []
        for name, body in made.documents.items():
            stat = there[name]
            kept = stat if stat and name not in written else None
            rows.append(
                DocumentRow(
                    partner=self.partner.id,
                    format=name,
                    key=self._key(name),
                    signature=plan.signatures[name],
                    sha256=(kept.sha256 or "") if kept else digest(body),
                    etag=kept.etag if kept else written[name],
                    stories=len(made.edition.entries),
                    written_at=kept.last_modified if kept else self.now,
                )
            )
        self.catalogue.save_partner_documents(rows)

    def _record_changes(self, due: Iterable[DueKill]) -> None:
        """Bring the change feed up to the ledger; it tells kills also of what left the feed long ago."""
        since = {kill.uri: kill.at for kill in due}
        got = self.catalogue.killed_for(self.partner.id, min(since.values())) if since else []
        killed = [row for row in got if row.uri in since]
        record_changes(self.bucket, self.catalogue, self.partner, killed, self.now)

    def _done(
        self,
        written: tuple[str, ...],
        stories: int,
        new: int,
        left_out: Mapping[str, int],
        due: Iterable[DueKill],
    ) -> Delivered:
        """File the receipts of the kills that have taken effect by now."""
        at = self.now + timedelta(seconds=time.monotonic() - self.shared.began)
        receipts = [
            KillReceipt(uri=kill.uri, evidence=kill.evidence, partner=self.partner.id, at=at) for kill in due
        ]
        if receipts:
            file_receipts(self.bucket, self.catalogue, receipts)
        return Delivered(self.partner.id, written, stories, new, left_out, len(receipts))


def _signature(stat: ObjectStat | None) -> str | None:
    return stat.metadata.get("signature") if stat else None


def _last_ledger(documents: Iterable[ObjectStat | None]) -> datetime | None:
    """The time of the last ledger that made these documents: ledgers of a partner rise in time.

    None where none did. A document that another's hand wrote says nothing of it.
    """
    known = (stat.metadata["at"] for stat in documents if stat and "at" in stat.metadata)
    return max(map(datetime.fromisoformat, known), default=None)
