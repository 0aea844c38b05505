"""The daily comparison as Airflow tasks: catalogue and bucket, then each partner, then what is to be told."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypedDict

from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from wiring.params import moment_in
from wiring.tasks import LABEL, labelled

log = logging.getLogger(__name__)


class Compared(TypedDict):
    """Where a part's report lies, and how many gaps it tells of, and of these how many need a person."""

    part: str
    report: str
    gaps: int
    for_a_person: int


@task
def which_stores() -> list[str]:
    """The wires, and what is on record."""
    from newsroom.stages.reconcile import store_parts
    from wiring.connections import newsroom

    with newsroom() as room:
        return store_parts(room)


@task(trigger_rule="all_done")
def which_partners() -> list[str]:
    """The partners; when catalogue and bucket agree, or could not be compared."""
    from newsroom.stages.reconcile import partner_parts
    from wiring.connections import newsroom

    with newsroom() as room:
        return partner_parts(room)


@task(map_index_template=LABEL)
def compare(part: str) -> Compared:
    """Compare one part and close its gaps; the log tells each one."""
    from newsroom.stages.reconcile import LOOKED_BACK, needs_a_person, reconcile, report_key
    from wiring.connections import newsroom

    labelled(part)
    context = get_current_context()
    since = moment_in(context["params"], "since") or datetime.now(UTC) - LOOKED_BACK
    with newsroom() as room:
        report = reconcile(room, part, since, run=str(context["run_id"]))
    log.info("%s: compared %s, explained %s", part, report.compared, report.explained)
    gaps, people = len(report.findings), len(needs_a_person([report]))
    labelled(f"{part}: {gaps or 'no'} gaps" + (f", {people} for a person" if people else ""))
    return {"part": part, "report": report_key(report), "gaps": gaps, "for_a_person": people}


@task(trigger_rule="all_done")
def tell(parts: list[list[str]], done: list[Iterable[Compared]]) -> dict[str, int]:
    """Fail where a part could not be compared, or a person must look at something: the house is told then."""
    compared = [each for some in done for each in some]
    wanted = [part for some in parts for part in some]
    for each in compared:
        log.info("%s: %d gaps: %s", each["part"], each["gaps"], each["report"])
    missing = sorted(set(wanted) - {each["part"] for each in compared})
    loud = [f"{each['part']}: {each['for_a_person']} ({each['report']})" for each in compared]
    loud = [told for told, each in zip(loud, compared, strict=True) if each["for_a_person"]]
    told = [f"not compared: {', '.join(missing)}"] if missing else []
    told += [f"for a person: {'; '.join(loud)}"] if loud else []
    if told or not wanted:
        raise AirflowFailException("; ".join(told) or "nothing could be compared")
    return {"parts": len(compared), "gaps": sum(each["gaps"] for each in compared)}
