"""The Airflow DAG that asks editors about held stories: each is a question in the UI, with its answers."""

from datetime import UTC, datetime, timedelta

from airflow.sdk import dag

from wiring.callbacks import on_failure
from wiring.configuration import configured
from wiring.docs import REVIEW
from wiring.params import what_to_review
from wiring.retry import DEFAULTS
from wiring.review import ANSWERED_WITHIN, LABEL, REASON, REVIEWED, ReviewStory, which_wait

configuration = configured()


@dag(
    dag_display_name="Story review",
    description="Held stories: an editor reads why, and releases them or leaves them held",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=4,
    dagrun_timeout=ANSWERED_WITHIN + timedelta(hours=1),
    is_paused_upon_creation=False,
    default_args={**DEFAULTS, "owner": configuration.house.name},
    params=what_to_review(configuration),
    tags=["newsroom", "review"],
    doc_md=REVIEW,
    on_failure_callback=on_failure(configuration.house),
)
def story_review() -> None:
    """One mapped task for each story, so that each answer takes effect at once."""
    review = ReviewStory.partial(
        task_id="review", map_index_template=LABEL, outlets=[REVIEWED], params=REASON
    )
    review.expand_kwargs(which_wait())


story_review()
