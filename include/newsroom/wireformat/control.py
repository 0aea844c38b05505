"""A wire's control words as the house's signals, and the status that follows from them.

What is not understood withholds: a wrong guess may publish what was killed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from newsroom.story import PubStatus
from newsroom.text import quoted
from newsroom.wireformat.document import Said

_SIGNALS = {
    "kill": "kill",
    "elimination": "kill",
    "withhold": "withhold",
    "holdforrelease": "withhold",
    "disregard": "withhold",
    "advisory": "advisory",
    "correction": "correction",
    "corrective": "correction",
    "clarification": "clarification",
    "update": "update",
    "lead": "replace",
    "writethru": "replace",
    "add": "add",
    "takes": "take",
    "advance": "advance",
}
"""Editorial types of the AP Media API, and codes of IPTC's signal scheme, in letters alone."""

_STATUS: dict[str, PubStatus] = {
    "usable": "usable",
    "embargoed": "usable",
    "withheld": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
}
"""IPTC's publishing statuses; `embargoed` is AP's and NITF's, and holds until the embargo's end."""

MOST_SIGNAL = 60
"""Characters of a control word that is kept."""

_NOT_LETTERS = re.compile(r"[^a-z]")


@dataclass
class Control:
    """What a document's control words come to."""

    signals: dict[str, None] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    statuses: list[PubStatus] = field(default_factory=list)
    embargoed: bool = False
    place: str | None = None

    def pubstatus(self, said: Said | None) -> None:
        """Hear a publishing status: a word, a qcode or the address of one."""
        if said is None:
            return
        word = code_of(said.text)
        self.place = said.path
        self.embargoed = self.embargoed or word == "embargoed"
        if word not in _STATUS:
            self.doubts.append(
                f"wire.pubstatus: {said.path}: saw {quoted(said.text)}; wanted usable, withheld or canceled"
            )
        self.statuses.append(_STATUS.get(word, "withheld"))

    def unread(self, places: Iterable[str]) -> None:
        """Hear that something stands where a control word or an embargo should, and is none."""
        for place in places:
            self.doubts.append(f"wire.control: {place}: saw no text that can be read; wanted one")
            self.statuses.append("withheld")

    def embargo(self, said: Said | None, *, told: bool = False) -> None:
        """Hear until when; one that is told of without its end withholds."""
        if said is None and (told or self.embargoed):
            self.doubts.append("wire.embargo: saw an embargo without its end; wanted a date and time")
            self.statuses.append("withheld")

    def left_out(self, place: str, until: str) -> None:
        """Note a picture or clip whose own embargo ends after its story may be shown."""
        self.doubts.append(
            f"wire.media: {place}: its embargo ends {until[:40]}, the story's before; left out"
        )

    def orders(self, all_said: Iterable[Said]) -> None:
        """Hear words of which each must be understood: what an editorial type asks for."""
        for said in all_said:
            signal = _SIGNALS.get(_NOT_LETTERS.sub("", code_of(said.text)))
            if signal is None:
                self.doubts.append(
                    f"gate.control: {said.path}: saw {quoted(said.text)}; wanted a control word that is"
                    " known; ask the wire what it means"
                )
            self._signal(signal or code_of(said.text))

    def hints(self, all_said: Iterable[Said]) -> None:
        """Hear words that tell of the version or the content, known or not."""
        for said in all_said:
            code = code_of(said.text)
            self._signal(_SIGNALS.get(_NOT_LETTERS.sub("", code), code))

    @property
    def status(self) -> PubStatus:
        """The strictest of what was heard."""
        if "kill" in self.signals or "canceled" in self.statuses:
            return "canceled"
        if {"withhold", "advisory"} & self.signals.keys() or "withheld" in self.statuses:
            return "withheld"
        return "usable"

    def _signal(self, signal: str) -> None:
        if signal:
            self.signals[signal[:MOST_SIGNAL]] = None


def is_usable(said: str | None) -> bool:
    """Whether a picture or clip of this status may stand beside a story."""
    return said is None or code_of(said) == "usable"


def code_of(text: str) -> str:
    """The code of a qcode (`stat:canceled`), a concept's address or a bare word, in small letters."""
    return re.split(r"[:/#]", text.strip().rstrip("/"))[-1].strip().lower()
