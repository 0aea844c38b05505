"""HTML pages that come as files."""

import re

_HEAD = 20_000
"""Bytes in which a page shows itself as one."""

_PAGE = re.compile(rb"(?>\s|<\?xml[^>]*>|<!--.*?-->)*+<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def is_page(body: bytes) -> bool:
    """Whether the bytes begin as an HTML page does, in whatever charset; comments may go before."""
    head = body[:_HEAD]
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return _PAGE.match(head.replace(b"\x00", b"")) is not None
