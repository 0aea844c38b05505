"""What several parts are tested with: filed stories, an SSH server and a wire's web server on loopback."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import paramiko
import pytest

from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue
from newsroom.store.revisions import Draft, Filed, file_stories, file_verdicts
from newsroom.story import Finding, Story, Verdict


def file_judged_stories(
    bucket: Bucket, catalogue: Catalogue, stories: Sequence[Story], now: datetime, *, passed: bool = True
) -> list[Filed]:
    """File stories of the wire `sample`, and what its rules say of them."""
    drafts = [Draft(story, ("raw/x",), story.uri, story.content_hash) for story in stories]
    filed = file_stories(bucket, catalogue, drafts, reader="test", run=None, now=now)
    reason = "" if passed else "no"
    finding = Finding(rule="body", field="body", severity="critical", passed=passed, reason=reason)
    verdicts = [
        Verdict(uri=each.uri, n=each.n, scope="wire:sample", ruleset="r", checked_at=now, findings=(finding,))
        for each in filed
    ]
    file_verdicts(bucket, catalogue, verdicts, "sample")
    return filed


@pytest.fixture
def file_judged() -> Callable[..., list[Filed]]:
    return file_judged_stories


class SshServer:
    """Takes lines and serves SFTP over each; who gets in, and to what, is told by `login` and `files`."""

    def __init__(
        self,
        login: paramiko.ServerInterface,
        files: type[paramiko.SFTPServerInterface],
        host_key: paramiko.PKey,
    ) -> None:
        self.login, self.files, self.host_key = login, files, host_key
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        self.lines: list[paramiko.Transport] = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                line, _ = self.socket.accept()
            except OSError:
                return
            transport = paramiko.Transport(line)
            transport.add_server_key(self.host_key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, self.files)
            self.lines.append(transport)
            try:
                transport.start_server(server=self.login)
            except (paramiko.SSHException, EOFError, OSError):
                transport.close()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)
        for line in self.lines:
            line.close()


@pytest.fixture
def serve_ssh() -> Iterator[Callable[..., SshServer]]:
    """Starts SSH servers, which end with the test."""
    started: list[SshServer] = []

    def start(*told: object) -> SshServer:
        started.append(SshServer(*told))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for server in started:
        server.close()


Sent = bytes | tuple[bytes, dict[str, str]] | int
"""What a path answers with 200, bytes, perhaps with headers; or another status, and nothing."""


class WireServer:
    """A wire's web server: answers each path with its bytes, and remembers what was asked."""

    def __init__(self) -> None:
        self.routes: dict[str, Sent] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                sent = outer.routes.get(self.path, 404)
                status = sent if isinstance(sent, int) else 200
                body, headers = (
                    sent if isinstance(sent, tuple) else (b"" if isinstance(sent, int) else sent, {})
                )
                self.send_response(302 if "Location" in headers else status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self.http.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    @contextmanager
    def running(self) -> Iterator["WireServer"]:
        thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.http.shutdown()
            self.http.server_close()
            thread.join()


def _located(sent: Sent, base: str) -> Sent:
    if isinstance(sent, int):
        return sent
    body, headers = sent if isinstance(sent, tuple) else (sent, {})
    for name in (b"https://api.wire.example", b"BASE"):
        body = body.replace(name, base.encode())
    return body, headers


@pytest.fixture
def serve_wire() -> Callable[..., object]:
    """Serves what each path answers, `BASE` in it being the server's own address."""

    @contextmanager
    def made(routes: dict[str, Sent]) -> Iterator[WireServer]:
        server = WireServer()
        server.routes = {path: _located(sent, server.url) for path, sent in routes.items()}
        with server.running():
            yield server

    return made
