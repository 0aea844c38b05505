"""The seconds of an Airflow run, for one story and for a thousand, on a desk of its own."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import requests
from rich.console import Console

from bench.figures import Figure
from bench.sample import WIRE, configuration, serving
from standalone.desk import Desk
from standalone.places import LOOPBACK, USER, Places, Ports
from standalone.seaweedfs import free_ports

STORIES = 1_000
SECONDS = 900.0


def measure(folder: Path) -> Iterator[Figure]:
    """Wait for the scheduled run over the whole feed, then trigger one for a page, as an editor would."""
    airflow, s3, sample = free_ports(3)
    with serving(STORIES, folder) as url:
        config = configuration(folder, url)
        for wire in (config / "wires").glob("*.yaml"):
            if wire.stem != WIRE:
                wire.unlink()  # no other run takes part of the machine
        places = Places(folder / "desk")
        with Desk(places, Ports(airflow, s3, sample), Console(stderr=True), config) as desk:
            desk.wait_for_first_story()
            api = _Api(airflow, places.secrets().password)
            all_of_them = api.first_run(f"wire_{WIRE}")
            feed = requests.get(f"{url}/station/category/cnn-world/feed/", timeout=10).text
            page = feed.split("<link>")[2].split("</link>")[0]
            one = api.run(f"wire_{WIRE}", {"url": page})
    yield Figure("Airflow run, 1 story", f"{one:.1f} s")
    per = f"{STORIES / all_of_them:.0f} stories/s"
    yield Figure(f"Airflow run, {STORIES} stories", f"{all_of_them:.1f} s", per)


class _Api:
    """Airflow's REST API."""

    def __init__(self, port: int, password: str) -> None:
        self._here = f"http://{LOOPBACK}:{port}"
        token = requests.post(
            f"{self._here}/auth/token", json={"username": USER, "password": password}, timeout=30
        ).json()["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    def first_run(self, dag: str) -> float:
        """The seconds of a DAG's first run, from its start to its end."""
        runs = self._get(f"dags/{dag}/dagRuns?order_by=start_date&limit=1")["dag_runs"]
        return self._seconds(dag, runs[0]["dag_run_id"])

    def run(self, dag: str, conf: dict[str, Any]) -> float:
        """Run a DAG to its end; the seconds from its start to its end."""
        path = f"{self._here}/api/v2/dags/{dag}/dagRuns"
        body = {"logical_date": None, "conf": conf}
        made = requests.post(path, json=body, headers=self._headers, timeout=30)
        made.raise_for_status()
        return self._seconds(dag, made.json()["dag_run_id"])

    def _seconds(self, dag: str, run_id: str) -> float:
        until = time.monotonic() + SECONDS
        while (run := self._get(f"dags/{dag}/dagRuns/{run_id}"))["state"] not in ("success", "failed"):
            if time.monotonic() > until:
                break
            time.sleep(0.5)
        if run["state"] != "success":
            raise RuntimeError(f"{dag}: the run is {run['state']} after at most {SECONDS:.0f} s")
        began, ended = (datetime.fromisoformat(run[name]) for name in ("start_date", "end_date"))
        return (ended - began).total_seconds()

    def _get(self, path: str) -> Any:
        answer = requests.get(f"{self._here}/api/v2/{path}", headers=self._headers, timeout=30)
        answer.raise_for_status()
        return answer.json()
