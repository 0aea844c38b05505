"""Which story is out since when: the sample's newsroom day, kept in a state file.

At the first start most of the stories are there already. Then one step follows another: a new story,
an update, an unchanged repeat; when all are used up, short bulletins follow for ever. What is out
stays out: its dates, numbers and addresses outlive a restart.
"""

import contextlib
import os
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from newsroom.config.yaml_file import Section, read_yaml
from samplewire.bulletins import ON_RESTART, ROTATION, bulletin
from samplewire.clock import Clock
from samplewire.stories import Sample, load_samples

FIRST_NUMBER = 104_210
"""Number of the first post, as a WordPress site that has been running for years would have it."""

BULLETIN_PACES = 6
"""Bulletins come this many times slower than stories: one in three minutes at the usual pace."""

BULLETINS_KEPT = 200
"""Older ones leave the site, so that a desk left running for a year does not fill the disk."""

CATCH_UP = 20
"""How many steps at most are made up for when nobody asked for hours."""


class StateError(Exception):
    """The state file can't be read or written, or is no such file."""


class Step(Section):
    """One step of the day: exactly one of these, each a story's id."""

    publish: str | None = None
    update: str | None = None
    repeat: str | None = None

    @model_validator(mode="after")
    def _one(self) -> "Step":
        if sum(value is not None for value in (self.publish, self.update, self.repeat)) != 1:
            raise ValueError("wanted exactly one of publish, update, repeat")
        return self


class Plan(Section):
    """The file `agenda.yaml`: what is there at first (minutes of age by story), and what follows."""

    there: dict[str, int]
    then: tuple[Step, ...]


@cache
def load_plan() -> Plan:
    """The sample's day.

    Raises:
        newsroom.config.ConfigError: the file is wrong; names line and field.
    """
    return read_yaml(Path(__file__).with_name("agenda.yaml"), Plan)


class Event(BaseModel):
    """Something that happened: a story came out, changed, was touched without a change, or a bulletin."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["publish", "update", "repeat", "bulletin"]
    id: str
    at: datetime
    number: int


class State(BaseModel):
    """The state file's content. `bulletins` counts all that ever came, kept or not."""

    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    epoch: datetime
    next_at: datetime
    next_number: int = FIRST_NUMBER
    bulletins: int = 0
    events: list[Event] = []


@dataclass(frozen=True)
class Published:
    """A story that is out. `touched` is when its page last changed in any byte."""

    sample: Sample
    number: int
    created: datetime
    updated: datetime
    touched: datetime

    @property
    def id(self) -> str:
        """The id that its address has; an update keeps the first version's."""
        return self.sample.updates or self.sample.id

    @property
    def slug(self) -> str:
        """The end of its address: from the first version's headline."""
        return load_samples().get(self.id, self.sample).slug

    @property
    def is_update(self) -> bool:
        """Whether this is a later version."""
        return self.updated > self.created

    @property
    def dated(self) -> datetime:
        """The publication date that page and feed claim."""
        return self.created + timedelta(days=self.sample.ahead_days)

    def filled(self, text: str) -> str:
        """`text` with {year} and the like filled in."""
        return self.sample.filled(text, self.created)

    @property
    def notice(self) -> str:
        """The copyright line; empty where the story has none."""
        own = self.sample.notice
        return self.filled(self.sample.site.notice if own is None else own)


class Agenda:
    """What is out at the clock's moment; safe to ask from several threads."""

    def __init__(self, state: Path | None, clock: Clock, pace: float) -> None:
        """Read the state file, or begin a new day. `pace` is the seconds from one step to the next.

        Raises:
            StateError: the file is there and is no state of a sample wire, or can't be written.
        """
        self._path, self._clock = state, clock
        self._pace = timedelta(seconds=pace)
        self._plan = load_plan()
        self._samples = load_samples()
        self._lock = threading.Lock()
        found = _read(state) if state else None
        self._state = found or self._first_day()
        if found:
            self._wake()
        self._published = _replayed(self._state.events, self._samples)
        self._save()

    def published(self) -> tuple[int, tuple[Published, ...]]:
        """A number that changes whenever something does, and all that is out, newest first."""
        with self._lock:
            if self._advance():
                self._published = _replayed(self._state.events, self._samples)
                self._save()
            return self._state.next_number, self._published

    @property
    def epoch(self) -> datetime:
        """When the day began."""
        return self._state.epoch

    def _first_day(self) -> State:
        now = self._clock()
        state = State(epoch=now, next_at=now + self._pace)
        oldest_first = sorted(self._plan.there.items(), key=lambda pair: -pair[1])
        for name, minutes in oldest_first:
            _add(state, "publish", name, now - timedelta(minutes=minutes))
        return state

    def _wake(self) -> None:
        """A bulletin at once, so that a desk that is started again sees something new."""
        now = self._clock()
        self._add_bulletin(ON_RESTART, now)
        self._state.next_at = now + self._gap()

    def _advance(self) -> bool:
        now, state = self._clock(), self._state
        if state.next_at > now:
            return False
        state.next_at = max(state.next_at, now - CATCH_UP * self._gap())
        while state.next_at <= now:
            self._step(state.next_at)
            state.next_at += self._gap()
        return True

    def _step(self, at: datetime) -> None:
        if steps := self._steps_left():
            kind, name = _named(steps[0])
            _add(self._state, kind, name, at)
        else:
            self._add_bulletin(ROTATION[self._state.bulletins % len(ROTATION)], at)

    def _steps_left(self) -> list[Step]:
        done = {(event.kind, event.id) for event in self._state.events}
        return [step for step in self._plan.then if _named(step) not in done]

    def _gap(self) -> timedelta:
        return self._pace if self._steps_left() else self._pace * BULLETIN_PACES

    def _add_bulletin(self, kind: str, at: datetime) -> None:
        state = self._state
        state.bulletins += 1
        _add(state, "bulletin", f"{kind}_{state.bulletins}", at)
        bulletins = [event.number for event in state.events if event.kind == "bulletin"]
        gone = set(bulletins[:-BULLETINS_KEPT])
        state.events = [event for event in state.events if event.number not in gone]

    def _save(self) -> None:
        if not self._path:
            return
        data = orjson.dumps(self._state.model_dump(mode="json"), option=orjson.OPT_INDENT_2)
        part = self._path.with_suffix(f".{os.getpid()}.part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
            part.replace(self._path)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink()
            raise StateError(
                f"{self._path}: {error.strerror}; wanted a state file that can be written: "
                "mend its folder, or name another with --state"
            ) from error


def _named(step: Step) -> tuple[Literal["publish", "update", "repeat"], str]:
    if step.publish:
        return "publish", step.publish
    if step.update:
        return "update", step.update
    return "repeat", step.repeat or ""


def _add(
    state: State, kind: Literal["publish", "update", "repeat", "bulletin"], name: str, at: datetime
) -> None:
    state.events.append(Event(kind=kind, id=name, at=at, number=state.next_number))
    state.next_number += 1


def _read(path: Path) -> State | None:
    try:
        return State.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateError(
            f"{path}: {error.strerror}; wanted a state file that can be read, or none"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise StateError(
            f"{path}: {first['msg']} (at {'.'.join(map(str, first['loc'])) or 'the top'}); wanted the state "
            "of a sample wire: remove the file to begin a new day, or name another with --state"
        ) from error


def _replayed(events: list[Event], samples: dict[str, Sample]) -> tuple[Published, ...]:
    """What is out after these events, newest first; stories that no longer exist are left out."""
    out: dict[str, Published] = {}
    for event in events:
        sample = _sample_of(event, samples)
        if sample is None:
            continue
        name = sample.updates or sample.id
        before = out.get(name)
        if before is None:
            out[name] = Published(sample, event.number, event.at, event.at, event.at)
        elif event.kind == "update":
            out[name] = replace(before, sample=sample, updated=event.at, touched=event.at)
        else:
            out[name] = replace(before, touched=event.at)
    return tuple(sorted(out.values(), key=lambda one: (one.updated, one.number), reverse=True))


def _sample_of(event: Event, samples: dict[str, Sample]) -> Sample | None:
    if event.kind != "bulletin":
        return samples.get(event.id)
    kind, _, number = event.id.rpartition("_")
    return bulletin(kind, int(number)) if kind in ROTATION else None
