"""The headline as a reader sees it above the story: without the site's name, with the words of the page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from newsroom.extract.material import Found, Material, letters_of
from newsroom.extract.structured import one_line, text_of
from newsroom.text import clean_line

MIN_WORDS = 2
MAX_CHARS = 400
MAX_TITLE = 1_000
"""Characters of a title that are looked at."""

MIN_SITE = 3
"""Letters: a shorter beginning of a site's name is a word."""

MAX_HEADINGS = 30
"""How many of a page's first headings are looked at."""

_DIVIDER = re.compile(r"\s+(?:[|–—·•»«:-]|::|\|\|)\s+|\s*[|：｜]\s*|(?<=\S)\s+[-–—]\s*(?=\S)")

_CHINESE_TAIL = re.compile(r"(?<=[\u3400-\u9fff\uff00-\uffef\u3001-\u301f])\s*_.*", re.DOTALL)
"""Channel and site as Chinese sites put them after a headline: `标题_频道_网站`."""

_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{4}")
"""Japanese or Chinese, which put no spaces between words."""


@dataclass(frozen=True)
class Site:
    """How a site may be named at the ends of a title: by its own names, or by its host's `labels`."""

    names: frozenset[str]
    labels: frozenset[str]

    def is_named(self, text: str) -> bool:
        """Whether `text` names the site: of its own names, a part will do."""
        key = letters_of(text)
        return key in self.labels or any(
            key == name
            or (len(key) >= MIN_SITE and (name.startswith(key) or (len(name) > MIN_SITE and name in key)))
            for name in self.names
        )


def read_headline(material: Material) -> Found[str]:
    """The main heading where the page's data agree with it, else their title, cleaned of the site's name."""
    titles = [(clean_line(text[:MAX_TITLE]), where) for text, where in _titles(material)]
    site = Site(material.sites, _labels(material.document.url))
    named = [(text, where) for title, where in titles if (text := _without_site(title, site))]
    headings = _headings(material)
    for heading in headings:
        same = [one for one in named if letters_of(one[0]) == letters_of(heading)]
        if len(same) > 1:
            return Found(*same[0])  # In one piece, where a heading may be put together of two.
        if without_overline := next((one for one in named if _has_overline(heading, one[0])), None):
            return Found(*without_overline)
        if any(_agrees(heading, title) for title, _ in titles):
            return Found(heading, "the page's main heading")
    if named:
        return Found(*named[0])
    return Found(headings[0], "the page's main heading") if headings else Found("", _places(material))


def read_subheadline(material: Material, headline: str) -> Found[str | None]:
    """The line under the headline: named so in the page's data, or the summary that it shows there."""
    for node in material.told.stories:
        text = one_line(text_of(node.get("alternativeHeadline")))
        if text and letters_of(text) != letters_of(headline):
            return Found(text, "the page's structured data (alternativeHeadline)")
    summary = one_line(material.told.first_meta("og:description", "description"))
    if summary and letters_of(summary) in {
        letters_of(line) for line in material.body.head_lines[-MAX_HEADINGS:]
    }:
        return Found(summary, "the line under the headline")
    return Found(None, "the page's structured data and the lines under the headline")


def _places(material: Material) -> str:
    return "the page's headings, its metadata and title" if material.is_page else "the feed entry's title"


def _titles(material: Material) -> Iterator[tuple[str, str]]:
    """What the story is called by the page's data and by the feed, surest first."""
    told, item = material.told, material.item
    for node in told.stories:
        if text := text_of(node.get("headline")) or text_of(node.get("name")):
            yield text, "the page's structured data (headline)"
    for name in ("og:title", "twitter:title", "parsely-title", "dc.title", "title", "hdl"):
        if text := told.first_meta(name):
            yield _uncut(text, told.title), f"the page's {name} element"
    if told.title:
        yield told.title, "the page's title"
    if item and item.title:
        yield item.title, "the feed entry's title"


def _uncut(text: str, title: str | None) -> str:
    """The page's title where it goes on with a quotation mark, which ends the attribute it is in."""
    return title if title and title.startswith(text) and title[len(text) :].lstrip().startswith('"') else text


def _headings(material: Material) -> list[str]:
    """The page's main headings, in order, of a headline's length."""
    texts = (clean_line(h1.text_content()) for h1 in islice(material.tree.iter("h1"), MAX_HEADINGS))
    return [text for text in texts if len(text.split()) >= MIN_WORDS and len(text) <= MAX_CHARS]


def _agrees(heading: str, title: str) -> bool:
    """Whether a heading and a title are the same headline, a site's name at the title's end aside."""
    one, other = letters_of(heading), letters_of(title)
    if not one or not other:
        return False
    return one == other or (len(one) >= 12 and (other.startswith(one) or one.startswith(other)))


def _has_overline(heading: str, title: str) -> bool:
    """Whether the heading is the title with an overline before it: `Swiss politics: Council meets`."""
    one, other = letters_of(heading), letters_of(title)
    return len(title.split()) > MIN_WORDS and len(one) > len(other) and one.endswith(other)


def _without_site(title: str, site: Site) -> str:
    """The title without the parts at its ends that name the site; with no such name, as it is."""
    title = _CHINESE_TAIL.sub("", title)
    if letters_of(title) in site.names:
        return ""
    dividers = list(_DIVIDER.finditer(title))
    for match in reversed(dividers):
        tail = title[match.end() :]
        if site.is_named(tail) and _is_headline(title[: match.start()]):
            return _without_site(title[: match.start()].strip(), site)
    if dividers and site.is_named(title[: dividers[0].start()]):
        return title[dividers[0].end() :].strip()
    return title.strip()


def _is_headline(text: str) -> bool:
    """Whether enough is left: two words, or what is as long where words are not parted by spaces."""
    return len(text.split()) >= MIN_WORDS or bool(_UNSPACED.search(text))


def _labels(url: str | None) -> frozenset[str]:
    """What the host is called, whole and label by label: `www.example-post.com` gives `examplepost`, too."""
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return frozenset()
    labels = host.split(".")[:-1]
    tails = (".".join(host.split(".")[at:]) for at in range(len(labels)))
    return frozenset(letters_of(name) for name in (*labels, *tails) if len(name) >= MIN_SITE)
