"""Pages like real ones in length and weight: the sample's own are a tenth of a usual news page."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from samplewire.agenda import Published
from samplewire.clock import wall_clock
from samplewire.pages import page, path_of
from samplewire.stories import load_samples

PAGES = 200

ELEMENTS = 764
LINKS = 153
PARAGRAPHS = 24
SCRIPT_CHARS = 57_000
"""The medians of 383 real news pages (elements, links and paragraphs without scripts and styles)."""

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


def bodies_of(path: Path) -> Iterator[bytes]:
    """The pages that a manifest lists, unpacked."""
    for line in path.read_text(encoding="utf-8").splitlines():
        body = (path.parent / json.loads(line)["file"]).read_bytes()
        yield gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


def manifest_in(folder: Path) -> Path:
    """A manifest of pages made as real ones are, written to `folder` with them."""
    lines = []
    for number, (url, body) in enumerate(usual_pages(PAGES, "http://127.0.0.1")):
        (folder / f"{number}.html").write_bytes(body)
        lines.append(json.dumps({"id": str(number), "url": url, "file": f"{number}.html"}))
    path = folder / "pages.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def usual_pages(count: int, base: str) -> Iterator[tuple[str, bytes]]:
    """So many pages of a station, each with its address: the sample's paragraphs, put together anew."""
    samples = [sample for sample in load_samples().values() if sample.language == "en"]
    paragraphs = [text for sample in samples for text in sample.paragraphs]
    pattern = next(sample for sample in samples if sample.shape == "station" and sample.authors)
    at = wall_clock()
    for n in range(count):
        start = n * 7 % len(paragraphs)
        body = (paragraphs + paragraphs)[start : start + PARAGRAPHS]
        update = {"id": f"usual_{n}", "headline": f"{pattern.headline}, part {n}", "body": tuple(body)}
        story = Published(pattern.model_copy(update=update), n, at, at, at)
        yield base + path_of(story), weighted(page(story, (), base))


def weighted(text: str) -> bytes:
    """The page with menus before its content, teasers and scripts after it, up to the medians."""
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
