"""`python -m bench.peers MANIFEST`: what other extractors need for the same pages, in a process of their own.

newspaper4k and readability-lxml, with all that they use, are found by PYTHONPATH.
"""

import json
import logging
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.figures import Figure
from bench.pages import bodies_of

ADDRESS = "https://bench.invalid/story"


def measure(folder: Path, manifest: Path, ours: float) -> Iterator[Figure]:
    """Pages a second of the peers in `folder`, each page read once; `ours` is that of `newsroom read`."""
    command = [sys.executable, "-m", __name__, str(manifest)]
    environment = {**os.environ, "PYTHONPATH": str(folder.resolve())}
    told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603 - our own
    for name, took in json.loads(told).items():
        rate = took["pages"] / took["seconds"]
        empty = f", {took['empty']} without text" if took["empty"] else ""
        yield Figure("the same", f"{ours:.0f}", f"{name}: {rate:.0f}{empty}", ours / rate)


def _read_all(manifest: Path) -> dict[str, dict[str, float]]:
    bodies = list(bodies_of(manifest))
    return {
        name: _timed(read, bodies)
        for name, read in (("newspaper4k", _newspaper4k()), ("readability-lxml", _readability()))
    }


def _timed(read: Callable[[str], str], bodies: list[bytes]) -> dict[str, float]:
    texts = [body.decode("utf-8", "replace") for body in bodies]
    began = time.perf_counter()
    empty = sum(1 for text in texts if not _told(read, text))
    return {"pages": len(texts), "seconds": time.perf_counter() - began, "empty": empty}


def _told(read: Callable[[str], str], text: str) -> str:
    try:
        return read(text)
    except Exception:  # noqa: BLE001  (whatever a peer can't read is without text)
        return ""


def _newspaper4k() -> Callable[[str], str]:
    """Title, authors, date and text; no picture is fetched."""
    from newspaper import Article, Config  # noqa: PLC0415  (installed for this process alone)

    config = Config()
    config.fetch_images = False

    def read(text: str) -> str:
        article = Article(ADDRESS, config=config)
        article.download(input_html=text)
        article.parse()
        return str(article.text)

    return read


def _readability() -> Callable[[str], str]:
    """Title and the part of the page with the text, as HTML."""
    from readability import Document  # noqa: PLC0415  (installed for this process alone)

    def read(text: str) -> str:
        document = Document(text)
        return str(document.title() and document.summary())

    return read


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    sys.stdout.write(json.dumps(_read_all(Path(sys.argv[1]))))
