from datetime import timedelta

import pytest

from samplewire import ManualClock
from samplewire.agenda import BULLETINS_KEPT, CATCH_UP, Agenda, StateError

PACE = 30
STEPS = 14


def ids(agenda: Agenda) -> list[str]:
    return [one.id for one in agenda.published()[1]]


def test_two_thirds_are_there_at_first_with_fresh_dates():
    clock = ManualClock()
    published = Agenda(None, clock, PACE).published()[1]
    assert len(published) == 24
    assert published[0].id == "cod_talks"
    assert all(timedelta(0) < clock() - one.created < timedelta(hours=9) for one in published)


def test_one_step_follows_another_at_the_pace():
    clock = ManualClock()
    agenda = Agenda(None, clock, PACE)
    revision = agenda.published()[0]
    clock.advance(PACE - 1)
    assert agenda.published()[0] == revision
    clock.advance(1)
    assert agenda.published()[0] != revision
    assert ids(agenda)[0] == "moon_dust"
    assert len(ids(agenda)) == 25


def test_the_update_replaces_and_keeps_number_and_first_date():
    clock = ManualClock()
    agenda = Agenda(None, clock, PACE)
    before = {one.id: one for one in agenda.published()[1]}["night_ferry"]
    clock.advance(4 * PACE)
    after = {one.id: one for one in agenda.published()[1]}["night_ferry"]
    assert (after.number, after.created) == (before.number, before.created)
    assert after.updated > before.updated
    assert after.sample.id == "night_ferry_update"
    assert ids(agenda).count("night_ferry") == 1


def test_the_repeat_touches_and_changes_nothing():
    clock = ManualClock()
    agenda = Agenda(None, clock, PACE)
    before = {one.id: one for one in agenda.published()[1]}["hospital_noise"]
    clock.advance(8 * PACE)
    after = {one.id: one for one in agenda.published()[1]}["hospital_noise"]
    assert after.touched > before.touched
    assert (after.sample, after.created, after.updated) == (before.sample, before.created, before.updated)


def test_bulletins_follow_slowly_when_all_is_used_up():
    clock = ManualClock()
    agenda = Agenda(None, clock, PACE)
    clock.advance(STEPS * PACE)
    stories = set(ids(agenda))
    assert len(stories) == 36
    clock.advance(PACE)
    assert set(ids(agenda)) == stories
    clock.advance(24 * PACE)
    assert set(ids(agenda)) - stories == {"river_1", "air_2", "embalses_3", "road_4"}


def test_a_restart_keeps_what_was_out_and_brings_one_at_once(tmp_path):
    clock = ManualClock()
    first = Agenda(tmp_path / "state.json", clock, PACE)
    clock.advance(2 * PACE)
    before = first.published()[1]
    clock.advance(86_400)
    again = Agenda(tmp_path / "state.json", clock, PACE).published()[1]
    assert again[1:] == before
    assert again[0].id == "air_1"
    assert again[0].created == clock()


def test_after_a_restart_the_steps_go_on_where_they_stopped(tmp_path):
    clock = ManualClock()
    Agenda(tmp_path / "state.json", clock, PACE)
    again = Agenda(tmp_path / "state.json", clock, PACE)
    clock.advance(PACE)
    assert ids(again)[0] == "moon_dust"


def test_hours_without_a_question_are_not_made_up_for_all_at_once():
    clock = ManualClock()
    agenda = Agenda(None, clock, PACE)
    clock.advance(STEPS * PACE)
    count = len(ids(agenda))
    clock.advance(7 * 86_400)
    assert len(ids(agenda)) == count + CATCH_UP + 1


def test_old_bulletins_leave_and_stories_stay():
    clock = ManualClock()
    agenda = Agenda(None, clock, 1)
    stories = set(ids(agenda))
    for _ in range(BULLETINS_KEPT // CATCH_UP + 3):
        clock.advance(CATCH_UP * 6)
        agenda.published()
    out = ids(agenda)
    assert stories <= set(out)
    assert len(out) == 36 + BULLETINS_KEPT


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"version": 2}', '{"version": 1}'])
def test_a_file_that_is_no_state_is_refused_and_left_alone(tmp_path, text):
    path = tmp_path / "state.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StateError, match="remove the file to begin a new day"):
        Agenda(path, ManualClock(), PACE)
    assert path.read_text(encoding="utf-8") == text


def test_a_state_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StateError, match="state file"):
        Agenda(tmp_path / "file" / "state.json", ManualClock(), PACE)
