"""Where a partner finds its feeds over HTTP, and how they are named for ever."""

import uuid

from newsroom.config import House, Partner
from newsroom.config.partner import Format
from newsroom.story import STORY_NAMESPACE

FILENAMES: dict[Format, str] = {
    "rss": "rss.xml",
    "rss_wordpress": "wordpress.xml",
    "rss_msn": "msn.xml",
    "atom": "atom.xml",
    "jsonfeed": "feed.json",
    "ninjs": "ninjs.json",
    "ninjs_2_2": "ninjs-2.2.json",
    "ninjs_1_6": "ninjs-1.6.json",
    "newsml_g2": "newsml-g2.xml",
    "nitf": "nitf.zip",
    "markdown": "markdown.zip",
    "json_ld": "news.jsonld",
    "news_sitemap": "news-sitemap.xml",
}
"""Each format's file under `partners/{id}/`."""


def feed_url(house: House, partner: Partner, name: Format) -> str | None:
    """The feed's address in this format; None where the house names no place for its feeds."""
    if house.feeds_url is None:
        return None
    return f"{house.feeds_url.rstrip('/')}/partners/{partner.id}/{FILENAMES[name]}"


ARCHIVE = "archive-"
"""How the names of the archive's pages begin, and no other name."""


def page_name(name: Format, page: str) -> str:
    """A page of the archive in this format, as it lies beside the feed: `archive-…-rss.xml`."""
    return f"{ARCHIVE}{page}-{FILENAMES[name]}"


def page_url(house: House, partner: Partner, name: Format, page: str | None) -> str:
    """The address of a page, or of the feed itself; relative to each other where the house names no place."""
    file = page_name(name, page) if page else FILENAMES[name]
    if house.feeds_url is None:
        return file
    return f"{house.feeds_url.rstrip('/')}/partners/{partner.id}/{file}"


def feed_uri(partner: Partner) -> str:
    """The uri of the partner's feed: it hangs on the partner's id alone, so that a moved feed keeps it."""
    return f"urn:uuid:{uuid.uuid5(STORY_NAMESPACE, partner.id)}"
