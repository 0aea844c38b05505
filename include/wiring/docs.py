"""What the Airflow UI says of each DAG: for the editor who opens it, from the configuration itself."""

from collections.abc import Iterable

from newsroom.config import Configuration, Feed, Partner, Wire
from newsroom.config.push import Push

HELD = """
### When a story is held
The log of **check** names every held story with its reasons, and `newsroom held` lists those that wait.
Mend what the reason names (the rule in `checks/`, the label in `topics/`, the holder in `wires/`) and run
`newsroom recheck`; or pass the story as it is with `newsroom release URI --reason "…"`.
"""


TAKEDOWN = """### Takedown
**whom_to_reach** looks which partners a kill must still reach: all that ever got the story, paused ones
too. **withdraw** takes it out of the feeds of one partner; nothing enters with it, nothing is updated. A
wire's kill starts a run by itself, and the clock looks every minute; a run without a kill shows as skipped.

To kill a story yourself, trigger the DAG by hand with its uri and your reason. The kill leaves a tombstone:
no version of the story goes out again until somebody lifts it by name, here with `Lift`, or with
`newsroom lift`. A wire's kill and yours stand beside each other: lift each, under *Which kill*.
`newsroom kills` tells when each kill was seen, and the seconds it took to each partner.
"""


WAKE = """### Wake-up
Every minute **whose_time_has_come** asks whether a partner's feeds change by themselves by now: an embargo or
a hold-back ended, a licence or a term. If so, it wakes the delivery, which else looks every five minutes; a
run with nothing due shows as skipped.
"""


HOUSEKEEPING = """### Housekeeping
Every day **remove_old_work** removes from the bucket what the tasks of long-ended runs handed to each other
(`work/`, after a week). What came, what was said of it and what was decided stays. Airflow's own history is
cleared beside Airflow: the README says how.
"""


REPLAY = """### Replay
Trigger it by hand to try a changed rule, or a newer reader, on last week: **replay** reads each wire's
stored bytes again as today's code and rules would, and its log names every story that would newly be held
or pass, that would change, and in which fields, what quarantine held and can be read now, or whose bytes
are gone. Nothing is written, unless the form
says `Apply`: then changed stories are filed as revisions, and what the rules now hold leaves the feeds with
the next delivery.
`newsroom replay --since 7d` shows the same as a table.
"""


REVIEW = """### Story review
Trigger it by hand: **review** asks about each held story, under *Required Actions*. It shows why the story is
held, how it begins, and a link to its page. `Release` passes that revision as it is, with your name and your
reason on record, and wakes the delivery; `Leave held` changes nothing, and so does no answer within twelve
hours. A waiting question holds no worker. One whose story was released, killed or replaced by a newer
revision meanwhile ends as skipped, and its log says so.
"""


RECONCILE = """### Reconcile
Every day, and by hand: **compare_stores** compares the catalogue with the bucket, wire by wire, and what is
on record; **compare_partners** each partner's feeds, archive and `changes.json` with what was delivered. What
can be mended is mended (a missing row, a record that is gone and whose rows are there, bytes that an
interrupted run left, a document that was changed by hand, a story that is due, a kill without receipt); the
logs tell each gap, and so do the reports in the bucket under `reports/reconcile/`.
**tell** fails, so that the house is told, when a part could not be compared or a person must look: an object
that was lost, mended or not, or a killed story that was still shown.
`newsroom reconcile --since 7d` looks further back.
"""


def describe_wire(wire: Wire) -> str:
    """A wire's DAG, in Markdown."""
    return f"""### {wire.provider}
Each feed goes its own way: **poll** asks what is new and stores the raw bytes, **fetch** gets the linked
pages, **extract** reads the stories, **check** judges them by the rules `{wire.checks}`, **store**
files them. A feed with nothing new shows as skipped. Nothing is lost when a run fails: the
next one goes on from there.

| feed | kind | text | address |
|---|---|---|---|
{_rows(_feed_row(feed) for feed in wire.feeds)}

Schedule: {wire.schedule} · language: {wire.language} · time zone: {wire.timezone} · owner: {wire.owner}

To read one page, one feed or a span of time, trigger the DAG by hand and fill in its form.
{HELD}"""


def describe_delivery(configuration: Configuration) -> str:
    """The delivery's DAG, in Markdown."""
    return f"""### Delivery
A task chooses each partner's newest passed stories and writes its feeds, where they changed; where there are
many partners, some share one. What gets nothing new shows as skipped. `newsroom partners` tells what each one
has, and since when. A task's name tells, too, which stories are out of a feed since a correction or update of
them may not go there, for as long as it is so; `newsroom held` says why, and what mends it.

| partner | takes | newest | formats |
|---|---|---|---|
{_rows(_partner_row(partner) for partner in configuration.partners.values())}
"""


def describe_push(configuration: Configuration) -> str:
    """The push's DAG, in Markdown."""
    targets = ((partner, target) for partner in configuration.partners.values() for target in partner.push)
    return f"""### Push
Each partner is told of each story, and of each withdrawal, at the targets of its file's `push:`, in order and
once. Just before each message it is asked again whether it still holds. A target that fails is left alone
for a while and tried again; what it refuses is parked: `newsroom push --again PARTNER` sends it once more.
`newsroom push` tells what waits, since when, and why.

| partner | target | kind | connection |
|---|---|---|---|
{_rows(_target_row(partner, target) for partner, target in targets)}
"""


def _rows(rows: Iterable[str]) -> str:
    return "\n".join(rows)


def _feed_row(feed: Feed) -> str:
    return f"| {feed.id} | {feed.kind} | {feed.content} | {feed.url} |"


def _partner_row(partner: Partner) -> str:
    product = partner.product
    takes = ", ".join((*product.wires, *product.topics, *product.languages)) or "everything"
    return f"| {partner.name} | {takes} | {product.newest} | {', '.join(partner.formats)} |"


def _target_row(partner: Partner, target: Push) -> str:
    return f"| {partner.name} | {target.id} | {target.kind} | `{target.connection}` |"
