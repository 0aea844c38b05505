"""The Airflow DAG that takes what was killed away from every partner that ever got it, before all else."""

from datetime import UTC, datetime, timedelta

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag

from wiring import push
from wiring import takedown as tasks
from wiring.assets import KILLED
from wiring.callbacks import on_failure
from wiring.configuration import configured
from wiring.docs import TAKEDOWN
from wiring.params import kill_or_lift
from wiring.pools import PUSH_POOL, TAKEDOWN_POOL
from wiring.retry import DEFAULTS

configuration = configured()


@dag(
    dag_display_name="Takedown",
    description="Kills, first and for good: from every partner that ever got the story",
    # The clock covers a kill whose event was lost, and a partner that could not be reached.
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("* * * * *", timezone="UTC"), assets=[KILLED]
    ),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=4,
    dagrun_timeout=timedelta(minutes=30),
    is_paused_upon_creation=False,
    default_args={
        **DEFAULTS,
        "owner": configuration.house.name,
        "pool": TAKEDOWN_POOL,
        "priority_weight": 1_000,  # above every other task that waits for a worker
        "weight_rule": "absolute",
    },
    params=kill_or_lift(),
    tags=["newsroom", "delivery", "kill"],
    doc_md=TAKEDOWN,
    on_failure_callback=on_failure(configuration.house),
)
def takedown() -> None:
    """Some mapped tasks share the partners that are to be reached; one that fails holds up no other.

    Their feeds are written while their own servers are told.
    """
    reached = tasks.whom_to_reach()
    tasks.withdraw.expand(partners=reached)
    if any(partner.push for partner in configuration.partners.values()):
        told = push.whom_to_tell()
        reached >> told
        push.tell.override(pool=PUSH_POOL).expand(pairs=told)


takedown()
