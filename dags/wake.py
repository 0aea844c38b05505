"""The Airflow DAG that looks every minute whether a partner's feeds change by themselves: an embargo ends."""

from datetime import UTC, datetime, timedelta

from airflow.sdk import CronTriggerTimetable, dag

from wiring import tasks
from wiring.callbacks import on_failure
from wiring.configuration import configured
from wiring.docs import WAKE
from wiring.retry import DEFAULTS

configuration = configured()
partners = sorted(configuration.partners)


@dag(
    dag_display_name="Wake-up",
    description="Wakes the delivery when an embargo, a hold-back or a licence ends",
    schedule=CronTriggerTimetable("* * * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=5),
    is_paused_upon_creation=False,
    default_args={**DEFAULTS, "owner": configuration.house.name},
    tags=["newsroom", "delivery"],
    doc_md=WAKE,
    on_failure_callback=on_failure(configuration.house),
)
def wake() -> None:
    """One question to the catalogue; an event only where the answer is yes."""
    tasks.whose_time_has_come(partners)


wake()
