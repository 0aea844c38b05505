"""Many partners in one call: what they share is told once, and one that fails stands alone."""

from newsroom.stages.deliver import deliver_to_all, withdraw_from_all
from newsroom.stages.kills import kill_story


def test_one_that_fails_says_so_and_costs_the_others_nothing(desk):
    desk.ingest(("public_agency",))
    first, wrong, last = deliver_to_all(desk.room, ["krdo", "nobody", "radio_pikes"], run="r")
    assert "partner: saw 'nobody'; wanted one of: krdo, radio_pikes" in str(wrong["error"])
    assert wrong["written"] == []
    assert (first["error"], last["error"]) == (None, None)
    assert first["stories"] > 0
    assert desk.room.bucket.stat("partners/krdo/rss.xml") is not None
    assert not any(each["written"] for each in deliver_to_all(desk.room, ["krdo", "radio_pikes"]))


def test_a_kill_reaches_all_in_one_call_also_one_without_a_file(desk):
    desk.ingest(("public_agency",))
    assert deliver_to_all(desk.room, ["krdo"])[0]["new"] > 0
    uri = next(iter(desk.room.catalogue.in_feed("krdo")))[0]
    kill_story(desk.room, uri, by="ed", reason="libel")
    done = withdraw_from_all(desk.room, ["gone", "krdo"], run="r")
    assert [(each["partner"], each["kills"], each["error"]) for each in done] == [
        ("gone", 0, None),
        ("krdo", 1, None),
    ]
