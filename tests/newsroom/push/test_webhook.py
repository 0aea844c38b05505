"""A webhook's address and secret are checked before anything is dialled, and its answer is not trusted."""

import base64
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from newsroom.config import House
from newsroom.config.push import Webhook
from newsroom.connections import Connection
from newsroom.push import webhook
from newsroom.push.errors import PushError
from newsroom.push.webhook import WebhookTransport, signature
from newsroom.stages.reach_push import by_push

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
HERE = ("127.0.0.0/8",)


def opened(host: str, password: str = SECRET, port: int | None = None, **fields: Any) -> WebhookTransport:
    target = Webhook(kind="webhook", connection="krdo_cms", **fields)
    return WebhookTransport(
        target, Connection("krdo_cms", "http", host=host, password=password, port=port), HOUSE
    )


def test_https_anywhere_and_http_to_this_machine_where_it_is_named():
    allowed: list[tuple[str, dict[str, Any]]] = [
        ("https://cms.krdo.example/hooks?site=1", {}),
        ("http://127.0.0.1:8000/x", {"private_addresses": HERE}),
        ("http://[::1]:8000/x", {"private_addresses": ("::1",)}),
    ]
    for host, fields in allowed:
        opened(host, **fields).close()


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("http://cms.krdo.example/", "plain_http"),
        ("http://localhost.krdo.example/", "plain_http"),
        ("ftp://cms.krdo.example/", "plain_http"),
        ("cms.krdo.example", "bad_url"),
        ("", "bad_url"),
        ("https://user:hunter2@cms.krdo.example/", "bad_url"),
        ("https://cms.krdo.example/a b", "bad_url"),
        ("https://cms.krdo.example:port/", "bad_url"),
        ("https://cms.krdo.example/\r\nHost: x", "bad_url"),
    ],
)
def test_any_other_address_is_refused_before_it_is_dialled(host, code):
    with pytest.raises(PushError) as told:
        opened(host, private_addresses=HERE)
    assert (told.value.code, told.value.retry, told.value.of_target) == (code, True, True)
    assert "hunter2" not in str(told.value)


def test_http_to_this_machine_is_refused_where_it_is_not_named():
    with pytest.raises(PushError, match="plain_http"):
        opened("http://127.0.0.1:8000/")


def test_a_port_of_its_own_belongs_into_the_url():
    with pytest.raises(PushError, match="wanted it in the URL"):
        opened("https://cms.krdo.example/", port=8443)


@pytest.mark.parametrize("password", ["", "hunter2", "whsec_aHVudGVyMg==", "whsec_%%%"])
def test_a_short_or_broken_secret_is_refused_and_never_shown(password):
    with pytest.raises(PushError, match="bad_secret") as told:
        opened("https://cms.krdo.example/", password)
    assert not password or password not in str(told.value)


def test_what_we_sign_is_what_the_other_side_reckons():
    body, moment = b'{"type": "story.published"}', 1_763_640_000
    secret = base64.b64decode(SECRET.removeprefix("whsec_"))
    ours = signature(secret, "msg_1", moment, body)
    verifier = Verifier(SECRET)
    assert ours == verifier.sign("msg_1", datetime.fromtimestamp(moment, UTC), body.decode())


def send_one(desk) -> str:
    desk.publish("one")
    desk.push(budget=timedelta(seconds=1))
    (row,) = desk.messages()
    return f"{row.state}: {row.reason}"


def test_an_address_that_is_not_public_is_never_dialled(desk, receiver):
    desk.targets = (desk.targets[0].model_copy(update={"private_addresses": ("10.0.0.0/8",)}),)
    told = send_one(desk)
    assert "blocked_address: 127.0.0.1: saw the address 127.0.0.1, which is not public" in told
    assert "`push: private_addresses:` names" in told
    assert receiver.asked == []


@pytest.mark.slow
def test_a_port_that_is_not_named_is_never_dialled(desk, receiver):
    desk.targets = (desk.targets[0].model_copy(update={"ports": ()}),)
    assert "waiting: blocked_port:" in send_one(desk)
    assert receiver.asked == []


@pytest.mark.slow
def test_an_answer_that_never_ends_is_not_waited_for_and_counts_by_its_status(desk, receiver, monkeypatch):
    monkeypatch.setattr(webhook, "ANSWER_SECONDS", 0.2)
    began = time.monotonic()
    receiver.answers = [(200, {"Content-Length": str(10**12)})]
    assert send_one(desk).startswith("delivered")
    assert time.monotonic() - began < desk.targets[0].timeout_seconds / 2


@pytest.mark.slow
def test_what_a_refusal_says_is_kept_in_one_short_line(desk, receiver):
    receiver.body = b"no\x00 such\r\nhook " + b"x" * 5_000
    receiver.answers = [422]
    told = send_one(desk)
    assert "saw 422 Unprocessable Entity: no such hook xxx" in told
    assert len(told) < 400


@pytest.mark.slow
def test_a_probe_is_signed_and_holds_no_story(desk, receiver):
    def probed() -> tuple[bool, str]:
        (each,) = by_push(desk.room, desk.partner)
        return each.fine, each.found

    fine, found = probed()
    assert fine, found
    assert found.endswith(": a signed message of the type newsroom.check was answered with 204")
    ((_, told),) = receiver.taken
    assert (told["type"], told["data"]) == ("newsroom.check", {})
    receiver.answers = [410]
    fine, found = probed()
    assert not fine
    assert found.startswith("http_410: ")
    assert desk.messages() == []


@pytest.mark.slow
def test_a_probe_without_its_connection_names_the_variable(desk):
    desk.connections.clear()
    (each,) = by_push(desk.room, desk.partner)
    assert not each.fine
    assert "connection 'krdo_cms': nothing found" in each.found
    assert each.mend == "set AIRFLOW_CONN_KRDO_CMS"
