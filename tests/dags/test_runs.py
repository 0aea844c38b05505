"""The DAGs that look after what is on record, run by Airflow itself over a real bucket."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue, Ledger
from newsroom.store.deliveries import Entered, LookRow
from newsroom.store.keys import delivery
from newsroom.store.kills import Kill, file_kills
from newsroom.story import story_uri
from samplewire.configuration import write_configuration

DAGS = Path(__file__).parents[2] / "dags"

RUN = """
import json, sys
from airflow.dag_processing.dagbag import BundleDagBag
from datetime import UTC, datetime, timedelta
from pathlib import Path
folder, name, conf = sys.argv[1:]
from airflow.utils.db import initdb
initdb()
dag = BundleDagBag(dag_folder=folder, bundle_path=Path(folder), bundle_name="dags-folder").dags[name]
run = dag.test(run_conf=json.loads(conf))
states = {f"{ti.task_id}[{ti.map_index}]": ti.state for ti in run.get_task_instances()}
print(json.dumps({"state": run.state, "tasks": states}))
"""


FILES = """\
provider: Northern Dispatch
feeds:
  - id: inbox
    url: s3://tests-inbox/in/
    connection: inbox
    folder: {settle_seconds: 0}
checks: wire_documents
"""


@pytest.fixture
def inbox(s3, s3_client, bucket, tmp_path, monkeypatch):
    """A configuration with a wire that puts files into a folder of another bucket, which is empty."""
    config = tmp_path / "config"
    shutil.copytree(Path(__file__).parents[2] / "include" / "config", config)
    (config / "wires" / "files.yaml").write_text(FILES, encoding="utf-8")
    extra = {"endpoint_url": s3.endpoint, "region_name": "us-east-1"}
    told = {"conn_type": "aws", "login": s3.access_key, "password": s3.secret_key, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_INBOX", json.dumps(told))
    there = Bucket(s3_client, "tests-inbox")
    there.make()
    return there


@pytest.fixture
def run(environment, s3, tmp_path):
    """Runs a DAG by name in a process of its own, with an Airflow that has never run."""
    config = Path(__file__).parents[2] / "include" / "config"
    extra = {"endpoint_url": s3.endpoint, "region_name": "us-east-1"}
    keys = {"login": s3.access_key, "password": s3.secret_key}
    told = {
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW_CONN_NEWSROOM_S3": json.dumps({"conn_type": "aws", **keys, "extra": extra}),
        "NEWSROOM_CONFIG": str(config),
        "PYTHONWARNINGS": "ignore",
    }

    def one(name: str, env: dict[str, str] | None = None, **conf: object) -> dict[str, object]:
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(DAGS), name, json.dumps(conf)],
            env={**os.environ, **environment, **told, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    return one


@pytest.mark.slow
def test_replay_reads_each_wire_by_itself_and_refuses_one_that_is_not_there(run):
    done = run("replay", wire="cnn_newsource")
    assert done["state"] == "success"
    assert done["tasks"] == {"which_wires[-1]": "success", "replay[0]": "success"}


@pytest.mark.slow
def test_reconcile_compares_every_part_and_fails_where_a_person_must_look(run, bucket, catalogue):
    done = run("reconcile")
    parts = {name.partition("[")[0] for name in done["tasks"]}
    assert parts == {"which_stores", "compare_stores", "which_partners", "compare_partners", "tell"}
    assert set(done["tasks"].values()) == {"success"}
    reports = list(bucket.keys("reports/reconcile/"))
    assert len(reports) == sum(name.startswith("compare") for name in done["tasks"])
    lost = datetime.now(UTC) - timedelta(hours=5)
    kill = Kill(uri="urn:uuid:9", evidence="e" * 64, at=lost, source="editor", by="ed", reason="libel")
    catalogue.add_kills([kill])
    done = run("reconcile")
    assert done["state"] == "failed"
    assert {name for name, state in done["tasks"].items() if state != "success"} == {"tell[-1]"}


@pytest.mark.slow
def test_housekeeping_leaves_the_work_of_yesterday(run, bucket):
    bucket.put_once("work/cnn_newsource/world/1/poll.jsonl", b"")
    done = run("housekeeping")
    assert done == {"state": "success", "tasks": {"remove_old_work[-1]": "success"}}
    assert list(bucket.keys("work/")) == ["work/cnn_newsource/world/1/poll.jsonl"]


@pytest.mark.slow
def test_a_push_sends_what_waits_over_airflows_connection(run, environment, receiver, tmp_path, monkeypatch):
    config = write_configuration(tmp_path / "config", 1)
    krdo = config / "partners" / "krdo.yaml"
    where = f"private_addresses: [127.0.0.1], ports: [{receiver.server_port}]"
    hook = f"{{kind: webhook, connection: krdo_cms, {where}}}"
    krdo.write_text(f"{krdo.read_text(encoding='utf-8')}\npush: [{hook}]\n", encoding="utf-8")
    account = {"conn_type": "http", "host": receiver.url, "password": receiver.secret}
    monkeypatch.setenv("AIRFLOW_CONN_KRDO_CMS", json.dumps(account))
    told = {"NEWSROOM_CONFIG": str(config)}
    watched = {"watch_kills[-1]": "success"}
    nothing = {"whom_to_send[-1]": "skipped", "send[-1]": "skipped"}
    assert run("partner_push", env=told)["tasks"] == nothing | watched
    bucket, catalogue = Bucket.from_environment(), Catalogue.open()
    uri = story_uri("cnn_newsource", "1")
    ledger = Ledger(partner="krdo", at=datetime.now(UTC), run=None, entered=(Entered(uri=uri, n=1),), left=())
    bucket.put_once(delivery("krdo", "1"), ledger.to_json())
    catalogue.add_deliveries(ledger)
    kill = Kill(uri=uri, evidence="e", at=datetime.now(UTC), source="editor", by="ed", reason="libel")
    file_kills(bucket, catalogue, [kill])
    done = run("partner_push", env=told)
    assert done["tasks"] == {"whom_to_send[-1]": "success", "send[0]": "success"} | watched
    assert receiver.told == [("story.killed", uri)]
    again = kill.model_copy(update={"uri": story_uri("cnn_newsource", "2"), "at": datetime.now(UTC)})
    sent = ledger.model_copy(update={"entered": (Entered(uri=again.uri, n=1),)})
    catalogue.add_deliveries(sent)
    file_kills(bucket, catalogue, [again])
    done = run("takedown", env=told)
    assert (done["tasks"]["tell[0]"], done["tasks"]["withdraw[0]"]) == ("success", "success")
    assert receiver.told[1:] == [("story.killed", again.uri)]
    catalogue.close()


@pytest.mark.slow
def test_a_wires_dag_takes_files_over_airflows_connection(inbox, run, bucket, tmp_path):
    sample = Path(__file__).parents[1] / "newsroom" / "wireformat" / "samples" / "ninjs_3.1.json"
    inbox.put("in/ice.json", sample.read_bytes(), content_type="application/json")
    inbox.put("in/ice.zip", b"PK\x03\x04", content_type="application/zip")
    done = run("wire_files", env={"NEWSROOM_CONFIG": str(tmp_path / "config")})
    assert done["state"] == "success"
    assert {state for name, state in done["tasks"].items() if name.startswith("feed.")} == {"success"}
    assert sorted(inbox.keys("")) == ["in/done/ice.json", "in/failed/ice.zip", "in/failed/ice.zip.reason.txt"]
    assert len(list(bucket.keys("stories/files/"))) == 1


@pytest.mark.slow
def test_the_end_of_an_embargo_wakes_the_delivery(run, catalogue):
    def stands_until(moment: datetime) -> None:
        catalogue.save_look(LookRow("krdo", stamp=1, grounds="", at=datetime.now(UTC), until=moment))

    stands_until(datetime.now(UTC) + timedelta(hours=1))
    assert run("wake")["tasks"] == {"whose_time_has_come[-1]": "skipped"}
    stands_until(datetime.now(UTC) - timedelta(seconds=2))
    assert run("wake")["tasks"] == {"whose_time_has_come[-1]": "success"}
    # What could not be delivered waits for the delivery's own clock, and wakes it no more.
    stands_until(datetime.now(UTC) - timedelta(minutes=6))
    assert run("wake")["tasks"] == {"whose_time_has_come[-1]": "skipped"}
