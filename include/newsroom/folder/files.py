"""What a folder is asked for: its files, one file's bytes, a move that overwrites nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, Self

from newsroom.story import digest

Outcome = Literal["done", "failed"]
"""Which folder a file goes to."""

EntryKind = Literal["file", "link", "folder", "other"]

MOST_LISTED = 50_000
"""Entries of one folder that are looked at in one poll: some tens of megabytes."""


PROBE = ".newsroom-probe"
"""What doctor writes and deletes; a name with a dot is taken by nobody."""


@dataclass(frozen=True)
class File:
    """An entry of a folder; `version` is what its server calls this content, as an ETag, or empty."""

    name: str
    size: int
    modified: datetime
    version: str = ""
    kind: EntryKind = "file"

    @property
    def id(self) -> str:
        """Names the file as it is now: another size, time or version is another file."""
        told = f"{self.name}\n{self.size}\n{self.modified.isoformat()}\n{self.version}"
        return digest(told.encode("utf-8", "surrogateescape"))[:32]  # its name may be no UTF-8


class Changed(Exception):  # noqa: N818 - names what is
    """The file is not the one that was listed: it is still being written, or was replaced or taken away."""


class Folder(Protocol):
    """An open folder; to be closed.

    Every method but `close` raises FetchError: `retry` says whether the server may give it later, or a person
    must mend something.
    """

    trusts_times: bool
    """Whether a file appears whole, at the time that its server says."""

    def entries(self) -> Iterator[File]:
        """What lies in the folder, in any order; not what lies in folders within."""

    def read(self, file: File) -> bytes:
        """The whole file.

        Raises:
            Changed: it is not the one that was listed.
        """

    def move(self, file: File, outcome: Outcome, *, sha256: str | None, reason: str | None = None) -> str:
        """Move the file, and put `reason` beside it; returns the name it got.

        Where its name is taken by another file, it gets one with its digest in it. The same file under its
        name already, as after a crash, is not doubled.

        Raises:
            Changed: it is gone, or was replaced: what came then is left in its place.
        """

    def probe(self) -> None:
        """Write and delete a file in each of the two folders within, as a move would need it."""

    def close(self) -> None:
        """Let go of the connection."""

    def __enter__(self) -> Self:
        """The folder itself."""

    def __exit__(self, *exception: object) -> None:
        """Close it."""
