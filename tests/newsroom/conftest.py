"""What several parts are tested with: filed stories, an SSH server and a wire's web server on loopback."""

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import paramiko
import pytest

from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue
from newsroom.store.revisions import Draft, Filed, file_stories, file_verdicts
from newsroom.story import Finding, Story, Verdict
from standalone.seaweedfs import free_ports


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


SSHD_PROGRAMS = ("sshd", "ssh-keygen")
SSHD_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
KEY_KINDS = ("ed25519", "ecdsa", "rsa")
SSHD_CONFIGURATION = """\
ListenAddress 127.0.0.1
Port {port}
{host_keys}
AuthorizedKeysFile {folder}/own_ed25519.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp
ForceCommand internal-sftp -d {folder}
"""


@dataclass
class OpenSsh:
    """OpenSSH's server, up: its port, its keys by kind, the key that it lets in, where files arrive."""

    port: int
    host_keys: dict[str, str]
    own_key: str
    incoming: Path
    log: Path
    made_key: Callable[[Path, str, str], str]

    def files(self) -> dict[str, dict[str, Any]]:
        return {path.name: orjson.loads(path.read_bytes()) for path in self.incoming.iterdir()}


def made_key(folder: Path, name: str, kind: str) -> str:
    """A new key pair; what `ssh-keyscan` would tell of it."""
    path = folder / f"{name}_{kind}"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", str(path)],
        check=True,
        timeout=60,
        env={"PATH": SSHD_PATH},
    )
    return path.with_suffix(".pub").read_text().strip()


@pytest.fixture(scope="session")
def openssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSsh]:
    lacking = [name for name in SSHD_PROGRAMS if not shutil.which(name, path=SSHD_PATH)]
    if lacking:
        pytest.skip(f"OpenSSH's server can't run: found no {', '.join(lacking)}; .ci/run installs it")
    folder = tmp_path_factory.mktemp("openssh")
    (port,) = free_ports(1)
    host_keys = {kind: made_key(folder, "host", kind) for kind in KEY_KINDS}
    made_key(folder, "own", "ed25519")
    (folder / "incoming").mkdir()
    named = "\n".join(f"HostKey {folder}/host_{kind}" for kind in KEY_KINDS)
    (folder / "sshd_config").write_text(
        SSHD_CONFIGURATION.format(port=port, folder=folder, host_keys=named), encoding="utf-8"
    )
    if os.geteuid() == 0:  # the system's own service makes it, as it starts
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    log = folder / "log"
    program = shutil.which("sshd", path=SSHD_PATH) or ""  # it starts itself anew, by its whole path
    server = subprocess.Popen([program, "-D", "-f", str(folder / "sshd_config"), "-E", str(log)])
    try:
        wait_until_up(server, log)
        yield OpenSsh(
            port, host_keys, (folder / "own_ed25519").read_text(), folder / "incoming", log, made_key
        )
    finally:
        server.terminate()
        server.wait(30)


def wait_until_up(server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 30
    while not (log.exists() and "Server listening" in log.read_text()):
        if server.poll() is not None or time.monotonic() > until:
            pytest.fail(f"sshd did not start:\n{log.read_text() if log.exists() else ''}")
        time.sleep(0.05)
