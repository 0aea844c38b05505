"""An item's id without its version, so that all versions are one story."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_NEWSML_URN = re.compile(
    r"(?P<id>urn:newsml:[^:\s]+:\d{8}(?:T\d{6}(?:Z|[+-]\d{4})?)?:[^:\s]+):(?P<version>\d{1,9})[NUA]?",
    re.IGNORECASE,
)
"""RFC 3085: provider, date, item, then revision and how it came about (N, U, A)."""

_REUTERS_TAG = re.compile(r"(?P<id>tag:[^:\s]+:newsml_[^:\s]+):(?P<version>\d{1,9})", re.IGNORECASE)
"""RFC 4151 as Reuters uses it: `tag:reuters.com,2026:newsml_L8N2DE3XX:4`."""

_VERSION_NAMES = frozenset({"version", "ver", "v", "rev", "revision"})


def without_version(identity: str, version: str | None) -> tuple[str, str | None]:
    """The id without the version in it, and that version where the document tells none itself.

    Only forms whose last part is a version for certain are cut: two stories taken for one are worse than one
    taken for two.
    """
    for form in (_NEWSML_URN, _REUTERS_TAG):
        if match := form.fullmatch(identity):
            return match["id"], version or match["version"].lstrip("0") or "0"
    return _without_query(identity, version), version


def _without_query(identity: str, version: str | None) -> str:
    """An address without the parameter that repeats the version."""
    if not version or "?" not in identity:
        return identity
    try:
        parts = urlsplit(identity)
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return identity
    left = [(name, value) for name, value in query if name.lower() not in _VERSION_NAMES or value != version]
    return identity if len(left) == len(query) else urlunsplit(parts._replace(query=urlencode(left)))
