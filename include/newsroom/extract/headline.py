"""The headline: the story's, without the site's name."""

import re
from collections.abc import Iterator

from newsroom.extract.seen import Found, Seen, folded_name
from newsroom.extract.structured import one_line, text_of

_SEPARATOR = re.compile(r"\s+(?:[|·•»«—–-]|::|//)\s+|\s*[|»]\s*")

MIN_KEPT = 8
"""Characters: a headline is not cut to less than this."""


def read_headline(seen: Seen) -> Found[str] | None:
    """What the page calls the story; the feed's title where the page is silent."""
    for text, where in _candidates(seen):
        headline = without_site(one_line(text) or "", _site_names(seen))
        if headline and folded_name(headline) not in map(folded_name, _site_names(seen)):
            return Found(headline, where)
    return None


def read_subheadline(seen: Seen) -> Found[str] | None:
    """A second headline, where the page names one that is not the first again."""
    for node in seen.told.stories:
        if text := one_line(text_of(node.get("alternativeHeadline"))):
            return Found(text, "the page's JSON-LD")
    return None


def without_site(title: str, names: tuple[str, ...]) -> str:
    """`title` without the names of its site at its ends, as in `Headline | KRDO`."""
    known = {folded_name(name) for name in names if name}
    while (cut := _cut(title, known)) is not None:
        title = cut
    return title


def _cut(title: str, known: set[str]) -> str | None:
    parts = list(_SEPARATOR.finditer(title))
    for part in (parts[-1:], parts[:1]):
        for match in part:
            before, after = title[: match.start()].strip(), title[match.end() :].strip()
            if folded_name(after) in known and len(before) >= MIN_KEPT:
                return before
            if folded_name(before) in known and len(after) >= MIN_KEPT:
                return after
    return None


def _candidates(seen: Seen) -> Iterator[tuple[str | None, str]]:
    told = seen.told
    for node in told.articles[:1]:
        yield text_of(node.get("headline")), "the page's JSON-LD"
    yield told.first_meta("og:title"), "the page's og:title"
    for node in told.stories:
        yield text_of(node.get("headline")) or text_of(node.get("name")), "the page's structured data"
    yield told.first_meta("twitter:title", "dc.title", "title"), "the page's meta tags"
    if seen.item:
        yield seen.item.title, "the feed's title"
    yield told.title, "the page's title"


def _site_names(seen: Seen) -> tuple[str, ...]:
    names = [seen.told.first_meta("og:site_name", "application-name"), *seen.own_names]
    names += [text_of(node.get("publisher")) for node in seen.told.stories[:3]]
    return tuple(name for name in names if name)
