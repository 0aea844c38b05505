"""A bucket of the partner's on a real S3 server: what was written is read back."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from newsroom.config.push import S3Bucket
from newsroom.connections import Connection
from newsroom.stages.reach_push import by_push


@pytest.fixture
def s3_desk(desk, s3, s3_client):
    s3_client.create_bucket(Bucket="krdo-news")
    target = S3Bucket(
        kind="s3",
        connection="krdo_bucket",
        bucket="krdo-news",
        prefix="wire/",
        private_addresses=("127.0.0.1",),
        ports=(s3.port,),
    )
    extra = {"endpoint_url": s3.endpoint}
    desk.connections["krdo_bucket"] = Connection(
        "krdo_bucket", "aws", login=s3.access_key, password=s3.secret_key, extra=extra
    )
    desk.targets = (target,)
    desk.push("s3")
    yield desk
    for each in s3_client.list_objects_v2(Bucket="krdo-news").get("Contents", ()):
        s3_client.delete_object(Bucket="krdo-news", Key=each["Key"])
    s3_client.delete_bucket(Bucket="krdo-news")


def told(desk) -> str:
    desk.publish("one")
    desk.push("s3", budget=timedelta(seconds=1))
    (row,) = desk.messages()
    return f"{row.state}: {row.reason}"


def test_a_story_is_read_back_and_a_kill_replaces_it(s3_desk, s3_client):
    s3_desk.publish("one")
    s3_desk.push("s3")
    key = f"wire/{s3_desk.uri('one').removeprefix('urn:uuid:')}.json"
    there = s3_client.get_object(Bucket="krdo-news", Key=key)
    item = orjson.loads(there["Body"].read())
    assert (item["version"], there["ContentType"]) == ("1", "application/json")
    (row,) = s3_desk.messages()
    assert row.receipt["sha256"] == there["Metadata"]["sha256"]
    s3_desk.kill("one")
    s3_desk.push("s3")
    item = orjson.loads(s3_client.get_object(Bucket="krdo-news", Key=key)["Body"].read())
    assert (item["version"], item["pubStatus"]) == ("2", "canceled")


@pytest.mark.slow
def test_keys_that_are_refused_wait_and_are_not_shown(s3_desk):
    known = s3_desk.connections["krdo_bucket"]
    s3_desk.connections["krdo_bucket"] = replace(known, password="hunter2")
    said = told(s3_desk)
    assert "waiting: s3_SignatureDoesNotMatch" in said
    assert "wanted s3:PutObject and s3:GetObject under the prefix" in said
    assert "hunter2" not in said


@pytest.mark.slow
def test_without_keys_those_of_this_machine_are_not_sent(s3_desk, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ours")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "ours")
    known = s3_desk.connections["krdo_bucket"]
    s3_desk.connections["krdo_bucket"] = replace(known, login="")
    assert "waiting: no_keys: " in told(s3_desk)


@pytest.mark.slow
def test_an_endpoint_that_is_not_public_is_never_dialled(s3_desk):
    (target,) = s3_desk.targets
    s3_desk.targets = (target.model_copy(update={"private_addresses": ("10.0.0.0/8",)}),)
    assert "waiting: blocked_address: " in told(s3_desk)


@pytest.mark.slow
def test_a_probe_writes_reads_and_removes(s3_desk, s3_client):
    def probed() -> tuple[bool, str]:
        (each,) = by_push(s3_desk.room, s3_desk.partner)
        return each.fine, each.found

    assert probed() == (True, "s3://krdo-news/wire/ can be written and read")
    assert "Contents" not in s3_client.list_objects_v2(Bucket="krdo-news")
    known = s3_desk.connections["krdo_bucket"]
    s3_desk.connections["krdo_bucket"] = replace(known, password="hunter2")
    fine, found = probed()
    assert (fine, "SignatureDoesNotMatch; wanted s3:PutObject" in found, "hunter2" in found) == (
        False,
        True,
        False,
    )
