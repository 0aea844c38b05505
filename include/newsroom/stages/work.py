"""Work files: what one stage hands to the next, as JSON Lines in the bucket under `work/`.

They hold nothing that could not be made again from raw bytes; `stages.housekeeping` removes old ones.
"""

from collections.abc import Iterable
from typing import Any, TypedDict, TypeVar

from newsroom.store import keys
from newsroom.store.bucket import Bucket
from newsroom.story import Item, Noun, Page, Refusal, Story, Verdict

JSON_LINES = "application/jsonl"


class Handover(TypedDict):
    """What a stage gives on: where its work lies, whose it is, and what was counted."""

    wire: str
    feed: str
    work: str
    counts: dict[str, int]


class Assignment(Noun):
    """An item to read. Without a page, its own full text is read.

    `setback` is the code that the last attempt failed with.
    """

    item: Item
    attempts: int = 0
    setback: str | None = None
    page: Page | None = None

    @property
    def raw_keys(self) -> tuple[str, ...]:
        """The bytes that the story is read from."""
        return (self.item.raw_key, self.page.raw_key) if self.page else (self.item.raw_key,)


class Reading(Noun):
    """An assignment, and the story that was read from it."""

    assignment: Assignment
    story: Story


class Judged(Noun):
    """A reading, and what each rule set says of it."""

    reading: Reading
    verdicts: tuple[Verdict, ...]


class Setback(Noun):
    """An assignment that went no further in this run, and why."""

    assignment: Assignment
    refusal: Refusal


Record = TypeVar("Record", bound=Noun)


def work_key(wire: str, feed: str, run: str) -> str:
    """The folder of one feed's work in one run."""
    return keys.work(wire, feed, run)


def write(bucket: Bucket, work: str, stage: str, records: Iterable[Noun]) -> None:
    """Write what `stage` hands on; a repeat of the stage writes it again."""
    body = b"".join(record.to_json() + b"\n" for record in records)
    bucket.put(f"{work}/{stage}.jsonl", body, content_type=JSON_LINES)


def read(bucket: Bucket, work: str, stage: str, kind: type[Record]) -> list[Record]:
    """Read what `stage` handed on.

    Raises:
        BucketError: it is not there (any more): run the wire again.
    """
    lines = bucket.get(f"{work}/{stage}.jsonl").splitlines()
    return [kind.from_json(line) for line in lines]


def handover(before: Handover, **counts: Any) -> Handover:
    """The same work, one stage further."""
    return {**before, "counts": counts}
