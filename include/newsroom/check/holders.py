"""Whether a name in a copyright notice is one that the wire's contract knows."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import chain

from newsroom.config import Holder

_WORD = re.compile(r"\w+|[^\w\s]")
_ARTICLES = frozenset({"the", "la", "el", "le", "die", "der"})
_LEGAL_FORMS = frozenset(
    (
        *(
            "co",
            "company",
            "corp",
            "corporation",
            "inc",
            "incorporated",
            "limited",
            "ltd",
            "llc",
            "llp",
            "lp",
            "plc",
        ),
        *("ab", "ag", "bv", "gmbh", "kg", "nv", "sa", "sarl", "se", "spa", "srl"),
    )
)
"""Forms of incorporation: they don't tell one holder from another."""

_SINGLE_LETTERS = frozenset("aclps")
"""What is left of S.A., L.P., L.L.C. and P.L.C. when their full stops are taken away."""

_GOES_ON = frozenset({"a", "an", "or", "and", "via"})
"""What may follow a holder without a mark between: `or its affiliates`, `a WarnerMedia Company`."""


def names_of(holders: Iterable[Holder]) -> tuple[str, ...]:
    """Every name and alias, in order."""
    return tuple(chain.from_iterable((holder.name, *holder.aliases) for holder in holders))


def is_known_holder(seen: str, names: Iterable[str]) -> bool:
    """True when `seen` begins with one of `names` and goes on, if at all, as a company's name does.

    Case, accents' spelling, articles, punctuation and legal forms do not count: `Cable News Network, Inc., a
    WarnerMedia Company` is `Cable News Network`. Another word straight after is another holder: `Reuters`
    does not know `Reuters Fan Club`, nor `AP` `Apple`.
    """
    told = _words(seen)
    return any(_begins(told, known) for known in (_words(name) for name in names))


def _words(name: str) -> list[str]:
    """Words and marks in lower case, without the article in front and the legal forms at the end."""
    folded = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ").replace("’", "'")
    words = _WORD.findall(folded)
    while words and not words[0][0].isalnum():
        del words[0]
    if len(words) > 1 and words[0] in _ARTICLES:
        del words[0]
    while words and (not words[-1][0].isalnum() or (len(words) > 1 and _is_form(words[-1]))):
        del words[-1]
    return words


def _is_form(word: str) -> bool:
    return word in _LEGAL_FORMS or word in _SINGLE_LETTERS


def _begins(told: list[str], known: list[str]) -> bool:
    rest = _after(told, [word for word in known if word[0].isalnum()])
    if rest is None:
        return False
    while rest and _is_form(rest[0]):
        rest = rest[1:]
    return not rest or not rest[0][0].isalnum() or rest[0] in _GOES_ON


def _after(told: list[str], known: list[str]) -> list[str] | None:
    """What follows the words of `known` in `told`, marks aside; None when it begins otherwise."""
    if not known:
        return None
    at = 0
    for word in known:
        while at < len(told) and not told[at][0].isalnum():
            at += 1
        if at == len(told) or told[at] != word:
            return None
        at += 1
    return told[at:]
