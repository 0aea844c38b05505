"""Kills as Airflow tasks: file what a person asks for, find whom it must reach, reach each one."""

import logging
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from wiring.tasks import LABEL, dealt, labelled, named, told_of

if TYPE_CHECKING:
    from newsroom.stages import Newsroom
    from newsroom.stages.deliver import Delivery

log = logging.getLogger(__name__)


@task
def whom_to_reach() -> list[list[str]]:
    """File the kill, or the lift, that the form asks for; the partners that a kill must still reach.

    They are dealt to the tasks that share them. Skipped where there is none.
    """
    from newsroom.stages.copies import warn_of_copies
    from newsroom.stages.deliver import partners_to_reach
    from wiring.connections import newsroom

    context = get_current_context()
    with newsroom() as room:
        killed = set(room.catalogue.open_kills())
        if context["params"].get("uri"):
            try:
                killed.add(_decide(room, context["params"], by=_who(context)))
            except LookupError as error:
                # What the form says is wrong, and stays so.
                raise AirflowFailException(str(error.args[0])) from None
        warn_of_copies(room, killed & room.catalogue.standing_kills(killed).keys())
        partners = partners_to_reach(room)
    if not partners:
        raise AirflowSkipException("no kill waits to be delivered")
    log.info("to reach: %s", ", ".join(partners))
    return dealt(partners)


@task(map_index_template=LABEL)
def withdraw(partners: list[str]) -> "list[Delivery]":
    """Take out of these partners' feeds what was killed; nothing enters, nothing is updated."""
    from newsroom.stages.deliver import withdraw_from_all
    from wiring.connections import newsroom

    labelled(named(partners))
    with newsroom() as room:
        done = withdraw_from_all(room, partners, run=str(get_current_context()["run_id"]))
    labelled(told_of(done, "kills", "killed"))
    return done


def _decide(room: "Newsroom", params: Any, *, by: str) -> str:
    """Do as the form says; returns the story's uri."""
    from newsroom.stages.kills import kill_story, lift_story

    uri, reason = params["uri"], params["reason"] or ""
    if params["lift"]:
        done = lift_story(room, uri, by=by, reason=reason, kill=params["kill"] or None)
    else:
        done = kill_story(room, uri, by=by, reason=reason)
    return str(done["uri"])


def _who(context: Any) -> str:
    """The person who asked, as Airflow knows them."""
    return str(getattr(context["dag_run"], "triggering_user_name", None) or "Airflow")
