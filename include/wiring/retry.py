"""Retries by kind of error: what may pass is tried again, what a person must mend is not."""

from datetime import timedelta
from typing import Any

from airflow.sdk import RetryDecision, RetryPolicy
from airflow.sdk.definitions.context import Context


class ByKind(RetryPolicy):
    """Ask the error itself: our errors carry `retry` (bool) and may carry `retry_after` (seconds).

    An error of another kind gets the task's own retries.
    """

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,
        max_tries: int,
        context: Context | None = None,  # noqa: ARG002 - Airflow's signature
    ) -> RetryDecision:
        """Fail at once where a retry is useless; wait as long as the other side asked."""
        retry = getattr(exception, "retry", None)
        if retry is None:
            return RetryDecision.default()
        code = str(getattr(exception, "code", type(exception).__name__))
        if not retry:
            return RetryDecision.fail(f"{code}: no retry can mend this")
        after = getattr(exception, "retry_after", None)
        delay = timedelta(seconds=after) if after else None
        return RetryDecision.retry(delay, f"{code}: try {try_number} of {max_tries + 1}")


DEFAULTS: dict[str, Any] = {
    "retries": 2,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=5),
    "retry_policy": ByKind(),
}
"""What every task of ours gets."""

LAST: dict[str, Any] = {**DEFAULTS, "priority_weight": 0, "weight_rule": "absolute"}
"""What upkeep gets: news, which has weights from 1, goes before it where both wait for a worker."""
