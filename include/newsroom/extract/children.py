"""Readers in processes of their own, which can be killed: no page holds up or brings down a batch.

Children are forked, so that a batch of three pages does not wait for imports. They die with their parent
(`PR_SET_PDEATHSIG`), have a limit on memory, and end when their pipe does.
"""

import ctypes
import fcntl
import gc
import logging
import os
import pickle
import resource
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, NoReturn, Self, TypeVar, cast

from trafilatura.meta import reset_caches

from newsroom.extract.document import Document, Unreadable
from newsroom.extract.judge import load_weights
from newsroom.extract.language import load_models
from newsroom.extract.media_topics import vocabulary
from newsroom.extract.page import read
from newsroom.story import Refusal, Story

# It calls an error that one of its functions is no longer cached, each time the caches are emptied.
logging.getLogger("htmldate.meta").setLevel(logging.CRITICAL)

SECONDS = 20.0
"""How long a page may take. Real ones take 0.02 s, the largest 0.5 s."""

MEMORY_MB = 1024
"""How much more address space than its parent a child may take."""

OUT_OF_MEMORY = "memory_limit"
"""The code of a page that took more."""

PAGES_PER_RESET = 300
"""How often the caches of trafilatura and its kin are emptied; they grow with every page."""

_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal this process gets when its parent dies."""

_PIPE_BYTES = 1 << 20
"""What fcntl(2) F_SETPIPE_SZ allows everyone; a page of usual size fits, so that a child never idles."""

_PROTOCOL = pickle.HIGHEST_PROTOCOL
_MARGIN = 64 * 1024
_AHEAD = 2
_MAX_DONE = 64
"""How many results may wait for a slower one before them."""

Given = TypeVar("Given")
Made = TypeVar("Made")
Task = tuple[int, bytes]
"""A place in the batch, and what is to be read there, pickled."""


def preload() -> None:
    """Load what every reader needs: done once, before a fork, it serves all children."""
    load_weights()
    load_models()
    vocabulary()


def read_one(document: Document) -> Story | Refusal:
    """Read in this process; whatever goes wrong becomes a refusal."""
    return _guarded(read, document)


def _guarded(job: Callable[[Given], Made], given: Given) -> Made | Refusal:
    try:
        return job(given)
    except Unreadable as refused:
        return refused.refusal
    except MemoryError:
        return Refusal(code=OUT_OF_MEMORY, reason="page: reading it takes more memory than a story page may")
    except Exception as error:  # noqa: BLE001  (one page's fault is told, and the batch goes on)
        told = f"{type(error).__name__}: {error}"[:300]
        return Refusal(code="reader_error", reason=f"page: the reader failed with {told}; please report it")


class _Tasks:
    """What is to be read, with its place in the batch; what was handed out can be given back."""

    def __init__(self, batch: Iterable[object]) -> None:
        self._source = ((place, pickle.dumps(each, _PROTOCOL)) for place, each in enumerate(batch))
        self._waiting: deque[Task] = deque()

    def first(self) -> Task | None:
        """The next task, which stays."""
        if not self._waiting and (task := next(self._source, None)):
            self._waiting.append(task)
        return self._waiting[0] if self._waiting else None

    def take(self) -> Task:
        """The task that `first` showed."""
        return self._waiting.popleft()

    def give_back(self, tasks: Iterable[Task]) -> None:
        """Put `tasks` before the others."""
        self._waiting.extendleft(reversed(list(tasks)))


@dataclass
class _Child:
    """A reader process, our ends of its pipes, and what it was given."""

    pid: int
    to: Connection
    back: Connection
    given: deque[Task] = field(default_factory=deque)
    since: float = 0.0

    def has_room(self, task: Task) -> bool:
        """Whether `task` can be sent without waiting.

        A child with nothing to do is reading its pipe; one at work has room for what fits into the pipe.
        """
        return not self.given or (len(self.given) < _AHEAD and len(task[1]) < _PIPE_BYTES - _MARGIN)

    def give(self, task: Task) -> None:
        """Send a task."""
        if not self.given:
            self.since = time.monotonic()
        self.given.append(task)
        try:
            self.to.send_bytes(task[1])
        except OSError:
            return  # It died: the end of its other pipe tells so.

    def end(self) -> int:
        """Kill it; returns its wait status."""
        self.to.close()
        self.back.close()
        os.kill(self.pid, signal.SIGKILL)
        return os.waitpid(self.pid, 0)[1]


class Readers(Generic[Given, Made]):
    """A pool of killable readers, as a context manager.

    Each runs `job`, by default on a Document. With `processes` None there are as many as cores. A page may
    take `seconds`, and `memory_mb` megabytes more than this process has.
    """

    def __init__(
        self,
        job: Callable[[Given], Made],
        processes: int | None = None,
        *,
        seconds: float = SECONDS,
        memory_mb: int = MEMORY_MB,
    ) -> None:
        """Only remember the limits: processes start with the first page."""
        self._job = job
        self._wanted = processes or len(os.sched_getaffinity(0))
        self._seconds = seconds
        self._memory = memory_mb * 1024 * 1024
        self._children: list[_Child] = []

    def __enter__(self) -> Self:
        """Return the pool."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every child."""
        self.close()

    def close(self) -> None:
        """End every child; what they were reading is lost."""
        while self._children:
            self._children.pop().end()

    def read(self, batch: Iterable[Given]) -> Iterator[Made | Refusal]:
        """Do the job for each of `batch`, results in their order. Never raises for what a page does.

        A page over the time limit gives `time_limit`, one whose reader dies `reader_died`; the next
        one goes on in a fresh process. Only a few pages are taken ahead of the results.
        """
        tasks = _Tasks(batch)
        done: dict[int, Made | Refusal] = {}
        turn = 0
        while True:
            if len(done) < _MAX_DONE:
                self._hand_out(tasks)
            if turn in done:
                yield done.pop(turn)
                turn += 1
            elif any(child.given for child in self._children):
                done.update(self._collect(tasks))
            else:
                return

    def _hand_out(self, tasks: _Tasks) -> None:
        while (task := tasks.first()) is not None:
            child = self._free_for(task)
            if child is None:
                return
            child.give(tasks.take())

    def _free_for(self, task: Task) -> _Child | None:
        if idle := next((child for child in self._children if not child.given), None):
            return idle
        if len(self._children) < self._wanted:
            child = self._start()
            self._children.append(child)
            return child
        return next((child for child in self._children if child.has_room(task)), None)

    def _collect(self, tasks: _Tasks) -> Iterator[tuple[int, Made | Refusal]]:
        """Wait until a child answers or is overdue."""
        busy = [child for child in self._children if child.given]
        left = min(child.since for child in busy) + self._seconds - time.monotonic()
        ready = wait([child.back for child in busy], max(0.0, left))
        for child in busy:
            if child.back in ready:
                yield self._answer(child, tasks)
            elif time.monotonic() - child.since >= self._seconds:
                reason = (
                    f"page: not read within {self._seconds:g} s; wanted a story page, which takes below 1 s"
                )
                yield self._lost(child, tasks)[0], Refusal(code="time_limit", reason=reason)

    def _answer(self, child: _Child, tasks: _Tasks) -> tuple[int, Made | Refusal]:
        try:
            result = cast("Made | Refusal", pickle.loads(child.back.recv_bytes()))  # noqa: S301  (our own child wrote it)
        except (EOFError, OSError):
            place, status = self._lost(child, tasks)
            how = (
                f"signal {os.WTERMSIG(status)}"
                if os.WIFSIGNALED(status)
                else f"status {os.WEXITSTATUS(status)}"
            )
            reason = (
                f"page: its reader ended with {how} (no memory, or a parser's fault); wanted a story page"
            )
            return place, Refusal(code="reader_died", reason=reason)
        child.since = time.monotonic()
        if isinstance(result, Refusal) and result.code == OUT_OF_MEMORY:
            # What it holds in pieces would be the next page's want.
            return self._lost(child, tasks)[0], result
        return child.given.popleft()[0], result

    def _lost(self, child: _Child, tasks: _Tasks) -> tuple[int, int]:
        """End `child`; what it had not begun is given back. Returns its task's place and its wait status."""
        self._children.remove(child)
        place, _ = child.given.popleft()
        tasks.give_back(child.given)
        return place, child.end()

    def _start(self) -> _Child:
        preload()
        theirs, to = _pipe()
        back, answers = _pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            for other in (*self._children, _Child(0, to, back)):
                other.to.close()
                other.back.close()
            _live(self._job, theirs, answers, parent, self._memory)
        theirs.close()
        answers.close()
        return _Child(pid, to, back)


def _pipe() -> tuple[Connection, Connection]:
    """The reading and the writing end of a pipe of `_PIPE_BYTES`."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return Connection(reading, writable=False), Connection(writing, readable=False)


def _live(
    job: Callable[[Any], object], theirs: Connection, answers: Connection, parent: int, memory: int
) -> NoReturn:
    """The life of a child: never returns, runs none of the parent's exit handlers."""
    try:
        _limit(parent, memory)
        for turn in range(1, 1 << 62):
            given = pickle.loads(theirs.recv_bytes())  # noqa: S301  (our own parent wrote it)
            answers.send_bytes(pickle.dumps(_guarded(job, given), _PROTOCOL))
            del given
            if turn % PAGES_PER_RESET == 0:
                reset_caches()
    except (EOFError, OSError, MemoryError):
        os._exit(0)
    finally:
        os._exit(1)


def _limit(parent: int, memory: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + memory
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(
        resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
    )
    gc.freeze()  # what the parent made is not looked through again, and stays shared
