"""The feeds: RSS 2.0 with links or full text, Atom, JSON Feed 1.1 and a news sitemap."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

import orjson
from lxml import etree
from lxml.builder import ElementMaker

from samplewire.agenda import Published
from samplewire.pages import full_text, path_of
from samplewire.sites import SITES, FeedSite, Kind, Site

CONTENT_TYPES: dict[Kind, str] = {
    "rss_links": "application/rss+xml; charset=UTF-8",
    "rss_full": "application/rss+xml; charset=UTF-8",
    "atom": "application/atom+xml; charset=UTF-8",
    "jsonfeed": "application/feed+json",
    "sitemap": "application/xml; charset=UTF-8",
}

SUMMARY_WORDS = 40
"""How much of a story a station's feed shows."""

_ATOM = "http://www.w3.org/2005/Atom"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DC = "http://purl.org/dc/elements/1.1/"
_MEDIA = "http://search.yahoo.com/mrss/"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"

_RSS = ElementMaker(nsmap={"atom": _ATOM, "content": _CONTENT, "dc": _DC, "media": _MEDIA})


@dataclass(frozen=True)
class Channel:
    """A feed to be written: which, its stories (newest first), the server's address."""

    feed: FeedSite
    stories: Sequence[Published]
    base: str
    built: datetime

    @property
    def site(self) -> Site:
        """The site that has the feed."""
        return SITES[self.feed.wire]

    @property
    def url(self) -> str:
        """The feed's own address."""
        return self.base + self.feed.path

    @property
    def home(self) -> str:
        """The site's address."""
        return f"{self.base}{self.site.prefix}/"


def write(channel: Channel) -> bytes:
    """The feed in its form."""
    return _WRITERS[channel.feed.kind](channel)


def _rss(channel: Channel, *, full: bool) -> bytes:
    head = [
        _RSS.title(channel.feed.title),
        _element(_ATOM, "link", href=channel.url, rel="self", type="application/rss+xml"),
        _RSS.link(channel.home),
        _RSS.description(f"{channel.site.name}: {channel.feed.title}"),
        _RSS.language(channel.feed.language),
        _RSS.lastBuildDate(format_datetime(channel.built)),
        _RSS.generator("samplewire"),
    ]
    items = [_rss_item(one, channel.base, full=full) for one in channel.stories]
    return _xml(_RSS.rss(_RSS.channel(*head, *items), version="2.0"))


def _rss_item(one: Published, base: str, *, full: bool) -> etree._Element:
    sample, site = one.sample, one.sample.site
    item: etree._Element = _RSS.item(
        _RSS.title(one.filled(sample.headline)),
        _RSS.link(base + path_of(one)),
        _RSS.guid(_guid(one), isPermaLink="false"),
        _RSS.pubDate(format_datetime(one.dated)),
        _element(_ATOM, "updated", _updated(one).isoformat()),
    )
    if full:
        _full_text_parts(item, one, base)
    else:
        item.append(_element(_DC, "creator", site.credit))
        item.append(_RSS.description(_teaser(one)))
    if sample.label:
        item.append(_RSS.category(sample.label))
    return item


def _full_text_parts(item: etree._Element, one: Published, base: str) -> None:
    sample, site = one.sample, one.sample.site
    item.append(_element(_DC, "creator", sample.writers or site.credit))
    if one.notice:
        item.append(_element(_DC, "rights", one.notice))
    item.append(_element(_DC, "language", sample.language_claimed))
    first = next(iter(sample.paragraphs))
    item.append(_RSS.description(one.filled(first)))
    item.append(_element(_CONTENT, "encoded", etree.CDATA(full_text(one, base))))
    for figure in sample.figures:
        media = _element(_MEDIA, "content", url=f"{base}/media/{figure.name}.png", medium="image")
        media.append(_element(_MEDIA, "description", figure.caption))
        media.append(_element(_MEDIA, "credit", figure.credit))
        item.append(media)


def _teaser(one: Published) -> str:
    """A summary; a station's has byline and lede run together, cut, and glued to the theme's foot."""
    if one.sample.shape != "station":
        return one.filled(one.sample.paragraphs[0])
    text = " ".join((one.sample.byline, *one.sample.paragraphs[:3]))
    cut = " ".join(one.filled(text).split()[:SUMMARY_WORDS])
    return f"{cut}The post {one.filled(one.sample.headline)} appeared first on {one.sample.site.name}."


def _atom(channel: Channel) -> bytes:
    atom = ElementMaker(namespace=_ATOM, nsmap={None: _ATOM})
    site = channel.site
    feed = atom.feed(
        {"{http://www.w3.org/XML/1998/namespace}lang": channel.feed.language},
        atom.id(f"tag:{site.domain},2019:{channel.feed.id}"),
        atom.title(channel.feed.title),
        atom.updated(channel.built.isoformat()),
        atom.link(rel="self", href=channel.url),
        atom.link(rel="alternate", href=channel.home),
        atom.author(atom.name(site.name)),
    )
    feed.extend(_atom_entry(atom, one, channel.base) for one in channel.stories)
    return _xml(feed)


def _atom_entry(atom: ElementMaker, one: Published, base: str) -> etree._Element:
    sample = one.sample
    entry: etree._Element = atom.entry(
        {"{http://www.w3.org/XML/1998/namespace}lang": sample.language_claimed},
        atom.id(_guid(one)),
        atom.title(one.filled(sample.headline)),
        atom.link(rel="alternate", href=base + path_of(one)),
        atom.published(one.dated.isoformat()),
        atom.updated(_updated(one).isoformat()),
    )
    entry.extend(atom.author(atom.name(name)) for name in sample.authors)
    if sample.label:
        entry.append(atom.category(term=sample.label))
    if one.notice:
        entry.append(atom.rights(one.notice))
    entry.append(atom.content(full_text(one, base), type="html"))
    return entry


def _json_feed(channel: Channel) -> bytes:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.feed.title,
        "home_page_url": channel.home,
        "feed_url": channel.url,
        "language": channel.feed.language,
        "authors": [{"name": channel.site.name}],
        "items": [_json_item(one, channel.base) for one in channel.stories],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _json_item(one: Published, base: str) -> dict[str, Any]:
    sample = one.sample
    item: dict[str, Any] = {
        "id": _guid(one),
        "url": base + path_of(one),
        "title": one.filled(sample.headline),
        "content_html": full_text(one, base),
        "date_published": one.dated.isoformat(),
        "date_modified": _updated(one).isoformat(),
        "language": sample.language_claimed,
    }
    if sample.authors:
        item["authors"] = [{"name": name} for name in sample.authors]
    if sample.label:
        item["tags"] = [sample.label]
    if one.notice:
        item["_newsroom"] = {"copyright": one.notice}
    return item


def _sitemap(channel: Channel) -> bytes:
    plain = ElementMaker(namespace=_SITEMAP, nsmap={None: _SITEMAP, "news": _NEWS})
    news = ElementMaker(namespace=_NEWS)
    urls = [
        plain.url(
            plain.loc(channel.base + path_of(one)),
            plain.lastmod(_updated(one).isoformat()),
            news.news(
                news.publication(news.name(channel.site.name), news.language(one.sample.language_claimed)),
                news.publication_date(one.dated.isoformat()),
                news.title(one.filled(one.sample.headline)),
            ),
        )
        for one in channel.stories
    ]
    return _xml(plain.urlset(*urls))


_WRITERS: dict[Kind, Callable[[Channel], bytes]] = {
    "rss_links": lambda channel: _rss(channel, full=False),
    "rss_full": lambda channel: _rss(channel, full=True),
    "atom": _atom,
    "jsonfeed": _json_feed,
    "sitemap": _sitemap,
}


def _guid(one: Published) -> str:
    """A guid that outlives the server's port: WordPress's `?p=`, else a tag URI (RFC 4151)."""
    site = one.sample.site
    if one.sample.shape == "station":
        return f"https://{site.domain}/?p={one.number}"
    return f"tag:{site.domain},{one.created:%Y}:{one.number}"


def _updated(one: Published) -> datetime:
    """When the entry says it last changed; a site that touches a story unchanged says so too."""
    return one.touched if one.touched > one.created else one.dated


def _element(
    namespace: str, name: str, text: str | etree.CDATA | None = None, **named: str
) -> etree._Element:
    element = etree.Element(f"{{{namespace}}}{name}", named)
    element.text = text
    return element


def _xml(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
