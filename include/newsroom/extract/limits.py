"""Linear looks at a document before any parser sees it: what is too large or built to hurt is refused."""

import re

from newsroom.extract.document import Unreadable

MAX_BYTES = 8_000_000
"""The largest page read. Real story pages reach 3 MB; trafilatura needs 29 s for 8 MB of paragraphs."""

MAX_TAG_CHARS = 400_000
"""The longest single tag. Inlined images and state reach 300 kB; 30,000 attributes cost libxml2 seconds."""

MAX_TAGS = 120_000
"""The most tags in a page. Real ones have some 1,000 to 15,000."""

MAX_DEPTH_GUESS = 5_000
"""The most container tags opened and not closed; real pages leave a few hundred at the worst."""

MAX_BODY_CHARS = 1_000_000
"""The longest body. Long reads reach 100,000 characters, a hearing's transcript 600,000."""

_CONTAINERS = re.compile(
    r"<(/?)(?:div|span|section|article|table|tr|td|ul|ol|b|i|em|strong|font|blockquote|a|center|main)\b",
    re.IGNORECASE,
)
LONG_TAG_CHARS = 20_000
"""A tag from this length on is looked at."""

_MANY_ATTRIBUTES = re.compile(rf"<[a-zA-Z][^<>]{{{LONG_TAG_CHARS},}}")
MAX_ATTRIBUTES = 2_000


def check_bytes(data: bytes) -> None:
    """Refuse what is empty or too large.

    Raises:
        Unreadable: `empty` or `too_large`.
    """
    if not data.strip():
        raise Unreadable("empty", "page: saw no bytes; wanted an HTML page; the server may be failing")
    if len(data) > MAX_BYTES:
        raise Unreadable(
            "too_large",
            f"page: saw {len(data):,} bytes; wanted at most {MAX_BYTES:,}; a story page is smaller by far",
        )


def check_length(chars: int) -> None:
    """Refuse a body that is no story by its length; what follows would take seconds for it.

    Raises:
        Unreadable: `too_long`.
    """
    if chars > MAX_BODY_CHARS:
        raise Unreadable(
            "too_long",
            f"body: saw {chars:,} characters; wanted at most {MAX_BODY_CHARS:,}; no story is that long",
        )


def check_markup(text: str) -> None:
    """Refuse markup that would cost a parser quadratic time or memory. Linear in the text's length.

    Raises:
        Unreadable: `hostile_markup`.
    """
    tags = text.count("<")
    if tags > MAX_TAGS:
        raise _hostile(f"{tags:,} tags", f"at most {MAX_TAGS:,}")
    deepest = _deepest(text) if tags > MAX_DEPTH_GUESS else 0
    if deepest > MAX_DEPTH_GUESS:
        raise _hostile(f"{deepest:,} tags opened and not closed", f"at most {MAX_DEPTH_GUESS:,}")
    for match in _MANY_ATTRIBUTES.finditer(text) if _has_long_tag(text) else ():
        if len(match[0]) > MAX_TAG_CHARS or match[0].count("=") + match[0].count(" ") > 40 * MAX_ATTRIBUTES:
            raise _hostile(f"a tag of {len(match[0]):,} characters", f"at most {MAX_TAG_CHARS:,}")


def _deepest(text: str) -> int:
    """The most container tags that are open at once, taking every end tag to close one."""
    depth = deepest = 0
    for match in _CONTAINERS.finditer(text):
        depth += -1 if match[1] else 1
        deepest = max(deepest, depth)
    return deepest


def _has_long_tag(text: str) -> bool:
    """Whether `text` may have a tag of `LONG_TAG_CHARS`: half as much of it has no angle bracket."""
    half = LONG_TAG_CHARS // 2
    return any(
        text.find("<", start, start + half) < 0 and text.find(">", start, start + half) < 0
        for start in range(0, len(text) - half + 1, half)
    )


def _hostile(seen: str, wanted: str) -> Unreadable:
    return Unreadable("hostile_markup", f"page: saw {seen}; wanted {wanted}; no story page is built so")
