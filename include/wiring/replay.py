"""A replay as Airflow tasks: which wires it asks for, then each one's stored bytes read again."""

import logging
from collections import Counter
from datetime import UTC, datetime, timedelta

from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from wiring.params import moment_in
from wiring.tasks import LABEL, labelled

log = logging.getLogger(__name__)

LOOKED_BACK = timedelta(days=7)
"""How far a replay goes back where the form names no time."""


@task
def which_wires() -> list[str]:
    """The wires that the form asks for: one, or all."""
    from wiring.connections import newsroom

    asked = get_current_context()["params"].get("wire")
    with newsroom() as room:
        try:
            return [room.wire(asked).id] if asked else sorted(room.configuration.wires)
        except LookupError as error:
            raise AirflowFailException(str(error.args[0])) from None


@task(map_index_template=LABEL)
def replay(wire: str) -> dict[str, int]:
    """Read a wire's stored bytes again; the log names each story of which something would change."""
    from newsroom.stages.replay import Replay
    from wiring.connections import newsroom

    labelled(wire)
    context = get_current_context()
    params, run = context["params"], str(context["run_id"])
    done = Replay()
    since = moment_in(params, "since") or datetime.now(UTC) - LOOKED_BACK
    with newsroom() as room:
        for each in done.run(room, wire, since, apply=bool(params["apply"]), run=run):
            told = "; ".join(filter(None, (each["change"], *each["reasons"])))
            log.warning("%s: %r: %s", each["outcome"], each["headline"], told or ", ".join(each["besides"]))
    counts = dict(+done.counts)
    labelled(f"{wire}: {_told(done.counts)}")
    return counts


def _told(counts: Counter[str]) -> str:
    return (
        ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in (+counts).items()) or "no story since then"
    )
