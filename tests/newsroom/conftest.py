"""What several parts are tested with: stories filed as a wire's run files them, an SSH server on loopback."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

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
