"""The extraction gate's false alarms and misses, where bodies are known: `python -m bench.gate FILE`.

`FILE` is JSON Lines of `{id, url, file, body}`. A body is lost when it has less than `WHOLE` of the known
one's words. Few are, so that losses are made, too: see `bench.losses`.
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
from bench.losses import losses
from bench.pages import bodies_of
from newsroom.extract.manifest import read_manifest

WHOLE = 0.8
"""The share of the known body's words below which words were lost."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Judged:
    """A page: the share of its known words that was read, and what the gate said.

    `made` are the losses made of it, each with whether the gate noticed.
    """

    id: str
    recall: float
    flags: tuple[str, ...]
    made: tuple[tuple[str, bool], ...]

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
            recall = _recall(line["body"], row["body"])
            usable = recall >= WHOLE and not flags and not refused
            made = tuple(losses(html, line["url"])) if usable else ()
            yield Judged(line["id"], recall, flags + refused, made)


def _recall(known: str, read: str) -> float:
    wanted, seen = Counter(_WORD.findall(known.casefold())), Counter(_WORD.findall(read.casefold()))
    return (wanted & seen).total() / max(wanted.total(), 1)


def _figures(judged: Sequence[Judged]) -> Iterator[Figure]:
    whole, lost = [each for each in judged if not each.lost], [each for each in judged if each.lost]
    alarms = [each for each in whole if each.flags]
    misses = [each for each in lost if not each.flags]
    yield Figure("gate: false alarms", f"{len(alarms)}", f"of {len(whole)} whole bodies")
    yield Figure("gate: misses", f"{len(misses)}", f"of {len(lost)} bodies that lost a fifth of their words")
    made = Counter(name for each in whole for name, _ in each.made)
    seen = Counter(name for each in whole for name, noticed in each.made if noticed)
    for name in sorted(made):
        missed = made[name] - seen[name]
        yield Figure(f"gate: misses where {name}", f"{missed}", f"of {made[name]}")


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
