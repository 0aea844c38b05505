"""Records that are gone or altered in the bucket: told, and written anew from their rows, word for word."""

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.config import load
from newsroom.stages import Newsroom
from newsroom.stages.reconcile import RECORDS, needs_a_person, reconcile
from newsroom.store import keys, schema
from newsroom.store.catalogue import Catalogue, Decision, Ledger
from newsroom.store.deliveries import Archived, ArchivePage, Entered, Grounds, Left
from newsroom.store.kills import (
    Kill,
    KillAnswer,
    KillReceipt,
    KillRequest,
    Lift,
    file_answer,
    file_kills,
    file_lift,
    file_receipts,
    file_request,
)
from newsroom.store.outbox import (
    Acknowledgement,
    PushOutcome,
    PushStart,
    file_acknowledgement,
    file_outcome,
)
from newsroom.store.records import KINDS
from newsroom.store.reindex import reindex
from newsroom.store.revisions import Draft, file_decision, file_stories, file_verdicts
from newsroom.story import Finding, Story, Verdict, digest, paragraph, story_uri

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WHOLE = [kind for kind in KINDS if kind.name not in ("verdicts", "acknowledgements")]


def at(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


@pytest.fixture
def room(bucket, catalogue):
    """One record of each kind, and what they are of."""
    uri = story_uri("sample", "1")
    story = Story(uri=uri, wire="sample", provider="Sample", headline="A\x00B", blocks=(paragraph("Rain."),))
    draft = Draft(story, ("raw/sample/00/1",), digest("1")[:32], digest("Rain."))
    file_stories(bucket, catalogue, [draft], reader="test", run="r", now=at(0))
    found = (Finding(rule="byline", field="byline", severity="critical", passed=False, reason="nothing"),)
    for minute, scope in ((1, "wire:sample"), (2, "partner:krdo")):
        said = Verdict(uri=uri, n=1, scope=scope, ruleset="0", checked_at=at(minute), findings=found)
        file_verdicts(bucket, catalogue, [said], "sample")
    decision = Decision(uri=uri, n=1, action="release", by="ed", reason="seen\x00", at=at(2))
    file_decision(bucket, catalogue, decision)
    grounds = Grounds(cleared_by="release", checks={"wire:sample": "0"}, profile="sample", rights="1")
    for ledger in (
        Ledger(
            partner="krdo",
            at=at(3),
            run="r",
            sender="s",
            entered=(Entered(uri=uri, n=1, grounds=grounds),),
            left=(),
        ),
        Ledger(
            partner="krdo",
            at=at(4),
            run="r",
            sender="s",
            entered=(),
            left=(Left(uri=uri, n=1, reason="older"),),
            pages=(ArchivePage(page="00000001-a", stories=(Archived(uri=uri, n=1),)),),
        ),
    ):
        tick = "-a-tick" if ledger.pages else ""
        bucket.put_once(keys.delivery("krdo", keys.stamp(ledger.at) + tick), ledger.to_json())
        catalogue.add_deliveries(ledger)
    asked = KillRequest(
        id="a", wire="sample", at=at(5), source="mark", uris=(uri,), evidence=("e",), told="KILL", reason="?"
    )
    file_request(bucket, catalogue, asked)
    kill = Kill(uri=uri, evidence=digest("e"), at=at(6), source="mark", by="ed", reason="confirmed: KILL")
    file_kills(bucket, catalogue, [kill])
    file_answer(bucket, catalogue, KillAnswer(id="a", at=at(6), by="ed", answer="confirmed", uris=(uri,)))
    receipt = KillReceipt(uri=uri, evidence=kill.evidence, partner="krdo", at=at(7))
    file_receipts(bucket, catalogue, [receipt])
    start = PushStart(partner="krdo", target="cms", at=at(2))
    bucket.put_once(keys.push_start("krdo", "cms"), start.to_json())
    catalogue.add_push_starts([start])
    catalogue.fill_outbox("krdo", "cms", rules=("kill",), only_kills=False)
    for row in catalogue.messages():
        outcome = PushOutcome(
            id=row.id, partner="krdo", target="cms", uri=uri, n=1, act=row.act, version=row.version or 4,
            rule=row.rule, at=row.at, state="delivered", tries=1, done_at=at(8), receipt={"status": 204},
        )  # fmt: skip
        file_outcome(bucket, catalogue, outcome)
        if row.act == "killed":
            told = Acknowledgement(id=row.id, partner="krdo", target="cms", uri=uri, at=at(9), by="ed")
            file_acknowledgement(bucket, catalogue, told)
    file_lift(bucket, catalogue, Lift(uri=uri, at=at(10), by="ed", reason="settled"))
    return Newsroom(load(), bucket, catalogue)


def compared(room):
    return reconcile(room, RECORDS, LONG_AGO, settled=-timedelta(minutes=1))


def lying(room, prefix):
    return {key: room.bucket.get(key) for key in room.bucket.keys(prefix)}


def gaps(report):
    return [(each.kind, each.where, each.state) for each in report.findings]


def test_where_nothing_is_wrong_nothing_is_found(room):
    report = compared(room)
    assert gaps(report) == []
    assert {kind.name: report.compared[kind.name] for kind in KINDS} == {
        kind.name: len(lying(room, kind.prefix)) for kind in KINDS
    }
    assert min(report.compared.values()) > 0


def test_records_that_are_gone_or_broken_are_written_anew_and_somebody_hears_of_it(room):
    before = {kind.name: lying(room, kind.prefix) for kind in WHOLE}
    gone, broken = set(), set()
    for objects in before.values():
        first, *others = objects
        room.bucket.delete(first)
        for key in others:
            metadata = dict(room.bucket.stat(key).metadata)
            room.bucket.client.put_object(Bucket=room.bucket.name, Key=key, Body=b"{}", Metadata=metadata)
        gone.add(first)
        broken.update(others)
    report = compared(room)
    assert set(gaps(report)) == {
        *(("row_without_object", key, "repaired") for key in gone),
        *(("broken_object", key, "repaired") for key in broken),
    }
    assert broken
    assert len(needs_a_person([report])) == len(gone | broken)
    # A database takes no NUL.
    before["decisions"] = {
        key: each.replace(b"\\u0000", "\ufffd".encode()) for key, each in before["decisions"].items()
    }
    assert {kind.name: lying(room, kind.prefix) for kind in WHOLE} == before
    assert gaps(compared(room)) == []


def test_verdicts_of_a_lost_batch_are_filed_in_one_of_their_own(room, tmp_path):
    uri = story_uri("sample", "1")
    before = room.catalogue.verdicts(uri)
    for key in lying(room, "verdicts/"):
        room.bucket.delete(key)
    report = compared(room)
    assert gaps(report) == [("row_without_object", "verdicts/sample/", "repaired")]
    assert gaps(compared(room)) == []
    anew = Catalogue.open(f"sqlite:///{tmp_path}/anew.db")
    assert reindex(room.bucket, anew)["verdicts"] == len(before) == 2
    assert anew.verdicts(uri) == before
    anew.close()


def test_whose_word_a_lost_acknowledgement_was_nobody_knows(room):
    (key,) = lying(room, "acknowledged/")
    room.bucket.delete(key)
    report = compared(room)
    assert gaps(report) == [("row_without_object", key, "open")]
    assert "newsroom acknowledge" in report.findings[0].done


def test_of_two_words_neither_is_taken_for_right(room):
    """Altered by a person who kept its form: what was decided is for a person to say."""
    ((key, body),) = lying(room, "decisions/").items()
    room.bucket.client.put_object(
        Bucket=room.bucket.name, Key=key, Body=body.replace(b'"release"', b'"reject"')
    )
    report = compared(room)
    assert gaps(report) == [("object_differs", key, "open")]
    assert lying(room, "decisions/") != {key: body}


def test_rows_that_are_gone_come_back(room):
    tables = [schema.decision, schema.verdict, schema.kill, schema.lift, schema.kill_request]
    tables += [schema.kill_receipt, schema.ledger_entry, schema.archive_story, schema.push_message]

    def rows():
        with room.catalogue.reading() as connection:
            return {
                table.name: [
                    tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key))
                ]
                for table in tables
            }

    before = rows()
    with room.catalogue.writing() as connection:
        for table in (*tables, schema.push_target):
            assert connection.execute(table.delete()).rowcount > 0
    report = compared(room)
    assert {each.state for each in report.findings} == {"repaired"}
    assert {each.kind for each in report.findings} == {f"{kind.table.name}_without_row" for kind in KINDS}
    assert rows() == before
    assert gaps(compared(room)) == []


def test_a_message_whose_outcome_was_filed_is_not_sent_again(room):
    """A run that ended between the object and its row."""
    table = schema.push_message
    with room.catalogue.writing() as connection:
        connection.execute(table.update().values(state="waiting", done_at=None, acknowledged_at=None))
    report = compared(room)
    assert {each.state for each in report.findings} == {"repaired"}
    assert {row.state for row in room.catalogue.messages()} == {"delivered"}
    assert gaps(compared(room)) == []
