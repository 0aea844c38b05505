"""Page furniture that a reader left in a body: it must never reach a partner."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from newsroom.config import FurnitureRule
from newsroom.story import Story

_EDGES = " \t\u00a0.:;,!|>*↓↑→←▼▾►◄▶◀»›•·–—-"
"""Marks at a line's ends that do not count: arrows, bullets, full stops."""

_RESERVED = r"(?:all\s+rights\s+reserved|todos\s+los\s+derechos|derechos\s+reservados|alle\s+rechte)"
_YEAR = r"(?:19|20)\d\d\b"

_NOTICE = re.compile(
    rf"""^[\W_]{{0,8}}(?:tm\W{{0,4}})?©\W{{0,4}}\w             # © 2022 Holder, ™ & © 2022 Holder, © Holder
      | ^\W{{0,8}}\(c\)\W{{0,4}}(?:copyright\b|{_YEAR})       # (c) 2022 Holder, (c) Copyright Holder
      | ^\W{{0,8}}copyright\W{{0,8}}{_YEAR}.{{3}}              # Copyright (c) 2022 Holder
      | ^\W{{0,8}}copyright\s(?-i:(?:[A-Z]\S*\s+){{1,6}}){_YEAR}(?:\.|$)  # Copyright Business Wire 2024.
      | ^\W{{0,8}}copyright\b.{{0,200}}{_RESERVED}
      | ^\W{{0,8}}{_RESERVED}\W{{0,4}}©
      | (?:©|(?:\(c\)|copyright)\W{{0,8}}{_YEAR}).{{0,200}}{_RESERVED}   # glued to prose
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A copyright notice: it belongs into its own field."""

NOTICE_LIMIT = 400
"""A line longer than this is prose, whatever it begins with; only a glued notice is looked for."""


@dataclass(frozen=True)
class Furniture:
    """Lines that are furniture, folded: whole ones, and how one may begin. `notices` forbids notices, too."""

    lines: frozenset[str] = field(default_factory=frozenset)
    starts: tuple[str, ...] = ()
    notices: bool = True

    @classmethod
    def of(
        cls, lines: Iterable[str], starts: Iterable[str], wire: Iterable[FurnitureRule], *, notices: bool
    ) -> "Furniture":
        """A rule's phrases and a wire's own."""
        whole, begins = list(lines), list(starts)
        for rule in wire:
            whole.extend(text for text in (rule.line, rule.from_here) if text)
            begins.extend(text for text in (rule.starts, rule.from_here) if text)
        folded = (folded_line(text) for text in begins)
        return cls(frozenset(map(folded_line, whole)) - {""}, tuple(filter(None, folded)), notices)

    def found_in(self, story: Story) -> Iterator[tuple[int, str]]:
        """Each line of the body that is furniture, with the number of its block, from 1."""
        for number, block in enumerate(story.blocks, 1):
            for line in block.text.split("\n"):
                if self._is(line):
                    yield number, line

    def _is(self, line: str) -> bool:
        folded = folded_line(line)
        if folded in self.lines or (self.starts and folded.startswith(self.starts)):
            return True
        if not self.notices:
            return False
        found = _NOTICE.search(line)
        return found is not None and (found.start() > 0 or len(line) <= NOTICE_LIMIT)


def folded_line(text: str) -> str:
    """A line as it is compared: case, spacing and the marks at its ends aside."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    return " ".join(plain.split()).strip(_EDGES)
