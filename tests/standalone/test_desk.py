"""The whole desk as a user runs it: `make run`, read the feed over HTTP, Ctrl-C, and again."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

import feedparser
import pytest
import requests
from rich.console import Console
from sqlalchemy import text

from newsroom.airflow_connections import ASKED_WITH
from newsroom.config import load
from newsroom.settings import CHECKOUT
from newsroom.store.database import Database
from standalone.children import PartFailedError
from standalone.desk import Desk
from standalone.places import USER, Places, Ports
from standalone.seaweedfs import SeaweedFS, free_ports, is_free

pytestmark = pytest.mark.slow

READY = "Running on schedule"

PATIENCE = 400.0
"""Seconds until something counts as hung on a busy machine; nothing here is about speed."""


@dataclass
class Run:
    """One `python -m standalone` as a child process."""

    process: "subprocess.Popen[str]"
    ports: Ports
    data: Path
    output: str = ""

    def wait_for(self, text: str, seconds: float) -> None:
        """Read its output until a line has the text."""
        assert self.process.stdout
        until = time.monotonic() + seconds
        for line in self.process.stdout:
            self.output += line
            if text in line:
                return
            assert time.monotonic() < until, self.output
        raise AssertionError(f"it ended before it said {text!r}:\n{self.output}")

    def interrupt(self) -> int:
        """What Ctrl-C does; returns the exit code once it has ended."""
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=60)
        self.output += rest
        return self.process.returncode

    @property
    def feed_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.s3}/newsroom/partners/krdo/rss.xml"

    def airflow(self, path: str, body: Any = None) -> Any:
        """GET from Airflow's API, or POST, logged in as the terminal tells."""
        here = f"http://127.0.0.1:{self.ports.airflow}"
        password = Places(self.data).secrets().password
        login = requests.post(f"{here}/auth/token", json={"username": USER, "password": password}, timeout=20)
        headers = {"Authorization": f"Bearer {login.json()['access_token']}"}
        method = "GET" if body is None else "POST"
        answer = requests.request(method, f"{here}/api/v2/{path}", json=body, headers=headers, timeout=20)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()


def start(data: Path, ports: Ports) -> Run:
    command = [sys.executable, "-m", "standalone", "--data", str(data)]
    for name in ("airflow", "s3", "sample"):
        command += [f"--{name}-port", str(getattr(ports, name))]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "NEWSROOM_"))}
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    return Run(process, ports, data)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A desk that has its first stories; whatever a test leaves of it is killed."""
    airflow, s3, sample = free_ports(3)
    run = start(tmp_path_factory.mktemp("desk"), Ports(airflow, s3, sample))
    try:
        run.wait_for(READY, 400)
        yield run
    finally:
        if run.process.poll() is None:
            os.killpg(run.process.pid, signal.SIGKILL)
        run.process.communicate()


def test_the_desk_tells_where_to_look_and_why_stories_are_held(desk: Run) -> None:
    assert f"http://127.0.0.1:{desk.ports.airflow}" in desk.output
    assert desk.feed_url in desk.output
    assert Places(desk.data).secrets().password in desk.output
    assert Places(desk.data).secrets().s3_secret_key not in desk.output
    held = desk.output.partition("Held, each for a reason")[2].partition("Partners' feeds")[0]
    assert "copyrightnotice: nothing found; wanted a notice naming" in " ".join(held.split())


def test_the_partner_reads_each_passed_story_once(desk: Run) -> None:
    answer = requests.get(desk.feed_url, timeout=10)
    assert answer.headers["Content-Type"].startswith("application/rss+xml")
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    ids = [entry.id for entry in feed.entries]
    titles = [entry.title for entry in feed.entries]
    assert len(ids) >= 10
    assert len(set(ids)) == len(ids)
    assert len(set(titles)) == len(titles)
    for entry in feed.entries:
        assert len(entry.content[0].value.split()) > 50
        assert "©" in entry.rights or "public domain" in entry.rights.lower()


def test_nobody_reads_the_rest_of_the_bucket(desk: Run) -> None:
    bucket = f"http://127.0.0.1:{desk.ports.s3}/newsroom"
    for path in ("", "?list-type=2&prefix=partners/", "stories/", "raw/"):
        assert requests.get(f"{bucket}/{path}", timeout=10).status_code == 403
    assert requests.get(f"{bucket}/partners/", timeout=10).content == b""
    assert requests.put(desk.feed_url, data=b"mine now", timeout=10).status_code == 403


def test_airflow_has_every_dag_and_no_import_error(desk: Run) -> None:
    assert desk.airflow("importErrors")["import_errors"] == []
    dags = {dag["dag_id"]: dag["is_paused"] for dag in desk.airflow("dags")["dags"]}
    wires = {f"wire_{path.stem}" for path in (CHECKOUT / "include/config/wires").glob("*.yaml")}
    others = {path.stem for path in (CHECKOUT / "dags").glob("*.py")} - {"wire", "configuration"}
    if not any(partner.push for partner in load(CHECKOUT / "include/config").partners.values()):
        others.remove("partner_push")  # nobody of the sample is told by push
    assert dags == dict.fromkeys(wires | others, False)
    assert len(wires) >= 4


def test_the_graph_shows_the_stages_and_their_counts(desk: Run) -> None:
    runs = desk.airflow("dags/wire_cnn_newsource/dagRuns?order_by=start_date&limit=1")["dag_runs"]
    tasks = desk.airflow(f"dags/wire_cnn_newsource/dagRuns/{runs[0]['dag_run_id']}/taskInstances")
    done = {
        (task["task_id"], task["rendered_map_index"])
        for task in tasks["task_instances"]
        if task["state"] == "success"
    }
    assert {stage for stage, _ in done} == {
        f"feed.{s}" for s in ("poll", "fetch", "extract", "check", "store")
    }
    assert any(re.search(r"world: .*\d+ passed.*", label or "") for stage, label in done if "store" in stage)


def test_a_run_with_nothing_new_is_skipped_at_its_first_task(desk: Run) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for run in desk.airflow("dags/wire_agencia_sur/dagRuns?order_by=-start_date")["dag_runs"]:
            path = f"dags/wire_agencia_sur/dagRuns/{run['dag_run_id']}/taskInstances"
            tasks = desk.airflow(path)["task_instances"]
            if run["state"] == "success" and {task["state"] for task in tasks} == {"skipped"}:
                ran = {task["task_id"] for task in tasks if task["pid"]}
                assert ran == {"feed.poll"}
                return
        time.sleep(3)
    raise AssertionError("no run of agencia_sur was without news")


def test_an_editor_reads_one_page_by_hand(desk: Run) -> None:
    page = feedparser.parse(requests.get(desk.feed_url, timeout=10).content).entries[-1].link
    wire = "wire_cnn_newsource" if "/station/" in page else "wire_public_agency"
    wire = "wire_agencia_sur" if "/sur/" in page else wire
    made = desk.airflow(f"dags/{wire}/dagRuns", {"logical_date": None, "conf": {"url": page}})
    until = time.monotonic() + PATIENCE
    path = f"dags/{wire}/dagRuns/{made['dag_run_id']}"
    while (state := desk.airflow(path)["state"]) in ("queued", "running") and time.monotonic() < until:
        time.sleep(1)
    assert state == "success"
    tasks = desk.airflow(f"{path}/taskInstances")["task_instances"]
    stored = [
        t["rendered_map_index"] for t in tasks if t["task_id"] == "feed.store" and t["state"] == "success"
    ]
    assert len(stored) == 1
    assert "1 filed" in stored[0]
    assert "1 new" not in stored[0]


def test_what_several_write_at_one_moment_is_all_kept(desk: Run) -> None:
    """Airflow's SQLite has one writer: two requests used to wait for each other, and one was refused."""

    def note(number: int) -> str:
        made = desk.airflow("variables", {"key": f"note_{number}", "value": "all at once"})
        return str(made["key"])

    with ThreadPoolExecutor(4) as editors:
        made = list(editors.map(note, range(20)))
    kept = {variable["key"] for variable in desk.airflow("variables")["variables"]}
    assert kept == set(made) == {f"note_{number}" for number in range(20)}


def test_an_editor_kills_a_story_in_the_ui_and_it_leaves_every_feed(desk: Run) -> None:
    victim = feedparser.parse(requests.get(desk.feed_url, timeout=10).content).entries[0].id
    conf = {"uri": victim, "reason": "a test of the takedown"}
    made = desk.airflow("dags/takedown/dagRuns", {"logical_date": None, "conf": conf})
    path = f"dags/takedown/dagRuns/{made['dag_run_id']}"
    until = time.monotonic() + PATIENCE
    while (state := desk.airflow(path)["state"]) in ("queued", "running") and time.monotonic() < until:
        time.sleep(1)
    assert state == "success"
    document = requests.get(desk.feed_url, timeout=10)
    assert victim not in [entry.id for entry in feedparser.parse(document.content).entries]
    ninjs = requests.get(desk.feed_url.replace("rss.xml", "ninjs.json"), timeout=10).json()
    (gone,) = [item for item in ninjs["associations"] if item["uri"] == victim]
    assert (gone["pubStatus"], gone["edNote"]) == ("canceled", "kill: remove")
    assert "a test of the takedown" not in document.text + str(ninjs)


def test_airflow_forgets_what_is_older_than_a_month_and_goes_on(desk: Run) -> None:
    runs = "dags/wire_agencia_sur/dagRuns"
    old, *young = [
        run["dag_run_id"] for run in desk.airflow(f"{runs}?state=success&order_by=start_date")["dag_runs"]
    ]
    places = Places(desk.data)
    log = next((places.airflow / "logs").glob(f"**/run_id={old}/**/*.log"))
    long_ago = datetime.now(UTC) - timedelta(days=40)
    os.utime(log, (long_ago.timestamp(), long_ago.timestamp()))
    with closing(sqlite3.connect(places.airflow / "airflow.db", timeout=60)) as database, database:
        database.execute("UPDATE dag_run SET start_date = ? WHERE run_id = ?", (f"{long_ago:%F %T}", old))

    told = json.loads((places.airflow / ASKED_WITH).read_text(encoding="utf-8"))
    done = subprocess.run(
        [sys.executable, "-m", "wiring.airflow_history"],
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "removed 1 task logs older than 30 days" in done.stdout
    assert not log.exists()
    left = {run["dag_run_id"] for run in desk.airflow(f"{runs}?limit=200")["dag_runs"]}
    assert old not in left
    assert set(young) <= left


def test_nothing_listens_beyond_loopback(desk: Run) -> None:
    ours = children_of(desk.process.pid)
    listening = [address for pid in ours for address in listening_on(pid)]
    assert len(listening) > 5
    assert [address for address in listening if not address.is_loopback] == []


def test_ctrl_c_ends_everything_and_the_next_start_goes_on(desk: Run) -> None:
    before = feedparser.parse(requests.get(desk.feed_url, timeout=10).content)
    ours = children_of(desk.process.pid)
    assert desk.interrupt() == 0
    assert "Ended" in desk.output
    assert [pid for pid in ours if alive(pid)] == []
    assert all(is_free(port) for port in (desk.ports.airflow, desk.ports.s3, desk.ports.sample))

    again = start(desk.data, desk.ports)
    try:
        again.wait_for("waiting for the first new story", PATIENCE)
        after = feedparser.parse(requests.get(desk.feed_url, timeout=10).content)
        assert {entry.id for entry in before.entries} < {entry.id for entry in after.entries}
        again.wait_for(READY, PATIENCE)
    finally:
        os.killpg(again.process.pid, signal.SIGINT)
        again.process.communicate(timeout=60)
    assert all(is_free(port) for port in (desk.ports.airflow, desk.ports.s3, desk.ports.sample))


def children_of(pid: int) -> list[int]:
    """Every process under this one."""
    found = []
    for folder in Path(f"/proc/{pid}/task").glob("*"):
        for child in (folder / "children").read_text().split():
            found += [int(child), *children_of(int(child))]
    return found


def test_a_catalogue_that_no_migration_leads_on_from_stops_the_start(tmp_path: Path) -> None:
    desk = Desk(Places(tmp_path), Ports(), Console())
    desk._migrate()
    with closing(Database.connect(desk.places.catalogue)) as catalogue, catalogue.writing() as connection:
        connection.execute(text("UPDATE catalogue_version SET version_num = '9999'"))
    with pytest.raises(PartFailedError, match=rf"saw version 9999.*move {tmp_path}/catalogue\.db\* away"):
        desk._migrate()


def test_a_story_that_does_not_come_in_time_ends_nothing(
    tmp_path: Path, s3: SeaweedFS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standalone.desk.FIRST_STORY_SECONDS", 0.0)
    monkeypatch.setattr("standalone.desk.BUCKET", "tests")
    told = StringIO()
    desk = Desk(Places(tmp_path), Ports(), Console(file=told, width=200))
    desk._s3, desk._stories_at_start = s3, set()
    assert not desk.wait_for_first_story()
    assert f"No new story came into {desk.feed_url} within 0 s. All goes on" in told.getvalue()


def test_a_storage_server_that_dies_is_started_again_with_what_it_had(tmp_path: Path) -> None:
    server = SeaweedFS(
        tmp_path / "s3", port=free_ports(1)[0], access_key="tests", secret_key="t" * 20, bucket="tests"
    )
    told = StringIO()
    desk = Desk(Places(tmp_path), Ports(), Console(file=told, width=200))
    desk._s3 = server.start()
    try:
        server.client().put_object(Bucket="tests", Key="story", Body=b"kept")
        pid = server.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        desk.keep_up()
        assert "S3 server ended and is started again" in told.getvalue()
        assert server.client().get_object(Bucket="tests", Key="story")["Body"].read() == b"kept"
    finally:
        desk.stop()


def listening_on(pid: int) -> Iterator[IPv4Address | IPv6Address]:
    """The addresses on which a process listens (Linux: proc_pid_net(5))."""
    try:
        links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
        tables = [Path(f"/proc/{pid}/net/{table}").read_text() for table in ("tcp", "tcp6")]
    except FileNotFoundError:
        return  # it has ended, or closed a file meanwhile: a task's process listens on nothing
    sockets = {name.removeprefix("socket:[").removesuffix("]") for name in links if "socket:" in name}
    for table in tables:
        for line in table.splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if state == "0A" and inode in sockets:
                yield address_of(local.partition(":")[0])


def address_of(text: str) -> IPv4Address | IPv6Address:
    """An address as /proc writes it: words of 32 bits in the machine's own order."""
    words = [bytes.fromhex(text[at : at + 8])[::-1] for at in range(0, len(text), 8)]
    address = ip_address(b"".join(words))
    return getattr(address, "ipv4_mapped", None) or address


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
