"""A story as the terms of its licence let a partner have it: whole or its beginning, with credit and notice.

Every format renders what is shaped here, so that none can forget what a licence asks for.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from newsroom.clear.rights import Terms
from newsroom.config.rights import CHANNELS, Channel
from newsroom.deliver.entry import Entry
from newsroom.deliver.markup import absolute_link, line
from newsroom.story import Block, Story, paragraph
from newsroom.text import NO_SPACES

VERSION = "3"
"""Raised with every change of what this module makes, so that feeds are written anew."""

_WORD = re.compile(f"[{NO_SPACES}]|[^\\s{NO_SPACES}]{{1,40}}")
"""A word; where a script parts none by spaces, a letter counts for one, and an endless one for several."""

_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s)|[。！？][」』”]*")

_LINK_TEXT = {"en": "Read the full story", "es": "Lea la nota completa"}

_CHANNEL_NAMES: dict[Channel, str] = {"web": "the web", "broadcast": "broadcast", "print": "print"}


def shaped(entry: Entry, terms: Terms) -> Entry:
    """The entry with what the terms ask for.

    Raises:
        ValueError: an excerpt has no page to link to.
    """
    story = entry.story
    credit = attribution(entry, terms)
    partial = terms.excerpt_words is not None
    tail = [text for text in (credit, story.copyrightnotice if terms.notice else None) if text]
    changes = {
        "blocks": (*_body(story, terms), *(paragraph(line(text)) for text in tail)),
        "subheadline": None if partial else story.subheadline,
        "media": story.media if terms.pictures else (),
        "usageterms": " ".join(_usage_terms(story, terms)) or None,
        "license": (terms.license.url or terms.license.name) if terms.license else story.license,
        "expires": terms.expires,
    }
    revision = entry.revision.model_copy(update={"story": story.model_copy(update=changes)})
    revised = entry.revised
    if revised and partial:  # of an excerpt no more words are shown than its licence allows
        revised = revised.model_copy(update={"note": None})
    return replace(
        entry,
        revision=revision,
        attribution=credit,
        partial=partial,
        revised=revised,
        mining_reserved=terms.mining_reserved,
        mining_policy=terms.mining_policy,
    )


def attribution(entry: Entry, terms: Terms) -> str:
    """The credit line that the contract and the public licence ask for; empty where neither does."""
    story = entry.story
    names = _names(entry, ZoneInfo(terms.timezone))
    parts = [terms.attribution.format_map(names)] if terms.attribution else []
    license_ = terms.license
    if license_ and "by" in license_.elements:
        part = " (an excerpt)" if terms.excerpt_words is not None else ""
        under = f"{license_.name}, {license_.url}"
        parts.append(f"“{story.headline}”{part} by {names['authors']} is licensed under {under}")
    return line(". ".join(part.rstrip(".") for part in parts))


def _names(entry: Entry, zone: ZoneInfo) -> dict[str, str]:
    """What the open places of a credit line stand for; who is not named is the provider.

    A story that tells no year of its copyright is of the year in which it came out, by the contract's clock.
    """
    story = entry.story
    source = story.source or story.provider
    byline = story.byline or ", ".join(story.authors) or source
    return {
        "authors": ", ".join(story.authors) or byline,
        "byline": byline,
        "headline": story.headline,
        "holder": story.copyrightholder or story.provider,
        "provider": story.provider,
        "source": source,
        "url": absolute_link(story.url) or "",
        "year": str(story.copyrightyear or entry.published.astimezone(zone).year),
    }


def _body(story: Story, terms: Terms) -> tuple[Block, ...]:
    if terms.excerpt_words is None:
        return story.blocks
    link = absolute_link(story.url)
    if link is None:
        raise ValueError(
            f"{story.uri}: saw {story.url!r}; wanted the address of a page that an excerpt links to"
        )
    words = _LINK_TEXT.get((story.language or "en").split("-")[0].lower(), _LINK_TEXT["en"])
    address = link.replace("&", "&amp;")
    linked = Block(kind="paragraph", text=f"{words}: {link}", html=f'<p><a href="{address}">{words}</a></p>')
    return (*excerpt(story.blocks, terms.excerpt_words), linked)


def excerpt(blocks: Sequence[Block], words: int) -> tuple[Block, ...]:
    """The first paragraphs and quotes, `words` words at the most, up to a sentence's end or a word's.

    Headings are left out, and nothing follows a list or a table, which can't be cut.
    """
    taken: list[Block] = []
    left = words
    for block in blocks:
        if block.kind == "heading":
            continue
        if block.kind not in ("paragraph", "quote"):
            break
        count = sum(1 for _ in _WORD.finditer(block.text))
        text = block.text if count <= left else _cut(block.text, left, whole_sentences=bool(taken))
        if text:
            taken.append(paragraph(text))
        left -= count
        if left <= 0:
            break
    return tuple(taken)


def _cut(text: str, words: int, *, whole_sentences: bool) -> str:
    """The beginning of a text that has more than so many words.

    It ends with a sentence if that leaves half of them; with `whole_sentences`, with one or not at all.
    """
    ends = [match.end() for match in _WORD.finditer(text)][:words]
    if not ends:
        return ""
    sentences = [match.end() for match in _SENTENCE_END.finditer(text, 0, ends[-1] + 1)]
    last = max((end for end in sentences if end <= ends[-1]), default=0)
    if last and (whole_sentences or sum(end <= last for end in ends) * 2 >= words):
        return text[:last]
    return "" if whole_sentences else f"{text[: ends[-1]].rstrip(' ,;:.–—-')}…"


def _usage_terms(story: Story, terms: Terms) -> Iterator[str]:
    """What may be done with the story, a sentence each: its own terms, then what its licence adds."""
    if story.usageterms:
        yield f"{story.usageterms.rstrip('.')}."
    yield from _bounds(terms)
    if terms.license and "sa" in terms.license.elements:
        yield f"What is made of it is to be shared under {terms.license.name}."
    if terms.mining_reserved:
        policy = f"; tdm-policy: {terms.mining_policy}" if terms.mining_policy else ""
        yield f"Text and data mining, AI training included, is reserved (tdm-reservation: 1{policy})."


def _bounds(terms: Terms) -> Iterator[str]:
    if terms.excerpt_words is not None:
        yield "An excerpt, to be shown with its link."
    if terms.channels != CHANNELS:
        yield f"For {' and '.join(_CHANNEL_NAMES[channel] for channel in terms.channels)} only."
    if not terms.commercial:
        yield "For non-commercial use only."
    if not terms.edits:
        yield "Not to be edited."
    if terms.expires:
        yield f"To be withdrawn by {terms.expires:%Y-%m-%d %H:%M}Z."
