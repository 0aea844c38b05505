"""Several partners told side by side."""

import json
import socket
from datetime import timedelta

import pytest

from newsroom.config.push import Webhook
from newsroom.stages import now
from newsroom.stages.deliver import deliver_to
from newsroom.stages.push import push_to_all, targets_due

SLOW, QUICK = ("krdo", "webhook"), ("radio_pikes", "webhook")


@pytest.fixture
def silent():
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        yield server.getsockname()[1]


@pytest.mark.slow
def test_a_partner_that_hangs_costs_the_others_nothing(desk, receiver, silent, monkeypatch):
    hook = Webhook(
        kind="webhook",
        connection="any",
        private_addresses=("127.0.0.1",),
        ports=(receiver.server_port, silent),
        timeout_seconds=4,
    )
    for name, _ in (SLOW, QUICK):
        partner = desk.room.configuration.partners[name]
        own = hook.model_copy(update={"connection": name})
        desk.room.configuration.partners[name] = partner.model_copy(update={"push": (own,)})
    assert targets_due(desk.room) == []
    desk.ingest()
    for name, _ in (SLOW, QUICK):
        deliver_to(desk.room, name)
    assert targets_due(desk.room) == [SLOW, QUICK]
    hosts = {"krdo": f"http://127.0.0.1:{silent}/", "radio_pikes": receiver.url}
    for name, host in hosts.items():
        account = {"conn_type": "http", "host": host, "password": receiver.secret}
        monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps(account))
    began = now()
    slow, quick = push_to_all(
        desk.room,
        [SLOW, QUICK],
        budget=timedelta(seconds=3),
    )
    assert (slow["failed"], quick["failed"]) == ({"deadline": 1}, {})
    assert quick["waiting"] == 0
    assert quick["delivered"] == len(receiver.taken) > 0
    took = [row.done_at - began for row in desk.room.catalogue.messages(partner="radio_pikes") if row.done_at]
    assert max(took) < timedelta(seconds=4)
    assert targets_due(desk.room) == []
    assert "no answer within 4 s" in (slow["reason"] or "")
