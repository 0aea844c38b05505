"""reconcile: compare catalogue, bucket and each partner's feeds; close the gaps, or explain them.

Nothing is mended in silence: each part's report lies in the bucket under `reports/reconcile/`. It is safe to
repeat, and to run beside everything else: what is younger than `SETTLED` is left to the run that makes it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from newsroom.stages import Newsroom, now
from newsroom.stages.reconcile.partners import compare_partner
from newsroom.stages.reconcile.records import compare_records
from newsroom.stages.reconcile.report import Finding, Notes, Report
from newsroom.stages.reconcile.span import SETTLED, Span
from newsroom.stages.reconcile.wires import compare_wire
from newsroom.store import keys

__all__ = ["LOOKED_BACK", "RECORDS", "Finding", "Report", "partner_parts", "reconcile", "store_parts"]

LOOKED_BACK = timedelta(days=2)
"""How far a daily comparison goes back: over the day before, in case that one failed."""

RECORDS = "records"
"""The part of verdicts, decisions, kills and ledgers."""


def store_parts(room: Newsroom) -> list[str]:
    """The parts of catalogue and bucket: the wires, also those whose files are gone; then the records."""
    wires = {*room.configuration.wires, *room.catalogue.story_counts()}
    return [*(f"wire:{wire}" for wire in sorted(wires)), RECORDS]


def partner_parts(room: Newsroom) -> list[str]:
    """The partners, also those whose files are gone: they are compared when catalogue and bucket agree."""
    partners = {*room.configuration.partners, *room.catalogue.partners_on_record()}
    return [f"partner:{partner}" for partner in sorted(partners)]


def reconcile(
    room: Newsroom, part: str, since: datetime, *, run: str | None = None, settled: timedelta = SETTLED
) -> Report:
    """Compare one part, from `since` on; close what can be closed, and file the report.

    Args:
        room: what is compared.
        part: one of `store_parts` or `partner_parts`.
        since: what was written or filed before it is not looked at; of a partner, all is.
        run: who does it, for the record.
        settled: how old a gap must be.

    Raises:
        LookupError: there is no such part.
        BucketError: the bucket can't be read or written.
    """
    at = now()
    span, notes = Span(since, at - settled), Notes()
    kind, _, name = part.partition(":")
    if part not in (*store_parts(room), *partner_parts(room)):
        known = ", ".join((*store_parts(room), *partner_parts(room)))
        raise LookupError(f"part: saw {part!r}; wanted one of: {known}")
    if kind == "wire":
        compare_wire(room, name, span, notes)
    elif kind == "partner":
        compare_partner(room, name, span, run, notes)
    else:
        compare_records(room, span, notes)
    report = Report(
        part=part,
        at=at,
        since=span.since,
        until=span.until,
        run=run,
        compared=dict(notes.compared),
        explained=dict(notes.explained),
        findings=tuple(notes.findings),
    )
    room.bucket.put_once(report_key(report), report.to_json())
    return report


def report_key(report: Report) -> str:
    """Where a report lies in the bucket."""
    return keys.report("reconcile", report.part, keys.stamp(report.at))


def needs_a_person(reports: Sequence[Report]) -> list[Finding]:
    """What somebody must hear of."""
    return [each for report in reports for each in report.findings if each.state == "open" or each.alert]
