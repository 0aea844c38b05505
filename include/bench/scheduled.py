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
    """Trigger a run for one page, then one for the whole feed, as an editor would in the UI."""
    airflow, s3, sample = free_ports(3)
    with serving(STORIES, folder) as url:
        config = configuration(folder, url)
        places = Places(folder / "desk")
        with Desk(places, Ports(airflow, s3, sample), Console(stderr=True), config) as desk:
            desk.wait_for_first_story()
            api = _Api(airflow, places.secrets().password)
            feed = requests.get(f"{url}/bulk/pages.xml", timeout=10).text
            page = feed.split("<link>")[2].split("</link>")[0]
            one = api.run(f"wire_{WIRE}", {"url": page})
            all_of_them = api.run(f"wire_{WIRE}", {})
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

    def run(self, dag: str, conf: dict[str, Any]) -> float:
        """Run a DAG to its end; the seconds from its start to its end."""
        path = f"{self._here}/api/v2/dags/{dag}/dagRuns"
        body = {"logical_date": None, "conf": conf}
        made = requests.post(path, json=body, headers=self._headers, timeout=30)
        made.raise_for_status()
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            one = f"{path}/{made.json()['dag_run_id']}"
            run = requests.get(one, headers=self._headers, timeout=30).json()
            if run["state"] in ("success", "failed"):
                break
            time.sleep(0.5)
        if run["state"] != "success":
            raise RuntimeError(f"{dag}: the run is {run['state']} after {SECONDS:.0f} s")
        began, ended = (datetime.fromisoformat(run[name]) for name in ("start_date", "end_date"))
        return (ended - began).total_seconds()
