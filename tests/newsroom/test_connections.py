"""Connections as the environment tells them, as JSON or as a URI; no text of an error shows a secret."""

import json
from copy import copy

import pytest

from newsroom.connections import BadConnection, Connection, FromEnvironment, read_connection

TOLD = {"conn_type": "sftp", "host": "wire.example", "port": 2222, "login": "desk", "password": "s/e:c"}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(TOLD | {"extra": {"host_key": "ssh-ed25519 AAAA"}}),
        json.dumps(TOLD | {"conn_type": "SFTP", "port": "2222", "extra": '{"host_key": "ssh-ed25519 AAAA"}'}),
        "sftp://desk:s%2Fe%3Ac@wire.example:2222/?host_key=ssh-ed25519%20AAAA",
    ],
)
def test_json_and_uri_say_the_same(text):
    expected = Connection(
        "x", "sftp", "wire.example", 2222, "desk", "s/e:c", {"host_key": "ssh-ed25519 AAAA"}
    )
    assert read_connection("x", text) == expected
    assert "s/e:c" not in repr(expected)


@pytest.mark.parametrize(
    "text", ["{", '{"port": "secret-1", "conn_type": "aws"}', "[1]", "secret-1", '{"extra": 1}']
)
def test_what_cannot_be_read_is_told_without_its_text(text):
    with pytest.raises(BadConnection, match="wanted") as raised:
        read_connection("x", text)
    assert "secret-1" not in str(raised.value)
    assert str(copy(raised.value)) == str(raised.value)


def test_a_missing_one_names_its_variable(monkeypatch):
    monkeypatch.delenv("AIRFLOW_CONN_WIRE_INBOX", raising=False)
    with pytest.raises(BadConnection, match="wanted it in AIRFLOW_CONN_WIRE_INBOX"):
        FromEnvironment().get("wire_inbox")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"conn_type": "sftp"}', "saw the type 'sftp'; wanted aws"),
        (
            '{"conn_type": "aws", "extra": {"role_arn": "arn:aws:iam::1:role/x"}}',
            "saw `role_arn`; wanted keys",
        ),
        ('{"conn_type": "aws", "extra": {"config_kwargs": {"nonsense": 1}}}', "its extra can't be used"),
    ],
)
def test_an_s3_client_wants_a_connection_of_aws(monkeypatch, text, reason):
    monkeypatch.setenv("AIRFLOW_CONN_WIRE_INBOX", text)
    with pytest.raises(BadConnection, match=reason):
        FromEnvironment().s3("wire_inbox")


def test_a_connection_without_an_endpoint_means_aws_whatever_the_newsrooms_own_is(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    told = '{"conn_type": "aws", "login": "k", "password": "s", "extra": {"region_name": "us-west-2"}}'
    monkeypatch.setenv("AIRFLOW_CONN_WIRE_INBOX", told)
    client = FromEnvironment().s3("wire_inbox")
    try:
        assert client.meta.endpoint_url.endswith(".amazonaws.com")
    finally:
        client.close()
