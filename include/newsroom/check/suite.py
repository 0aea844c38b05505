"""Great Expectations, and nothing else: columns and expectations in, failing rows out.

Importing it takes 6 s and 200 MB, so that it is imported when the first batch is judged, never before.
"""

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from newsroom.check.criteria import Expectation, Value

ROW = "row"
URI = "uri"

_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    # A uri may stand twice in a batch: the row tells which of them is meant.
    "unexpected_index_column_names": [ROW, URI],
    "return_unexpected_index_query": False,
}


@dataclass(frozen=True)
class Question:
    """An expectation, with what Great Expectations is told about it: whose rule it is, and how grave."""

    expectation: Expectation
    scope: str
    rule: str
    severity: str


@dataclass(frozen=True)
class Answer:
    """The rows that fail a question; with `error` it was not judged, and no row may pass."""

    rows: frozenset[int] = frozenset()
    error: str | None = None


def ask(
    uris: Sequence[str], columns: Mapping[str, Sequence[Value]], questions: Sequence[Question]
) -> list[Answer]:
    """Answer every question in one validation of the batch, in the order asked.

    A question that Great Expectations can't answer, answers in part or not at all has an `error`.
    `columns` are as long as `uris`; a missing value is None.
    """
    gx = _great_expectations()
    with warnings.catch_warnings(), _each_configuration_made_once():
        # Its deprecations and pandas' hints are for its authors; a mistake shows as an error below.
        warnings.simplefilter("ignore")
        expectations = _expectations(gx, questions)
        result = _batch(gx, _frame(uris, columns)).validate(
            gx.ExpectationSuite(name="stories", expectations=list(expectations.values())),
            result_format=_RESULT_FORMAT,
        )
    answers = {r.expectation_config.meta["question"]: answer_of(r, len(uris)) for r in result.results}
    return [answers.get(at, Answer(error="it was not run")) for at in range(len(questions))]


def _great_expectations() -> ModuleType:
    # At INFO it tells of its own internals, 190 lines at import and some for each batch.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it imports a module that Python deprecates
        import great_expectations as gx  # noqa: PLC0415
    return gx  # type: ignore[no-any-return]


_made: ContextVar[dict[int, tuple[Any, Any]] | None] = ContextVar("configurations", default=None)
"""Expectations of the validation under way, by `id`, each with its configuration."""


@contextmanager
def _each_configuration_made_once() -> Iterator[None]:
    """Keep the configurations of expectations as long as a validation takes.

    Great Expectations makes an expectation's configuration anew for every look at it, some 65 times, out of
    deep copies: more than half of a validation's time. It changes neither in between.
    """
    _teach_expectations_to_keep()
    token = _made.set({})
    try:
        yield
    finally:
        _made.reset(token)


@cache
def _teach_expectations_to_keep() -> None:
    from great_expectations.expectations.expectation import Expectation  # noqa: PLC0415

    make = Expectation.configuration.fget

    def configuration(expectation: Any) -> Any:
        made = _made.get()
        if made is None:
            return make(expectation)
        if id(expectation) not in made:
            # With the expectation itself, as another could get its `id` when it is gone.
            made[id(expectation)] = (expectation, make(expectation))
        return made[id(expectation)][1]

    Expectation.configuration = property(configuration)


def _expectations(gx: ModuleType, questions: Sequence[Question]) -> dict[int, Any]:
    made = {}
    for at, question in enumerate(questions):
        kind = getattr(gx.expectations, question.expectation.kind)
        made[at] = kind(
            column=question.expectation.column,
            severity=question.severity,
            meta={"question": at, "scope": question.scope, "rule": question.rule},
            **question.expectation.arguments,
        )
    return made


def _frame(uris: Sequence[str], columns: Mapping[str, Sequence[Value]]) -> Any:
    import pandas as pd  # noqa: PLC0415

    series = {name: pd.Series(values, dtype=_dtype(values)) for name, values in columns.items()}
    return pd.DataFrame({ROW: range(len(uris)), URI: list(uris), **series})


def _dtype(values: Sequence[Value]) -> str:
    """`float64` for numbers, None as NaN; else `object`, so that Python's own `re` matches text."""
    numbers = all(v is None or (isinstance(v, int | float) and not isinstance(v, bool)) for v in values)
    return "float64" if numbers and any(v is not None for v in values) else "object"


def _batch(gx: ModuleType, frame: Any) -> Any:
    """The frame as a batch of a context that lives in memory, sends nothing and draws no bars."""
    from great_expectations.data_context.types.base import (  # noqa: PLC0415
        DataContextConfig,
        InMemoryStoreBackendDefaults,
    )

    config = DataContextConfig(
        analytics_enabled=False,
        progress_bars={"globally": False, "metric_calculations": False},
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
    )
    # A fresh context for each batch: the last one is let go with all that it held.
    context = gx.get_context(mode="ephemeral", project_config=config)
    asset = context.data_sources.add_pandas("newsroom").add_dataframe_asset("stories")
    return asset.add_batch_definition_whole_dataframe("batch").get_batch({"dataframe": frame})


def answer_of(result: Any, stories: int) -> Answer:
    """What an expectation's result says of so many stories; an error unless it is whole and consistent."""
    if error := _error(result.exception_info):
        return Answer(error=error)
    found = result.result
    failing = found.get("unexpected_index_list")
    if failing is None or found.get("element_count") != stories:
        return Answer(error="not every story was looked at")
    rows = frozenset(int(entry[ROW]) for entry in failing)
    if result.success == bool(rows) or len(rows) != found["unexpected_count"]:
        return Answer(error="its result contradicts itself")
    return Answer(rows)


def _error(told: Any) -> str | None:
    """What an expectation raised: told of itself, or of each metric that it is made of."""
    told = told or {}
    parts = [told] if "raised_exception" in told else [p for p in told.values() if isinstance(p, Mapping)]
    raised = [part for part in parts if part.get("raised_exception")]
    return str(raised[0].get("exception_message") or "it raised an error") if raised else None
