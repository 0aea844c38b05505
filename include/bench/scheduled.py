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
    """Watch the scheduled run over the whole feed, then trigger one for a page, as an editor would."""
    airflow, s3, sample = free_ports(3)
    with serving(STORIES, folder) as url:
        config = configuration(folder, url)
        for wire in (config / "wires").glob("*.yaml"):
            if wire.stem != WIRE:  # no other run takes part of the machine
                wire.write_text(f"{wire.read_text(encoding='utf-8')}\nenabled: false\n", encoding="utf-8")
        places = Places(folder / "desk")
        with Desk(places, Ports(airflow, s3, sample), Console(stderr=True), config):
            api = _Api(airflow, places.secrets().password)
            all_of_them = api.first_run(f"wire_{WIRE}", STORIES)
            feed = requests.get(f"{url}/station/category/cnn-world/feed/", timeout=10).text
            page = feed.split("<link>")[2].split("</link>")[0]
            one = api.run_for(f"wire_{WIRE}", page)
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

    def first_run(self, dag: str, stories: int) -> float:
        """The seconds of the run that Airflow starts by itself when it finds the DAG."""
        until = time.monotonic() + SECONDS
        while True:
            runs = self._get("dags/~/dagRuns?limit=100")["dag_runs"]
            if run := next((each for each in runs if each["dag_id"] == dag), None):
                return self._seconds(f"dags/{dag}/dagRuns/{run['dag_run_id']}", stories)
            if time.monotonic() > until:
                raise RuntimeError(f"{dag}: no run began within {SECONDS:.0f} s")
            time.sleep(0.5)

    def run_for(self, dag: str, url: str) -> float:
        """The seconds of a run for one page."""
        path = f"{self._here}/api/v2/dags/{dag}/dagRuns"
        body = {"logical_date": None, "conf": {"url": url}}
        made = requests.post(path, json=body, headers=self._headers, timeout=30)
        made.raise_for_status()
        return self._seconds(f"dags/{dag}/dagRuns/{made.json()['dag_run_id']}", 1)

    def _seconds(self, run_path: str, stories: int) -> float:
        """The seconds from the run's start to its end.

        Raises:
            RuntimeError: it did not file so many stories.
        """
        until = time.monotonic() + SECONDS
        while (run := self._get(run_path))["state"] in ("queued", "running") and time.monotonic() < until:
            time.sleep(0.5)
        tasks = self._get(f"{run_path}/taskInstances")["task_instances"]
        told = [f"{task['task_id']} {task['state']}: {task['rendered_map_index']}" for task in tasks]
        if run["state"] != "success" or f"{stories} filed" not in str(told):
            raise RuntimeError(f"wanted {stories} filed; the run is {run['state']}: {told}")
        began, ended = (datetime.fromisoformat(run[name]) for name in ("start_date", "end_date"))
        return (ended - began).total_seconds()

    def _get(self, path: str) -> Any:
        answer = requests.get(f"{self._here}/api/v2/{path}", headers=self._headers, timeout=30)
        answer.raise_for_status()
        return answer.json()
