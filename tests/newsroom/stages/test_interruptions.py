"""Interrupted anywhere and started again: nothing lost, nothing doubled. Two runs at once do no harm."""

import multiprocessing
import os
import signal
import threading
from collections import Counter
from contextlib import contextmanager

import orjson
import pytest

from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue

WIRES = ("agencia_sur",)

PARTS = 3
"""How many points of the way are taken in the fast suite; the slow one takes every single one."""


class Crash(BaseException):
    """The process ends here; nothing in the pipeline may catch it."""


class Countdown:
    """Lets so many calls through, and crashes at the next one: before it, or right after it was done."""

    def __init__(self, calls: int | None, *, after: bool = False) -> None:
        self.left = calls
        self.seen = 0
        self.after = after
        self._lock = threading.Lock()

    @contextmanager
    def around(self):
        with self._lock:
            self.seen += 1
            now = self.left is not None and self.seen > self.left
        if now and not self.after:
            self.end()
        yield
        if now:
            self.end()

    def end(self) -> None:
        raise Crash


class Killing(Countdown):
    """Ends the process as `kill -9` does: nothing of it gets to tidy up."""

    def end(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


def counted(desk, countdown):
    """The desk with every call of bucket and catalogue under the countdown."""

    class CountedBucket(Bucket):
        def _call(self, key, operation, **asked):
            with countdown.around():
                return super()._call(key, operation, **asked)

    class CountedCatalogue(Catalogue):
        @contextmanager
        def writing(self):
            with countdown.around(), super().writing() as connection:
                yield connection

    bucket = CountedBucket(desk.room.bucket.client, desk.room.bucket.name)
    return desk.elsewhere(bucket=bucket, catalogue=CountedCatalogue(desk.room.catalogue.engine))


def everything(desk):
    """What a reader of the bucket and of the feeds sees, without the moments at which it happened."""
    room = desk.room
    chains = {
        row.uri: [(each.n, each.content_hash) for each in room.catalogue.chain(row.uri)]
        for row in room.catalogue.candidates()
    }
    feed = [(entry.id, entry.title, entry.content[0].value) for entry in desk.rss("radio_pikes").entries]
    changes = orjson.loads(room.bucket.get("partners/radio_pikes/changes.json"))["changes"]
    return {
        "changes": sorted((each["kind"], each["uri"], each["n"]) for each in changes),
        "chains": chains,
        "objects": Counter(key.split("/")[0] for key in room.bucket.keys("stories/")),
        "feed": sorted(feed),
        "in_feed": room.catalogue.in_feed("radio_pikes"),
        "items": room.catalogue.item_counts(),
    }


def whole_way(desk):
    desk.ingest(WIRES)
    desk.deliver("radio_pikes")


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, PARTS))]
)
def test_a_crash_anywhere_leaves_work_to_redo(fresh, part):
    wanted_desk = fresh()
    countdown = Countdown(None)
    whole_way(counted(wanted_desk, countdown))
    wanted = everything(wanted_desk)
    # A few points of the way in the fast suite, each part others; the slow test takes every one.
    at = (countdown.seen * part // PARTS) + part % 3
    for after in (False, True):
        crashed = fresh()
        with pytest.raises(Crash):
            whole_way(counted(crashed, Countdown(at, after=after)))
        whole_way(crashed)
        assert everything(crashed) == wanted


@pytest.mark.slow
def test_kill_9_at_every_single_point_leaves_work_to_redo(fresh, s3, monkeypatch):
    wanted_desk = fresh()
    countdown = Countdown(None)
    whole_way(counted(wanted_desk, countdown))
    wanted = everything(wanted_desk)
    for name, value in s3.environment().items():
        monkeypatch.setenv(name, value)
    for at in range(countdown.seen):
        killed = fresh()
        # Right after a call is right before the next: one of the two shows all.
        assert killed_at(killed, at) == -signal.SIGKILL
        whole_way(killed)
        assert everything(killed) == wanted, f"killed at call {at + 1}"


def killed_at(desk, at: int) -> int | None:
    """Go the whole way in a process that is killed before that call of bucket or catalogue; its exit code."""
    worker = multiprocessing.get_context("fork").Process(target=_go_and_be_killed, args=(desk, at))
    worker.start()
    worker.join()
    return worker.exitcode


def _go_and_be_killed(desk, at: int) -> None:
    """In the process of its own: with its own connections, as those of before the fork are the parent's."""
    room = desk.room
    bucket = Bucket(Bucket.from_environment().client, room.bucket.name)
    catalogue = Catalogue.open(room.catalogue.engine.url.render_as_string(hide_password=False))
    whole_way(counted(desk.elsewhere(bucket=bucket, catalogue=catalogue), Killing(at)))


@pytest.mark.slow
def test_two_runs_at_the_same_moment_do_no_harm(desk, fresh):
    wanted_desk = fresh()
    whole_way(wanted_desk)
    wanted = everything(wanted_desk)
    failures = []

    def run():
        try:
            whole_way(desk.elsewhere())
        except BaseException as error:  # noqa: BLE001 - shown below, in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert everything(desk) == wanted
