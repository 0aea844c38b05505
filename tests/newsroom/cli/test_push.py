"""`newsroom push`: what waits is sent, and what goes wrong is told."""

import json
from datetime import datetime

import pytest


@pytest.fixture
def krdo(newsroom, config, receiver, monkeypatch):
    """The command line, with a web server at KRDO."""
    path = config / "partners" / "krdo.yaml"
    hook = {
        "kind": "webhook",
        "connection": "krdo_cms",
        "private_addresses": ["127.0.0.1"],
        "ports": [receiver.server_port],
        "timeout_seconds": 5,
    }
    path.write_text(f"{path.read_text(encoding='utf-8')}\npush: [{json.dumps(hook)}]\n", encoding="utf-8")
    account = {"conn_type": "http", "host": receiver.url, "password": receiver.secret}
    monkeypatch.setenv("AIRFLOW_CONN_KRDO_CMS", json.dumps(account))
    return newsroom


@pytest.mark.slow
def test_stories_are_sent_once_and_a_kill_at_once(krdo, receiver):
    krdo("ingest", "public_agency", "--json")
    krdo("deliver", "--json")
    (row,) = krdo("push", "krdo", "--json").json
    assert row["delivered"] == len(receiver.taken) > 0
    assert (row["waiting"], row["failed"], row["error"]) == (0, {}, None)
    (row,) = krdo("push", "--json").json
    assert row["delivered"] == 0
    uri = receiver.taken[0][1]["data"]["uri"]
    said = krdo("kill", uri, "--reason", "libel", "--json")
    assert {"partner": "krdo/webhook", "error": None} in said.json["partners"]
    assert receiver.told[-1] == ("story.killed", uri)


@pytest.mark.slow
def test_what_was_parked_is_sent_again_when_a_person_says_so(krdo, receiver):
    krdo("ingest", "public_agency", "--json")
    krdo("deliver", "--json")
    receiver.answers = [400]
    said = krdo("push", "--json")
    assert said.code == 1
    assert (said.json[0]["parked"], said.json[0]["failed"]) == (1, {"http_400": 1})
    asked = len(receiver.asked)
    told = krdo("push")
    assert (told.code, len(receiver.asked)) == (1, asked)
    assert "Parked: refused; once that is mended" in told.out
    assert receiver.asked[0][1]["data"]["uri"] in told.out
    assert "saw 400 Bad Request; wanted 2xx" in told.out
    said = krdo("push", "--again", "--json")
    assert (said.code, said.json[0]["delivered"]) == (0, 1)


@pytest.mark.slow
def test_a_kill_that_the_partner_refuses_is_not_taken_for_done(krdo, receiver):
    krdo("ingest", "public_agency", "--json")
    krdo("deliver", "--json")
    krdo("push", "--json")
    uri = receiver.taken[0][1]["data"]["uri"]
    receiver.answers = [422]
    said = krdo("kill", uri, "--reason", "libel", "--json")
    assert said.code == 1
    (webhook,) = [each for each in said.json["partners"] if each["partner"] == "krdo/webhook"]
    assert webhook["error"].startswith("refused, and not tried again: http_422: ")
    ((late,),) = [each["late"] for each in krdo("kills", "--json").json]
    assert late.startswith("krdo/webhook: refused, and not tried again: http_422: ")
    assert "newsroom acknowledge URI PARTNER" in krdo("kills").err
    krdo("acknowledge", uri, "krdo")
    assert krdo("kills", "--json").json[0]["late"] == []


@pytest.mark.slow
def test_a_missing_connection_is_told_and_nothing_is_lost(krdo, receiver, monkeypatch):
    krdo("ingest", "public_agency", "--json")
    krdo("deliver", "--json")
    monkeypatch.delenv("AIRFLOW_CONN_KRDO_CMS")
    said = krdo("push", "--json")
    assert said.code == 1
    assert "'krdo_cms': nothing found: AIRFLOW_CONN_KRDO_CMS is not set here" in said.json[0]["error"]
    assert said.json[0]["waiting"] >= 1
    oldest = datetime.fromisoformat(said.json[0]["oldest"])
    assert f"{oldest:%Y-%m-%d %H:%M:%S}Z" in krdo("push").out
    monkeypatch.setenv("AIRFLOW_CONN_KRDO_CMS", "{hunter2")
    assert "hunter2" not in krdo("push").out
    assert receiver.asked == []
