"""Work files go after a week; nothing that is on record ever does."""

from datetime import UTC, datetime, timedelta

from newsroom.stages.housekeeping import KEPT_FOR, remove_old_work
from newsroom.store import keys

WIRE = "coast_dispatch"


def test_only_the_work_of_long_ended_runs_goes(desk):
    desk.ingest((WIRE,))
    before = set(desk.room.bucket.keys(""))
    work = {key for key in before if key.startswith(keys.WORK)}
    assert work

    assert remove_old_work(desk.room, datetime.now(UTC)) == 0
    assert set(desk.room.bucket.keys("")) == before

    later = datetime.now(UTC) + KEPT_FOR + timedelta(minutes=1)
    assert remove_old_work(desk.room, later) == len(work)
    assert set(desk.room.bucket.keys("")) == before - work
    assert remove_old_work(desk.room, later) == 0
