"""The story's address: the one that the page itself calls canonical."""

import re
from urllib.parse import urldefrag, urljoin, urlsplit

from newsroom.extract.material import Found, Material


def read_address(material: Material) -> Found[str | None]:
    """The page's canonical URL, else the one it was fetched from, else the entry's link."""
    fetched = material.document.url
    told = material.told
    for where, addresses in (
        ("the page's canonical link", told.links.get("canonical", ())),
        ("the page's og:url", told.meta.get("og:url", ())),
    ):
        for address in addresses[:1]:
            if (url := _usable(address, fetched)) is not None:
                return Found(url, where)
    if fetched:
        return Found(fetched, "the address it was fetched from")
    link = material.item.url if material.item else None
    return Found(link, "the feed entry's link" if link else "the page and the feed entry's link")


def _usable(address: str, fetched: str | None) -> str | None:
    """An absolute web address on the same site; a front page is none for a story that lies deeper.

    A cache of AMP pages has the site's host in its own path: `/c/s/site.example/story`.
    """
    try:
        url = urljoin(fetched or "", address.strip())
        parts = urlsplit(url)
        own = urlsplit(fetched or url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or any(c.isspace() for c in url):
        return None
    if parts.username or parts.password:
        return None
    if len(own.path) > 1 and parts.path in ("", "/") and not parts.query:
        return None
    same = _site(own.hostname) == _site(parts.hostname) or _is_cache_of(own.path, parts.hostname)
    return urldefrag(url).url if same else None


def _is_cache_of(path: str, host: str) -> bool:
    return re.match(rf"/(?:amp|c|v|wp)/(?:s/)?{re.escape(host)}/", path) is not None


_SHARED = frozenset({"ac", "co", "com", "edu", "gob", "gov", "ne", "net", "or", "org"})
"""Second labels of country domains that many sites share: `co.uk`, `com.mx`."""


def _site(host: str | None) -> str:
    """The last two labels of a host, or three: a mobile page's canonical address is on another."""
    labels = (host or "").split(".")
    shared = len(labels) > 2 and labels[-2] in _SHARED and len(labels[-1]) == 2
    return ".".join(labels[-3 if shared else -2 :])
