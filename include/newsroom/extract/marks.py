"""A wire's marks: what it tells the desk and no reader should see. Read for what they mean, then taken away.

`URGENT -` and `CORRECTED-UPDATE 1-` before a headline, slug lines, notes to editors, embargoes, kills.
A kill or a hold is believed wherever it stands; what can't be read fully is withheld.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from newsroom.extract import mark_forms
from newsroom.extract.embargo import read_embargo
from newsroom.extract.sources import known_source
from newsroom.story import PubStatus

if TYPE_CHECKING:
    from newsroom.extract.material import Material

FIRST_LINES = 4
LAST_LINES = 3
MAX_LINE = 300
"""Characters: a longer line is prose."""

MAX_NOTE = 2_000
"""Characters of a note to editors, or of a notice of a kill, that are looked at."""


@dataclass(frozen=True)
class Marks:
    """What the marks say. `headline` is without them; `taken` are the body's lines that are marks."""

    headline: str
    slugline: str | None = None
    urgency: int | None = None
    ednote: str | None = None
    signals: tuple[str, ...] = ()
    pubstatus: PubStatus = "usable"
    embargoed: datetime | None = None
    evidence: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    taken: tuple[int, ...] = ()


def read_marks(headline: str, material: "Material") -> Marks:
    """Read the marks before the headline and in the body's first and last lines."""
    found = _Found()
    bare = found.headline(headline, material.wire.zone)
    for index in _edges(len(material.lines)):
        if found.line(material.lines[index], material.wire.zone):
            found.taken.append(index)
    return Marks(
        headline=bare,
        slugline=found.slugline,
        urgency=found.urgency,
        ednote=" ".join(found.notes) or None,
        signals=tuple(found.signals),
        pubstatus=_status(found.signals, found.embargoed),
        embargoed=found.embargoed,
        evidence=dict.fromkeys(_FIELDS, PLACES),
        flags=tuple(found.doubts()),
        taken=tuple(found.taken),
    )


def tells_time(line: str) -> bool:
    """Whether a line of a note says no more of its story's use than from when it may be used."""
    noted = mark_forms.EDNOTE.match(line)
    said = noted["said"] if noted else line
    if (match := mark_forms.EMBARGO.match(said)) and match["until"]:
        return True
    release = mark_forms.RELEASE.match(said)
    return release is not None and mark_forms.TIMELY.match(said[release.end() :]) is not None


def stops(text: str | None) -> Literal["kill", "withhold"] | None:
    """Whether a headline, or a note to editors, kills its story or holds it back; None where it does neither.

    Of several lines each counts. A hold that stands beside a kill is a kill.
    """
    found = _Found()
    for line in (text or "").splitlines():
        found.headline(line.strip())
        if noted := mark_forms.EDNOTE.match(line[:MAX_NOTE]):
            found.hear(noted["said"])
    if "kill" in found.signals:
        return "kill"
    return "withhold" if "withhold" in found.signals else None


def read_noted(slugline: str | None, ednote: str | None, zone: ZoneInfo) -> Marks:
    """What a wire's own slugline and note to editors mean, where it sends them as fields."""
    found = _Found()
    if slugline and mark_forms.TAKE.search(slugline):
        found.signals["replace"] = None
    for line in (ednote or "").splitlines():
        note = line[:MAX_NOTE]
        meant = _signal_of(note)
        ordered = found.hear(note, zone)
        if not (found.line(note, zone) or ordered) and meant in _VERSION_SIGNALS:
            found.signals[meant] = None
    return Marks(
        headline="",
        signals=tuple(found.signals),
        pubstatus=_status(found.signals, found.embargoed),
        embargoed=found.embargoed,
        flags=tuple(found.doubts()),
    )


def bare_headline(text: str) -> str:
    """A headline without the marks before it."""
    return _Found().headline(text.strip())


def _edges(count: int) -> list[int]:
    """The indexes of the first and the last lines."""
    return sorted({*range(min(count, FIRST_LINES)), *range(max(0, count - LAST_LINES), count)})


def _status(signals: dict[str, None], embargoed: datetime | None) -> PubStatus:
    """`canceled` by a kill; withheld by a hold, an advisory, or an embargo whose end can't be read."""
    if "kill" in signals:
        return "canceled"
    if "withhold" in signals or "advisory" in signals or ("embargo" in signals and embargoed is None):
        return "withheld"
    return "usable"


class _Found:
    """What was found so far."""

    def __init__(self) -> None:
        self.signals: dict[str, None] = {}
        self.notes: list[str] = []
        self.taken: list[int] = []
        self.slugline: str | None = None
        self.urgency: int | None = None
        self.embargoed: datetime | None = None
        self.vague = False
        self.part: str | None = None

    def doubts(self) -> Iterator[str]:
        """The flag `gate.take` of what is a part of a story only."""
        if self.part:
            yield f'gate.take: body: saw "{self.part}", so that it is a part; wanted the whole story'

    def headline(self, text: str, zone: ZoneInfo | None = None) -> str:
        """Read the marks before a headline; what is left of it. `zone` is of an embargo that names none."""
        for _ in range(4):
            if zone and (start := _embargo_starts(text)) is not None:
                rest = self._embargoed_headline(text[start:].strip(), zone) or text
                self.notes.append(text.removesuffix(rest).strip(" :|–—-") if self.embargoed else text)
                if rest == text:
                    break
                text = rest
            elif (unmarked := self._unmarked(text)) is not None:
                text = unmarked
            else:
                break
        if order := _order_in(text) or _lone_order(text):
            self.signals[order] = None
        if after := mark_forms.TAKE_AFTER.search(text):
            self.signals["replace"] = None
            text = text[: after.start()]
        return text

    def _unmarked(self, text: str) -> str | None:
        """The headline without the mark that it begins with, which is heard; None where there is none."""
        for pattern, signal, urgency in mark_forms.PREFIXES:
            if match := pattern.match(text):
                self._hear_mark(signal, urgency)
                return text[match.end() :]
        return None

    def line(self, line: str, zone: ZoneInfo) -> bool:
        """Read one line; whether it is a mark and nothing else."""
        bare = line.strip(" ^<\u00a0")
        if len(bare) > MAX_LINE:
            killed = len(bare) <= MAX_NOTE and mark_forms.KILL.search(bare) is not None
            return killed and self._note("kill", line)
        return self._order(bare, zone) or self._bare_mark(bare) or self._editors_line(bare, zone)

    def _order(self, line: str, zone: ZoneInfo) -> bool:
        """Read a line that may keep the story back: an embargo, a kill, a hold, an advisory."""
        if self._embargo(line, zone):
            return self._note("embargo", line)
        order = _order_in(line) or ("advisory" if mark_forms.ADVISORY.match(line) else None)
        return order is not None and self._note(order, line)

    def _bare_mark(self, line: str) -> bool:
        """Read a line that may be a slug, a take's mark, an end, or a mark alone."""
        if mark_forms.END.fullmatch(line) or mark_forms.STAMP.fullmatch(line):
            return True
        if mark_forms.MORE.fullmatch(line) or mark_forms.PART.fullmatch(line):
            self.part = self.part or line
            return self._hear_mark("take", None)
        if mark_forms.SLUG.fullmatch(line) or mark_forms.TAKE.fullmatch(line):
            return self._slug(line)
        lone = (mark[1:] for mark in mark_forms.LONE if mark[0].match(line))
        return any(self._hear_mark(signal, urgency) for signal, urgency in lone)

    def _editors_line(self, line: str, zone: ZoneInfo) -> bool:
        """Read a line that may be a note to editors."""
        if noted := mark_forms.EDNOTE.match(line):
            self.hear(noted["said"], zone)
            return self._note(_signal_of(line), line)
        if (noted := mark_forms.EDITORS_NOTE.match(line)) and self.hear(noted["said"], zone):
            return self._note(None, line)
        if mark_forms.NOTE.match(line) is None:
            return False
        self.hear(line, zone)
        return self._note(_signal_of(line), line)

    def hear(self, note: str, zone: ZoneInfo | None = None) -> bool:
        """Hear what a note to editors orders, anywhere in it: a kill, a hold, an embargo; whether it does."""
        order = _order_in(note)
        if order:
            self.signals[order] = None
        if zone is None:
            return order is not None
        embargoed = self._embargo(note, zone)
        if not embargoed:
            for match in mark_forms.SAID_EMBARGO.finditer(note):
                self._until(_end_said(note[match.end() :], zone))
                embargoed = True
        if embargoed:
            self.signals["embargo"] = None
        return order is not None or embargoed

    def _hear_mark(self, signal: str, urgency: int | None) -> bool:
        self.signals[signal] = None
        self.urgency = self.urgency or urgency
        return True

    def _note(self, signal: str | None, line: str) -> bool:
        self.notes.append(line.strip(" ()"))
        if signal:
            self.signals[signal] = None
        return True

    def _slug(self, line: str) -> bool:
        self.slugline = self.slugline or line
        if mark_forms.TAKE.search(line):
            self.signals["replace"] = None
        return True

    def _embargo(self, line: str, zone: ZoneInfo) -> bool:
        """Whether the line is an embargo, whose end is then heard."""
        start = _embargo_starts(line)
        if start is not None:
            self._until(_end_said(line[start:], zone))
        return start is not None

    def _embargoed_headline(self, text: str, zone: ZoneInfo) -> str:
        """A headline without the embargo before it; its end is all that can be read up to a dash or colon."""
        self.signals["embargo"] = None
        moment, headline = None, text
        for part in mark_forms.BETWEEN.finditer(text):
            if (end := read_embargo(text[: part.start()], zone)) and text[part.end() :]:
                moment, headline = end, text[part.end() :]
        self._until(moment)
        return headline

    def _until(self, moment: datetime | None) -> None:
        """Of several embargoes the longest holds; of one that can't be read nobody knows the end."""
        self.vague = self.vague or moment is None
        later = max(filter(None, (self.embargoed, moment)), default=None)
        self.embargoed = None if self.vague else later


def _order_in(text: str) -> Literal["kill", "withhold"] | None:
    """A kill or a hold that a line is, or says."""
    if mark_forms.KILL.search(text):
        return "kill"
    if (by := mark_forms.WITHDRAWAL.match(text)) and known_source(by["who"]):
        return "kill"
    return "withhold" if mark_forms.HOLD.search(text) else None


def _lone_order(text: str) -> str | None:
    """The mark that a headline is, with nothing after it, where that forbids use."""
    lone = (signal for pattern, signal, _ in mark_forms.LONE if pattern.match(text))
    return next((signal for signal in lone if signal in ("kill", "withhold", "advisory")), None)


def _embargo_starts(text: str) -> int | None:
    """Where, behind the words of an embargo, its end is told; None where the text begins with none."""
    if match := mark_forms.EMBARGO.match(text):
        rest = text[match.end() :]
        until = (match["until"] or "").strip(" :–—-")
        told = until or match[0].endswith("SPERRFRIST")  # no word of prose
        if told or not rest.strip(" .:!*)–—-") or mark_forms.TIMELY.match(rest):
            return match.end()
    if (match := mark_forms.RELEASE.match(text)) and mark_forms.TIMELY.match(text[match.end() :]):
        return match.end()
    return None


_SENTENCE_END = re.compile(r"[.;]\s+(?=[A-Z(])")


def _end_said(text: str, zone: ZoneInfo) -> datetime | None:
    """The end of an embargo that a line tells, or its first sentences do."""
    cuts = [len(text), *(match.start() for match in reversed(list(_SENTENCE_END.finditer(text))))]
    return next(filter(None, (read_embargo(text[:cut], zone) for cut in cuts)), None)


def _signal_of(line: str) -> str | None:
    """What a status word or a note to editors says of the version."""
    return next((signal for pattern, signal in mark_forms.CHANGE_WORDS if pattern.search(line)), None)


_VERSION_SIGNALS = frozenset({"correction", "clarification", "minor correction", "repeat", "update"})
"""What a note's bare word may say of its version; a kill or a hold needs its own form."""

PLACES = "the headline, and the story's first and last lines"
_FIELDS = ("slugline", "urgency", "ednote", "signals", "pubstatus", "embargoed")
