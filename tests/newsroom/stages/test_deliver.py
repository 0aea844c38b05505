"""Many partners in one call: what they share is told once, and one that fails stands alone."""

import pytest

from newsroom.stages.deliver import deliver_changed, deliver_to_all


@pytest.mark.slow
def test_one_that_fails_says_so_and_costs_the_others_nothing(desk):
    desk.ingest(("public_agency",))
    first, wrong, last = deliver_to_all(desk.room, ["krdo", "nobody", "radio_pikes"], run="r")
    assert "partner: saw 'nobody'; wanted one of: krdo, radio_pikes" in str(wrong["error"])
    assert wrong["written"] == []
    assert (first["error"], last["error"]) == (None, None)
    assert first["stories"] > 0
    assert desk.room.bucket.stat("partners/krdo/rss.xml") is not None
    assert not any(each["written"] for each in deliver_to_all(desk.room, ["krdo", "radio_pikes"]))
    idle, wrong = deliver_changed(desk.room, ["krdo", "nobody"])
    assert (idle["written"], idle["stories"], idle["left_out"]) == ([], first["stories"], {})
    assert wrong["error"]
