"""Where Airflow keeps its own state in SQLite, as `make run` does, its API writes one request at a time."""

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

from wiring.one_writer import OneWriter


def on_sqlite() -> bool:
    """Whether Airflow's own database is SQLite."""
    return str(conf.get("database", "sql_alchemy_conn")).startswith("sqlite")


class OneWriterAtATime(AirflowPlugin):
    """The middleware, for the API server's whole application: editors' and tasks' requests share it."""

    name = "one_writer"
    fastapi_root_middlewares = [{"name": "one_writer", "middleware": OneWriter}] if on_sqlite() else []
