"""Pushes as Airflow tasks: find whom to send to, send to some targets side by side."""

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from airflow.sdk import task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from wiring.tasks import LABEL, dealt, labelled

if TYPE_CHECKING:
    from newsroom.stages.push import Pair, PushDone

log = logging.getLogger(__name__)

TIMEOUT = timedelta(minutes=3)
"""How long one of them may take; each target's own budget is under one."""


@task
def whom_to_send() -> "list[list[Pair]]":
    """The targets for which something is due, in groups; skipped where there is none."""
    return _due(only_kills=False)


@task
def whom_to_tell() -> "list[list[Pair]]":
    """The targets that a kill must reach, in groups; skipped where there is none."""
    return _due(only_kills=True)


@task(map_index_template=LABEL, execution_timeout=TIMEOUT)
def send(pairs: "list[Pair]") -> "list[PushDone]":
    """Send what waits for these targets; each one by itself, so that one that hangs holds up no other."""
    return _sent(pairs, only_kills=False)


@task(map_index_template=LABEL, execution_timeout=TIMEOUT)
def tell(pairs: "list[Pair]") -> "list[PushDone]":
    """Tell these targets of kills, before all else."""
    return _sent(pairs, only_kills=True)


@task(retries=0)
def watch_kills() -> None:
    """Fail, once for each kill, where a partner has not taken or not acknowledged it within its limit."""
    from newsroom.stages.kills_told import alarms
    from wiring.connections import newsroom

    with newsroom() as room:
        late = alarms(room)
    if late:
        raise AirflowFailException("; ".join(late))


def _due(*, only_kills: bool) -> "list[list[Pair]]":
    from newsroom.stages.push import targets_due
    from wiring.connections import newsroom

    with newsroom() as room:
        due = targets_due(room, only_kills=only_kills)
    if not due:
        raise AirflowSkipException("nothing is due")
    log.info("due: %s", ", ".join("/".join(pair) for pair in due))
    return dealt(due)


def _sent(pairs: "list[Pair]", *, only_kills: bool) -> "list[PushDone]":
    from newsroom.stages.push import push_to_all
    from wiring.connections import newsroom

    labelled(", ".join("/".join(pair) for pair in pairs))
    with newsroom() as room:
        done = push_to_all(room, [(partner, target) for partner, target in pairs], only_kills=only_kills)
    for each in done:
        log.info("push %s", each)
    labelled(", ".join(f"{each['partner']}/{each['target']}: {each['delivered']} sent" for each in done))
    if wrong := [each["error"] for each in done if each["error"]]:
        # The next run tries again; what a person must mend fails at once, so that somebody is told.
        raise AirflowFailException("; ".join(wrong))
    return done
