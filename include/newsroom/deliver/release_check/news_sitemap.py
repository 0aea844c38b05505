"""Google News sitemap: every page with the three things that Google demands, and none besides these."""

from collections.abc import Iterator

from lxml import etree

from newsroom.deliver.edition import Edition
from newsroom.deliver.news_sitemap import NEWS, SITEMAP, listed
from newsroom.deliver.release_check.rules import Broken, NotWellFormed, is_aware, is_web, read_xml

_S, _N = f"{{{SITEMAP}}}", f"{{{NEWS}}}news/{{{NEWS}}}"
_PUBLICATION = f"{_N}publication/{{{NEWS}}}"


def check_news_sitemap(document: bytes, edition: Edition) -> tuple[Broken, ...]:
    """What is wrong with a sitemap that should be this edition's; empty when it may be released."""
    try:
        root = read_xml(document)
    except NotWellFormed as error:
        return (Broken(None, "news_sitemap.well_formed", f"{error}"),)
    if root.tag != f"{_S}urlset":
        return (Broken(None, "news_sitemap.root", f"saw <{root.tag}>; wanted <urlset>"),)
    uris = {link: entry.uri for link, entry in listed(edition)}
    seen = [page.findtext(f"{_S}loc", "") for page in root.iterfind(f"{_S}url")]
    broken = []
    if seen != list(uris):
        reason = f"saw {len(seen)} pages; wanted these {len(uris)}, newest first"
        broken.append(Broken(None, "news_sitemap.pages", reason))
    for page, link in zip(root.iterfind(f"{_S}url"), seen, strict=True):
        broken.extend(Broken(uris.get(link), rule, reason) for rule, reason in _page(page))
    return tuple(broken)


def _page(page: etree._Element) -> Iterator[tuple[str, str]]:
    if not is_web(page.findtext(f"{_S}loc")):
        yield "news_sitemap.loc", "wanted an absolute http or https URL"
    for name, path in (("title", _N), ("name", _PUBLICATION), ("language", _PUBLICATION)):
        if not page.findtext(f"{path}{name}", "").strip():
            yield f"news_sitemap.{name}", f"saw no <news:{name}>; wanted one that says something"
    if not is_aware(page.findtext(f"{_N}publication_date")):
        yield "news_sitemap.publication_date", "saw no date-time with its zone; wanted one"
