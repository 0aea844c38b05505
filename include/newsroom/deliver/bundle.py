"""Several files as one object, a ZIP: a partner takes all at once, and sees no mixture of two editions."""

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

CONTENT_TYPE = "application/zip"

_UNIX = 3
"""The system in whose terms a file's rights are told (APPNOTE.TXT, 4.4.2)."""

_READABLE = 0o100644 << 16
"""A plain file that everybody may read and its owner write."""


@dataclass(frozen=True)
class File:
    """One file of the bundle, and when what it says last changed."""

    name: str
    body: bytes
    at: datetime


def file_name(uri: str, ending: str) -> str:
    """A story's file: its name never changes, so that a new version takes the old one's place."""
    return f"{uri.removeprefix('urn:uuid:')}.{ending}"


def pack(files: Iterable[File], made_at: datetime) -> bytes:
    """The ZIP, its files in this order; the same files of the same moment give the same bytes."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for each in files:
            info = zipfile.ZipInfo(each.name, each.at.astimezone(UTC).timetuple()[:6])
            info.compress_type, info.create_system, info.external_attr = (
                zipfile.ZIP_DEFLATED,
                _UNIX,
                _READABLE,
            )
            bundle.writestr(info, each.body)
        # No two editions may have the same bytes, and its files may be those of the one before.
        bundle.comment = f"made {made_at:%Y-%m-%dT%H:%M:%SZ}".encode()
    return packed.getvalue()
