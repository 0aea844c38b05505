"""Connections as a DAG's task gets them, for a command that runs beside Airflow.

The library does not import Airflow: it is asked by its own command, which looks where a task would, in its
environment, a secrets backend and its database.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from newsroom.connections import BadConnection, Connection, FromEnvironment, read_connection, s3_client
from newsroom.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ASKED_WITH = "asked_with.json"
"""The variables by which Airflow is asked, in `airflow/` of the data: `make run` leaves them there."""

SECONDS = 60
"""How long Airflow's command may take; it needs some six to start."""

NOT_FOUND = "Connection not found."
"""How it says that there is no such connection."""


class AsAirflowHas:
    """The connections of this environment, else those that Airflow has.

    `where` tells by name where each was found.
    """

    def __init__(self) -> None:
        """Nothing is asked yet."""
        self.where: dict[str, str] = {}
        self._known: dict[str, Connection] = {}

    def get(self, name: str) -> Connection:
        """The connection of this name.

        Raises:
            BadConnection: there is none; the text names where it was looked for.
        """
        variable = f"AIRFLOW_CONN_{name.upper()}"
        if os.environ.get(variable, "").strip():
            self.where[name] = variable
            return FromEnvironment().get(name)
        if name not in self._known:
            self._known[name] = _of_airflow(name, variable)
            self.where[name] = "Airflow"
        return self._known[name]

    def s3(self, name: str | None) -> "S3Client":
        """An S3 client with this connection's credentials; without a name, with those of our own bucket.

        Raises:
            BadConnection: there is none, or it is not of type `aws`.
        """
        return FromEnvironment().s3(None) if name is None else s3_client(self.get(name))


def _of_airflow(name: str, variable: str) -> Connection:
    looked = f"nothing found: {variable} is not set here, and"
    wanted = f"wanted it under Admin > Connections, or in {variable}"
    program = _program()
    environment = _environment()
    if program is None or environment is None:
        why = "there is no `airflow` command" if program is None else "AIRFLOW_HOME is not set"
        raise BadConnection(name, f"{looked} Airflow was not asked, as {why}; {wanted}")
    asked = [program, "connections", "get", "--output", "json", "--", name]
    home = environment.get("AIRFLOW_HOME", "~/airflow")
    try:
        told = subprocess.run(  # noqa: S603 - a name of our own configuration, after `--`
            asked, env=environment, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise BadConnection(name, f"{looked} Airflow ({home}) did not answer in {SECONDS} s") from None
    if told.returncode:
        if NOT_FOUND in (told.stdout + told.stderr).decode(errors="replace"):
            raise BadConnection(name, f"{looked} Airflow ({home}) has none of this name; {wanted}")
        # What it says besides may quote a secret.
        mend = f"see what `airflow connections get {name}` says"
        raise BadConnection(name, f"{looked} Airflow ({home}) could not tell; {mend}")
    return _read(name, told.stdout)


def _read(name: str, answer: bytes) -> Connection:
    lines = [line for line in answer.splitlines() if line.startswith(b"[{")]
    told = orjson.loads(lines[-1])[0] if lines else {}
    fields = {key: told.get(key) for key in ("conn_type", "host", "port", "login", "password")}
    return read_connection(name, orjson.dumps({**fields, "extra": told.get("extra_dejson")}).decode())


def _program() -> str | None:
    beside = Path(sys.executable).with_name("airflow")
    return str(beside) if beside.is_file() else shutil.which("airflow")


def _environment() -> Mapping[str, str] | None:
    """What Airflow is to be asked with; None where nobody says where it has its database."""
    if "AIRFLOW_HOME" in os.environ or any(name.startswith("AIRFLOW__DATABASE__") for name in os.environ):
        return os.environ
    kept = settings().data / "airflow" / ASKED_WITH
    if kept.is_file():
        return {**os.environ, **orjson.loads(kept.read_bytes())}
    return os.environ if (Path.home() / "airflow" / "airflow.cfg").is_file() else None
