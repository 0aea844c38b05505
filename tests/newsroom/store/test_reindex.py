"""The catalogue built anew from the bucket: the same rows, and a broken object costs only itself."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from newsroom.match.fingerprint import fingerprint
from newsroom.store import schema
from newsroom.store.bucket import Bucket, BucketError
from newsroom.store.catalogue import Catalogue, FeedState, ItemOutcome, Ledger
from newsroom.store.deliveries import Archived, ArchivePage, Entered, Grounds, Left
from newsroom.store.keys import delivery, push_start
from newsroom.store.kills import (
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
    Final,
    PushOutcome,
    PushStart,
    file_acknowledgement,
    file_outcome,
)
from newsroom.store.reindex import AFRESH, REBUILT, reindex
from newsroom.store.revisions import Filed, file_decision, file_stories, file_verdicts

GROUNDS = Grounds(cleared_by="verdict", checks={"wire:sample": "0123"}, profile="sample", rights="4567")

WINDOW = timedelta(days=36_500)
"""As long as no test is old."""

LONG = (
    "The council of Ordway voted five to two on Thursday to keep the reservoir at its height until the "
    "survey of the dam by Halvorsen Engineers is done, and to ask Crowley County for a third of the cost."
)


@pytest.fixture
def anew(catalogue_url):
    opened = Catalogue.open(catalogue_url)
    yield opened
    opened.close()


@pytest.fixture
def day(bucket, catalogue, make):
    """A day's work: three stories, updates, verdicts, decisions and a partner's feed."""
    drafts = [
        make.draft(each, f"Text {n} of {each}.", versioncreated=make.at(n))
        for n in range(12)
        for each in "123"
    ]
    # An older version, and words that come back.
    drafts += [
        make.draft(
            "4",
            LONG,
            wire="other",
            topics=("Oddities",),
            unmapped=("Oddities",),
            evidence={"body": "the page"},
        ),
        make.draft("1", f"{LONG} It said so on Friday.", versioncreated=make.at(95)),
        make.draft("1", "Late.", versioncreated=make.at(-5)),
        make.draft("2", "Text 1 of 2.", versioncreated=make.at(90)),
    ]
    filed: list[Filed] = []
    for part in (drafts[:17], drafts[17:]):
        filed += file_stories(bucket, catalogue, part, reader="test", run="r", now=make.at(100 + len(filed)))
    stories = [draft.story for draft in drafts]
    prints = {(where.uri, where.n): fingerprint(story) for where, story in zip(filed, stories, strict=True)}
    catalogue.add_fingerprints(prints, WINDOW)
    for at in (1, 2):
        verdicts = [make.verdict(each.uri, each.n, passed=(each.n + at) % 3 > 0, at=at) for each in filed]
        file_verdicts(bucket, catalogue, verdicts, "sample")
    (one, two, three, *_) = (each.uri for each in filed)
    assert [row.uri for row in catalogue.copies_of(one)] == [one, make.story("4", wire="other").uri]
    file_decision(bucket, catalogue, make.decision(one, 12, "reject"))
    file_decision(bucket, catalogue, make.decision(two, 13, "release", at=21))
    for at, entered, left in [
        (1, [(one, 1), (two, 1)], []),
        (2, [(three, 1)], [(one, 1)]),
        (3, [(one, 1)], []),
    ]:
        ledger = Ledger(
            partner="krdo",
            at=make.at(at),
            run=None,
            entered=tuple(Entered(uri=uri, n=n, grounds=GROUNDS) for uri, n in entered),
            left=tuple(Left(uri=uri, n=n, reason="older") for uri, n in left),
            pages=tuple(ArchivePage(page=f"{at}", stories=(Archived(uri=uri, n=n),)) for uri, n in left),
        )
        bucket.put_once(delivery("krdo", f"2026112{at}"), ledger.to_json())
        catalogue.add_deliveries(ledger)
    kills = [
        make.kill(one, at=4),
        make.kill(two, at=5),
        make.kill(two, "again", at=7),
        make.kill("urn:uuid:9"),
    ]
    file_kills(bucket, catalogue, kills)
    file_lift(bucket, catalogue, Lift(uri=two, at=make.at(6), by="ed", reason="settled"))
    file_lift(bucket, catalogue, Lift(uri=one, at=make.at(9), by="ed", reason="settled"))
    receipt = KillReceipt(uri=one, evidence=kills[0].evidence, partner="krdo", at=make.at(8))
    file_receipts(bucket, catalogue, [receipt])
    for name in ("a", "b"):
        asked = KillRequest(
            id=name, wire="sample", at=make.at(3), source="mark", uris=(one, three), evidence=(name,),
            told="KILL", reason="it names no story",
        )  # fmt: skip
        assert file_request(bucket, catalogue, asked)
    start = PushStart(partner="krdo", target="cms", at=make.at(1))
    bucket.put_once(push_start("krdo", "cms"), start.to_json())
    catalogue.add_push_starts([start])
    came: list[tuple[Final, str]] = [("parked", "msg_1"), ("delivered", "msg_1"), ("skipped", "msg_2")]
    for state, id_ in came:
        outcome = PushOutcome(
            id=id_, partner="krdo", target="cms", uri=one, n=1, act="published", version=1, rule=None,
            at=make.at(1), state=state, tries=1, done_at=make.at(2), reason=None, receipt={"status": 204},
        )  # fmt: skip
        file_outcome(bucket, catalogue, outcome)
    told = Acknowledgement(id="msg_1", partner="krdo", target="cms", uri=one, at=make.at(3), by="ed")
    file_acknowledgement(bucket, catalogue, told)
    answer = KillAnswer(id="b", at=make.at(4), by="ed", answer="confirmed", uris=(three,))
    assert file_answer(bucket, catalogue, answer)
    return filed


def test_every_table_comes_back_or_is_said_to_begin_afresh():
    tables = set(schema.metadata.tables)
    assert tables - REBUILT - AFRESH.keys() == set(), (
        "these tables are in neither REBUILT nor AFRESH of newsroom/store/reindex.py. What the bucket knows "
        "must come back: have `reindex` add the rows, put the table into REBUILT, and write to it in "
        "`history` of tests/newsroom/stages/test_rebuilt_catalogue.py. Else put it into AFRESH, with the "
        "reason why nothing is lost when it begins afresh."
    )
    assert (REBUILT | AFRESH.keys()) - tables == set(), (
        "these tables are no more: take them out of reindex.py"
    )
    assert REBUILT & AFRESH.keys() == set()
    assert all(len(reason.split()) > 5 for reason in AFRESH.values())


def rows(catalogue) -> dict[str, list[tuple[object, ...]]]:
    with catalogue.reading() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for name, table in schema.metadata.tables.items()
            if name in REBUILT
        }


def test_every_row_comes_back(bucket, catalogue, anew, day):
    assert reindex(bucket, anew, WINDOW) == {
        "revisions": 40,
        "verdicts": 80,
        "decisions": 2,
        "kills": 4,
        "lifts": 2,
        "kill_requests": 2,
        "kill_answers": 1,
        "deliveries": 3,
        "kill_receipts": 1,
        "push_starts": 1,
        "push_outcomes": 3,
        "acknowledgements": 1,
        "broken": 0,
    }
    assert rows(anew) == rows(catalogue)


def test_the_ledger_is_whole_again(bucket, catalogue, anew, day):
    reindex(bucket, anew)
    rows = list(anew.ledger())
    assert rows == list(catalogue.ledger())
    ledgers = [Ledger.from_json(bucket.get(key)) for key in bucket.keys("deliveries/")]
    assert len(rows) == sum(len(ledger.entered) for ledger in ledgers) == 4
    assert all(row.grounds == GROUNDS for row in rows)
    assert all(row.raw_keys and row.reader == "test" and row.filed_by == "r" for row in rows)


def test_what_came_of_messages_is_known_again(bucket, catalogue, anew, day):
    reindex(bucket, anew)
    assert anew.messages() == catalogue.messages()
    assert [each.state for each in anew.messages()] == ["delivered", "skipped"]
    assert anew.push_target("krdo", "cms") == catalogue.push_target("krdo", "cms")


def test_once_more_it_changes_nothing(bucket, catalogue, day):
    before = rows(catalogue)
    reindex(bucket, catalogue, WINDOW)
    assert rows(catalogue) == before


def test_a_read_entry_is_known_to_the_next_poll_as_it_last_was(bucket, anew, day, make):
    reindex(bucket, anew, WINDOW)
    (last, earlier) = (make.draft("3", f"Text {n} of 3.") for n in (11, 10))
    item = make.item(last.item_key).model_copy(update={"digest": last.item_digest})
    assert anew.record_poll(FeedState("sample", "all"), [item]).known == 1
    changed = item.model_copy(update={"digest": earlier.item_digest})
    assert anew.record_poll(FeedState("sample", "all"), [changed]).changed == 1


def test_an_entry_that_waits_still_waits(bucket, catalogue, day, make):
    draft = make.draft("3", "Text 11 of 3.")
    item = make.item(draft.item_key, "newer than any revision")
    catalogue.record_poll(FeedState("sample", "all", last_polled=make.at(0)), [item])
    reindex(bucket, catalogue, WINDOW)
    assert [row.digest for row in catalogue.due_items("sample", "all", make.at(500), 10)] == [item.digest]
    catalogue.finish_items([ItemOutcome(key=item.key, digest=item.digest, state="done")])


def test_an_empty_bucket_gives_an_empty_catalogue(bucket, catalogue):
    assert set(reindex(bucket, catalogue).values()) == {0}


def test_what_is_broken_is_named_and_the_others_come_back(bucket, anew, day, caplog):
    corrupt, foreign, *_ = bucket.keys("stories/")
    metadata = dict(bucket.stat(corrupt).metadata)
    bucket.client.put_object(Bucket=bucket.name, Key=corrupt, Body=b"{}", Metadata=metadata)
    bucket.client.put_object(Bucket=bucket.name, Key=foreign, Body=b'{"uri": 1}')
    counts = reindex(bucket, anew, WINDOW)
    assert (counts["revisions"], counts["broken"]) == (38, 2)
    told = [record.getMessage() for record in caplog.records if record.name == "newsroom.store.reindex"]
    assert [sum(key in message for message in told) for key in (corrupt, foreign)] == [1, 1]


def test_what_went_while_it_was_listed_stops_no_rebuild(bucket, anew, day):
    """A delivery that is overtaken takes its ledger back."""

    class Vanishing(Bucket):
        def keys(self, prefix):
            yield from super().keys(prefix)
            yield from ["deliveries/krdo/20261120T120000.000000Z-gone.json"] * (prefix == "deliveries/")

    counts = reindex(Vanishing(bucket.client, bucket.name), anew, WINDOW)
    assert (counts["revisions"], counts["broken"]) == (40, 1)
    assert anew.rebuilding_since() is None


def test_a_server_that_is_down_is_no_empty_bucket(catalogue, over, line):
    line.faults = ["500"] * 4
    with pytest.raises(BucketError):
        reindex(over(line.endpoint, attempts=1), catalogue)
