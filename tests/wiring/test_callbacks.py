"""Who is told of a failed run, over a real web hook."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from airflow.providers.smtp.notifications.smtp import SmtpNotifier

from newsroom.config import House
from newsroom.config.house import Alerts
from wiring.callbacks import on_failure

CONTEXT = {"dag": SimpleNamespace(dag_display_name="Wire: North"), "run_id": "scheduled__1"}


@pytest.fixture
def hook():
    """A web hook that keeps what it is sent."""

    class Hook(BaseHTTPRequestHandler):
        got: list[tuple[str, dict[str, str]]] = []  # noqa: RUF012 - one for this class

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.got.append((self.path, json.loads(body)))
            self.send_response(500 if "broken" in self.path else 204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield SimpleNamespace(port=server.server_address[1], got=Hook.got)
    server.shutdown()
    thread.join()
    server.server_close()


def house(**alerts):
    return House(name="Desk", contact="a@b.example", alerts=Alerts(connection="newsroom_alerts", **alerts))


def connection(port, secret):
    host = {"host": "127.0.0.1", "port": port, "schema": "http"}
    return json.dumps({"conn_type": "http", **host, "password": secret})


def test_nobody_is_told_where_nobody_is_named():
    assert on_failure(House(name="Desk", contact="a@b.example")) == []


def test_a_web_hook_gets_what_failed_and_whose_it_is(hook, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_NEWSROOM_ALERTS", connection(hook.port, "services/s3cret"))
    (tell,) = on_failure(house(), "night desk")
    tell(CONTEXT)
    assert hook.got == [
        ("/services/s3cret", {"text": "Wire: North failed: run scheduled__1. Owner: night desk."})
    ]


def test_a_hook_that_fails_is_logged_without_its_secret(hook, monkeypatch, caplog):
    monkeypatch.setenv("AIRFLOW_CONN_NEWSROOM_ALERTS", connection(hook.port, "broken/s3cret"))
    (tell,) = on_failure(house())
    tell(CONTEXT)
    assert "newsroom_alerts" in caplog.text
    assert "s3cret" not in caplog.text


def test_mail_goes_to_the_named():
    (notifier,) = on_failure(house(emails=("desk@example.org",)))
    assert isinstance(notifier, SmtpNotifier)
    assert notifier.to == ["desk@example.org"]
    assert notifier.smtp_conn_id == "newsroom_alerts"
