"""What a story's usage terms, licence and editor's note allow, as its wire's rights profile reads them.

Every word of usage terms must be known to the profile. An editor's note says much besides, so of a note
only the sentences that speak of use must be.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from newsroom.config import Limits, RightsProfile, Term
from newsroom.config.places import place_named
from newsroom.config.rights import NAMED_PLACES
from newsroom.extract.license import License, read_license
from newsroom.extract.marks import tells_time

MAX_CHARS = 4_000
"""Longer usage terms are a contract's text, which nobody has read into a profile."""

SEEN_LIMIT = 160
"""How much of unknown terms is quoted, in characters."""

_USE = (
    r"(?:use[ds]?|usage|publish\w*|publication|broadcast\w*|air(?:ed|ing)?|print(?:ed|ing)?|post(?:ed|ing)?|release[ds]?"
    r"|repub\w*|reprint\w*|resale|re?sell\w*|sales?|archiv\w*|(?:re)?distribut\w*|syndicat\w*|online|internet|web"
    r"|mags?|magazines?|radio|tv|television)"
)
_BOUND = r"(?:only|not|no|never|don[’']t|until|before|after|prohibited|forbidden|restricted|without)"
_SPEAKS = re.compile(
    rf"\b{_USE}\b[^.!?]*\b{_BOUND}\b|\b{_BOUND}\b[^.!?]*\b{_USE}\b"
    r"|\b(?:embargo\w*|licen[cs]e[ds]?|copyright\w*|permission|restrict\w*|exclusiv\w*|mandatory|must\s+(?:be\s+)?credit\w*"
    r"|hold\s+for|expires?|(?:internal|personal|editorial|one[- ]time)\s+use|market\s+out)\b"
    r"|\b(?:prohibid[ao]|s[óo]lo\s+para|embargad[ao]|no\s+(?:usar|publicar|difundir|reproducir))\b",
    re.IGNORECASE,
)
_OUT = re.compile(r"\b[A-Z][A-Z .,/-]+\s+OUT\b")
"""Sentences of an editor's note that speak of what may be done with the story: `DENVER OUT` is one too."""

_SENTENCE = re.compile(r"\S.*?(?:[.!?;]+(?=\s|$)|\n|$)", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")
_LEAD_IN = re.compile(
    r"\b(?:eds?|editors?|note|notes?\s+to\s+editors?|nota|all\s+rights\s+reserved|todos\s+los\s+derechos\s+reservados)\b",
    re.IGNORECASE,
)
"""What says nothing about use: to whom a note speaks, and that rights are reserved, as all are."""


@dataclass(frozen=True)
class Unknown:
    """Something on use that the profile does not know: the story's field, the text, where to add it."""

    field: str
    text: str
    mend: str


@dataclass(frozen=True)
class SaidLimits:
    """Limits, and whose word they are: `its usage terms “For use in Colorado only”`."""

    said: str
    limits: Limits
    nobody: bool = False


@dataclass(frozen=True)
class StoryTerms:
    """What a story says of its use: limits, a public licence, and what is not understood."""

    limits: tuple[SaidLimits, ...] = ()
    license: License | None = None
    unknown: tuple[Unknown, ...] = ()


def read_terms(
    profile: RightsProfile,
    usageterms: str | None,
    license_: str | None,
    ednote: str | None,
) -> StoryTerms:
    """Read what a story says of its use; `license_` is an address or a name, as `Story.license` has it.

    Never raises, whatever the texts.
    """
    reader = _Reader(profile)
    public = read_license(license_) if license_ else None
    if public is None:
        reader.read_all("license", license_)
    else:
        reader.read_public(public)
    reader.read_all("usageterms", usageterms)
    reader.read_note(ednote)
    known = public if public and public.kind in profile.licenses else None
    return StoryTerms(tuple(dict.fromkeys(reader.limits)), known, tuple(reader.unknown))


class _Reader:
    def __init__(self, profile: RightsProfile) -> None:
        self._profile = profile
        self._file = f"rights/{profile.id}.yaml"
        self.limits: list[SaidLimits] = []
        self.unknown: list[Unknown] = []

    def read_all(self, field: str, text: str | None) -> None:
        """Every word must be known."""
        text = (text or "").strip()
        if not text:
            return
        if len(text) > MAX_CHARS:
            self._miss(field, text, f"{MAX_CHARS} characters at most; ask the wire, and add what it says")
            return
        for sentence in _uncovered(text, self._spans(field, text)):
            self._miss(field, sentence)

    def read_note(self, text: str | None) -> None:
        """Sentences that speak of use must be known, word by word."""
        text = (text or "")[:MAX_CHARS]
        spans = self._spans("ednote", text)
        for found in _SENTENCE.finditer(text):
            inside = [(a - found.start(), b - found.start()) for a, b in spans]
            if _speaks_of_use(found[0]) and any(_uncovered(found[0], inside)):
                self._miss("ednote", found[0])

    def read_public(self, license_: License) -> None:
        """A public licence must be one that the profile lists, and have an address to pass on."""
        if license_.kind not in self._profile.licenses:
            self._miss("license", license_.address, f"it to be among `licenses` of {self._file}")
        elif "by" in license_.elements and not license_.url:
            self._miss("license", license_.name, "its version, without which it has no address to pass on")

    def _miss(self, field: str, text: str, mend: str | None = None) -> None:
        said = " ".join(text.split())
        shown = said if len(said) <= SEEN_LIMIT else f"{said[: SEEN_LIMIT - 1].rstrip()}…"
        self.unknown.append(Unknown(field, shown, mend or f"it to be among `terms` of {self._file}"))

    def _spans(self, field: str, text: str) -> list[tuple[int, int]]:
        """Where the profile's terms stand in the text, the longest first of those that overlap."""
        found = [(term, match) for term in self._profile.terms for match in term.expression.finditer(text)]
        found.sort(key=lambda each: each[1].end() - each[1].start(), reverse=True)
        taken: dict[tuple[int, int], SaidLimits] = {}
        for term, match in found:
            start, end = match.span()
            if start < end and not any(start < other_end and begin < end for begin, other_end in taken):
                limits = self._limits(term, match)
                if limits is not None:
                    said = f"{_NAMES[field]} “{' '.join(match[0].split())}”"
                    taken[start, end] = SaidLimits(said, limits, term.nobody)
        self.limits.extend(taken[span] for span in sorted(taken))
        return list(taken)

    def _limits(self, term: Term, match: re.Match[str]) -> Limits | None:
        """What the term says here; None where it names a place that could be several, or none."""
        values: dict[str, Any] = {name: getattr(term, name) for name in Limits.model_fields}
        for name in NAMED_PLACES:
            if (read := match.groupdict().get(name)) is None:
                continue
            place = read.strip() if name == "not_in_markets" else place_named(read, self._profile.country)
            if not place:
                return None
            values[name] = (*(values[name] or ()), place)
        return Limits.model_construct(**values)


_NAMES = {"usageterms": "its usage terms", "license": "its licence", "ednote": "its editor's note"}


def _speaks_of_use(sentence: str) -> bool:
    if tells_time(sentence):
        return False  # An embargo: the story's own field carries it.
    return _SPEAKS.search(sentence) is not None or _OUT.search(sentence) is not None


def _uncovered(text: str, spans: list[tuple[int, int]]) -> Iterator[str]:
    """The sentences of a text with a word that no span covers and that is no lead-in."""
    covered = [*spans, *(match.span() for match in _LEAD_IN.finditer(text))]
    for found in _SENTENCE.finditer(text):
        words = (match.span() for match in _WORD.finditer(text, *found.span()))
        if any(not any(a <= start and end <= b for a, b in covered) for start, end in words):
            yield found[0].strip()
