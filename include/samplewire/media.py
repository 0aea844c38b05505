"""Pictures for the sample's stories: plain colours, made on the spot."""

import struct
import zlib
from functools import lru_cache

WIDTH, HEIGHT = 960, 540
"""Pixels: what a station's theme shows above a story."""


@lru_cache(maxsize=64)
def picture(name: str) -> bytes:
    """A PNG (RFC 2083) of `WIDTH` x `HEIGHT` in a colour that hangs on the name."""
    seed = zlib.crc32(name.encode())
    colour = bytes(96 + (seed >> shift) % 128 for shift in (0, 8, 16))
    row = b"\0" + colour * WIDTH
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(row * HEIGHT, 6))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
