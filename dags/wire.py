"""One Airflow DAG for each wire: poll, fetch, extract, check and store, feed by feed.

A feed that fails or has nothing new never holds up another: each is its own mapped group.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import dag, task_group

from newsroom.config import Wire
from wiring import tasks
from wiring.assets import killed_by, passed_by
from wiring.callbacks import on_failure
from wiring.configuration import configured
from wiring.docs import describe_wire
from wiring.params import manual_run
from wiring.polling import polling_of
from wiring.pools import pool_of
from wiring.retry import DEFAULTS

configuration = configured()


def wire_dag(wire: Wire) -> None:
    """Define the DAG of one wire."""
    here = {**DEFAULTS, "owner": wire.owner, "pool": pool_of(wire.id)}

    @dag(
        dag_id=f"wire_{wire.id}",
        dag_display_name=f"Wire: {wire.provider}",
        description=f"Stories of {wire.provider}, from its feeds to the bucket",
        schedule=polling_of(wire),
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=timedelta(hours=1),
        is_paused_upon_creation=not wire.enabled,
        default_args=here,
        params=manual_run(wire),
        tags=["newsroom", "wire", wire.language],
        doc_md=describe_wire(wire),
        on_failure_callback=on_failure(configuration.house, wire.owner),
    )
    def way_of_a_story() -> None:
        @task_group
        def feed(feed: str) -> None:
            kills = [killed_by(wire.id)]
            polled = tasks.poll.override(outlets=kills)(wire.id, feed)
            fetched = tasks.fetch.override(outlets=kills)(polled)
            checked = tasks.check(tasks.extract.override(outlets=kills)(fetched))
            tasks.store.override(outlets=[passed_by(wire.id)])(checked)

        feed.expand(feed=[feed.id for feed in wire.feeds])

    way_of_a_story()


for each in configuration.wires.values():
    wire_dag(each)
