"""Many pages from files: what `newsroom read --manifest` reads."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsroom.config import Feed, TopicMap, Wire
from newsroom.extract.children import Readers
from newsroom.extract.dates import in_own_zone
from newsroom.extract.document import Document, Unreadable
from newsroom.extract.page import read
from newsroom.story import Refusal, Story

MAX_FILE_BYTES = 64_000_000
"""How much of a file is taken, and of a gzip file unpacked; the reader refuses a page long before that."""

_GZIP = b"\x1f\x8b"
"""How a gzip file begins (RFC 1952, 2.3.1)."""


class BadManifest(ValueError):  # noqa: N818  (what the file is, not that it failed)
    """A line of the manifest is not what is wanted; the text names it."""


def read_manifest(path: Path, processes: int | None = None) -> Iterator[dict[str, Any]]:
    """Read the pages that `path` lists, as JSON Lines of `{"id", "url", "file"}`, `file` relative to it.

    Files may be gzipped. Yields, in order, a dict for each line: `id`, `body` (paragraphs parted by a blank
    line), `title`, `authors`, `date` (ISO 8601, or None), `language`, `copyrightnotice`, and more of the
    story; for a page that gave none, and a file that can't be read, `error` says why and the body is empty.

    Raises:
        BadManifest: a line is not JSON, or lacks a field.
    """
    files = (_File(path.parent / entry["file"], entry.get("url")) for entry in _entries(path))
    with Readers(_read_file, processes) as readers:
        for entry, row in zip(_entries(path), readers.read(files), strict=True):
            yield {"id": entry["id"], **(_refused(row) if isinstance(row, Refusal) else row)}


@dataclass(frozen=True)
class _File:
    """What a reader's process is given: it opens the file itself, as the parent would hold up all of them."""

    path: Path
    url: str | None


def _read_file(file: _File) -> dict[str, Any]:
    return _row(read(_document(file)))


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                entry = json.loads(line)
                wanted = {"id", "file"} <= entry.keys()
            except (ValueError, AttributeError):
                wanted = False
            if not wanted:
                raise BadManifest(
                    f'{path}:{number}: saw {line.strip()[:80]!r}; wanted {{"id", "url", "file"}}'
                )
            yield entry


def _document(file: _File) -> Document:
    try:
        with file.path.open("rb") as opened:
            data = opened.read(MAX_FILE_BYTES)
        if data.startswith(_GZIP):
            with gzip.open(file.path) as packed:
                data = packed.read(MAX_FILE_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(
            "no_file", f"file: saw {error}; wanted a page at {file.path}, beside the manifest"
        ) from None
    return document_of(data, file.url)


def document_of(html: bytes, url: str | None, charset: str | None = None) -> Document:
    """A page that comes from no wire."""
    return Document(
        url=url,
        html=html,
        charset=charset,
        item=None,
        wire=ANY_WIRE,
        topics=TopicMap(id="none", version="0"),
        now=datetime.now(UTC),
    )


ANY_WIRE = Wire(
    id="manifest",
    provider="Manifest",
    feeds=(Feed(id="files", url="https://manifest.invalid/"),),
)
"""Pages of a manifest come from no wire: no furniture, topics or rights of one apply."""


def _refused(refusal: Refusal) -> dict[str, Any]:
    error = f"{refusal.code}: {refusal.reason}"
    return {"body": "", "title": None, "authors": [], "date": None, "error": error}


def _row(story: Story) -> dict[str, Any]:
    moment = story.firstcreated
    return {
        "body": story.body,
        "title": story.headline,
        "authors": list(story.authors) or [story.byline] * bool(story.byline),
        "date": in_own_zone(moment, story.evidence["firstcreated"]).isoformat() if moment else None,
        "language": story.language,
        "copyrightnotice": story.copyrightnotice,
        "copyrightholder": story.copyrightholder,
        "copyrightyear": story.copyrightyear,
        "byline": story.byline,
        "source": story.source,
        "subheadline": story.subheadline,
        "topics": list(story.topics),
        "url": story.url,
        "flags": list(story.flags),
    }
