"""What a comparison found, and what was done about it; filed in the bucket, part by part."""

import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from newsroom.story import Moment, Noun

log = logging.getLogger(__name__)

State = Literal["repaired", "explained", "open"]
"""`repaired`: it is right now; `explained`: no harm, and why; `open`: a person must look at it."""


RESTORE = "restore it from a backup or an older version in the bucket"
"""How an object is mended that is gone or broken."""


class Finding(Noun):
    """One gap: its stable `kind`, `where` it is, what was `found`, and what was or is to be `done`.

    `alert` is one that a person must hear of although it is repaired.
    """

    kind: str
    where: str
    found: str
    done: str
    state: State
    alert: bool = False


class Report(Noun):
    """One part compared: `reports/reconcile/{day}/{time}-{part}.json`.

    `compared` counts what was looked at, `explained` by kind the gaps that are none.
    """

    part: str
    at: Moment
    since: Moment
    until: Moment
    run: str | None
    compared: dict[str, int]
    explained: dict[str, int]
    findings: tuple[Finding, ...]


@dataclass
class Notes:
    """What a comparison has found so far."""

    compared: Counter[str] = field(default_factory=Counter)
    explained: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def add(
        self, kind: str, where: str, *, found: str, done: str, state: State = "repaired", alert: bool = False
    ) -> None:
        """Note a gap, and tell it in the log."""
        finding = Finding(kind=kind, where=where, found=found, done=done, state=state, alert=alert)
        level = logging.ERROR if state == "open" or alert else logging.WARNING
        log.log(level, "%s: %s: %s: %s: %s", state, kind, where, found, done)
        self.findings.append(finding)

    def open(self, kind: str, where: str, *, found: str, mend: str) -> None:
        """Note a gap that only a person can mend."""
        self.add(kind, where, found=found, done=mend, state="open")
