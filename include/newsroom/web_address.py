"""Web addresses as identities: two spellings of one page's URL are the same."""

import re

from w3lib.url import canonicalize_url

_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|twclid|ttclid|igshid|mc_[ce]id|mkt_tok|ref_src|ref_url"
    r"|_hs(?:enc|mi)|cmpid|ncid|sr_share|at_(?:medium|campaign)|ftag|__twitter_impression|guce_\w+",
    re.IGNORECASE,
)
"""Query parameters that say where a reader came from. `p` is none of them: it is WordPress's id of a page."""

_DEFAULT_PORT = re.compile(r"^(http://[^/?#]*?):80(?=[/?#]|$)|^(https://[^/?#]*?):443(?=[/?#]|$)")
_WEB = re.compile(r"https?://", re.IGNORECASE)


def canonical(url: str) -> str:
    """`url` in one spelling: host and escapes normal, query sorted, no fragment, tracking or default port.

    What is no web address comes back stripped of blanks, otherwise as it is.
    """
    url = url.strip()
    if not _WEB.match(url):
        return url
    try:
        return _DEFAULT_PORT.sub(r"\1\2", canonicalize_url(_untracked(url)))
    except (ValueError, UnicodeError):
        return url


def _untracked(url: str) -> str:
    bare = url.partition("#")[0]
    page, mark, query = bare.partition("?")
    if not mark:
        return bare
    kept = [part for part in query.split("&") if not _TRACKING.fullmatch(part.partition("=")[0])]
    return f"{page}?{'&'.join(kept)}" if any(kept) else page
