"""A response's body: read in chunks, unpacked as it comes, never more than the cap, never half of it."""

import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Protocol

from newsroom.fetch.errors import FetchError

CHUNK = 65_536
"""Bytes read, and bytes unpacked, at a time."""

_GZIP = {"gzip", "x-gzip"}
_MAGIC = b"\x1f\x8b"


class Source(Protocol):
    """Where raw bytes come from: urllib3's response."""

    def read1(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:
        """At most `amt` bytes, at most one read; empty at the end."""


def read_body(source: Source, headers: Mapping[str, str], most: int, where: str) -> bytes:
    """The whole body, unpacked.

    Args:
        source: gives the raw bytes.
        headers: of the response, names in any case.
        most: cap in bytes, on the wire and unpacked.
        where: the URL as it may be shown.

    Raises:
        FetchError: `too_large`, `bad_encoding`, `bad_gzip`, `truncated`.
    """
    packed = _is_packed(headers.get("content-encoding", ""), where)
    length = headers.get("content-length", "")
    if re.fullmatch(r"[0-9]{1,20}", length) and int(length) > most:
        raise _too_large(where, f"{length} bytes announced", most)
    chunks = _raw(source, most, where)
    return _joined(_unpacked(chunks, where) if packed else chunks, most, where)


def _is_packed(encoding: str, where: str) -> bool:
    codings = [coding for coding in re.split(r"[,\s]+", encoding.lower()) if coding not in ("", "identity")]
    if not codings:
        return False
    if len(codings) == 1 and codings[0] in _GZIP:
        return True
    seen = ", ".join(codings)[:80]
    raise FetchError("bad_encoding", f"{where}: saw Content-Encoding {seen!r}; asked for gzip or none")


def _raw(source: Source, most: int, where: str) -> Iterator[bytes]:
    size = 0
    while chunk := source.read1(CHUNK, decode_content=False):
        size += len(chunk)
        if size > most:
            raise _too_large(where, f"more than {most} bytes", most)
        yield chunk


def _unpacked(chunks: Iterator[bytes], where: str) -> Iterator[bytes]:
    """Unpack gzip, member after member, never more than `CHUNK` bytes at a time."""
    member, begun = zlib.decompressobj(zlib.MAX_WBITS | 16), False
    try:
        for chunk in chunks:
            rest, begun = chunk, True
            while rest:
                if member.eof and not rest.startswith(_MAGIC):
                    break  # padding after the last member (RFC 1952, section 2.2, leaves it open)
                if member.eof:
                    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
                yield member.decompress(rest, CHUNK)
                rest = member.unused_data if member.eof else member.unconsumed_tail
    except zlib.error as error:
        raise FetchError(
            "bad_gzip", f"{where}: the body is not the gzip that its header says ({error})", True
        ) from None
    if begun and not member.eof:
        raise FetchError("truncated", f"{where}: the gzip stream ends before its end", True)


def _joined(chunks: Iterator[bytes], most: int, where: str) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > most:
            raise _too_large(where, f"more than {most} bytes unpacked", most)
    return bytes(body)


def _too_large(where: str, seen: str, most: int) -> FetchError:
    return FetchError("too_large", f"{where}: saw {seen}; wanted at most {most} (`politeness: max_bytes:`)")
