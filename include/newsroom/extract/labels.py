"""A story's topics as its wire labels them, and its keywords."""

from collections.abc import Iterator

from newsroom.extract.seen import Found, Seen
from newsroom.extract.structured import texts_of
from newsroom.extract.topics import topic_label

MAX_KEYWORDS = 30


def read_labels(seen: Seen) -> Found[tuple[str, ...]] | None:
    """The wire's labels from the first place that has any."""
    for labels, where in _places(seen):
        if labels:
            return Found(labels, where)
    return None


def read_keywords(seen: Seen) -> tuple[str, ...]:
    """The page's keywords, parted at commas where one text holds them all."""
    texts = [text for node in seen.told.stories for text in texts_of(node.get("keywords"))]
    for name in ("news_keywords", "keywords", "article:tag"):
        texts += seen.told.meta.get(name, ())
    words = (word.strip() for text in texts for word in text.split(","))
    return tuple(dict.fromkeys(word for word in words if 0 < len(word) <= 80))[:MAX_KEYWORDS]


def _places(seen: Seen) -> Iterator[tuple[tuple[str, ...], str]]:
    lines = (*seen.body[-3:], *seen.tail, *seen.head)
    yield tuple(label for line in lines if (label := topic_label(line)))[:1], "the topic line below the story"
    for node in seen.told.stories:
        yield texts_of(node.get("articleSection")), "the page's structured data"
    if seen.item:
        yield seen.item.categories, "the feed's categories"
    yield seen.told.meta.get("article:section", ()), "the page's article:section"
    if seen.feed and seen.feed.topic:
        yield (seen.feed.topic,), "the feed's configuration"
