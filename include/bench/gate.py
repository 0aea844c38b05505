"""The extraction gate's false alarms and misses, where bodies are known: `python -m bench.gate FILE`.

`FILE` is JSON Lines of `{id, url, file, body}`. A body is lost when it has less than `WHOLE` of the known
one's words. Few are, so that bodies are cut on purpose, too: after half of their blocks, within a sentence.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from bench.figures import Figure, show
from bench.pages import bodies_of
from newsroom.extract.charset import decode
from newsroom.extract.gate import doubts
from newsroom.extract.html_tree import parse_html
from newsroom.extract.manifest import read_manifest
from newsroom.extract.structured import read_structured
from newsroom.story import Block, paragraph

WHOLE = 0.8
"""The share of the known body's words below which words were lost."""

FEWEST_BLOCKS = 4
"""A body of fewer blocks is not cut on purpose."""

LONG = 32
"""Words of a paragraph in the middle of which a body is cut on purpose."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Judged:
    """A page: the share of its known words that was read, and what the gate said."""

    id: str
    recall: float
    flags: tuple[str, ...]
    cut: tuple[tuple[str, bool], ...]

    @property
    def lost(self) -> bool:
        """Whether words are missing."""
        return self.recall < WHOLE


def measure(manifest: Path) -> Iterator[Figure]:
    """The gate's figures, where the manifest has bodies to compare with; nothing otherwise."""
    if judged := list(judge(manifest)):
        yield from _figures(judged)


def judge(manifest: Path) -> Iterator[Judged]:
    """Each page of the manifest that has a known body, read and judged."""
    lines = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines() if line.strip()]
    for line, row, html in zip(lines, read_manifest(manifest), bodies_of(manifest), strict=True):
        if line.get("body"):
            flags = tuple(flag for flag in row.get("flags", ()) if flag.startswith("gate."))
            refused = (f"refused: {row['error']}",) if "error" in row else ()
            cut = tuple(_cuts(row["body"], html)) if not flags and not refused else ()
            yield Judged(line["id"], _recall(line["body"], row["body"]), flags + refused, cut)


def _recall(known: str, read: str) -> float:
    wanted, seen = Counter(_WORD.findall(known.casefold())), Counter(_WORD.findall(read.casefold()))
    return (wanted & seen).total() / max(wanted.total(), 1)


def _cuts(body: str, html: bytes) -> Iterator[tuple[str, bool]]:
    """Whether the gate sees that a body was cut, by how it was cut."""
    texts = body.split("\n\n")
    if len(texts) < FEWEST_BLOCKS:
        return
    told = read_structured(parse_html(decode(html, None).text))
    half = [paragraph(text) for text in texts[: len(texts) // 2]]
    yield "after half of the blocks", bool(doubts(half, (), told))
    for number, text in enumerate(texts[len(texts) // 2 :], len(texts) // 2):
        words = text.split()
        if len(words) >= LONG:
            within: Sequence[Block] = [*map(paragraph, [*texts[:number], " ".join(words[: len(words) // 2])])]
            yield "within a sentence", bool(doubts(within, (), told))
            return


def _figures(judged: Sequence[Judged]) -> Iterator[Figure]:
    whole, lost = [each for each in judged if not each.lost], [each for each in judged if each.lost]
    alarms = [each for each in whole if each.flags]
    misses = [each for each in lost if not each.flags]
    yield Figure("gate: false alarms", f"{len(alarms)}", f"of {len(whole)} whole bodies")
    yield Figure("gate: misses", f"{len(misses)}", f"of {len(lost)} bodies that lost a fifth of their words")
    made = Counter(name for each in whole for name, _ in each.cut)
    seen = Counter(name for each in whole for name, noticed in each.cut if noticed)
    for name in sorted(made):
        missed = made[name] - seen[name]
        yield Figure(f"gate: misses of bodies cut {name}", f"{missed}", f"of {made[name]}")


def run(manifest: Path) -> None:
    """Show the figures, and each page that the gate judged wrongly."""
    judged = list(judge(manifest))
    show(_figures(judged))
    for each in judged:
        if each.lost != bool(each.flags):
            said = "; ".join(each.flags) or "nothing said"
            sys.stdout.write(f"{each.id}: {each.recall:.2f} of the words read; {said[:160]}\n")


if __name__ == "__main__":
    typer.run(run)
