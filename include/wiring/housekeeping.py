"""What the newsroom made for itself and needs no more, removed as an Airflow task."""

import logging

from airflow.sdk import task

log = logging.getLogger(__name__)


@task
def remove_old_work() -> int:
    """Remove the work files of long-ended runs; returns how many."""
    from newsroom.stages import now
    from newsroom.stages.housekeeping import KEPT_FOR, remove_old_work
    from wiring.connections import newsroom

    with newsroom() as room:
        removed = remove_old_work(room, now())
    log.info("removed %d work files older than %d days", removed, KEPT_FOR.days)
    return removed
