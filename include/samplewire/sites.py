"""The sample's three sites: whose they are, how they look, which feeds they have.

The names of the stations, agencies and people are invented. Those of real agencies stand only where
a wire's credit and copyright lines need their usual form.
"""

from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

Shape = Literal["station", "agency", "gazette"]
Kind = Literal["rss_links", "rss_full", "atom", "jsonfeed", "sitemap"]


@dataclass(frozen=True)
class Site:
    """One site of the sample; `wire` is the id of the wire whose stories it carries.

    `domain` stands in guids: they outlive a change of port, as a real site's outlive a change of host.
    `notice` is the line on rights that its stories end with, unless a story has its own. `license` is a
    URL that pages name.
    """

    wire: str
    name: str
    prefix: str
    domain: str
    language: str
    zone: ZoneInfo
    credit: str
    notice: str
    license: str | None = None


@dataclass(frozen=True)
class FeedSite:
    """One feed: its id in the wire's configuration, its path and its form."""

    wire: str
    id: str
    path: str
    kind: Kind
    title: str
    language: str


SITES = {
    site.wire: site
    for site in (
        Site(
            wire="cnn_newsource",
            name="Mesa Vista NewsChannel 8",
            prefix="/station",
            domain="mesavista8.example",
            language="en",
            zone=ZoneInfo("America/Denver"),
            credit="CNN Newssource",
            notice="™ & © {year} Cable News Network, Inc., a Warner Bros. Discovery Company. "
            "All rights reserved.",
        ),
        Site(
            wire="agencia_sur",
            name="Agencia Sur",
            prefix="/sur",
            domain="agenciasur.example",
            language="es",
            zone=ZoneInfo("America/Montevideo"),
            credit="Agencia Sur",
            notice="© {year} Agencia Sur. Todos los derechos reservados.",
        ),
        Site(
            wire="public_agency",
            name="Plains Public News Agency",
            prefix="/plains",
            domain="plainspublic.example",
            language="en",
            zone=ZoneInfo("America/Chicago"),
            credit="Plains Public News Agency",
            notice="© {year} Plains Public News Agency. Dedicated to the public domain (CC0 1.0); "
            "free to republish.",
            license="https://creativecommons.org/publicdomain/zero/1.0/",
        ),
    )
}

FEEDS = (
    FeedSite(
        "cnn_newsource",
        "world",
        "/station/category/cnn-world/feed/",
        "rss_links",
        "CNN - World – Mesa Vista NewsChannel 8",
        "en-US",
    ),
    FeedSite(
        "cnn_newsource",
        "national",
        "/station/category/cnn-national/feed/",
        "rss_links",
        "CNN - National – Mesa Vista NewsChannel 8",
        "en-US",
    ),
    FeedSite(
        "cnn_newsource",
        "spanish",
        "/station/category/cnn-spanish/feed/",
        "rss_links",
        "CNN - Spanish – Mesa Vista NewsChannel 8",
        "es-US",
    ),
    FeedSite("agencia_sur", "general", "/sur/rss.xml", "rss_full", "Agencia Sur – Servicio general", "es"),
    FeedSite(
        "agencia_sur", "reportajes", "/sur/reportajes.xml", "rss_links", "Agencia Sur – Reportajes", "es"
    ),
    FeedSite(
        "public_agency",
        "bulletins",
        "/plains/atom.xml",
        "atom",
        "Plains Public News Agency – Bulletins",
        "en",
    ),
    FeedSite(
        "public_agency",
        "features",
        "/plains/feed.json",
        "jsonfeed",
        "Plains Public News Agency – Features",
        "en",
    ),
    FeedSite(
        "public_agency",
        "sitemap",
        "/plains/sitemap-news.xml",
        "sitemap",
        "Plains Public News Agency",
        "en",
    ),
)
