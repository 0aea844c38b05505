"""Many pages from files: what `newsroom read --manifest` reads."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsroom.config import Feed, TopicMap, Wire
from newsroom.extract.children import Readers
from newsroom.extract.dates import in_own_zone
from newsroom.extract.document import Document
from newsroom.story import Refusal, Story

MAX_FILE_BYTES = 64_000_000
"""How much of a gzip file is unpacked; the reader refuses a page long before that."""


class BadManifest(ValueError):  # noqa: N818  (what the file is, not that it failed)
    """A line of the manifest is not what is wanted; the text names it."""


def read_manifest(path: Path, processes: int | None = None) -> Iterator[dict[str, Any]]:
    """Read the pages that `path` lists, as JSON Lines of `{"id", "url", "file"}`, `file` relative to it.

    Files may be gzipped. Yields, in order, a dict for each line: `id`, `body` (paragraphs parted by a blank
    line), `title`, `authors`, `date` (ISO 8601, or None), `language`, `copyrightnotice`, and more of the
    story; for a page that gave none, `error` says why and the body is empty.

    Raises:
        BadManifest: a line is not JSON, lacks a field, or names a file that can't be read.
    """
    lines = _entries(path)
    with Readers(processes) as readers:
        for entry, result in zip(
            _entries(path), readers.read(_document(path, e) for e in lines), strict=True
        ):
            yield {"id": entry["id"], **_row(result)}


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


def _document(path: Path, entry: dict[str, Any]) -> Document:
    file = path.parent / entry["file"]
    try:
        data = file.read_bytes()
        if data.startswith(b"\x1f\x8b"):
            with gzip.open(file) as packed:
                data = packed.read(MAX_FILE_BYTES)
    except (OSError, EOFError) as error:
        raise BadManifest(
            f"{path}: file {entry['file']!r} of {entry['id']!r} can't be read: {error}"
        ) from None
    return Document(
        url=entry.get("url"),
        html=data,
        charset=None,
        item=None,
        wire=_ANY_WIRE,
        topics=TopicMap(id="none", version="0"),
        now=datetime.now(UTC),
    )


_ANY_WIRE = Wire(
    id="manifest",
    provider="Manifest",
    feeds=(Feed(id="files", url="https://manifest.invalid/"),),
)
"""Pages of a manifest come from no wire: no furniture, topics or rights of one apply."""


def _row(result: Story | Refusal) -> dict[str, Any]:
    if isinstance(result, Refusal):
        return {
            "body": "",
            "title": None,
            "authors": [],
            "date": None,
            "error": f"{result.code}: {result.reason}",
        }
    moment = result.firstcreated
    return {
        "body": result.body,
        "title": result.headline,
        "authors": list(result.authors) or [result.byline] * bool(result.byline),
        "date": in_own_zone(moment, result.evidence["firstcreated"]).isoformat() if moment else None,
        "language": result.language,
        "copyrightnotice": result.copyrightnotice,
        "copyrightholder": result.copyrightholder,
        "copyrightyear": result.copyrightyear,
        "byline": result.byline,
        "source": result.source,
        "subheadline": result.subheadline,
        "topics": list(result.topics),
        "url": result.url,
        "flags": list(result.flags),
    }
