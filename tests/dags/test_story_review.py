"""The review of held stories, run by Airflow itself and answered through its API."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsroom.config import load
from newsroom.stages import Newsroom
from newsroom.stages.life import held_stories
from newsroom.stages.run import run_feed
from newsroom.store.revisions import Draft, file_stories
from newsroom.story import Story, paragraph, story_uri
from samplewire import ManualClock, SampleWire
from samplewire.configuration import write_configuration

DAGS = Path(__file__).parents[2] / "dags"

HOSTILE = "{{ 7 * 7 }} [here](javascript:alert(1)) <b>now</b>"

RUN = """
import json, os, sys, threading, time, traceback
from pathlib import Path
from airflow.utils.db import initdb
initdb()
from airflow.api_fastapi.app import create_app
from airflow.dag_processing.dagbag import BundleDagBag
from fastapi.testclient import TestClient
from newsroom.stages import Newsroom
from newsroom.stages.life import release_story

folder, conf, answers, elsewhere = sys.argv[1], *map(json.loads, sys.argv[2:])
bag = BundleDagBag(dag_folder=folder, bundle_path=Path(folder), bundle_name="dags-folder")
seen = {}

def asked(client):
    until = time.monotonic() + 120
    while time.monotonic() < until:
        found = client.get("/api/v2/dags/~/dagRuns/~/hitlDetails").json()["hitl_details"]
        if len(found) == conf["at_once"]:
            return found
        time.sleep(0.5)
    raise TimeoutError(found)

def answer():
    with TestClient(create_app()) as client:
        client.headers["Authorization"] = "Bearer " + client.get("/auth/token").json()["access_token"]
        for each in asked(client):
            seen[each["subject"]] = each["body"]
            if each["subject"] in elsewhere:
                room = Newsroom.from_environment()
                release_story(room, elsewhere[each["subject"]], by="somebody else", reason="seen first")
            option, reason = answers[each["subject"]]
            ti = each["task_instance"]
            path = f"dags/story_review/dagRuns/{ti['dag_run_id']}/taskInstances/review/{ti['map_index']}"
            said = {"chosen_options": [option], "params_input": {"reason": reason}}
            client.patch(f"/api/v2/{path}/hitlDetails", json=said).raise_for_status()

def answer_or_end():
    try:
        answer()
    except BaseException:
        traceback.print_exc()
        os._exit(3)

editor = threading.Thread(target=answer_or_end, daemon=True)
editor.start()
run = bag.dags["story_review"].test(run_conf=conf)
editor.join()
ran = [ti for ti in run.get_task_instances() if ti.task_id == "review"]
tasks = {ti.map_index: [ti.state, ti.rendered_map_index] for ti in ran}
print(json.dumps({"state": run.state, "tasks": tasks, "seen": seen}))
"""


@pytest.fixture
def room(bucket, catalogue, tmp_path):
    """A newsroom with held stories; the newest one's text is hostile."""
    now = datetime.now(UTC)
    with SampleWire(clock=ManualClock(now - timedelta(hours=1))) as wire:
        config = write_configuration(tmp_path / "config", wire.port)
        made = Newsroom(load(config), bucket, catalogue)
        run_feed(made, "cnn_newsource", "world", "r")
        run_feed(made, "cnn_newsource", "national", "r")
    hostile = Story(
        uri=story_uri("cnn_newsource", "hostile"),
        wire="cnn_newsource",
        provider="CNN Newsource",
        headline=HOSTILE,
        url="https://wire.example/a)b",
        blocks=(paragraph("# {{ conn.newsroom_s3 }} ![](https://spy.example/1.gif)"),),
        versioncreated=now,
    )
    draft = Draft(hostile, ("raw/x",), "item", "digest")
    file_stories(bucket, catalogue, [draft], reader="test", run=None, now=now)
    return made


@pytest.mark.slow
def test_each_answer_is_filed_with_its_name_and_at_once(room, environment, s3, tmp_path):
    newest, second, third = held_stories(room, None, 3)
    assert newest["headline"] == HOSTILE
    answers = {
        HOSTILE: ("Leave held", ""),
        second["headline"]: ("Release", "confirmed by phone"),
        third["headline"]: ("Release", "it is fine"),
    }
    extra = {"endpoint_url": s3.endpoint, "region_name": "us-east-1"}
    keys = {"login": s3.access_key, "password": s3.secret_key}
    told = {
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "true",
        "AIRFLOW__API_AUTH__JWT_SECRET": "j" * 64,
        "AIRFLOW__API__SECRET_KEY": "s" * 64,
        "AIRFLOW_CONN_NEWSROOM_S3": json.dumps({"conn_type": "aws", **keys, "extra": extra}),
        "NEWSROOM_CONFIG": str(tmp_path / "config"),
        "PYTHONWARNINGS": "ignore",
    }
    arguments = [{"at_once": 3}, answers, {third["headline"]: third["uri"]}]
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(DAGS), *map(json.dumps, arguments)],
        env={**os.environ, **environment, **told},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["state"] == "success"
    assert [state for state, _ in result["tasks"].values()] == ["success", "success", "skipped"]
    labels = [label for _, label in result["tasks"].values()]
    assert labels[0].startswith("left held by")
    assert labels[1].startswith("released by")
    (decision,) = room.catalogue.decisions(second["uri"])
    assert (decision.action, decision.n, decision.reason) == ("release", second["n"], "confirmed by phone")
    assert decision.by in labels[1]
    (other,) = room.catalogue.decisions(third["uri"])
    assert other.by == "somebody else"
    assert room.catalogue.is_held(newest["uri"])
    shown = result["seen"][second["headline"]]
    assert second["reasons"][0].split(":")[0] in shown
    assert f"`newsroom story {second['uri']}`" in shown
    assert "\\{\\{ conn\\.newsroom\\_s3 \\}\\}" in result["seen"][HOSTILE]
