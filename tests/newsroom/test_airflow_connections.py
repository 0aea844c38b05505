"""A connection is found where a DAG's task finds it; what is missing says where it was looked for."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsroom.airflow_connections import ASKED_WITH, AsAirflowHas
from newsroom.connections import BadConnection

SECRET = "k3y-of-the-wire-9f2c"
AIRFLOW = str(Path(sys.executable).with_name("airflow"))


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """No Airflow is told of; gives the data's folder."""
    for name in [name for name in os.environ if name.startswith("AIRFLOW")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NEWSROOM_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_the_environment_comes_first(nowhere, monkeypatch):
    monkeypatch.setenv("AIRFLOW_HOME", str(nowhere))
    monkeypatch.setenv("AIRFLOW_CONN_AP_MEDIA", json.dumps({"conn_type": "http", "password": SECRET}))
    connections = AsAirflowHas()
    assert connections.get("ap_media").password == SECRET
    assert connections.where == {"ap_media": "AIRFLOW_CONN_AP_MEDIA"}


def test_where_no_airflow_is_told_of_that_is_said(nowhere):
    with pytest.raises(BadConnection) as told:
        AsAirflowHas().get("ap_media")
    assert str(told.value) == (
        "bad_connection: connection 'ap_media': nothing found: AIRFLOW_CONN_AP_MEDIA is not set here, and "
        "Airflow was not asked, as AIRFLOW_HOME is not set; wanted it under Admin > Connections, or in "
        "AIRFLOW_CONN_AP_MEDIA"
    )


@pytest.mark.slow
def test_airflow_is_asked_for_what_its_database_holds(nowhere):
    home = nowhere / "airflow"
    home.mkdir(parents=True)
    own = {"AIRFLOW_HOME": str(home), "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/own.db"}
    added = ["connections", "add", "north_inbox", "--conn-json"]
    inbox = {"conn_type": "aws", "login": "k", "password": SECRET, "extra": {"region_name": "us-west-2"}}
    for asked in (["db", "migrate"], [*added, json.dumps(inbox)]):
        subprocess.run([AIRFLOW, *asked], env=os.environ | own, check=True, capture_output=True, timeout=240)
    (home / ASKED_WITH).write_text(json.dumps(own))
    connections = AsAirflowHas()
    found = connections.get("north_inbox")
    assert (found.kind, found.login, found.password) == ("aws", "k", SECRET)
    assert found.extra["region_name"] == "us-west-2"
    assert connections.where == {"north_inbox": "Airflow"}
    client = connections.s3("north_inbox")
    assert client.meta.region_name == "us-west-2"
    client.close()
    with pytest.raises(BadConnection, match=rf"and Airflow \({home}\) has none of this name"):
        connections.get("nope")


@pytest.mark.slow
def test_an_airflow_that_cannot_tell_shows_no_secret(nowhere, monkeypatch):
    monkeypatch.setenv("AIRFLOW_HOME", str(nowhere))
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", f"nonsense://desk:{SECRET}@127.0.0.1/x")
    with pytest.raises(BadConnection, match="could not tell; see what `airflow connections get") as told:
        AsAirflowHas().get("ap_media")
    assert SECRET not in str(told.value)
