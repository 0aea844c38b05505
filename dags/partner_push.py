"""The Airflow DAG that tells partners of each story at their own servers, where their files say `push:`."""

from datetime import UTC, datetime, timedelta

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag

from wiring import push as tasks
from wiring.assets import DELIVERED
from wiring.callbacks import on_failure
from wiring.configuration import configured
from wiring.docs import describe_push
from wiring.pools import PUSH_POOL
from wiring.retry import DEFAULTS

configuration = configured()


@dag(
    dag_display_name="Push to partners",
    description="Each partner told of each story at its own server, in order and once",
    # The clock covers what is to be tried again, and what no delivery announces.
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("* * * * *", timezone="UTC"), assets=[DELIVERED]
    ),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    # A run that waits for a slow partner holds up no other: each target has one sender at a time.
    max_active_runs=4,
    dagrun_timeout=timedelta(minutes=10),
    is_paused_upon_creation=False,
    default_args={**DEFAULTS, "owner": configuration.house.name, "pool": PUSH_POOL},
    tags=["newsroom", "delivery"],
    doc_md=describe_push(configuration),
    on_failure_callback=on_failure(configuration.house),
)
def partner_push() -> None:
    """Some mapped tasks share the targets for which something is due; a kill that takes too long is told."""
    tasks.send.expand(pairs=tasks.whom_to_send())
    tasks.watch_kills()


if any(partner.push for partner in configuration.partners.values()):
    partner_push()
