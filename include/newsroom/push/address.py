"""Web addresses in connections: https, save on this machine itself."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from newsroom.config.push import Target
from newsroom.connections import Connection
from newsroom.fetch.errors import shown
from newsroom.push.errors import PushError


def checked_web_address(target: Target, connection: Connection, url: str) -> str:
    """`url`, which the connection names: https, or http to this machine itself where the target names it.

    Raises:
        PushError: `bad_url`, `plain_http`; what is secret in the URL is not shown.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or "@" in parts.netloc or re.search(r"[\x00-\x20\x7f]", url):
        wanted = "wanted a whole URL, without user, password or blanks"
        reason = f"connection {connection.name!r}: saw {shown(url)}; {wanted}"
        raise PushError("bad_url", reason, retry=True, of_target=True)
    here = parts.scheme == "http" and target.private_addresses and is_loopback(host)
    if parts.scheme != "https" and not here:
        reason = (
            f"connection {connection.name!r}: saw {shown(url)}; wanted https (http is for this machine"
            " itself, and `private_addresses:` must name it)"
        )
        raise PushError("plain_http", reason, retry=True, of_target=True)
    return url


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by its address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
