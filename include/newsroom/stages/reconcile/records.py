"""What is on record: every object has its rows, every row its object, and both say the same.

An object that is gone or broken is written anew from its rows, which have every word of it. Somebody hears of
it all the same: nothing in the pipeline takes a record away.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import groupby, islice

from newsroom.stages import Newsroom
from newsroom.stages.reconcile.report import RESTORE, Notes
from newsroom.stages.reconcile.span import Span
from newsroom.store import keys
from newsroom.store.bucket import ONLY_NEW, THREADS, Corrupt, Missing
from newsroom.store.catalogue import Ledger
from newsroom.store.records import KINDS, SMALL, VERDICTS, Kind, Told, as_record, read_record, read_records
from newsroom.store.revisions import Verdicts, file_verdicts
from newsroom.story import Noun, Verdict

KEPT_BY_OTHERS = {"acknowledgements": "note it again with `newsroom acknowledge`"}
"""Of which kinds the rows do not have every word, and how such a record comes again."""


def compare_records(room: Newsroom, span: Span, notes: Notes) -> None:
    """Compare what the bucket and the catalogue have on record; what one of them lacks is added there.

    Raises:
        BucketError: the bucket can't be read or written.
    """
    _lost_verdicts(room, span, notes)
    for kind in KINDS:
        _objects(room, kind, span, notes, mended=_rows(room, kind, span, notes))


def _rows(room: Newsroom, kind: Kind, span: Span, notes: Notes) -> set[str]:
    """Every row's object is there, and says the same; the keys of those that were mended."""
    mended: set[str] = set()
    if kind.told is None:
        return mended
    told = kind.told(room.catalogue, span.since, span.until)
    with ThreadPoolExecutor(THREADS) as pool:
        while part := list(islice(told, SMALL)):
            part = list(pool.map(partial(_where_it_lies, room), part))
            for each, wrong in zip(part, pool.map(partial(_wrong_with, room, kind), part), strict=True):
                if wrong:
                    mended.add(each.key)
                    _mend(room, kind, each, wrong, notes)
    return mended


def _where_it_lies(room: Newsroom, told: Told) -> Told:
    """The same, under its whole key where that can't be told for sure."""
    return replace(told, key=next(room.bucket.keys(told.beginning), told.key)) if told.beginning else told


def _wrong_with(room: Newsroom, kind: Kind, told: Told) -> tuple[str, str] | None:
    """What is wrong with the object that rows tell of: its kind, and what was found."""
    try:
        there = read_record(room.bucket, kind.noun, told.key)
    except Missing:
        return "row_without_object", f"{kind.table.name} has it in the catalogue alone"
    except Corrupt as error:
        return "broken_object", error.reason
    if told.record is None or _as_kept(_of_rows(there, told.record)) == _as_kept(told.record):
        return None
    return "object_differs", f"it does not say what {kind.table.name} in the catalogue says"


def _of_rows(there: Noun, told: Noun) -> Noun:
    """What an object says, without those lines of a ledger that rows lack: they are added from it."""
    if not (isinstance(there, Ledger) and isinstance(told, Ledger)):
        return there
    entered = tuple(each for each in there.entered if each in told.entered)
    left = tuple(each for each in there.left if each in told.left)
    return there.model_copy(update={"entered": entered, "left": left})


def _as_kept(record: Noun) -> bytes:
    """What a record says, as rows have it: a database takes no NUL, and pages of an archive are dropped."""
    if isinstance(record, Ledger):
        record = record.model_copy(update={"pages": ()})
    return record.to_json().replace(b"\\u0000", "\ufffd".encode())


def _mend(room: Newsroom, kind: Kind, told: Told, wrong: tuple[str, str], notes: Notes) -> None:
    name, found = wrong
    if told.record is None:
        notes.open(name, told.key, found=found, mend=f"{RESTORE}, or {KEPT_BY_OTHERS[kind.name]}")
    elif name == "object_differs":
        mend = f"see which is right: {RESTORE}, or run `newsroom reindex` into an empty database"
        notes.open(name, told.key, found=found, mend=mend)
    else:
        there = room.bucket.stat(told.key)
        room.bucket.put(
            told.key,
            told.record.to_json(),
            content_type="application/json",
            if_match=there.etag if there else ONLY_NEW,
        )
        notes.add(name, told.key, found=found, done="written anew from its rows", alert=True)


def _objects(room: Newsroom, kind: Kind, span: Span, notes: Notes, mended: set[str]) -> None:
    """Every object has its rows."""
    for found in _read(room, kind, span, notes, but=mended):
        missing = kind.missing(room.catalogue, found)
        if missing:
            kind.add(room.catalogue, [found[key] for key in missing])
        for key, count in missing.items():
            told = f"{count} of its {len(kind.rows(found[key]))} rows are missing from {kind.table.name}"
            notes.add(f"{kind.table.name}_without_row", key, found=told, done="rows added")
        notes.compared[kind.name] += len(found)


def _read(room: Newsroom, kind: Kind, span: Span, notes: Notes, but: set[str]) -> Iterator[dict[str, Noun]]:
    """The records written in the span, some at a time, by key; one that can't be read is noted."""
    listed = (key for key, _ in room.bucket.listed(kind.prefix, span.since, span.until) if key not in but)
    while part := list(islice(listed, kind.at_once)):
        found, wrong = read_records(room.bucket, kind.noun, part)
        for key, each in wrong.items():
            notes.open("broken_object", key, found=each.reason, mend=RESTORE)
        yield found


def _lost_verdicts(room: Newsroom, span: Span, notes: Notes) -> None:
    """Every verdict is in some batch; those that are in none are filed in a batch of their own."""
    rows = room.catalogue.verdicts_since(span.since, span.until)
    for wire, verdicts in groupby(rows, key=lambda each: each[0]):
        lost = _in_no_batch(room, wire, span, [verdict for _, verdict in verdicts])
        if lost:
            file_verdicts(room.bucket, room.catalogue, lost, wire)
            found = f"{len(lost)} verdicts of {wire} are in the catalogue alone"
            where = f"{VERDICTS.prefix}{wire}/"
            notes.add("row_without_object", where, found=found, done="written anew from its rows", alert=True)


def _in_no_batch(room: Newsroom, wire: str, span: Span, verdicts: Iterable[Verdict]) -> list[Verdict]:
    """A batch is named by the time of its last verdict, and filed when its run was done."""
    left = {(each.uri, each.n, each.scope, each.ruleset, each.checked_at): each for each in verdicts}
    prefix = f"{VERDICTS.prefix}{wire}/"
    first = prefix + keys.stamp(span.since)
    listed = (key for key in room.bucket.keys(prefix) if key >= first)
    while left and (part := list(islice(listed, VERDICTS.at_once))):
        bodies, _ = room.bucket.get_whole(part)
        for key, body in bodies.items():
            try:
                batch = as_record(Verdicts, key, body)
            except Corrupt:
                continue  # told with the other objects
            for each in batch.verdicts:
                left.pop((each.uri, each.n, each.scope, each.ruleset, each.checked_at), None)
    return list(left.values())
