"""Whose a story is: its copyright notice, holder, year, licence and terms.

The notice at the story itself is the story's, whoever it names. What stands at the foot of a page is the
site's: it counts only where it names one of the wire's holders, or where nobody knows the wire.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from newsroom.extract.license import read_license
from newsroom.extract.notice import Notice, read_notice
from newsroom.extract.seen import Seen, folded_name
from newsroom.extract.structured import text_of, texts_of

LAST_PARAGRAPHS = 3
NEAR_LINES = 8
"""How many lines below the body may still be the story's."""

FOOTER_LINES = 30

YEARS_AHEAD = 1

_META = ("copyright", "dc.rights", "dcterms.rights", "dcterms.rightsholder")

_LOOKED_ON_PAGE = f"the last {LAST_PARAGRAPHS} paragraphs, the footer and the page's metadata"
_LOOKED_IN_ENTRY = "the entry's text and the feed's rights"


@dataclass(frozen=True)
class Rights:
    """What is told of the rights, and where; without a notice, `where` is where it was looked for."""

    where: str
    notice: str | None = None
    holder: str | None = None
    year: int | None = None
    usageterms: str | None = None
    license: str | None = None


def read_rights(seen: Seen) -> Rights:
    """The story's rights."""
    told = _stated_license(seen)
    for notice, where in _notices(seen):
        return Rights(
            where=where,
            notice=notice.text,
            holder=notice.holder or _stated_holder(seen),
            year=notice.year or _stated_year(seen),
            usageterms=notice.usageterms or seen.wire.rights.usageterms,
            license=notice.license or told,
        )
    looked = _LOOKED_ON_PAGE if seen.is_page else _LOOKED_IN_ENTRY
    return Rights(looked, usageterms=seen.wire.rights.usageterms, license=told)


def _notices(seen: Seen) -> Iterator[tuple[Notice, str]]:
    """Notices of the story, the surest first."""
    latest = seen.now.year + YEARS_AHEAD
    yield from _at_the_story(seen, latest)
    for node in seen.told.stories:
        if notice := _stated(text_of(node.get("copyrightNotice")), latest):
            yield notice, "the page's structured data"
    if seen.item and (notice := _stated(seen.item.rights, latest)):
        yield notice, "the feed's rights"
    yield from _of_the_page(seen, latest)


def _at_the_story(seen: Seen, latest: int) -> Iterator[tuple[Notice, str]]:
    for line in (*seen.body[-LAST_PARAGRAPHS:], *seen.tail[:NEAR_LINES]):
        if (notice := read_notice(line, latest)) and not _is_the_sites(notice, seen):
            yield notice, "the lines at the story's end"


def _of_the_page(seen: Seen, latest: int) -> Iterator[tuple[Notice, str]]:
    """Notices of the page as a whole: its site's, unless they name one of the wire's holders."""
    for name in _META:
        said = _stated(seen.told.first_meta(name), latest)
        if said and _counts_for_the_page(said, seen):
            yield said, f"the page's {name}"
    for line in reversed(seen.tail[-FOOTER_LINES:]):
        if (notice := read_notice(line, latest)) and _counts_for_the_page(notice, seen):
            yield notice, "the footer"


def _stated(text: str | None, latest: int) -> Notice | None:
    """What stands where a notice belongs: a notice, or any words of rights, which are kept verbatim."""
    if not text or not (line := " ".join(text.split())):
        return None
    return read_notice(line, latest) or Notice(line, license=_license_in(line))


def _is_the_sites(notice: Notice, seen: Seen) -> bool:
    """Whether a notice near the story names the site that shows it, and not a wire's holder."""
    site = seen.told.first_meta("og:site_name")
    if not site or not notice.holder or _is_the_wires(notice, seen):
        return False
    return folded_name(site) in folded_name(notice.text) or folded_name(notice.holder) in folded_name(site)


def _counts_for_the_page(notice: Notice, seen: Seen) -> bool:
    return not seen.wire.rights.holders or _is_the_wires(notice, seen)


def _is_the_wires(notice: Notice, seen: Seen) -> bool:
    names = [name for holder in seen.wire.rights.holders for name in (holder.name, *holder.aliases)]
    return folded_name(notice.holder or "") in {folded_name(name) for name in names}


def _stated_holder(seen: Seen) -> str | None:
    return next((name for node in seen.told.stories if (name := text_of(node.get("copyrightHolder")))), None)


def _stated_year(seen: Seen) -> int | None:
    for node in seen.told.stories:
        year = text_of(node.get("copyrightYear")) or ""
        if year.isdigit() and len(year) == 4:
            return int(year)
    return None


def _stated_license(seen: Seen) -> str | None:
    said = [text for node in seen.told.stories for text in texts_of(node.get("license"))]
    said += seen.told.links.get("license", ())
    return next((found for text in said if (found := _license_in(text))), None)


def _license_in(text: str) -> str | None:
    found = read_license(text)
    return found.address if found else None
