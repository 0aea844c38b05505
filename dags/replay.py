"""The Airflow DAG that tries today's code and rules on what was stored: by hand, and into nothing."""

from datetime import UTC, datetime, timedelta

from airflow.sdk import dag

from wiring import replay as tasks
from wiring.callbacks import on_failure
from wiring.configuration import configured
from wiring.docs import REPLAY
from wiring.params import what_to_replay
from wiring.retry import LAST

configuration = configured()


@dag(
    dag_display_name="Replay",
    description="What today's code and rules would make of the stories that were stored",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=12),
    is_paused_upon_creation=False,
    default_args={**LAST, "owner": configuration.house.name},
    params=what_to_replay(configuration),
    tags=["newsroom", "replay"],
    doc_md=REPLAY,
    on_failure_callback=on_failure(configuration.house),
)
def replay() -> None:
    """One mapped task for each wire, so that one that fails costs the others nothing."""
    tasks.replay.expand(wire=tasks.which_wires())


replay()
