"""A task's bucket comes from an Airflow connection, and from nothing else."""

import json
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from newsroom.connections import BadConnection
from wiring.connections import FromAirflow, newsroom


@pytest.fixture
def catalogue_only(monkeypatch, tmp_path):
    monkeypatch.setenv("NEWSROOM_CATALOGUE", f"sqlite:///{tmp_path / 'catalogue.db'}")
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))


def connection(s3, **extra):
    told = {"region_name": "us-east-1", "endpoint_url": s3.endpoint} | extra
    keys = {"login": s3.access_key, "password": s3.secret_key}
    return json.dumps({"conn_type": "aws", **keys, "extra": told})


def test_a_task_reads_and_writes_where_the_connection_leads(s3, bucket, catalogue_only, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_NEWSROOM_S3", connection(s3))
    monkeypatch.setenv("NEWSROOM_BUCKET", bucket.name)
    with newsroom() as room:
        room.bucket.put_once("raw/sample/1", b"1")
        config: Any = room.bucket.client.meta.config
        assert (config.connect_timeout, config.retries["total_max_attempts"]) == (5, 4)
    assert bucket.get("raw/sample/1") == b"1"


def test_the_connections_own_settings_win(s3, bucket, catalogue_only, monkeypatch):
    own = {"connect_timeout": 9, "s3": {"addressing_style": "path"}}
    monkeypatch.setenv("AIRFLOW_CONN_NEWSROOM_S3", connection(s3, config_kwargs=own))
    monkeypatch.setenv("NEWSROOM_BUCKET", bucket.name)
    with newsroom() as room:
        config: Any = room.bucket.client.meta.config
        assert (config.connect_timeout, config.read_timeout) == (9, 30)
        assert config.s3["addressing_style"] == "path"


def test_a_missing_connection_is_refused_before_aws_is_asked(catalogue_only, monkeypatch):
    monkeypatch.delenv("AIRFLOW_CONN_NEWSROOM_S3", raising=False)
    wanted = "'newsroom_s3': nothing found; wanted one of type aws"
    with pytest.raises(AirflowFailException, match=wanted), newsroom():
        pass


def test_a_folder_is_reached_over_the_connection_that_its_feed_names(s3, bucket, catalogue_only, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    monkeypatch.setenv("AIRFLOW_CONN_INBOX", connection(s3))
    bucket.put("in/a.xml", b"1", content_type="text/xml")
    client = FromAirflow().s3("inbox")
    assert [each["Key"] for each in client.list_objects_v2(Bucket=bucket.name)["Contents"]] == ["in/a.xml"]
    client.close()
    monkeypatch.setenv("AIRFLOW_CONN_PARTNER", json.dumps({"conn_type": "sftp", "host": "wire.example"}))
    assert FromAirflow().get("partner").host == "wire.example"
    for name, reason in (("partner", "saw the type 'sftp'; wanted aws"), ("nobody", "nothing found")):
        with pytest.raises(BadConnection, match=reason):
            FromAirflow().s3(name)
