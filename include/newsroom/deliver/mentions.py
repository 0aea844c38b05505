"""Which of a product's phrases stand in a story's headline or body: whole words, whatever their case."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from newsroom.config import Product
from newsroom.deliver.product import Mentioned
from newsroom.deliver.revised import stories_of
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import AnyRevision, Catalogue
from newsroom.story import Story
from newsroom.text import NO_SPACES


def mentions(
    product: Product,
    bucket: Bucket,
    catalogue: Catalogue,
    rows: Sequence[AnyRevision],
    *,
    note: bool = True,
) -> Mentioned:
    """Look the product's phrases up in these revisions; without `note` nothing is written.

    A text is read from the bucket when a phrase is asked of it for the first time, by whichever partner.
    """
    spelled = {spelling(phrase): phrase for phrase in (*product.mentions, *product.not_mentions)}
    if not spelled:
        return lambda _row: ()
    known = catalogue.mentions(spelled, {row.uri for row in rows})
    unread = [row for row in rows if len(known.get((row.uri, row.n), {})) < len(spelled)]
    if unread:
        read = _read(bucket, unread, spelled)
        if note:
            catalogue.save_mentions(read)
        known |= read
    return lambda row: _phrases(known.get((row.uri, row.n), {}), spelled)


def spelling(phrase: str) -> str:
    """A phrase in the one spelling in which it is looked for."""
    return " ".join(re.findall(r"[^\W_]+", phrase.casefold()))


def stands_in(phrase: str, story: Story) -> bool:
    """Whether the phrase stands in the headline or the body, whatever parts its words there."""
    found = _expression(spelling(phrase))
    return any(
        found.search(text.casefold()) for text in (story.headline, story.subheadline, story.body) if text
    )


def _read(
    bucket: Bucket, rows: Sequence[AnyRevision], phrases: Collection[str]
) -> dict[tuple[str, int], dict[str, bool]]:
    told = stories_of(bucket, rows)
    return {
        (row.uri, row.n): {phrase: stands_in(phrase, told[row.key]) for phrase in phrases}
        for row in rows
        if row.key in told
    }


def _phrases(known: Mapping[str, bool], spelled: Mapping[str, str]) -> frozenset[str]:
    return frozenset(spelled[phrase] for phrase, found in known.items() if found and phrase in spelled)


@lru_cache(maxsize=10_000)
def _expression(phrase: str) -> re.Pattern[str]:
    words = r"[\W_]+".join(map(re.escape, phrase.split()))
    # Where words are not parted by spaces a phrase may begin and end anywhere.
    letter = f"[^\\W_{NO_SPACES}]"
    begins = f"(?<!{letter})" if re.match(letter, phrase) else ""
    ends = f"(?!{letter})" if re.search(f"{letter}$", phrase) else ""
    return re.compile(f"{begins}{words}{ends}")
