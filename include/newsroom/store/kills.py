"""Kills as they lie in the bucket: a story's mandatory withdrawal, whom it reached, and its lifting.

A kill leaves a tombstone: it stands for the whole chain, whatever comes later, until it is lifted. Several
may stand beside each other, each until its own lift. The same evidence is one kill for ever, so that a notice
which stays in its feed does not undo a lift.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from newsroom.store import keys
from newsroom.store.bucket import Bucket
from newsroom.store.first import put_first
from newsroom.story import Moment, Noun

if TYPE_CHECKING:
    from newsroom.store.catalogue import Catalogue

KillSource = Literal["pubstatus", "mark", "deleted", "gone", "editor"]
"""How a kill was told: the wire's status, a mark in its text, a deletion in its feed, a page that is gone
(HTTP 410), or a person at the desk."""


class Kill(Noun):
    """A story that nobody may use any more: `kills/{id}/{evidence}.json`.

    `evidence` is a digest of what told it, `at` when that was first seen here, `by` who told it.
    """

    uri: str
    evidence: str
    at: Moment
    source: KillSource
    by: str
    reason: str


class Lift(Noun):
    """A person's word that these kills of a story stand no more: `lifts/{id}/{time}.json`.

    `evidence` is that of the kills; without any it is of all that were seen before it.
    """

    uri: str
    at: Moment
    by: str
    reason: str
    evidence: tuple[str, ...] = ()

    def lifts(self, evidence: str, at: datetime) -> bool:
        """Whether it lifts the kill of this evidence, seen at `at`."""
        return evidence in self.evidence if self.evidence else self.at > at


class KillReceipt(Noun):
    """That a kill took effect at a partner: `killed/{id}/{evidence}/{partner}.json`, written once it had."""

    uri: str
    evidence: str
    partner: str
    at: Moment


class KillRequest(Noun):
    """A kill that waits for a person: `kill_requests/{id}.json`.

    `uris` are the stories that it names, or may mean; `evidence` are digests of what told it, `told` what the
    wire says, `reason` why it waits.
    """

    id: str
    wire: str
    at: Moment
    source: KillSource
    uris: tuple[str, ...]
    evidence: tuple[str, ...]
    told: str
    reason: str


class KillAnswer(Noun):
    """What a person said to a kill that waited: `kill_answers/{id}.json`, written once."""

    id: str
    at: Moment
    by: str
    answer: Literal["confirmed", "dismissed"]
    uris: tuple[str, ...] = ()


def file_kills(bucket: Bucket, catalogue: "Catalogue", kills: Sequence[Kill]) -> list[Kill]:
    """File kills, the objects first; returns those that are new. One of known evidence stays as it was."""
    there = [put_first(bucket, keys.kill(kill.uri, kill.evidence), kill) for kill in kills]
    catalogue.add_kills([kill for kill, _ in there])
    return [kill for kill, new in there if new]


def file_lift(bucket: Bucket, catalogue: "Catalogue", lift: Lift) -> None:
    """File a lift."""
    bucket.put_once(keys.lift(lift.uri, keys.stamp(lift.at)), lift.to_json())
    catalogue.add_lifts([lift])


def file_receipts(bucket: Bucket, catalogue: "Catalogue", receipts: Sequence[KillReceipt]) -> None:
    """File receipts; of two the first counts."""
    there = []
    for receipt in receipts:
        key = keys.kill_receipt(receipt.uri, receipt.evidence, receipt.partner)
        there.append(put_first(bucket, key, receipt)[0])
    catalogue.add_kill_receipts(there)


def file_request(bucket: Bucket, catalogue: "Catalogue", request: KillRequest) -> bool:
    """File a kill that waits; False when the very same is on record, answered or not."""
    there, new = put_first(bucket, keys.kill_request(request.id), request)
    catalogue.add_kill_requests([there])
    return new


def file_answer(bucket: Bucket, catalogue: "Catalogue", answer: KillAnswer) -> bool:
    """File what a person said; False when another was first."""
    there, new = put_first(bucket, keys.kill_answer(answer.id), answer)
    catalogue.add_kill_answers([there])
    return new
