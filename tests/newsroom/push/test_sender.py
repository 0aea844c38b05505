"""What a partner's web server is told, whatever happens on the way: in order, at last, once by its id."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newsroom.push import breaker
from newsroom.stages.push import push_to_all
from newsroom.store import keys
from newsroom.store.bucket import Bucket, BucketError
from newsroom.store.catalogue import Catalogue
from newsroom.store.reindex import reindex


def ids(messages) -> list[str]:
    return [id_ for id_, _ in messages]


def test_a_story_is_told_once_with_its_receipt(desk, receiver):
    desk.publish("one", "two")
    assert desk.push().counts == {"delivered": 2}
    assert receiver.told == [("story.published", "one"), ("story.published", "two")]
    assert desk.push().counts == {}
    assert len(receiver.asked) == 2
    (id_, payload), _ = receiver.taken
    assert payload["timestamp"] == "2026-11-20T12:00:03.000Z"
    assert payload["data"]["version"] == "1"
    one = next(each for each in desk.outcomes() if each.id == id_)
    assert (one.state, one.receipt["status"], one.version) == ("delivered", 204, 1)
    assert one.receipt["id"] == id_


def test_a_new_version_follows_and_one_that_was_overtaken_is_skipped(desk, receiver):
    desk.publish("one")
    desk.push()
    desk.publish("one", text="Second.")
    desk.publish("one", text="Third.")
    assert desk.push().counts == {"skipped": 1, "delivered": 1}
    assert [payload["data"]["version"] for _, payload in receiver.taken] == ["1", "3"]
    (skipped,) = desk.messages("skipped")
    assert skipped.n == 2
    assert "superseded: published at 2026-11-20 12:00:0" in skipped.reason


@pytest.mark.slow
def test_who_missed_a_correction_is_told_with_the_next_version(desk, receiver):
    desk.publish("one")
    desk.push()
    desk.publish("one", text="The reservoir goes.", signals=("correction",))
    desk.publish("one", text="The reservoir goes. It was so decided.")
    desk.push()
    desk.publish("one", text="The reservoir goes. It was so decided on Friday.")
    desk.push()
    notes = [payload["data"].get("edNote", "") for _, payload in receiver.taken]
    assert ["correction" in note for note in notes] == [False, True, False]


@pytest.mark.slow
def test_what_became_old_is_not_taken_back_but_what_expired_is(desk, receiver):
    desk.newest = 1
    desk.file("short", expires=desk.now + timedelta(hours=1))
    desk.deliver()
    desk.push()
    desk.later(hours=2)
    desk.deliver()
    desk.publish("old", "new")
    desk.push()
    assert receiver.told == [
        ("story.published", "short"),
        ("story.withdrawn", desk.uri("short")),
        ("story.published", "old"),
        ("story.published", "new"),
    ]
    gone = receiver.taken[1][1]["data"]
    assert (gone["pubStatus"], gone["version"], gone["edNote"]) == ("canceled", "2", "expiry: remove")


def test_what_became_old_and_comes_back_is_not_told_again(desk, receiver):
    desk.newest = 1
    desk.publish("one", "two")
    desk.push()
    desk.kill("two")
    desk.deliver()
    assert desk.catalogue.in_feed("krdo") == {(desk.uri("one"), 1)}
    assert desk.push().counts == {"delivered": 1, "skipped": 1}
    told = [("story.published", "one"), ("story.published", "two"), ("story.killed", desk.uri("two"))]
    assert receiver.told == told


def test_a_kill_overtakes_and_takes_the_waiting_story_with_it(desk, receiver):
    desk.publish("one")
    desk.push()
    desk.publish("one", text="Second.")
    desk.publish("two")
    desk.kill("one")
    desk.deliver(withdraw_only=True)
    assert desk.push().counts == {"delivered": 2, "skipped": 1}
    assert receiver.told[1:] == [("story.killed", desk.uri("one")), ("story.published", "two")]
    killed = receiver.taken[1][1]["data"]
    assert (killed["version"], killed["edNote"]) == ("3", "kill: remove")


@pytest.mark.slow
def test_a_kill_comes_though_the_story_is_no_longer_in_the_feed(desk, receiver):
    desk.newest = 1
    desk.publish("one", "two")
    desk.push()
    desk.kill("one")
    assert desk.push(only_kills=True).counts == {"delivered": 1}
    assert receiver.told[-1] == ("story.killed", desk.uri("one"))
    desk.kill("one", "another notice")
    assert desk.push().counts == {}


def test_a_lifted_kill_is_not_told_and_a_story_that_came_back_has_a_higher_version(desk, receiver):
    desk.publish("one")
    desk.push()
    desk.kill("one")
    desk.deliver()
    receiver.answers = [500]
    desk.push()
    desk.lift("one")
    desk.deliver()
    desk.later(minutes=2)
    assert desk.push().counts == {"skipped": 1, "delivered": 1}
    versions = [int(payload["data"]["version"]) for _, payload in receiver.taken]
    assert versions == [1, 3]
    desk.kill("one", "again")
    desk.push()
    assert receiver.told[-1] == ("story.killed", desk.uri("one"))
    assert len(set(ids(receiver.taken))) == 3


def test_of_two_kills_one_is_told_and_the_story_comes_with_the_last_lift(desk, receiver):
    desk.publish("one")
    desk.push()
    for evidence in ("editor's", "wire's"):
        desk.kill("one", evidence)
        desk.deliver()
        desk.push()
    assert receiver.told == [("story.published", "one"), ("story.killed", desk.uri("one"))]
    desk.lift("one", "editor's")
    desk.deliver()
    assert desk.push().counts == {}
    desk.lift("one", "wire's")
    desk.deliver()
    desk.push()
    assert receiver.told[2:] == [("story.published", "one")]
    versions = [int(payload["data"]["version"]) for _, payload in receiver.taken]
    assert versions == sorted(set(versions))
    desk.kill("one", "again")
    desk.push()
    assert receiver.told[-1] == ("story.killed", desk.uri("one"))


def test_a_kill_whose_lift_leaves_another_is_told_when_the_partner_is_back(desk, receiver):
    desk.publish("one")
    desk.push()
    receiver.answers = [503] * 9
    desk.kill("one", "editor's")
    desk.push()
    desk.kill("one", "wire's")
    desk.lift("one", "editor's")
    desk.deliver()
    receiver.answers = []
    desk.later(minutes=11)
    desk.push()
    assert receiver.told[-1] == ("story.killed", desk.uri("one"))
    assert len(receiver.told) == 2


@pytest.mark.parametrize("comes_back", [False, True])
def test_what_is_taken_back_while_the_partner_is_down_is_told_as_it_ends(desk, receiver, comes_back):
    desk.publish("one")
    desk.push()
    receiver.answers = [503] * 99
    desk.file("one", text="Held.", signals=("hold",), passed=False)
    desk.deliver()
    desk.push()
    if comes_back:
        desk.publish("one", text="Mended.")
        desk.push()
    receiver.answers = []
    desk.later(minutes=11)
    desk.push()
    end = ("story.published", "one") if comes_back else ("story.withdrawn", desk.uri("one"))
    assert receiver.told == [("story.published", "one"), end]
    versions = [int(payload["data"]["version"]) for _, payload in receiver.taken]
    assert versions[1] > versions[0]


def test_nothing_is_sent_that_may_not_be_published_any_more(desk, receiver):
    desk.publish("one", "two")
    desk.file("one", pubstatus="withheld", passed=False)
    assert desk.push().counts == {"put_off": 1, "delivered": 1}
    assert receiver.told == [("story.published", "two")]
    desk.deliver()
    desk.later(minutes=2)
    # The feed's leaving is told, as the partner may have read it there.
    assert desk.push().counts == {"skipped": 1, "delivered": 1}
    assert receiver.told[-1] == ("story.withdrawn", desk.uri("one"))


def test_a_lost_revision_holds_up_no_message_after_it(desk, receiver):
    desk.publish("one", "two")
    key = keys.revision("sample", desk.uri("one"), 1)
    body = desk.bucket.get(key)
    desk.bucket.delete(key)
    assert desk.push().counts == {"put_off": 1, "delivered": 1}
    assert receiver.told == [("story.published", "two")]
    desk.bucket.put(key, body, content_type="application/json")
    desk.later(minutes=2)
    desk.push()
    assert receiver.told[1:] == [("story.published", "one")]


def test_a_target_that_fails_unforeseen_costs_the_others_nothing(desk, receiver):
    desk.publish("one")
    gone, told = push_to_all(desk.room, [("gone", "webhook"), ("krdo", "webhook")])
    assert (gone["delivered"], told["delivered"], told["error"]) == (0, 1, None)
    assert "LookupError: partner: saw 'gone'" in (gone["error"] or "")


@pytest.mark.slow
def test_what_may_be_published_again_before_the_next_delivery_is_not_lost(desk, receiver):
    desk.publish("one")
    desk.kill("one")
    assert desk.push().counts == {"delivered": 1, "put_off": 1}
    desk.lift("one")
    desk.later(minutes=2)
    desk.push()
    assert receiver.told[-1] == ("story.published", "one")


def test_an_error_that_passes_is_tried_again_in_order_with_the_same_id(desk, receiver):
    desk.publish("one", "two")
    receiver.answers = [500, 503]
    assert desk.push().counts == {"put_off": 2, "delivered": 2}
    assert receiver.told == [("story.published", "one"), ("story.published", "two")]
    first = ids(receiver.asked)[:3]
    assert len(set(first)) == 1
    assert 2.5 <= desk.slept[0] <= 5


@pytest.mark.slow
def test_a_partner_that_asks_for_a_pause_gets_it(desk, receiver):
    desk.publish("one")
    receiver.answers = [(429, {"Retry-After": "30"})]
    desk.push()
    assert sum(desk.slept) == pytest.approx(30)
    assert receiver.told == [("story.published", "one")]
    desk.publish("two")
    receiver.answers = [(429, {"Retry-After": "3600"})]
    assert desk.push().failures == {"http_429": 1}
    desk.later(minutes=59)
    assert desk.push().counts == {}
    desk.later(minutes=2)
    assert desk.push().counts == {"delivered": 1}


def test_a_server_that_hangs_costs_its_timeout_and_no_more(desk, receiver):
    desk.publish("one")
    (patient,) = desk.targets
    desk.targets = (patient.model_copy(update={"timeout_seconds": 0.3}),)
    receiver.answers = [receiver.hang]
    done = desk.push(budget=timedelta(seconds=1))
    assert done.failures == {"deadline": 1}
    (waiting,) = desk.messages("waiting")
    assert "no answer within 0.3 s" in waiting.reason
    desk.targets = (patient,)
    desk.later(minutes=1)
    assert desk.push().counts == {"delivered": 1}


def test_a_refusal_parks_the_message_with_its_reason_until_a_person_says_again(desk, receiver):
    desk.publish("one")
    receiver.answers = [410]
    assert desk.push().counts == {"parked": 1}
    (parked,) = desk.messages("parked")
    assert parked.reason.startswith(f"http_410: {receiver.url}: saw 410 Gone; wanted 2xx")
    desk.later(hours=1)
    assert desk.push().counts == {}
    assert desk.catalogue.unpark("krdo", "webhook") == 1
    assert desk.push().counts == {"delivered": 1}
    assert {each.state for each in desk.outcomes()} == {"parked", "delivered"}


def test_a_message_that_is_parked_again_tells_the_new_reason(desk, receiver):
    desk.publish("one")
    receiver.answers = [410, 422]
    desk.push()
    desk.catalogue.unpark("krdo", "webhook")
    assert desk.push().counts == {"parked": 1}
    (parked,) = desk.messages("parked")
    assert (parked.reason.split(":")[0], parked.tries) == ("http_422", 2)
    assert [each.reason.split(":")[0] for each in desk.outcomes()] == ["http_410", "http_422"]


def test_a_target_that_refuses_one_message_is_not_said_to_fail_any_more(desk, receiver):
    desk.publish("one")
    receiver.answers = [500, 422]
    assert desk.push().counts == {"put_off": 1, "parked": 1}
    state = desk.sender().outbox.state()
    assert (state.failures, state.failing_since, state.reason) == (0, None, None)
    assert state.last_delivered is None


def test_what_is_refused_again_tells_the_last_reason(desk, receiver):
    desk.publish("one")
    for status in (422, 413):
        receiver.answers = [status]
        desk.push()
        (parked,) = desk.messages("parked")
        assert f"saw {status} " in parked.reason
        desk.catalogue.unpark("krdo", "webhook")


@pytest.mark.slow
def test_a_redirect_is_not_followed(desk, receiver):
    desk.publish("one")
    receiver.answers = [(302, {"Location": "http://127.0.0.1:1/"})]
    desk.push()
    (parked,) = desk.messages("parked")
    assert "saw 302 Found; wanted 2xx; a redirect is not followed" in parked.reason


@pytest.mark.slow
def test_one_bad_message_does_not_hold_up_the_others_for_ever(desk, receiver):
    desk.publish("bad")
    desk.sender().outbox.fill()
    (bad,) = desk.messages("waiting")
    answer_bad(receiver, bad.id)
    desk.publish("one", "two")
    for _ in range(4):
        desk.push()
        desk.later(minutes=10)
    assert receiver.told == [("story.published", "one"), ("story.published", "two")]
    for number in range(breaker.MOST_FAILURES):
        desk.publish(f"more {number}")
        desk.later(hours=1)
        desk.push()
    (parked,) = desk.messages("parked")
    assert parked.id == bad.id
    assert "while others passed" in parked.reason


def answer_bad(receiver, bad: str) -> None:
    class Answers(list[Any]):
        def pop(self, _index: Any = 0) -> int:
            return 500 if receiver.asked[-1][0] == bad else 204

        def __bool__(self) -> bool:
            return True

    receiver.answers = Answers()


@pytest.mark.slow
def test_a_partner_that_comes_back_after_hours_gets_what_still_holds_in_order_and_once(desk, receiver):
    address = desk.connections["krdo_cms"]
    desk.connections["krdo_cms"] = replace(address, host=f"http://127.0.0.1:{receiver.server_port}/x")
    down: list[Any] = [503] * 1_000
    receiver.answers = down
    names = [f"story {number}" for number in range(6)]
    for name in names:
        desk.publish(name)
        desk.push()
    desk.publish("story 1", text="Corrected.")
    desk.kill("story 2")
    desk.file("short", expires=desk.now + timedelta(hours=1))
    desk.deliver()
    for _ in range(16):
        desk.later(minutes=30)
        desk.push()
    desk.deliver()
    assert len(receiver.asked) < 6 * 6 + 16 * 3
    receiver.answers = []
    desk.later(minutes=11)
    desk.push()
    assert receiver.told == [
        ("story.killed", desk.uri("story 2")),
        ("story.published", "story 0"),
        ("story.published", "story 3"),
        ("story.published", "story 4"),
        ("story.published", "story 5"),
        ("story.published", "story 1"),
        ("story.withdrawn", desk.uri("short")),
    ]
    assert len(set(ids(receiver.taken))) == len(receiver.taken)
    assert [each.uri for each in desk.messages("skipped")].count(desk.uri("story 1")) == 1


class Dying(Bucket):
    """A bucket that is gone just when a receipt is to be filed."""

    def put_once(self, key: str, body: bytes, **options: Any) -> bool:
        if key.startswith("pushed/"):
            raise BucketError("gone", "the process ends here", retry=True)
        return super().put_once(key, body, **options)


def test_a_crash_between_message_and_receipt_sends_the_same_id_again(desk, receiver):
    desk.publish("one")
    mended, desk.bucket = desk.bucket, Dying(desk.bucket.client, desk.bucket.name)
    with pytest.raises(BucketError):
        desk.push()
    desk.bucket = mended
    assert desk.push().counts == {"delivered": 1}
    assert ids(receiver.asked) == [ids(receiver.asked)[0]] * 2
    assert receiver.taken[0] == receiver.taken[1]


@pytest.mark.slow
def test_a_receipt_that_the_catalogue_missed_is_not_sent_again(desk, receiver):
    desk.publish("one")
    desk.push()
    (row,) = desk.messages()
    desk.catalogue.unpark("krdo", "webhook")
    with desk.catalogue.writing() as connection:
        connection.exec_driver_sql("UPDATE push_message SET state = 'waiting'")
    assert desk.push().counts == {}
    assert [each.state for each in desk.messages()] == ["delivered"]
    assert ids(receiver.asked) == [row.id]


def test_the_messages_of_a_dead_sender_are_taken_up_when_its_lease_ends(desk, receiver):
    desk.publish("one")
    dead = desk.sender()
    assert dead._lease()
    assert desk.push().busy
    desk.later(minutes=2)
    assert desk.push().counts == {"delivered": 1}
    assert not dead._lease() or receiver.told == [("story.published", "one")]


@pytest.mark.slow
def test_a_paused_partner_is_told_of_kills_alone(desk, receiver):
    desk.publish("one", "two")
    desk.push()
    desk.publish("two", text="Second.")
    desk.enabled = False
    desk.kill("one")
    desk.push()
    assert receiver.told[2:] == [("story.killed", desk.uri("one"))]


@pytest.mark.slow
def test_a_rebuilt_catalogue_sends_what_waits_and_nothing_twice(desk, receiver, tmp_path):
    desk.publish("one", "two")
    desk.push()
    desk.publish("two", text="Second.")
    desk.kill("one")
    desk.deliver()
    receiver.answers = [400]
    desk.push()
    before = {each.id: each.state for each in desk.messages()}
    desk.publish("three")
    desk.catalogue = Catalogue.open(f"sqlite:///{tmp_path}/rebuilt.db")
    reindex(desk.bucket, desk.catalogue)
    desk.push()
    after = {each.id: each.state for each in desk.messages()}
    assert after | before == after
    assert receiver.told[-1] == ("story.published", "three")
    assert len(set(ids(receiver.taken))) == len(receiver.taken)
    desk.catalogue.close()


@pytest.mark.slow
def test_a_new_target_gets_what_the_feed_holds_and_no_archive(desk, receiver):
    desk.newest = 1
    desk.publish("old", "new")
    hook = desk.targets[0].model_copy(update={"id": "second"})
    desk.targets = (*desk.targets, hook)
    desk.push("second")
    assert receiver.told == [("story.published", "new")]
    assert ids(receiver.taken) != [each.id for each in desk.messages() if each.target == "webhook"]


@pytest.mark.slow
def test_postgresql_keeps_the_same_outbox(desk, receiver, postgres_url):
    desk.catalogue = Catalogue.open(postgres_url)
    desk.push()
    desk.publish("one", "two")
    receiver.answers = [500, 400]
    assert desk.push().counts == {"put_off": 1, "parked": 1, "delivered": 1}
    assert desk.catalogue.unpark("krdo", "webhook") == 1
    desk.kill("two")
    desk.deliver()
    assert desk.push().counts == {"delivered": 2}
    assert [kind for kind, _ in receiver.told] == ["story.published", "story.killed", "story.published"]
    health = desk.catalogue.partner_health(desk.now - timedelta(days=1))
    assert health["krdo", "webhook"].kill_seconds == [2.0]
    assert health["krdo", "webhook"].waiting == 0
    desk.catalogue.close()
