"""Kills in the catalogue: which stand, whom they must still reach, in whatever order their records come."""

from itertools import permutations

import pytest

from newsroom.store.catalogue import Ledger
from newsroom.store.deliveries import Entered
from newsroom.store.kills import Kill, KillReceipt, Lift, file_kills
from newsroom.story import digest, story_uri

ONE = story_uri("sample", "1")


def lift(make, at, *names):
    evidence = tuple(map(digest, names))
    return Lift(uri=ONE, at=make.at(at), by="ed", reason="settled", evidence=evidence)


def sent(make, partner="krdo", at=1.0, uri=ONE):
    entered = (Entered(uri=uri, n=1),)
    return Ledger(partner=partner, at=make.at(at), run=None, entered=entered, left=())


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_last_word_counts_in_whatever_order_it_comes(either, make, order):
    steps = [
        lambda: either.add_kills([make.kill(ONE, "a", at=1)]),
        lambda: either.add_lifts([lift(make, 2)]),
        lambda: either.add_kills([make.kill(ONE, "b", at=3)]),
    ]
    for step in order:
        steps[step]()
    assert either.standing_kills([ONE])[ONE].evidence == digest("b")
    either.add_lifts([lift(make, 4)])
    assert either.standing_kills([ONE]) == {}


@pytest.mark.slow
@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_of_two_kills_one_is_lifted_and_the_other_stands_in_whatever_order_they_come(either, make, order):
    first, second = make.kill(ONE, "a", at=1), make.kill(ONE, "b", at=2)
    receipt = KillReceipt(uri=ONE, evidence=second.evidence, partner="krdo", at=make.at(3))
    steps = [
        lambda: either.add_kills([first]),
        lambda: either.add_kills([second]),
        lambda: either.add_lifts([lift(make, 3, "b")]),
        lambda: either.add_kill_receipts([receipt]),
    ]
    either.add_deliveries(sent(make, at=0.5))
    for step in order:
        steps[step]()
    assert either.standing_kills([ONE]) == {ONE: first}
    assert (either.kills(ONE), either.kills(ONE, standing=True)) == ([first, second], [first])
    assert [due.evidence for due in either.due_kills("krdo")] == [first.evidence]
    rows = {row.kill.evidence: row for row in either.recent_kills(10)}
    assert rows[second.evidence].lifted_at == make.at(3)
    assert rows[second.evidence].reached == {"krdo": make.at(3)}
    assert (rows[first.evidence].lifted_at, rows[first.evidence].reached) == (None, {"krdo": None})
    assert {(row.dead_since, row.alive_at) for row in rows.values()} == {(make.at(1), None)}
    either.add_lifts([lift(make, 4, "a")])
    assert (either.standing_kills([ONE]), either.partners_due()) == ({}, [])
    assert {row.alive_at for row in either.recent_kills(10)} == {make.at(4)}


def test_each_kill_that_stands_needs_a_receipt_of_its_own(either, make):
    either.add_deliveries(sent(make, at=0.5))
    kills = [make.kill(ONE, name, at=at) for at, name in enumerate("ab", 1)]
    either.add_kills(kills)
    assert {due.evidence for due in either.due_kills("krdo")} == {kill.evidence for kill in kills}
    for kill in kills:
        assert either.partners_due() == ["krdo"]
        either.add_kill_receipts(
            [KillReceipt(uri=ONE, evidence=kill.evidence, partner="krdo", at=make.at(3))]
        )
    assert either.partners_due() == []


def test_the_same_evidence_is_one_kill_and_keeps_its_first_time(bucket, catalogue, make):
    first, again = make.kill(ONE, at=1), make.kill(ONE, at=5)
    assert file_kills(bucket, catalogue, [first]) == [first]
    assert file_kills(bucket, catalogue, [again]) == []
    assert catalogue.kills(ONE) == [first]


def test_a_crash_between_object_and_row_is_made_good_by_a_repeat(bucket, catalogue, make, monkeypatch):
    kill = make.kill(ONE)

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(type(catalogue), "add_kills", crash)
        with pytest.raises(KeyboardInterrupt):
            file_kills(bucket, catalogue, [kill])
    assert catalogue.standing_kills([ONE]) == {}
    file_kills(bucket, catalogue, [kill])
    assert catalogue.standing_kills([ONE]) == {ONE: kill}


def test_it_must_reach_everyone_who_got_it_or_is_about_to_until_each_has_a_receipt(either, make):
    either.add_deliveries(sent(make, "krdo"))
    either.add_deliveries(sent(make, "other", uri=story_uri("sample", "2")))
    assert either.start_sending("tick", "kvia", [ONE], make.at(2)) == set()
    kill = make.kill(ONE, at=3)
    either.add_kills([kill])
    assert either.partners_due() == ["krdo", "kvia"]
    assert [due.under_way for due in either.due_kills("kvia")] == [True]
    for partner in ("krdo", "kvia"):
        receipt = KillReceipt(uri=ONE, evidence=kill.evidence, partner=partner, at=make.at(4))
        either.add_kill_receipts([receipt])
        either.add_kill_receipts([receipt.model_copy(update={"at": make.at(9)})])
    assert either.partners_due() == []
    (row,) = either.recent_kills(10)
    assert row.reached == {"krdo": make.at(4), "kvia": make.at(4)}


def test_who_is_found_to_have_it_later_must_be_reached_too(either, make):
    either.add_kills([make.kill(ONE)])
    assert either.partners_due() == []
    either.add_deliveries(sent(make))
    assert either.partners_due() == ["krdo"]


def test_who_starts_to_send_what_is_killed_is_told(either, make):
    either.add_kills([make.kill(ONE)])
    assert either.start_sending("tick", "krdo", [ONE, story_uri("sample", "2")], make.at(1)) == {ONE}


def test_a_lifted_kill_needs_to_reach_nobody(either, make):
    either.add_deliveries(sent(make))
    either.add_kills([make.kill(ONE, at=1)])
    either.add_lifts([lift(make, 2)])
    assert either.partners_due() == []
    either.add_kills([make.kill(ONE, "again", at=3)])
    assert either.partners_due() == ["krdo"]


def test_what_dead_ticks_left_is_forgotten_after_a_day(either, make):
    either.start_sending("dead", "krdo", [ONE], make.at(0))
    either.start_sending("alive", "krdo", [ONE], make.at(1))
    either.end_sending("alive", "krdo", make.at(2))
    either.add_kills([make.kill(ONE)])
    assert either.partners_due() == ["krdo"]
    either.end_sending("later", "krdo", make.at(60 * 25))
    assert either.partners_due() == []


def test_a_kill_may_come_before_its_story_and_is_found_by_its_uri(either, make):
    either.add_kills([make.kill(ONE)])
    assert either.find_uris(ONE[9:17]) == [ONE]
    assert isinstance(either.standing_kills([ONE])[ONE], Kill)
    either.add_revisions([make.revision("1", stored=30)])
    either.add_verdicts([make.verdict(ONE)])
    (row,) = either.candidates()
    assert (row.kill, row.acts) == (either.kills(ONE)[0], 1)
