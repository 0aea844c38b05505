"""Airflow's old logs go, the young ones stay."""

import os
from datetime import UTC, datetime, timedelta

from wiring.airflow_history import remove_logs


def aged(path, days):
    """Make a file, or date a folder, as if it had been written so many days ago."""
    if not path.suffix:
        path.mkdir(parents=True, exist_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("said")
    then = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))
    return path


def test_old_logs_go_and_with_them_the_folders_that_held_nothing_else(tmp_path):
    young = aged(tmp_path / "dag_id=wire" / "run_id=young" / "attempt=1.log", 3)
    aged(tmp_path / "dag_id=wire" / "run_id=old" / "attempt=1.log", 40)
    aged(tmp_path / "dag_id=wire" / "run_id=old" / "attempt=2.log.trigger.7.log", 40)
    old = aged(tmp_path / "dag_id=wire" / "run_id=old", 40)
    both = aged(tmp_path / "dag_id=wire" / "run_id=both" / "attempt=1.log", 40).parent
    aged(both / "attempt=2.log", 1)
    aged(both, 40)
    assert remove_logs(tmp_path, datetime.now(UTC) - timedelta(days=30)) == 3
    assert young.exists()
    assert not old.exists()
    assert [path.name for path in both.iterdir()] == ["attempt=2.log"]


def test_a_run_goes_with_the_folders_of_all_its_tasks(tmp_path):
    run = tmp_path / "dag_id=wire" / "run_id=old"
    for task in ("task_id=poll", "task_id=store"):
        aged(run / task / "attempt=1.log", 40)
        aged(run / task, 40)
    aged(run, 40)
    assert remove_logs(tmp_path, datetime.now(UTC) - timedelta(days=30)) == 2
    assert [path.name for path in tmp_path.rglob("*")] == ["dag_id=wire"]


def test_what_is_no_log_and_a_folder_that_was_just_made_stay(tmp_path):
    note = aged(tmp_path / "notes.txt", 400)
    made = aged(tmp_path / "run_id=new", 0)
    assert remove_logs(tmp_path, datetime.now(UTC) - timedelta(days=30)) == 0
    assert note.exists()
    assert made.exists()


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    kept = aged(tmp_path / "elsewhere" / "of_others.log", 40)
    logs = aged(tmp_path / "logs", 40)
    (logs / "latest").symlink_to(kept.parent, target_is_directory=True)
    assert remove_logs(logs, datetime.now(UTC) - timedelta(days=30)) == 0
    assert kept.exists()


def test_a_folder_that_is_not_there_has_no_logs(tmp_path):
    assert remove_logs(tmp_path / "nowhere", datetime.now(UTC)) == 0
