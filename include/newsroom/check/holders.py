"""Whether a name in a copyright notice is one that the wire's contract knows."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import chain

from newsroom.config import Holder

_WORD = re.compile(r"\w+|[^\w\s]")
_ABBREVIATION = re.compile(r"(?<!\w)(?:\w\.)+\w(?!\w)\.?|(?<!\w)(?:\w\.){2,}")
"""L.P., S.A, U.S.: one word each."""

_ARTICLES = frozenset({"the", "la", "el", "le", "die", "der"})
_LEGAL_FORMS = frozenset(
    (
        *("co", "company", "corp", "corporation", "inc", "incorporated", "limited", "llc", "lp", "ltd"),
        *("ab", "ag", "bv", "gmbh", "kg", "llp", "nv", "plc", "sa", "sarl", "se", "spa", "srl"),
    )
)  # fmt: skip
"""Forms of incorporation: they don't tell one holder from another."""

_PARENTS = frozenset({"company", "division", "subsidiary", "unit"})
"""`a WarnerMedia Company` says whose the holder is."""

_JOINS = frozenset({"and", "or", "via"})

MAX_TOKENS = 60
"""What is longer, words and marks, is no name."""


def names_of(holders: Iterable[Holder]) -> tuple[str, ...]:
    """Every name and alias, in order."""
    return tuple(chain.from_iterable((holder.name, *holder.aliases) for holder in holders))


def is_known_holder(seen: str, names: Iterable[str]) -> bool:
    """True when `seen` is one of `names`, or several of them, with nobody else beside.

    Case, spelling of accents, articles, punctuation and legal forms do not count, and a known name may go on
    with whose company it is, with its affiliates or with a remark in brackets: `Cable News Network, Inc., a
    WarnerMedia Company` is `Cable News Network`. Any other word is another holder: `Reuters` does not know
    `Reuters Fan Club`, nor `AP` `Apple`.
    """
    known = [words for words in (_content(_words(name)) for name in names) if words]
    told = _words(seen)
    return len(told) <= MAX_TOKENS and _known(told, known)


def _known(told: Sequence[str], names: Sequence[Sequence[str]]) -> bool:
    told = _without_article(told)
    rests = (_after(told, name) for name in names)
    return any(rest is not None and _may_follow(rest, names) for rest in rests)


def _may_follow(rest: Sequence[str], names: Sequence[Sequence[str]]) -> bool:
    """Whether these words after a known name leave it the only holder."""
    while rest and rest[0] != "(" and (rest[0] in _LEGAL_FORMS or not _is_word(rest[0])):
        rest = rest[1:]
    if not rest or rest[0] == "(":
        return True
    if rest[0] in ("a", "an"):
        return not _PARENTS.isdisjoint(rest)
    if rest[0] in _JOINS:
        if rest[1:2] == ["its"]:
            return True
        return (
            _may_follow(rest[1:], names) if rest[1:2] and rest[1] in _LEGAL_FORMS else _known(rest[1:], names)
        )
    return _known(rest, names)


def _words(name: str) -> list[str]:
    """Words and marks in lower case, abbreviations as one word."""
    folded = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ")
    return _WORD.findall(_ABBREVIATION.sub(lambda found: found[0].replace(".", ""), folded))


def _content(words: Sequence[str]) -> list[str]:
    """The words that make a name: no marks, no article in front, no legal forms at the end."""
    name = list(_without_article([word for word in words if _is_word(word)]))
    while len(name) > 1 and (name[-1] in _LEGAL_FORMS or name[-1] == "and"):
        del name[-1]
    return name


def _without_article(words: Sequence[str]) -> Sequence[str]:
    while words and not _is_word(words[0]):
        words = words[1:]
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES else words


def _after(told: Sequence[str], name: Sequence[str]) -> list[str] | None:
    """What follows `name` in `told`, marks between its words aside; None when `told` begins otherwise."""
    at = 0
    for word in name:
        while at < len(told) and not _is_word(told[at]):
            at += 1
        if at == len(told) or told[at] != word:
            return None
        at += 1
    return list(told[at:])


def _is_word(token: str) -> bool:
    return token[0].isalnum() or token[0] == "_"
