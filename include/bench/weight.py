"""Pages as heavy as real ones: the sample's are a tenth of a usual news page."""

import json
from collections.abc import Iterator

ELEMENTS = 764
LINKS = 153
SCRIPT_CHARS = 57_000
"""The medians of 383 real news pages (elements and links without scripts and styles)."""

_SECTIONS = (
    "News",
    "Weather",
    "Sports",
    "Traffic",
    "Politics",
    "Health",
    "Business",
    "Events",
    "Contests",
    "Video",
)
_CARD = """\
<div class="card card--teaser"><a class="card__link" href="/teasers/{n}">
<span class="card__label">{section}</span>
<span class="card__title">Council weighs plan {n} for the old depot</span></a>
<span class="card__time">{n} h ago</span></div>
"""
_ENTRY = '<li class="menu-item menu-item-{n}"><a href="/section/{n}">{section} {n}</a></li>\n'


def weighted(page: bytes) -> bytes:
    """The page with menus before its content, teasers and scripts after it, up to the medians."""
    text = page.decode("utf-8")
    missing = max(0, ELEMENTS - text.count("<") // 2)
    links = max(0, LINKS - text.count("<a "))
    teasers = max(0, (missing - 2 * links) // 3)
    menu = f'<nav class="mega-menu"><ul>\n{"".join(_menu(max(0, links - teasers)))}</ul></nav>\n'
    cards = f'<aside class="sidebar related">\n{"".join(_cards(teasers))}</aside>\n'
    state = json.dumps(
        {"widgets": [{"id": n, "kind": "teaser", "on": True} for n in range(SCRIPT_CHARS // 44)]}
    )
    script = f"<script>window.__STATE__ = {state};</script>\n"
    head, opened, rest = text.partition("<body")
    tag, closed, body = rest.partition(">")
    before, end, after = body.rpartition("</body>")
    return f"{head}{opened}{tag}{closed}{menu}{before}{cards}{script}{end}{after}".encode()


def _menu(count: int) -> Iterator[str]:
    return (_ENTRY.format(n=n, section=_SECTIONS[n % len(_SECTIONS)]) for n in range(count))


def _cards(count: int) -> Iterator[str]:
    return (_CARD.format(n=n, section=_SECTIONS[n % len(_SECTIONS)]) for n in range(count))
