"""Boosted trees that answer for all rows at once: their weights are data, learned elsewhere."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Forest:
    """Trees as flat arrays: node `i` asks whether feature `feature[i]` is at most `threshold[i]`.

    If so, the next node is `left[i]`, else `right[i]`; a leaf leads to itself and is worth `value[i]`.
    """

    names: tuple[str, ...]
    roots: npt.NDArray[np.intp]
    feature: npt.NDArray[np.intp]
    threshold: Floats
    left: npt.NDArray[np.intp]
    right: npt.NDArray[np.intp]
    value: Floats
    depth: int

    @classmethod
    def load(cls, path: Path) -> "Forest":
        """Read the weights' file."""
        data = orjson.loads(path.read_bytes())
        return cls(
            names=tuple(data["names"]),
            roots=np.array(data["roots"], dtype=np.intp),
            feature=np.array(data["feature"], dtype=np.intp),
            threshold=np.array(data["threshold"], dtype=np.float32),
            left=np.array(data["left"], dtype=np.intp),
            right=np.array(data["right"], dtype=np.intp),
            value=np.array(data["value"], dtype=np.float32),
            depth=data["depth"],
        )

    def probabilities(self, rows: Floats) -> Floats:
        """For each of `rows` (n by features) the probability, 0 to 1."""
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        flat = rows.ravel()
        line = (np.arange(len(rows)) * rows.shape[1])[:, None]
        for _ in range(self.depth):
            under = flat.take(line + self.feature.take(at)) <= self.threshold.take(at)
            at = np.where(under, self.left.take(at), self.right.take(at))
        scores = self.value.take(at).sum(axis=1)
        chances: Floats = 1 / (1 + np.exp(-scores, dtype=np.float32))
        return chances
