"""The Airflow DAG that brings every partner's feeds up to date: woken by passed stories, or by the clock."""

from datetime import UTC, datetime, timedelta

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag

from wiring import tasks
from wiring.assets import DUE, PASSED
from wiring.callbacks import on_failure
from wiring.configuration import configured
from wiring.docs import describe_delivery
from wiring.retry import DEFAULTS

configuration = configured()
partners = configuration.partners.values()


@dag(
    dag_display_name="Delivery to partners",
    description="Each partner's feeds, written when its stories changed",
    # The clock covers what no event announces, as a changed configuration, and an event that was lost.
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("*/5 * * * *", timezone="UTC"), assets=PASSED | DUE
    ),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=30),
    is_paused_upon_creation=False,
    default_args={**DEFAULTS, "owner": configuration.house.name},
    tags=["newsroom", "delivery"],
    doc_md=describe_delivery(configuration),
    on_failure_callback=on_failure(configuration.house),
)
def partner_delivery() -> None:
    """A mapped task for each partner, many share some; a paused one's feeds lose what has ended.

    One that fails costs the others nothing.
    """
    tasks.deliver.expand(partners=tasks.shares(partners))


partner_delivery()
