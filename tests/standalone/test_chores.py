"""Logs that begin anew while they are written, and what is done once a day."""

import os
import sys
import time

import pytest

from standalone import chores
from standalone.children import Part, end_all
from standalone.places import Places


def wait_until(true, seconds=20.0):
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    assert true()


@pytest.fixture
def desk(tmp_path):
    """The chores of a desk with one part that writes what it is told to, and a history that says so."""
    made = chores.Chores.of(Places(tmp_path), dict(os.environ))
    made.history.command = [sys.executable, "-c", "print('forgotten')"]
    yield made
    end_all([made.history])


def test_a_long_log_begins_anew_and_its_writer_goes_on(desk, monkeypatch, tmp_path):
    monkeypatch.setattr(chores, "LOG_BYTES", 100)
    speak = "import time\nfor n in range(400): print(f'line {n:03}', flush=True); time.sleep(0.005)"
    part = Part("speaker", [sys.executable, "-c", speak], desk.logs / "speaker.log", dict(os.environ))
    part.start()
    seen = set()
    try:
        while part.running:
            desk.look()
            for log in (part.log, part.log.with_suffix(".log.1")):
                seen |= set(log.read_text(encoding="utf-8").splitlines()) if log.exists() else set()
            assert part.log.stat().st_size < 1000
    finally:
        end_all([part])
    assert part.log.with_suffix(".log.1").exists()
    assert not any("\0" in line for line in seen)
    assert "line 399" in seen


def test_a_short_log_is_left_alone(desk):
    desk.logs.mkdir(parents=True)
    (desk.logs / "part.log").write_text("all of it", encoding="utf-8")
    desk.look()
    assert [path.name for path in desk.logs.iterdir()] == ["part.log"]


def test_the_history_is_cleared_some_time_after_the_start_and_then_daily(desk, monkeypatch):
    def times():
        log = desk.history.log
        return log.read_text(encoding="utf-8").count("forgotten") if log.exists() else 0

    start = time.monotonic()
    for hours, wanted in [(0.1, 0), (0.2, 1), (1, 1), (24.1, 1), (24.3, 2), (47, 2), (49, 3)]:
        with monkeypatch.context() as clock:
            clock.setattr(time, "monotonic", lambda now=start + hours * 3600: now)
            desk.look()
        wait_until(lambda: not desk.history.running)
        assert times() == wanted, hours
