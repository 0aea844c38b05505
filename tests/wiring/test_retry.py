from datetime import timedelta

import pytest
from airflow.sdk import RetryAction

from wiring.retry import ByKind


class RefusedError(Exception):
    code = "blocked_address"
    retry = False


class BusyError(Exception):
    code = "http_503"
    retry = True
    retry_after = 90.0


@pytest.mark.parametrize(
    ("error", "action", "delay"),
    [
        (RefusedError(), RetryAction.FAIL, None),
        (BusyError(), RetryAction.RETRY, timedelta(seconds=90)),
        (ValueError("ours to mend"), RetryAction.DEFAULT, None),
    ],
)
def test_the_error_itself_says_whether_a_retry_may_help(error, action, delay):
    decision = ByKind().evaluate(error, try_number=1, max_tries=2)
    assert (decision.action, decision.retry_delay) == (action, delay)


def test_a_retry_names_the_code_and_the_try():
    decision = ByKind().evaluate(BusyError(), try_number=2, max_tries=2)
    assert decision.reason == "http_503: try 2 of 3"
