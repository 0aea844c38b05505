"""A wire's marks: what it tells the desk and no reader should see. Read for what they mean, then taken away.

`URGENT -` and `CORRECTED-UPDATE 1-` before a headline, slug lines, notes to editors, embargoes, kills.
A kill or a hold is believed wherever it stands; what can't be read fully is withheld.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from newsroom.extract.embargo import read_embargo
from newsroom.story import PubStatus

if TYPE_CHECKING:
    from newsroom.extract.material import Material

FIRST_LINES = 4
LAST_LINES = 3
MAX_LINE = 300
"""Characters: a longer line is prose."""

_DASH = r"\s*(?:--+|[-–—:|/]|…|\.{2,})\s*"
_PREFIXES: tuple[tuple[re.Pattern[str], str, int | None], ...] = tuple(
    (re.compile(rf"^\W{{0,3}}(?:{mark})\W{{0,2}}?{_DASH}(?=\S)"), signal, urgency)
    for mark, signal, urgency in (
        (
            r"(?:BULLETIN\s+|MANDATORY\s+)?KILL(?:\s+KILL)*|STORY\s+(?:WITHDRAWN|KILLED)|WITHDRAWN|ELIMINATION",
            "kill",
            None,
        ),
        (r"HOLD(?:\s+HOLD)*|WITHHOLD|DO\s+NOT\s+(?:USE|PUBLISH)", "withhold", None),
        (r"(?:MEDIA\s+|EDITORS?\s+|SERVICE\s+)?ADVISORY|ADVISORIES", "advisory", None),
        (
            r"CORRECTED|CORRECTION|CORRECTIVE|CORRECTS|CORRECCIÓN|CORREGIDO|KORREKTUR|RECTIFICATIF",
            "correction",
            None,
        ),
        (r"CLARIFIED|CLARIFICATION|CLARIFIES|ACLARACIÓN", "clarification", None),
        (r"REFILE(?:D)?", "minor correction", None),
        (r"REPEAT|RPT", "repeat", None),
        (r"(?:UPDATED?|ACTUALIZA(?:CIÓN)?|WRAPUP)(?:\s*\d{1,2})?", "update", None),
        (r"FLASH", "flash", 1),
        (r"BULLETIN|EXTRA|APNewsAlert|NEWSALERT", "bulletin", 2),
        (r"URGENT[E]?|EIL(?:MELDUNG)?|SNAP", "urgent", 3),
    )
)
"""What stands before a headline, what it means, and its urgency (IPTC: 1 to 9). Written in capitals."""

_SLUG = re.compile(r"^(?:BC|AM|PM|AP|EU|US)-{1,2}[A-Z][\w.'’&$-]*(?:[ ,]{1,2}[\w.'’&$-]+){0,12}$")
_TAKE = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)\s+(?:Ld|Lead)(?:-Writethru)?\b|\bLd-Writethru\b", re.IGNORECASE)
_EDNOTE = re.compile(
    r"^\W*(?:EDS|Eds|EDITORS|ATTENTION EDITORS|NOTE TO EDITORS|Note to editors|ATTN EDITORS)\b\.?"
    r"\s*[:–—-]?\s*\S"
)
_STATUS = re.compile(r"^\W*(?:UPDATED?|ACTUALIZADO|ACTUALIZA|CORRECTED|CLARIFIED|REFILE|REPEAT)\W*$")
_NOTE = re.compile(
    r"^\W*(?P<mark>UPDATES|ADDS|RECASTS|CORRECTS|CORRECTED|CLARIFIES|CLARIFIED|REFILES|SUBS|ACTUALIZA|CORRIGE)\b:?\s+(?:with|to|in|on|the|details?|quotes?|background|con|el|la|que|spelling|headline|paragraph|\w+graf)\b",
)
_KILL = re.compile(
    r"^\W*(?:KILL\s+KILL(?:\s+KILL)*\b|BULLETIN\s+KILL\b|STORY\s+WITHDRAWN\b"
    r"|[Pp]lease\s+kill\s+(?:the\s+)?(?:story|item|photo|slug)\b"
    r"|(?:An?|This)\s+(?:mandatory\s+)?kill\s+is\s+mandatory)|\bA kill is mandatory\b"
)
_HOLD = re.compile(
    r"^\W*(?:HOLD\s+HOLD(?:\s+HOLD)*\b|HOLD\s+FOR\s+RELEASE\b|DO\s+NOT\s+(?:USE|PUBLISH|RELEASE)\b)"
)
_EMBARGO_HEAD = re.compile(
    r"^\W{0,3}(?:STRICTLY\s+)?EMBARGO(?:ED)?\s*(?:[:–—-]|\b(?:UNTIL|TILL?|TO|FOR|HASTA|BIS|until|till?|to|for|hasta|bis)\b)\s*"
)
"""How an embargo stands before a headline; an embargo on goods is written otherwise."""

_PARTS = re.compile(r"\s*(?:--+|[–—|]|:(?!\d)|\s-\s)\s*")
_UNTIL = re.compile(r"(?::|\b(?:until|till|to|before|bis|hasta|for))$", re.IGNORECASE)
_EMBARGO = re.compile(
    r"^\W*(?:STRICTLY\s+)?(?:EMBARGO(?:ED)?|Embargoed|NOT\s+FOR\s+(?:RELEASE|PUBLICATION)|SPERRFRIST|EMBARGADO)\b(?:\s*:|\s+(?:until|till|to|before|bis|hasta|UNTIL|HASTA|BIS|FOR|for)\b)?",
)


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
        taken=tuple(found.taken),
    )


def tells_time(line: str) -> bool:
    """Whether a line of a note says no more of its story's use than from when it may be used."""
    match = _EMBARGO.match(line)
    return match is not None and _UNTIL.search(match[0]) is not None


def stops(text: str | None) -> Literal["kill", "withhold"] | None:
    """Whether a headline, or a note to editors, kills its story or holds it back; None where it does neither.

    Of several lines each counts. A hold that stands beside a kill is a kill.
    """
    found = _Found()
    for line in (text or "").splitlines():
        found.headline(line.strip())
        if _KILL.search(line):
            return "kill"
        if _HOLD.match(line):
            found.signals["withhold"] = None
    if "kill" in found.signals:
        return "kill"
    return "withhold" if "withhold" in found.signals else None


def read_noted(slugline: str | None, ednote: str | None, zone: ZoneInfo) -> Marks:
    """What a wire's own slugline and note to editors mean, where it sends them as fields."""
    found = _Found()
    if slugline and _TAKE.search(slugline):
        found.signals["replace"] = None
    for line in (ednote or "").splitlines():
        note = line[:MAX_LINE]
        meant = _signal_of(note)
        if not found.line(note, zone) and meant in _VERSION_SIGNALS:
            found.signals[meant] = None
    return Marks(
        headline="",
        signals=tuple(found.signals),
        pubstatus=_status(found.signals, found.embargoed),
        embargoed=found.embargoed,
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

    def headline(self, text: str, zone: ZoneInfo | None = None) -> str:
        """Read the marks before a headline; what is left of it. `zone` is of an embargo that names none."""
        for _ in range(4):
            if zone and (match := _EMBARGO_HEAD.match(text)):
                rest = self._embargoed_headline(text[match.end() :], zone)
                self.notes.append(text.removesuffix(rest).strip(" :|–—-") if self.embargoed else text)
                text = rest
                continue
            for pattern, signal, urgency in _PREFIXES:
                if match := pattern.match(text):
                    text = text[match.end() :]
                    self.signals[signal] = None
                    self.urgency = self.urgency or urgency
                    break
            else:
                break
        if _KILL.search(text):
            self.signals["kill"] = None
        return text

    def line(self, line: str, zone: ZoneInfo) -> bool:  # noqa: PLR0911  (one for each kind of mark)
        """Read one line; whether it is a mark and nothing else."""
        if len(line) > MAX_LINE:
            return False
        if _KILL.search(line):
            return self._note("kill", line)
        if _HOLD.match(line):
            return self._note("withhold", line)
        if match := _EMBARGO.match(line):
            return self._embargo(line[match.end() :], line, zone)
        if _SLUG.match(line):
            return self._slug(line)
        if _STATUS.match(line):
            self.signals[_signal_of(line) or "update"] = None
            return True
        if _EDNOTE.match(line) or _NOTE.match(line):
            return self._note(_signal_of(line), line)
        return False

    def _note(self, signal: str | None, line: str) -> bool:
        self.notes.append(line.strip(" ()"))
        if signal:
            self.signals[signal] = None
        return True

    def _slug(self, line: str) -> bool:
        self.slugline = self.slugline or line
        if _TAKE.search(line):
            self.signals["replace"] = None
        return True

    def _embargo(self, rest: str, line: str, zone: ZoneInfo) -> bool:
        if not rest.strip():
            return False
        self._until(read_embargo(rest, zone))
        return self._note("embargo", line)

    def _embargoed_headline(self, text: str, zone: ZoneInfo) -> str:
        """A headline without the embargo before it; its end is all that can be read up to a dash or colon."""
        self.signals["embargo"] = None
        moment, headline = None, text
        for part in _PARTS.finditer(text):
            if (end := read_embargo(text[: part.start()], zone)) and text[part.end() :]:
                moment, headline = end, text[part.end() :]
        self._until(moment)
        return headline

    def _until(self, moment: datetime | None) -> None:
        """Of several embargoes the longest holds; of one that can't be read nobody knows the end."""
        self.vague = self.vague or moment is None
        later = max(filter(None, (self.embargoed, moment)), default=None)
        self.embargoed = None if self.vague else later


def _signal_of(line: str) -> str | None:
    """What a status word or a note to editors says of the version."""
    return next((signal for pattern, signal in _MEANT if pattern.search(line)), None)


_MEANT = (
    (re.compile(r"\bKILLS?\b|A kill is mandatory"), "kill"),
    (re.compile(r"\bHOLD\b|\bWITHHOLD\b"), "withhold"),
    (re.compile(r"CORRECT|CORRIGE"), "correction"),
    (re.compile(r"CLARIF|ACLARA"), "clarification"),
    (re.compile(r"REFILE"), "minor correction"),
    (re.compile(r"REPEAT"), "repeat"),
    (re.compile(r"UPDATE|ADDS|RECASTS|SUBS|ACTUALIZA|[Mm]inor edits|Adds|Updates"), "update"),
)
"""Words of a status line or a note, surest first, and the signal that each is."""

_VERSION_SIGNALS = frozenset({"correction", "clarification", "minor correction", "repeat", "update"})
"""What a note's bare word may say of its version; a kill or a hold needs its own form."""

PLACES = "the headline, and the story's first and last lines"
_FIELDS = ("slugline", "urgency", "ednote", "signals", "pubstatus", "embargoed")
