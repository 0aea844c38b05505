"""Airflow's parts on one machine: how they are told what to do, and when they are ready."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import requests

from newsroom.airflow_connections import ASKED_WITH
from newsroom.config import load
from newsroom.settings import CHECKOUT
from standalone.children import Part, PartFailedError, last_lines
from standalone.places import LOOPBACK, USER, Places, Ports, Secrets, write_private
from standalone.seaweedfs import SeaweedFS
from wiring.pools import pools

SECONDS_TO_START = 180.0
"""The first start makes Airflow's database and reads half its code from a cold disk."""

ASKED_WITH_VARIABLES = ("AIRFLOW_HOME", "AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
"""What `newsroom doctor` must know to ask this Airflow for connections."""

HEALTHY = ("metadatabase", "scheduler", "dag_processor", "triggerer")


def environment(
    places: Places, ports: Ports, secrets: Secrets, s3: SeaweedFS, config: Path
) -> dict[str, str]:
    """The environment of Airflow's parts and of their tasks."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "AWS_"))}
    here = f"http://{LOOPBACK}:{ports.airflow}"
    airflow = {
        "CORE__DAGS_FOLDER": str(CHECKOUT / "dags"),
        "CORE__PLUGINS_FOLDER": str(CHECKOUT / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "standalone.executor.PreloadedExecutor",
        "CORE__PARALLELISM": str(max(4, 2 * (os.cpu_count() or 1))),
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__FERNET_KEY": secrets.fernet_key,
        "CORE__EXECUTION_API_SERVER_URL": f"{here}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(places.airflow / "passwords.json"),
        "API__BASE_URL": here,
        "API__HOST": LOOPBACK,
        "API__PORT": str(ports.airflow),
        "API__WORKERS": "1",
        "API__SECRET_KEY": secrets.api_secret,
        "API_AUTH__JWT_SECRET": secrets.jwt_secret,
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{places.airflow / 'airflow.db'}",
        "DATABASE__SQL_ALCHEMY_CONNECT_ARGS": "standalone.sqlite.CONNECT",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "15",
        "DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "LOGGING__BASE_LOG_FOLDER": str(places.airflow / "logs"),
        "LOGGING__LOGGING_LEVEL": "INFO",
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    return {
        **kept,
        "AIRFLOW_HOME": str(places.airflow),
        **{f"AIRFLOW__{name}": value for name, value in airflow.items()},
        "AIRFLOW_CONN_NEWSROOM_S3": _connection(s3),
        "NEWSROOM_BUCKET": s3.bucket,
        "NEWSROOM_CATALOGUE": places.catalogue,
        "NEWSROOM_CONFIG": str(config),
        "NEWSROOM_DATA": str(places.data),
        "PYTHONUNBUFFERED": "1",
    }


def parts(places: Places, env: Mapping[str, str]) -> list[Part]:
    """The processes of Airflow, not started yet. None serves logs: they lie on this machine's disk."""
    commands = {
        "api-server": [],
        "dag-processor": [],
        "scheduler": ["--skip-serve-logs"],
        "triggerer": ["--skip-serve-logs"],
    }
    return [
        Part(name, [program(), name, *arguments], places.logs / f"airflow-{name}.log", env)
        for name, arguments in commands.items()
    ]


def prepare(places: Places, secrets: Secrets, env: Mapping[str, str]) -> None:
    """Make or update Airflow's database, its login and the wires' pools.

    Raises:
        PartFailedError: it could not; the text shows Airflow's own words.
    """
    places.airflow.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(places.airflow / "passwords.json", json.dumps({USER: secrets.password}))
    asked_with = {name: env[name] for name in ASKED_WITH_VARIABLES}
    write_private(places.airflow / ASKED_WITH, json.dumps(asked_with))
    migrate = [program(), "db", "migrate"]
    _run_once(
        places.airflow / "migrated", version("apache-airflow"), migrate, places.logs / "airflow-db.log", env
    )
    wanted = json.dumps(pools(load(Path(env["NEWSROOM_CONFIG"]))))
    make_pools = [sys.executable, "-m", "wiring.pools"]
    _run_once(places.airflow / "pools", wanted, make_pools, places.logs / "airflow-pools.log", env)


def wait_until_healthy(port: int, parts: list[Part], seconds: float = SECONDS_TO_START) -> None:
    """Wait until every part says that it is well.

    Raises:
        PartFailedError: a part ended, or took too long.
    """
    until = time.monotonic() + seconds
    missing = list(HEALTHY)
    while time.monotonic() < until:
        for part in parts:
            if not part.running:
                raise PartFailedError(f"Airflow's {part.name} ended; its last words:\n{part.last_words()}")
        missing = _unhealthy(port)
        if not missing:
            return
        time.sleep(0.5)
    raise PartFailedError(
        f"Airflow's {', '.join(missing)} did not come up within {seconds:.0f} s; see {parts[0].log.parent}"
    )


def program() -> str:
    """Airflow's command, beside this Python."""
    return str(Path(sys.executable).with_name("airflow"))


def _unhealthy(port: int) -> list[str]:
    try:
        answer = requests.get(f"http://{LOOPBACK}:{port}/api/v2/monitor/health", timeout=5)
        health = answer.json()
    except (requests.RequestException, ValueError):
        return ["api-server"]
    return [name for name in HEALTHY if (health.get(name) or {}).get("status") != "healthy"]


def _run_once(stamp: Path, wanted: str, command: list[str], log: Path, env: Mapping[str, str]) -> None:
    """Run a command unless it ran for what is wanted before: Airflow's take seconds to import alone."""
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    _run(command, log, env)
    stamp.write_text(wanted, encoding="utf-8")


def _run(command: list[str], log: Path, env: Mapping[str, str]) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        done = subprocess.run(  # noqa: S603 - our own programs
            command, env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
        )
    if done.returncode:
        raise PartFailedError(f"{' '.join(command[-2:])} failed; its last words:\n{last_lines(log)}")


def _connection(s3: SeaweedFS) -> str:
    """The bucket's Airflow connection, as its environment variable wants it."""
    extra = {
        "region_name": "us-east-1",
        "endpoint_url": s3.endpoint,
        "config_kwargs": {"s3": {"addressing_style": "path"}},
    }
    return json.dumps({"conn_type": "aws", "login": s3.access_key, "password": s3.secret_key, "extra": extra})
