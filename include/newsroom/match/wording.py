"""What a story says, as it is compared: its runs of words, its names and figures, its sentences' patterns.

What copies of one story differ in does not count: case, quotation marks, the dateline, and lines about the
wire instead of the news.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newsroom.story import Block, Story

RUN = 4
"""Words in a run. Shorter ones are everywhere, longer ones do not outlive a sub-editor."""

LEAD_WORDS = 45
"""The words that a story begins with: two sentences, or a long one."""

PATTERN_WORDS = 5
"""A sentence of fewer words follows a pattern by chance."""

FOOTER_WORDS = 90
"""A longer paragraph is the story's own, whatever is in it."""

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:[.,'][^\W_]+)*")
"""A word or a figure as `1,234.5`; in Chinese and Japanese, which part no words, a character."""

_FIGURE = re.compile(r"\d")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(¿¡]*[^\W\d_])|\n")
_DATELINE = re.compile(r"^[^()\n]{0,80}\([^()\n]{2,40}\)\s*[-–—_]+\s*")
_QUOTES = str.maketrans("“”„«»‘’‚", '"""""\'\'\'')

_FOOTER_WORDS = frozenset(
    {
        "abonnieren",
        "abonnez",
        "copyright",
        "newsletter",
        "newsletters",
        "podcasts",
        "republish",
        "republished",
        "subscribe",
        "subscribers",
        "subscription",
        "suscribirse",
        "suscríbase",
        "suscríbete",
    }
)
_FOOTER_PHRASES = (
    "©",
    "://",
    "www.",
    "alle rechte vorbehalten",
    "all rights reserved",
    "contributed to this report",
    "contributed to this story",
    "creative commons",
    "derechos reservados",
    "developing story",
    "follow us on",
    "in our app",
    "in the app",
    "news tip",
    "nonprofit newsroom",
    "on our website",
    "our standards:",
    "read the full story",
    "sign up for",
    "síganos en",
    "síguenos en",
    "this article was first published",
    "this article was originally published",
    "this story was first published",
    "this story was originally published",
    "to hear more",
    "to read more",
    "tous droits réservés",
    "with support from",
)
_FOOTER_STARTS = ("editing by ", "read more", "reporting by ", "see also:", "the-cnn-wire", "writing by ")
_MAIL = re.compile(r"\S@\S+\.\w")
"""Lines about the wire, its rights and its other offers stand under stories that share nothing else."""


@dataclass(frozen=True)
class Wording:
    """A story's `runs` of words and its `facts`, which are names and figures; both of its lead alone, too.

    `patterns` has for each sentence with facts what it says without them, and which they are: sentences of
    one pattern with other facts make a form, as weather warnings are.
    """

    words: int
    runs: frozenset[str]
    lead: tuple[str, ...]
    facts: frozenset[str]
    lead_facts: frozenset[str]
    patterns: tuple[tuple[str, str], ...]
    headline: frozenset[str]


def wording(story: Story) -> Wording:
    """What is compared of `story`; all of it is empty where the body has no words."""
    lines = [[_words(part) for part in _SENTENCE_END.split(line)] for line in _lines(story.blocks)]
    folded = [[word.casefold() for words in sentences for word in words] for sentences in lines]
    told = list(_told([words for sentences in lines for words in sentences if words]))
    return Wording(
        words=sum(map(len, folded)),
        runs=frozenset(run for words in folded for run in _runs(words)),
        lead=tuple(_runs([word for words in folded for word in words][:LEAD_WORDS])),
        facts=frozenset(fact for _, facts in told for fact in facts),
        lead_facts=frozenset(fact for facts in _lead(told) for fact in facts),
        patterns=tuple(
            (" ".join(rest), " ".join(facts))
            for rest, facts in told
            if facts and len(rest) + len(facts) >= PATTERN_WORDS
        ),
        headline=frozenset(_words(_plain(story.headline).casefold())),
    )


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    """The body's paragraphs and lines, plain; its own ones, unless there are none."""
    lines = [line for block in blocks for line in _plain(block.text).split("\n") if line.strip()]
    if lines:
        lines[0] = _DATELINE.sub("", lines[0])
    own = [line for line in lines if not is_footer(line)]
    yield from own or lines


def is_footer(line: str) -> bool:
    """Whether a line of the body is about the wire, its rights or its other offers."""
    folded = line.casefold()
    words = folded.split()
    if len(words) > FOOTER_WORDS:
        return False
    return (
        not _FOOTER_WORDS.isdisjoint(word.strip(".,:;!?") for word in words)
        or folded.startswith(_FOOTER_STARTS)
        or any(phrase in folded for phrase in _FOOTER_PHRASES)
        or ("@" in folded and _MAIL.search(folded) is not None)
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_QUOTES)


def _words(line: str) -> list[str]:
    return _WORD.findall(line)


def _runs(words: list[str]) -> Iterator[str]:
    return (" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def _told(sentences: list[list[str]]) -> Iterator[tuple[list[str], list[str]]]:
    """Of each sentence, the words that are no facts, and the facts: figures and names.

    A sentence's first word has a capital in any case: it is a name if it is one elsewhere or before one.
    """
    names = {_bare(word) for words in sentences for word in words[1:] if _is_capital(word)}
    for words in sentences:
        rest: list[str] = []
        facts: list[str] = []
        for at, word in enumerate(words):
            if word.isalpha() and (word.islower() or not (at or _begins_name(words, names))):
                rest.append(word.casefold())
            elif _FIGURE.search(word) or _is_capital(word):
                facts.append(_bare(word).replace(",", "").casefold())
            else:
                rest.append(word.casefold())
        yield rest, facts


def _lead(told: list[tuple[list[str], list[str]]]) -> Iterator[list[str]]:
    """The facts of the first sentence, and of those that end within the lead."""
    words = 0
    for at, (rest, facts) in enumerate(told):
        words += len(rest) + len(facts)
        if at and words > LEAD_WORDS:
            return
        yield facts


def _begins_name(words: list[str], names: set[str]) -> bool:
    first = words[0]
    return first in names or (len(first) > 3 and len(words) > 1 and _is_capital(words[1]))


def _is_capital(word: str) -> bool:
    return word[0].isupper() and len(word) > 1


def _bare(word: str) -> str:
    return word.removesuffix("'s")
