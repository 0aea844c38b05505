"""Airflow's API takes turns where its database has one writer, and nowhere else."""

import pytest

from wiring.one_writer import OneWriter


@pytest.mark.parametrize(
    ("database", "middlewares"),
    [("sqlite:////airflow.db", [OneWriter]), ("postgresql+psycopg2://airflow@db/airflow", [])],
)
def test_requests_take_turns_on_sqlite_alone(load_plugin, monkeypatch, database, middlewares):
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", database)
    plugin = load_plugin("one_writer").OneWriterAtATime
    assert [one["middleware"] for one in plugin.fastapi_root_middlewares] == middlewares
