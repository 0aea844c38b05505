"""What a partner's own rules say of the stories it could get, under the rules as they stand."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby

from newsroom.check.validate import Scope, check, ruleset_digest
from newsroom.config import Configuration, Partner
from newsroom.deliver.revised import stories_of
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import AnyRevision, Catalogue
from newsroom.store.revisions import file_verdicts
from newsroom.story import Verdict

log = logging.getLogger(__name__)

Unfiled = Callable[[Sequence[Verdict]], None]
"""Takes verdicts that are not to be filed."""


def passed_by(
    partner: Partner,
    configuration: Configuration,
    bucket: Bucket,
    catalogue: Catalogue,
    rows: Iterable[AnyRevision],
    now: datetime,
    *,
    judge: bool = True,
    unfiled: Unfiled | None = None,
) -> dict[tuple[str, int], bool] | None:
    """Whether each revision passes the partner's rules; None where it has none of its own.

    What was never judged by these very rules, because they or the wire's facts changed, is judged now and
    filed: a changed rule takes effect with the next delivery. With `unfiled` nothing is filed: it gets the
    verdicts. Without `judge` it stays unjudged.
    """
    if partner.checks is None:
        return None
    scope = Scope(f"partner:{partner.id}", configuration.rules[partner.checks])
    states: dict[tuple[str, int], bool] = {}
    for wire_id, group in groupby(sorted(rows, key=lambda row: row.wire), key=lambda row: row.wire):
        if wire_id not in configuration.wires:
            continue  # Its file is gone or broken: nobody can say what its stories must meet, so none passes.
        of_wire = list(group)
        wire = configuration.wires[wire_id]
        profile = configuration.profile_of(wire)
        ruleset = ruleset_digest(scope.rules, wire, configuration.topics_of(wire), profile)
        known = catalogue.verdict_states(scope.name, ruleset, [(row.uri, row.n) for row in of_wire])
        unjudged = [row for row in of_wire if (row.uri, row.n) not in known and row.use.pubstatus == "usable"]
        states |= known
        if unjudged and judge:
            log.info("%s: judging %d stories of %s by its changed rules", partner.id, len(unjudged), wire_id)
            verdicts = _judge(configuration, bucket, scope, unjudged, now)
            if unfiled:
                unfiled(verdicts)
            else:
                file_verdicts(bucket, catalogue, verdicts, wire.id)
            states |= {(verdict.uri, verdict.n): verdict.passed for verdict in verdicts}
    return states


def _judge(
    configuration: Configuration,
    bucket: Bucket,
    scope: Scope,
    rows: Sequence[AnyRevision],
    now: datetime,
) -> list[Verdict]:
    """Judge stories of one wire; one that can't be read stays unjudged, and holds up no other."""
    told = stories_of(bucket, rows)
    rows = [row for row in rows if row.key in told]
    if not rows:
        return []
    wire = configuration.wires[rows[0].wire]
    stories = [told[row.key] for row in rows]
    profile = configuration.profile_of(wire)
    verdicts = check(stories, wire, configuration.topics_of(wire), [scope], now, profile=profile)
    return [verdict.model_copy(update={"n": row.n}) for verdict, row in zip(verdicts, rows, strict=True)]
