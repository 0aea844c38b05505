"""How deliveries to partners go, as the desk is told."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.config.push import Webhook
from newsroom.stages import now
from newsroom.stages.deliver import deliver_to, withdraw_from
from newsroom.stages.kills import kill_story
from newsroom.stages.partners import deliveries_by_partner, percentile
from newsroom.stages.push import push_to


def test_a_partner_that_got_nothing_has_nothing_to_tell(desk):
    rows = deliveries_by_partner(desk.room)
    assert {row["by"] for row in rows} == {"its feeds"}
    assert {row["partner"] for row in rows} == set(desk.room.configuration.partners)
    assert all(not row["last_delivery"] and not row["failures"] and not row["kill_seconds"] for row in rows)


@pytest.mark.slow
def test_what_came_what_waits_and_how_fast_kills_were(desk, receiver, monkeypatch):
    hook = Webhook(
        kind="webhook", connection="cms", private_addresses=("127.0.0.1",), ports=(receiver.server_port,)
    )
    account = {"conn_type": "http", "host": receiver.url, "password": receiver.secret}
    monkeypatch.setenv("AIRFLOW_CONN_CMS", json.dumps(account))
    partners = desk.room.configuration.partners
    partners["krdo"] = partners["krdo"].model_copy(update={"push": (hook,)})

    def push(status: int = 204, **options: Any) -> None:
        receiver.answers = [status]
        push_to(desk.room, "krdo", "webhook", budget=timedelta(seconds=1), **options)

    def told() -> dict[str, dict[str, Any]]:
        return {row["by"]: row for row in deliveries_by_partner(desk.room) if row["partner"] == "krdo"}

    push()
    desk.ingest(("public_agency",))
    began = now()
    deliver_to(desk.room, "krdo")
    push(400)
    before = told()
    assert before["its feeds"]["last_delivery"] >= began
    (failure,) = before["webhook"]["failures"]
    assert failure.startswith("1 parked: http_400: ")
    kill_story(desk.room, desk.room.catalogue.messages()[0].uri, by="ed", reason="libel")
    assert told()["its feeds"]["failures"] == ["a kill has not reached its feeds"]
    push(503, only_kills=True)
    down = told()["webhook"]
    assert down["waiting"] >= 1
    assert down["oldest"] is not None
    assert "http_503" in down["failures"][0]
    withdraw_from(desk.room, "krdo")
    after = told()["its feeds"]
    assert after["failures"] == []
    assert 0 < after["kill_seconds"]["p50"] == after["kill_seconds"]["p99"] < 60


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=300), st.sampled_from([0.5, 0.99]))
def test_a_percentile_is_one_of_the_values_that_so_many_do_not_exceed(values, share):
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < share * len(values)
