"""The stages as Airflow tasks: each opens the newsroom, does one stage, labels itself with its counts.

Heavy libraries are imported inside the tasks, so that a DAG file parses at once.
"""

import logging
from typing import TYPE_CHECKING

from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from wiring.assets import DELIVERED, DUE, KILLED, PASSED, killed_by, passed_by
from wiring.params import moment_in

if TYPE_CHECKING:
    from newsroom.stages.deliver import Delivery
    from newsroom.stages.work import Handover

log = logging.getLogger(__name__)

LABEL = "{{ label }}"
"""The name of a mapped task in the grid; `labelled` sets it."""


@task(map_index_template=LABEL, do_xcom_push=True)
def poll(wire: str, feed: str) -> "Handover":
    """Ask one feed what is new; skipped when nothing is."""
    from newsroom.stages.poll import Selection, assign_url, poll_feed
    from wiring.connections import newsroom

    labelled(feed)
    context = get_current_context()
    params, run = context["params"], str(context["run_id"])
    asked = params.get("feed")
    if asked and asked != feed:
        raise AirflowSkipException(f"{feed}: this run is for {asked} only")
    with newsroom() as room:
        if url := params.get("url"):
            if not asked and feed != room.wire(wire).feeds[0].id:
                raise AirflowSkipException(f"{feed}: this run is for one URL")
            done = assign_url(room, wire, feed, run, url)
        else:
            selection = Selection(
                moment_in(params, "since"), moment_in(params, "until"), bool(params.get("again"))
            )
            done = poll_feed(room, wire, feed, run, selection)
    return _passed_on(done, "nothing new", counted="to_read")


@task(map_index_template=LABEL)
def fetch(work: "Handover") -> "Handover":
    """Fetch the pages that the entries link to."""
    from newsroom.stages.fetch import fetch_pages
    from wiring.connections import newsroom

    with newsroom() as room:
        return _passed_on(fetch_pages(room, work), "no page to read", counted="to_read")


@task(map_index_template=LABEL)
def extract(work: "Handover") -> "Handover":
    """Read stories from raw bytes."""
    from newsroom.stages.extract import extract_stories
    from wiring.connections import newsroom

    with newsroom() as room:
        return _passed_on(extract_stories(room, work), "no story could be read", counted="read")


@task(map_index_template=LABEL)
def check(work: "Handover") -> "Handover":
    """Check every story against the wire's and the partners' rules, in one validation."""
    from newsroom.stages.check import check_stories
    from wiring.connections import newsroom

    with newsroom() as room:
        return _passed_on(check_stories(room, work), "nothing to check", counted="checked")


@task(map_index_template=LABEL)
def store(work: "Handover") -> "Handover":
    """File revisions and verdicts; wake the delivery when something passed."""
    from newsroom.stages.store import store_stories
    from wiring.connections import newsroom

    context = get_current_context()
    with newsroom() as room:
        done = store_stories(room, work, run=str(context["run_id"]))
    if done["counts"].get("passed"):
        alias = passed_by(work["wire"])
        context["outlet_events"][alias].add(PASSED, extra={"wire": work["wire"], **done["counts"]})
    return _passed_on(done, "nothing to file", counted="filed")


@task(map_index_template=LABEL, outlets=[DELIVERED])
def deliver(partner: str) -> "Delivery":
    """Bring one partner's feeds up to date; skipped when nothing changed."""
    from newsroom.stages.deliver import deliver_to
    from wiring.connections import newsroom

    labelled(partner)
    with newsroom() as room:
        done = deliver_to(room, partner, run=str(get_current_context()["run_id"]))
    log.info("deliver %s: %s", partner, done)
    labelled(f"{partner}: {done['new']} new, {done['stories']} in the feed")
    if not done["written"]:
        raise AirflowSkipException(f"{partner}: nothing changed, {done['stories']} stories in the feed")
    return done


@task(outlets=[DUE])
def whose_time_has_come(partners: list[str]) -> list[str]:
    """Wake the delivery where a partner's feeds change by themselves by now; skipped where none do."""
    from newsroom.stages.deliver import awaited
    from wiring.connections import newsroom

    with newsroom() as room:
        due = awaited(room, partners)
    if not due:
        raise AirflowSkipException("no embargo, hold-back or licence has ended")
    log.info("to wake: %s", ", ".join(due))
    return due


def labelled(label: str) -> None:
    """Name this mapped task in the grid."""
    get_current_context()["label"] = label


def _passed_on(done: "Handover", nothing: str, *, counted: str) -> "Handover":
    """Log the counts, label the task with them; skip what follows when there is nothing to do."""
    counts = {name: n for name, n in done["counts"].items() if n}
    alias = killed_by(done["wire"])
    if counts.get("killed"):
        get_current_context()["outlet_events"][alias].add(KILLED, extra={"wire": done["wire"]})
    told = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items()) or nothing
    log.info("%s of %s: %s", done["feed"], done["wire"], told)
    labelled(f"{done['feed']}: {told}")
    if not done["counts"].get(counted):
        raise AirflowSkipException(f"{done['feed']}: {told}")
    return done
