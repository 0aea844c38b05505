"""Archives, by their first bytes: nothing that comes as a file is unpacked."""

_SIGNATURES = (
    (0, b"PK\x03\x04", "ZIP"),
    (0, b"PK\x05\x06", "ZIP"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (0, b"\x28\xb5\x2f\xfd", "Zstandard"),
    (0, b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (0, b"Rar!\x1a\x07", "RAR"),
    (0, b"\x1f\x9d", "compress"),
    (257, b"ustar", "tar"),
)
"""Where in a file which bytes stand, as file(1) knows them."""


def archive_of(body: bytes) -> str | None:
    """The kind of archive, or of compressed file, that the bytes are; None for none."""
    return next((kind for at, mark, kind in _SIGNATURES if body[at : at + len(mark)] == mark), None)
