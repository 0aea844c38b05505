"""Milliseconds a story to find its copies among very many, and to be found from then on.

`python -m bench.copies --stories 1000000` measures on SQLite, or in the empty database that `--catalogue`
names. The stories are drawn, not read: of the buckets that a story is found by, a third is shared with some
others, as common phrases are, and a fifth with thousands. Each fifth new story copies one that is there.
"""

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from sqlalchemy.engine import URL, make_url

from bench.figures import Figure, show
from newsroom.match.fingerprint import BODY_SLOTS, KEPT, LEAD_SLOTS, Fingerprint, Sample
from newsroom.store import schema
from newsroom.store.catalogue import Catalogue
from newsroom.store.duplicates import number_of
from newsroom.story import Revision, Story, story_uri

STORIES = 100_000
"""Fingerprints in the window, unless more are asked for: a million take minutes to make."""

NEW, AT_ONCE, COPY = 1_000, 25, 5
"""How many stories come, how many one run of a wire brings, and each how many is a copy."""

WANTED = 2.0
"""Milliseconds a story."""

WINDOW = timedelta(days=7)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SLOTS = BODY_SLOTS + LEAD_SLOTS
Row = tuple[object, ...]
PHRASES, COMMON = 20_000, 20
"""Values that a third, and a fifth, of a slot's stories have between them."""


def measure(folder: Path, stories: int = STORIES, url: str | None = None) -> Iterator[Figure]:
    """Add new stories to a window of so many, in the empty database at `url`, by default a new SQLite's."""
    where = make_url(url or f"sqlite:///{folder / 'copies.db'}")
    Catalogue.open(where.render_as_string(hide_password=False)).close()
    dice = random.Random(5)  # noqa: S311 - the same stories each time
    there = _fill(where, dice, stories)
    catalogue = Catalogue.open(where.render_as_string(hide_password=False))
    came = [_copy(dice, there[at]) if at % COPY == 0 else _drawn(dice) for at in range(NEW)]
    revisions = [_revision(at) for at in range(NEW)]
    catalogue.add_revisions(revisions)
    spent, worked = [], 0.0
    for start in range(0, NEW, AT_ONCE):
        part = range(start, start + AT_ONCE)
        prints = {(revisions[at].uri, 1): came[at] for at in part}
        began, cpu = time.perf_counter(), time.process_time()
        catalogue.add_fingerprints(prints, WINDOW)
        spent.append((time.perf_counter() - began) * 1_000 / AT_ONCE)
        worked += (time.process_time() - cpu) * 1_000
    linked = sum(bool(catalogue.copies_of(each.uri)) for each in revisions)
    catalogue.close()
    if linked != NEW // COPY:
        raise RuntimeError(f"wanted {NEW // COPY} copies linked; saw {linked}")
    took = statistics.mean(spent)
    worst = f"{worked / NEW:.2f} ms of CPU; worst run of {AT_ONCE}: {max(spent):.2f} ms a story"
    what = f"a story's copies found among {stories:,}, and itself added, on {where.get_backend_name()}"
    yield Figure(what, f"{took:.2f} ms; {worst}", f"{WANTED:.0f} ms", WANTED / took, 1.0)


def _fill(where: URL, dice: random.Random, stories: int) -> Sequence[Fingerprint]:
    """Write what is there by itself: the catalogue's own way would take hours. Returns the first of them."""
    first = [_drawn(dice) for _ in range(NEW)]
    template = first[0].to_bytes()
    numbers = sum(KEPT.values()) + KEPT["patterns"]
    head = template[: len(template) - 4 * (numbers + SLOTS)]
    slots = [array("I", _slots(dice, stories)) for _ in range(SLOTS)]
    for at, each in enumerate(first):
        for slot, bucket in enumerate(each.buckets):
            slots[slot][at] = bucket & 0xFFFF_FFFF
    ids = [number_of(_uri("there", at)) for at in range(stories)]

    def rows() -> Iterator[Row]:
        for at in sorted(range(stories), key=ids.__getitem__):
            filed = f"{(NOON - WINDOW * (at / stories)).replace(tzinfo=None):%Y-%m-%d %H:%M:%S.%f}"
            tail = array("I", [slot[at] for slot in slots]).tobytes()
            sketch = first[at].to_bytes() if at < NEW else head + dice.randbytes(4 * numbers) + tail
            yield ids[at], _uri("there", at), 1, filed, sketch

    buckets = (
        sorted((slot << 32 | value, number) for value, number in zip(values, ids, strict=True))
        for slot, values in enumerate(slots)
    )
    write = _write_sqlite if where.get_backend_name() == "sqlite" else _write_postgresql
    write(where, {"fingerprint": rows(), "fingerprint_bucket": chain.from_iterable(buckets)})
    return first


def _write_sqlite(where: URL, tables: Mapping[str, Iterable[Row]]) -> None:
    with sqlite3.connect(where.database or "") as connection:
        # Straight into the file: a log as long as all of it would be read through by each look into it.
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        for table, rows in tables.items():
            places = ", ".join("?" for _ in schema.metadata.tables[table].columns)
            connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - our tables
    connection.close()


def _write_postgresql(where: URL, tables: Mapping[str, Iterable[Row]]) -> None:
    there = where.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(there, autocommit=True) as connection:
        for table, rows in tables.items():
            with connection.cursor().copy(f"COPY {table} FROM STDIN".encode()) as copied:
                for row in rows:
                    copied.write_row(row)
        connection.execute("VACUUM ANALYZE")


def _slots(dice: random.Random, count: int) -> Iterator[int]:
    """What a slot says of so many stories: a phrase's value, or one of the story's own."""
    for value in array("I", dice.randbytes(4 * count)):
        kind, rest = value & 0xFF, value >> 8
        yield rest % COMMON if kind < 51 else rest % PHRASES if kind < 136 else value


def _drawn(dice: random.Random) -> Fingerprint:
    def sample(name: str) -> Sample:
        return Sample(frozenset(dice.sample(range(2**32), KEPT[name])))

    def lead(name: str, of: Sample) -> Sample:
        return Sample(frozenset(sorted(of.digests)[: KEPT[name]]))

    runs, facts = sample("runs"), sample("facts")
    pairs = array("I", dice.randbytes(8 * KEPT["patterns"]))
    return Fingerprint(
        words=420,
        size=400,
        runs=runs,
        lead=lead("lead", runs),
        facts=facts,
        lead_facts=lead("lead_facts", facts),
        headline=sample("headline"),
        patterns=tuple(zip(pairs[::2], pairs[1::2], strict=True)),
        buckets=tuple(slot << 32 | next(_slots(dice, 1)) for slot in range(SLOTS)),
    )


def _copy(dice: random.Random, of: Fingerprint) -> Fingerprint:
    """The same story with some other runs and buckets."""
    other = _drawn(dice)
    kept = sorted(of.runs.digests)[: KEPT["runs"] * 9 // 10]
    runs = Sample(frozenset([*kept, *sorted(other.runs.digests)[: KEPT["runs"] - len(kept)]]))
    buckets = tuple(
        theirs if slot % 4 == 0 else ours
        for slot, (ours, theirs) in enumerate(zip(of.buckets, other.buckets, strict=True))
    )
    return replace(of, runs=runs, buckets=buckets)


def _revision(at: int) -> Revision:
    story = Story(uri=_uri("new", at), wire="bench", provider="Bench", headline=f"Story {at}", blocks=())
    return Revision(
        uri=story.uri,
        n=1,
        story=story,
        content_hash=story.content_hash,
        raw_keys=("raw/bench",),
        item_key=str(at),
        item_digest=str(at),
        reader="bench",
        stored_at=NOON,
    )


def _uri(kind: str, at: int) -> str:
    return story_uri("bench", f"{kind} {at}")


def run(
    stories: Annotated[int, typer.Option(help="Fingerprints in the window.", min=NEW)] = STORIES,
    catalogue: Annotated[str | None, typer.Option(help="An empty database, as an SQLAlchemy URL.")] = None,
) -> None:
    """Show the figure; the exit code is 1 when it is missed."""
    with tempfile.TemporaryDirectory() as folder:
        met = show(measure(Path(folder), stories, catalogue))
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    typer.run(run)
