"""The story's address: the one that the page itself calls canonical."""

from urllib.parse import urljoin, urlsplit

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
    """An absolute web address on the same site; a front page is none for a story that lies deeper."""
    try:
        url = urljoin(fetched or "", address.strip())
        parts = urlsplit(url)
        own = urlsplit(fetched or url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or any(c.isspace() for c in url):
        return None
    if len(own.path) > 1 and parts.path in ("", "/") and not parts.query:
        return None
    return url if _site(own.hostname) == _site(parts.hostname) else None


def _site(host: str | None) -> str:
    """The last two labels of a host: a mobile page's canonical address is on another."""
    return ".".join((host or "").split(".")[-2:])
