"""The Airflow DAG that compares catalogue, bucket and partners' feeds every day, and closes the gaps."""

from datetime import UTC, datetime, timedelta

from airflow.sdk import CronTriggerTimetable, dag

from wiring import reconcile as tasks
from wiring.callbacks import on_failure
from wiring.configuration import configured
from wiring.docs import RECONCILE
from wiring.params import since_when
from wiring.retry import LAST

configuration = configured()


@dag(
    dag_display_name="Reconcile",
    description="Catalogue, bucket and partners' feeds compared; gaps closed or told",
    schedule=CronTriggerTimetable("40 3 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    is_paused_upon_creation=False,
    default_args={**LAST, "owner": configuration.house.name},
    params=since_when(),
    tags=["newsroom", "upkeep"],
    doc_md=RECONCILE,
    on_failure_callback=on_failure(configuration.house),
)
def reconcile() -> None:
    """First what is stored, so that a partner is not judged by a catalogue with gaps; then each partner."""
    stores = tasks.which_stores()
    stored = tasks.compare.override(task_id="compare_stores").expand(part=stores)
    partners = tasks.which_partners()
    stored >> partners
    delivered = tasks.compare.override(task_id="compare_partners").expand(part=partners)
    tasks.tell([stores, partners], [stored, delivered])


reconcile()
