"""Child processes that end with their parent: whatever they start, nothing of it stays behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
"""prctl(2)."""

GRACE = 15.0
"""Seconds from asking a process to end until it is killed: Airflow's scheduler ends its tasks first."""

LAST_LINES = 12


class PartFailedError(Exception):
    """A part ended that should run; the text shows its last words."""


@dataclass
class Part:
    """One long-running process with its log; a group of its own, so that Ctrl-C is its owner's to handle."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(repr=False)
    _process: "subprocess.Popen[bytes] | None" = field(init=False, default=None, repr=False)

    def start(self) -> None:
        """Start it; its output is added to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - takes no lock: one system call
            )

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def ask_to_end(self) -> None:
        """Send SIGTERM to the process itself: it ends its own children in order."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def wait(self, until: float) -> bool:
        """Wait until it has ended, at most until the monotonic moment `until`; whether it has."""
        if not self._process:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, until - time.monotonic()))
        return self._process.poll() is not None

    def kill(self) -> None:
        """Kill what is left of its group."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def last_words(self) -> str:
        """The end of its log."""
        return last_lines(self.log)


def adopt_orphans() -> None:
    """Become the parent of what our children leave behind, so that `kill_descendants` finds it."""
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end_all(parts: Sequence[Part]) -> None:
    """End parts: ask all at once, wait, then kill; and with them everything that they started."""
    for part in parts:
        part.ask_to_end()
    until = time.monotonic() + GRACE
    for part in parts:
        part.wait(until)
    for part in parts:
        part.kill()


def kill_descendants() -> None:
    """Kill every process that descends from this one. Call `adopt_orphans` before they are started."""
    for _ in range(20):
        found = list(descendants(os.getpid()))
        if not found:
            return
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        _reap()
        time.sleep(0.05)


def descendants(pid: int) -> Iterator[int]:
    """The children of a process, and theirs (Linux: proc(5))."""
    for folder in Path(f"/proc/{pid}/task").glob("*"):
        with contextlib.suppress(OSError):
            for child in (folder / "children").read_text(encoding="ascii").split():
                yield int(child)
                yield from descendants(int(child))


def last_lines(log: Path) -> str:
    """The end of a log file."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    return "\n".join(lines[-LAST_LINES:]) or "(nothing)"


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _die_with_parent() -> None:
    """In the child: get SIGTERM when the parent dies, and don't be born to one that is dead already."""
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == 1:
            os._exit(1)
