"""What may stand in a partner's document: clean text, absolute links, markup of an allow-list."""

import html
import re
from urllib.parse import urlsplit

import nh3
from lxml import etree
from w3lib.url import safe_url_string

from newsroom.story import Story
from newsroom.text import clean_line, clean_text

TAGS = {
    "p", "a", "em", "strong", "ul", "ol", "li", "blockquote", "h2", "h3", "h4", "br",
    "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
}  # fmt: skip
"""The markup of a body; everything else loses its tag, and script and style their text too."""


def _kept(_tag: str, name: str, value: str) -> str | None:
    """A link as every format writes it; one that leads nowhere (`https:/x`), or has a password, goes."""
    return absolute_link(value) if name == "href" else value


_SANITISER = nh3.Cleaner(
    tags=TAGS,
    attributes={"*": set(), "a": {"href"}},  # without the star, title and lang stay on every tag
    url_schemes={"http", "https"},
    url_relative="deny",
    attribute_filter=_kept,
    link_rel="noopener noreferrer",
)

_PASSES = 5
"""How often markup is read again at the most; of 20,000 pieces of random tag soup none changed twice."""

_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""What XML forbids, control characters, and what turns or hides text; joiners (ZWJ, ZWNJ) stay."""

_FULL_URL = re.compile(r"https?://[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]+")
"""RFC 2396, as W3C's feed validator reads it: absolute, ASCII only."""

_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")

_TAG_LIKE = re.compile(r"<(?=[A-Za-z/!?])([^<>]*)(>?)")
"""Where an HTML reader would see a tag begin (HTML Living Standard, 13.2.5.6)."""

_REFERENCE = re.compile(r"&#(?:[0-9]+|[xX][0-9a-fA-F]+);?|&[A-Za-z][A-Za-z0-9]*;")


def line(text: str | None) -> str:
    """A single line of text without anything that XML or JSON can't carry; empty for None."""
    return clean_line(text) if text else ""


def untagged_line(text: str | None) -> str:
    """A line that reads the same whether its reader expects plain text or HTML.

    RSS does not say which a title is. What looks like a tag is set in ‹›, a character reference stands
    for its character; a lone `<` or `&` stays.
    """
    said = line(text)
    while (resolved := line(_REFERENCE.sub(lambda found: html.unescape(found[0]), said))) != said:
        said = resolved
    return _TAG_LIKE.sub(lambda tag: f"‹{tag[1]}{'›' if tag[2] else ''}", said)


def body_text(story: Story) -> str:
    """The body as plain text, blocks parted by a blank line."""
    blocks = (clean_text(block.text) for block in story.blocks)
    return "\n\n".join(text for text in blocks if text.strip())


def body_xhtml(story: Story) -> str:
    """The body as XHTML of the allow-list, one block a line; links are absolute http(s)."""
    blocks = (xhtml(block.html) for block in story.blocks)
    return "\n".join(block for block in blocks if block)


def body_tree(story: Story, namespace: str) -> etree._Element:
    """The body as an XHTML `body` element, its elements in this namespace.

    Raises:
        ValueError: it is not well-formed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(f'<body xmlns="{namespace}">{body_xhtml(story)}</body>', parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"body: {error}") from error


def xhtml(markup: str) -> str:
    """`markup` with only the tags of the allow-list, well-formed as XML.

    The sanitiser writes HTML: its one void element and its one named entity are put as XML has them.
    A character reference may have hidden an unfit character, so these go after it too: taking a character
    out of text or of a quoted value makes no tag. Normalising would: NFC joins `>` and U+0338.

    What stood in a tag that was taken away may be nested otherwise to whom reads it without (a paragraph in
    a button in a paragraph, text in a table): it is read again, until that makes no difference.
    """
    safe = _cleaned(_UNFIT.sub("", markup))
    for _ in range(_PASSES):
        if (again := _cleaned(safe)) == safe:
            break
        safe = again
    return safe


def _cleaned(markup: str) -> str:
    safe = _UNFIT.sub("", _SANITISER.clean(markup))
    return safe.replace("<br>", "<br/>").replace("&nbsp;", "\u00a0").strip()


def absolute_link(url: str | None) -> str | None:
    """`url` as an absolute http(s) URL in ASCII; None where it is none, or carries a password."""
    if not url:
        return None
    try:
        safe = _BARE_PERCENT.sub("%25", safe_url_string(line(url)))
        parts = urlsplit(safe)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or "@" in parts.netloc:
        return None
    safe = parts._replace(scheme=parts.scheme.lower()).geturl()
    return safe if _FULL_URL.fullmatch(safe) else None
