"""Lines that stand in a body and are not the story: notices, tags, share bars, invitations.

Only lines that mean themselves whatever the site: a whole line in a fixed form. What depends on a page's
build is judged in `judge`, what depends on a wire is in that wire's `furniture`.
"""

import re
from collections.abc import Iterable

from newsroom.config import Wire

_NOTICE = re.compile(
    r"(?:™\s*(?:&|and)\s*)?(?:©|\(c\)\s*(?:copyright\s*)?(?:19|20)\d\d|copyright\s*(?:©|\(c\)|(?:19|20)\d\d))"
    r"|(?:alle rechte vorbehalten|todos los derechos reservados|tous droits réservés|all rights reserved)\.?$"
    r"|this material may not be published, broadcast",
    re.IGNORECASE,
)
"""How a line begins that is a copyright notice and nothing else."""

_LINES = re.compile(
    r"""(?:
      the-[a-z]+-wire
    | article\ topic\ follows:.*
    | jump\ to\ comments.* | skip\ to\ (?:main\ )?content
    | advertise?ment | advertising | publicidad | publicité | anzeige | werbung | reklame | pubblicità
    | story\ continues\ below(?:\ (?:this\ )?(?:advertisement|ad))?\.?
    | article\ continues\ below(?:\ (?:this\ )?(?:advertisement|ad))?\.?
    | (?:click|tap)\ here\ to\ .{0,60} | (?:read|see|watch)\ more
    | share(?:\ this)?(?:\ (?:article|story|post))? | print | e-?mail | facebook | twitter | whatsapp
    | (?:related|most\ read|most\ popular|trending|recommended|more\ on\ this
        |related\ (?:stories|articles|topics|content))
    | sign\ up(?:\ .{0,60})? | subscribe(?:\ (?:now|here))? | \d+\ (?:min(?:ute)?s?\ read|comments?|shares?)
    )\W*""",
    re.IGNORECASE | re.VERBOSE,
)


def is_notice(line: str) -> bool:
    """Whether `line` is a copyright notice."""
    return len(line) < 500 and _NOTICE.match(line) is not None


def is_furniture(line: str) -> bool:
    """Whether `line` is page furniture on any site."""
    return len(line) < 500 and (_LINES.fullmatch(line) is not None or is_notice(line))


class WireFurniture:
    """The furniture that a wire's file names."""

    def __init__(self, wire: Wire) -> None:
        """Fold the rules once."""
        rules = wire.furniture
        self._lines = frozenset(_folded(_texts(rule.line for rule in rules)))
        self._starts = tuple(_folded(_texts(rule.starts for rule in rules)))
        self._from_here = tuple(_folded(_texts(rule.from_here for rule in rules)))

    @property
    def end_stories(self) -> bool:
        """Whether a rule says where stories end."""
        return bool(self._from_here)

    def is_furniture(self, line: str) -> bool:
        """Whether a rule takes this line away."""
        folded = _fold(line)
        return folded in self._lines or folded.startswith(self._starts or ("\0",))

    def ends_story(self, line: str) -> bool:
        """Whether nothing from this line on belongs to the story."""
        return bool(self._from_here) and _fold(line).startswith(self._from_here)


def _texts(texts: Iterable[str | None]) -> Iterable[str]:
    return (text for text in texts if text)


def _folded(texts: Iterable[str]) -> Iterable[str]:
    return map(_fold, texts)


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()
