"""The Airflow DAG that removes every day what the pipeline made for itself and needs no more."""

from datetime import UTC, datetime, timedelta

from airflow.sdk import CronTriggerTimetable, dag

from wiring import housekeeping as tasks
from wiring.callbacks import on_failure
from wiring.configuration import configured
from wiring.docs import HOUSEKEEPING
from wiring.retry import LAST

configuration = configured()


@dag(
    dag_display_name="Housekeeping",
    description="Removes the work files of long-ended runs",
    schedule=CronTriggerTimetable("20 4 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    is_paused_upon_creation=False,
    default_args={**LAST, "owner": configuration.house.name},
    tags=["newsroom", "upkeep"],
    doc_md=HOUSEKEEPING,
    on_failure_callback=on_failure(configuration.house),
)
def housekeeping() -> None:
    """After the comparison, which looks at what stays."""
    tasks.remove_old_work()


housekeeping()
