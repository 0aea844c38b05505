"""partners: how the deliveries to each partner go, by its feeds and by each of its targets."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from newsroom.config import Partner
from newsroom.stages import Newsroom, now
from newsroom.stages.out_of_feeds import out_of_feeds
from newsroom.store.partner_health import FEEDS, Health

Record = dict[str, Any]

LOOKED_BACK = timedelta(days=90)
"""Whose kills' times are told."""

REASONS = 3
"""How many reasons of what was parked are told, the commonest first."""


def deliveries_by_partner(room: Newsroom) -> list[Record]:
    """For each partner and each way to it: last delivery, what waits since when, what fails and why, kills.

    `kill_seconds` are the 50th and 99th percentile of the last 90 days, from when a kill was seen until it
    took effect there; None where there was none.
    """
    known = room.catalogue.partner_health(now() - LOOKED_BACK)
    due = set(room.catalogue.partners_due())
    out = Counter(each["partner"] for each in out_of_feeds(room))
    rows = []
    for partner in room.configuration.partners.values():
        for way in (FEEDS, *(target.id for target in partner.push)):
            health = known.get((partner.id, way), Health())
            feeds = way == FEEDS
            failures = _failures(
                health, kills_due=feeds and partner.id in due, out=out[partner.id] if feeds else 0
            )
            rows.append(_row(partner, way, health, failures))
    return rows


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of all does not exceed (nearest rank); None of none."""
    ranked = sorted(values)
    return ranked[max(math.ceil(share * len(ranked)), 1) - 1] if ranked else None


def _row(partner: Partner, way: str, health: Health, failures: list[str]) -> Record:
    p50, p99 = (percentile(health.kill_seconds, share) for share in (0.5, 0.99))
    return {
        "partner": partner.id,
        "by": way,
        "enabled": partner.enabled,
        "last_delivery": health.last,
        "waiting": health.waiting,
        "oldest": health.oldest,
        "failures": failures,
        "kill_seconds": {"p50": _rounded(p50), "p99": _rounded(p99)} if health.kill_seconds else None,
    }


def _failures(health: Health, *, kills_due: bool, out: int) -> list[str]:
    told = ["a kill has not reached its feeds"] if kills_due else []
    if out:
        told.append(f"out of its feeds, as the newer version may not go there: {out}; see `newsroom held`")
    if health.failing_since:
        told.append(f"since {health.failing_since:%Y-%m-%d %H:%M:%S}Z: {health.reason}")
    commonest = sorted(health.parked.items(), key=lambda each: (-each[1], each[0]))
    told += [f"{count} parked: {reason}" for reason, count in commonest[:REASONS]]
    if rest := sum(count for _, count in commonest[REASONS:]):
        told.append(f"{rest} more parked for other reasons")
    return told


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
