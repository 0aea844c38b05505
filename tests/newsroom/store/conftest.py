"""Invented stories and what hangs on them, a database of each kind, and a line to the bucket that fails."""

import http.client
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import boto3
import pytest
from botocore.config import Config

from newsroom.store.bucket import Bucket, client_config
from newsroom.store.catalogue import Catalogue, Decision
from newsroom.store.kills import Kill
from newsroom.store.revisions import Draft
from newsroom.story import Finding, Item, Revision, Story, Verdict, digest, paragraph, story_uri
from standalone.seaweedfs import SeaweedFS

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

Fault = Literal["lost", "reset", "cut", "403", "409", "500", "503"]

REFUSALS = {
    "403": "RequestTimeTooSkewed",
    "409": "ConditionalRequestConflict",
    "500": "InternalError",
    "503": "SlowDown",
}


class Make:
    """Makes stories of the wire `sample` and their kin; times are minutes after noon."""

    @staticmethod
    def at(minutes: float) -> datetime:
        return NOON + timedelta(minutes=minutes)

    def story(self, identity: str = "1", text: str = "The reservoir stays.", **fields: Any) -> Story:
        plain: dict[str, Any] = {
            "wire": "sample",
            "provider": "Sample Newsource",
            "feed": "all",
            "headline": f"Council votes on {identity}",
            "blocks": (paragraph(text),),
            "language": "en",
            "firstcreated": NOON,
            "versioncreated": NOON,
        }
        fields = plain | fields
        return Story(uri=story_uri(fields["wire"], identity), **fields)

    def draft(self, identity: str = "1", text: str = "The reservoir stays.", **fields: Any) -> Draft:
        story = self.story(identity, text, **fields)
        return Draft(story, (f"raw/sample/00/{identity}",), digest(identity)[:32], digest(text))

    def revision(self, identity: str = "1", n: int = 1, *, stored: float = 0, **fields: Any) -> Revision:
        draft = self.draft(identity, **{"text": f"Text {n}.", "versioncreated": self.at(n), **fields})
        return Revision(
            uri=draft.story.uri,
            n=n,
            story=draft.story,
            content_hash=draft.story.content_hash,
            raw_keys=draft.raw_keys,
            item_key=draft.item_key,
            item_digest=draft.item_digest,
            reader="test",
            stored_at=self.at(stored),
        )

    def verdict(
        self,
        uri: str,
        n: int = 1,
        *,
        passed: bool = True,
        scope: str = "wire:sample",
        ruleset: str = "0123456789abcdef",
        at: float = 10,
    ) -> Verdict:
        reason = "" if passed else "byline: nothing found; wanted one"
        finding = Finding(rule="byline", field="byline", severity="critical", passed=passed, reason=reason)
        return Verdict(
            uri=uri, n=n, scope=scope, ruleset=ruleset, checked_at=self.at(at), findings=(finding,)
        )

    def decision(self, uri: str, n: int, action: Literal["release", "reject"], at: float = 20) -> Decision:
        return Decision(uri=uri, n=n, action=action, by="ed", reason="seen", at=self.at(at))

    def kill(self, uri: str, proof: str = "seen", at: float = 20) -> Kill:
        return Kill(uri=uri, evidence=digest(proof), at=self.at(at), source="editor", by="ed", reason="libel")

    def item(self, key: str, said: str = "a", feed: str = "all") -> Item:
        return Item(key=key, wire="sample", feed=feed, digest=digest(said), raw_key="raw/sample/00/1")


@pytest.fixture(scope="session")
def make() -> Make:
    return Make()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def catalogue_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'another.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def either(catalogue_url: str) -> Iterator[Catalogue]:
    """An empty catalogue on a database of each kind."""
    opened = Catalogue.open(catalogue_url)
    yield opened
    opened.close()


class Line(ThreadingHTTPServer):
    """A line to the S3 server that does what `faults` say, one for each request, and then works.

    `lost` and `cut` hand the request on and then lose the answer, or half of its body; the others do not
    hand it on.
    """

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.port = port
        self.faults: list[Fault | None] = []
        self.requests: list[str] = []

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Line

    def _hand_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.requests.append(self.command)
        fault = self.server.faults.pop(0) if self.server.faults else None
        if fault == "reset":
            self.close_connection = True
            return
        if fault in REFUSALS:
            refusal = f"<Error><Code>{REFUSALS[fault]}</Code></Error>".encode()
            self.send_response_only(int(fault))
            self.send_header("Content-Length", str(len(refusal)))
            self.end_headers()
            self.wfile.write(refusal)
            return
        self._answer(body, fault)

    def _answer(self, body: bytes, fault: Fault | None) -> None:
        link = http.client.HTTPConnection("127.0.0.1", self.server.port)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
        link.request(self.command, self.path, body, headers)
        answer = link.getresponse()
        content = answer.read()
        link.close()
        if fault == "lost":
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding"):
                self.send_header(name, value)
        if answer.getheader("Content-Length") is None:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if fault == "cut" else content)
        self.close_connection = fault == "cut"

    do_GET = do_HEAD = do_PUT = do_DELETE = _hand_on  # noqa: N815 - as http.server calls them

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def line(s3: SeaweedFS) -> Iterator[Line]:
    with Line(s3.port) as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def over(s3: SeaweedFS) -> Iterator[Callable[..., Bucket]]:
    """Opens the tests' bucket, or another, from another endpoint or with other credentials."""
    clients = []

    def open_bucket(
        endpoint: str | None = None,
        *,
        access_key: str | None = None,
        secret_key: str | None = None,
        name: str | None = None,
        attempts: int = 2,
    ) -> Bucket:
        config = client_config().merge(
            Config(
                retries={"mode": "standard", "total_max_attempts": attempts}, s3={"addressing_style": "path"}
            )
        )
        client = boto3.client(
            "s3",
            endpoint_url=endpoint or s3.endpoint,
            aws_access_key_id=access_key or s3.access_key,
            aws_secret_access_key=secret_key or s3.secret_key,
            region_name="us-east-1",
            config=config,
        )
        clients.append(client)
        return Bucket(client, name or s3.bucket)

    yield open_bucket
    for client in clients:
        client.close()
