"""The stages as Airflow tasks: each opens the newsroom, does one stage, labels itself with its counts.

Heavy libraries are imported inside the tasks, so that a DAG file parses at once.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from wiring.assets import DELIVERED, DUE, KILLED, PASSED, killed_by, passed_by
from wiring.params import moment_in

if TYPE_CHECKING:
    from newsroom.config import Partner
    from newsroom.stages.deliver import Delivery
    from newsroom.stages.work import Handover

log = logging.getLogger(__name__)

LABEL = "{{ label }}"
"""The name of a mapped task in the grid; `labelled` sets it."""

GROUPS = 8
"""How many mapped tasks share the partners, or their servers, of one run: each costs a process."""

NAMED = 3
"""How many partners a task's label names; of more it tells how many they are."""

Target = TypeVar("Target")


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
def deliver(partners: list[str]) -> "list[Delivery]":
    """Bring these partners' feeds up to date; skipped when nothing changed.

    Of few partners the label tells, too, what is out of their feeds until its newer version may go there.
    """
    from newsroom.stages.deliver import deliver_changed
    from newsroom.stages.out_of_feeds import out_of_feeds
    from wiring.connections import newsroom

    labelled(named(partners))
    with newsroom() as room:
        done = deliver_changed(room, partners, run=str(get_current_context()["run_id"]))
        out = out_of_feeds(room, partners=partners) if len(partners) <= NAMED else []
    told = told_of(done, "new", "new") + told_out(out)
    labelled(told)
    if not any(each["written"] for each in done):
        raise AirflowSkipException(f"nothing changed: {told}")
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


def dealt(targets: "Sequence[Target]") -> "list[list[Target]]":
    """These in order, dealt to at most `GROUPS` mapped tasks."""
    groups = min(GROUPS, len(targets))
    return [
        list(targets[len(targets) * at // groups : len(targets) * (at + 1) // groups]) for at in range(groups)
    ]


def shares(partners: "Iterable[Partner]") -> list[list[str]]:
    """The ids of these partners as mapped tasks share them: those that take the same are together."""
    alike = sorted(partners, key=lambda each: (each.product.model_dump_json(), each.formats, each.id))
    return dealt([each.id for each in alike])


def named(partners: list[str]) -> str:
    """The partners of one mapped task, for its label."""
    return ", ".join(partners) if len(partners) <= NAMED else f"{len(partners)} from {partners[0]}"


def told_of(done: "Sequence[Delivery]", count: Literal["new", "kills"], word: str) -> str:
    """What was done for the partners of one mapped task, logged for each, as its label.

    Raises:
        RuntimeError: some failed; the text names each with its reason. The others are done.
    """
    for each in done:
        log.info("%s: %s", each["partner"], each)
    if wrong := [f"{each['partner']}: {each['error']}" for each in done if each["error"]]:
        raise RuntimeError(f"{len(wrong)} of {len(done)} partners failed: {'; '.join(wrong)}")
    if len(done) > NAMED:
        counted, written = sum(each[count] for each in done), sum(bool(each["written"]) for each in done)
        return f"{len(done)} from {done[0]['partner']}: {counted} {word}, {written} written to"
    return "; ".join(
        f"{each['partner']}: {each[count]} {word}, {each['stories']} in the feed" for each in done
    )


def told_out(out: Sequence[Mapping[str, Any]]) -> str:
    """What is out of these partners' feeds until its newer version may go there, as a label's end."""
    first = [f"{each['headline']!r} ({each['kind']}) is out of {each['partner']}" for each in out[:NAMED]]
    more = [f"{len(out) - NAMED} more"] if len(out) > NAMED else []
    return "".join(f"; {each}" for each in [*first, *more]) + ("; see `newsroom held`" if out else "")


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
