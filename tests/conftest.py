"""Real servers for the tests: an S3 server, a PostgreSQL and a partner's web server, when first asked for."""

import base64
import gc
import itertools
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import hypothesis
import psycopg
import pytest
from botocore.loaders import JSONFileLoader
from standardwebhooks import Webhook

from newsroom.store.bucket import Bucket, client_config
from newsroom.store.catalogue import Catalogue
from standalone.seaweedfs import SeaweedFS, free_ports

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

# How long examples take to make says how busy the machine is, and nothing of what is tested.
hypothesis.settings.register_profile("tests", suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("tests")

KEPT = frozenset({"NEWSROOM_SCHEMAS"})
"""What the tests themselves are told through the environment."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever needs PostgreSQL is slow."""
    for item in items:
        if "postgres" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")


def pytest_collection_finish() -> None:
    """Look for garbage less often, and never in the modules: it took a tenth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test sees the caller's deployment or credentials, or leaves its own behind."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "NEWSROOM_")) and name not in KEPT:
            monkeypatch.delenv(name)
    nowhere = tmp_path_factory.getbasetemp() / "none"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(nowhere))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(nowhere))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="session", autouse=True)
def service_descriptions() -> Iterator[None]:
    """What botocore ships about AWS is read once, not for each of the hundreds of sessions: 0.1 s each."""
    read = lru_cache(maxsize=None)(JSONFileLoader().load_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: read(path))
        yield


@pytest.fixture(scope="session")
def s3() -> Iterator[SeaweedFS]:
    """A real S3 server on loopback, one for each worker of the test run."""
    folder = Path(tempfile.mkdtemp(prefix="newsroom-s3-"))
    server = SeaweedFS(
        folder,
        port=free_ports(1)[0],
        access_key="tests",
        secret_key=uuid.uuid4().hex,
        bucket="tests",
        public_prefixes=("partners/",),
    )
    try:
        yield server.start()
    finally:
        server.stop(grace=0)  # nothing of it is kept
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def s3_client(s3: SeaweedFS) -> "Iterator[S3Client]":
    """A client of the S3 server that may do everything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEWSROOM_S3_ADDRESSING", "path")
        config = client_config()
    client = boto3.client(
        "s3",
        endpoint_url=s3.endpoint,
        aws_access_key_id=s3.access_key,
        aws_secret_access_key=s3.secret_key,
        region_name="us-east-1",
        config=config,
    )
    yield client
    client.close()


@pytest.fixture(scope="session")
def bucket_uses() -> Iterator[int]:
    """Counts the tests of this worker that use the bucket."""
    return itertools.count(1)


@pytest.fixture
def bucket(s3: SeaweedFS, s3_client: "S3Client", bucket_uses: Iterator[int]) -> Bucket:
    """A bucket with nothing in it, as are all that a test made beside it.

    They are emptied, not made anew: a new bucket's first object takes a fifth of a second. But the server
    keeps the folders of what was deleted, and looks through them in each listing, so that each 25th test
    has a new one.
    """
    anew = next(bucket_uses) % 25 == 0
    for listed in s3_client.list_buckets()["Buckets"]:
        if anew:
            s3_client.delete_bucket(Bucket=listed["Name"])
        else:
            _empty(s3_client, listed["Name"])
    if anew:
        s3_client.create_bucket(Bucket=s3.bucket)
    return Bucket(s3_client, s3.bucket)


def _empty(s3_client: "S3Client", name: str) -> None:
    for page in s3_client.get_paginator("list_objects_v2").paginate(Bucket=name):
        keys: list[ObjectIdentifierTypeDef] = [{"Key": each["Key"]} for each in page.get("Contents", ())]
        if keys:
            s3_client.delete_objects(Bucket=name, Delete={"Objects": keys, "Quiet": True})


@pytest.fixture(scope="session")
def empty_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty catalogue: to copy it takes a tenth of the time that it takes to make one."""
    path = tmp_path_factory.mktemp("catalogue") / "empty.db"
    Catalogue.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def catalogue(empty_catalogue: Path, tmp_path: Path) -> Iterator[Catalogue]:
    """An empty catalogue on SQLite."""
    path = shutil.copy(empty_catalogue, tmp_path / "catalogue.db")
    opened = Catalogue.open(f"sqlite:///{path}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def new_catalogue(empty_catalogue: Path) -> Callable[[], Catalogue]:
    """Makes empty catalogues in memory, for tests that need one for each of many examples."""

    def make() -> Catalogue:
        made = Catalogue.connect("sqlite://")
        with (
            closing(sqlite3.connect(empty_catalogue)) as source,
            closing(made.engine.raw_connection()) as target,
        ):
            source.backup(target.driver_connection)  # type: ignore[arg-type]
        return made

    return make


@pytest.fixture
def environment(
    s3: SeaweedFS, bucket: Bucket, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The variables by which `Bucket.from_environment` and `Catalogue.open` find this test's own."""
    variables = s3.environment() | {
        "NEWSROOM_BUCKET": bucket.name,
        "NEWSROOM_CATALOGUE": catalogue.engine.url.render_as_string(hide_password=False),
        "NEWSROOM_DATA": str(tmp_path),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.fixture(scope="session")
def postgres() -> Iterator[Path]:
    """A real PostgreSQL that listens on a socket in this folder alone."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: found no initdb on PATH or in /usr/lib/postgresql/*/bin")
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="newsroom-pg-"))
    if user:
        shutil.chown(folder, user, user)
    data = folder / "data"
    made = [f"{programs}/initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(made, user=user, group=user, check=True, capture_output=True, timeout=60, cwd=folder)
    served = [
        f"{programs}/postgres",
        "-D",
        str(data),
        "-k",
        str(folder),
        "-c",
        "listen_addresses=",
        "-c",
        "fsync=off",
    ]
    with_parent = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*with_parent, *served], user=user, group=user, cwd=folder, stdout=log, stderr=log
        )
    try:
        _wait_for_postgres(server, folder)
        yield folder
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def new_postgres(postgres: Path) -> Callable[[], str]:
    """Makes empty PostgreSQL databases of the test's own; gives the SQLAlchemy URL of each."""

    def make() -> str:
        name = f"test_{uuid.uuid4().hex[:16]}"
        with psycopg.connect(
            host=str(postgres), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"postgresql+psycopg://postgres@/{name}?host={postgres}"

    return make


@pytest.fixture
def postgres_url(new_postgres: Callable[[], str]) -> str:
    """An empty PostgreSQL database of the test's own, as an SQLAlchemy URL."""
    return new_postgres()


def _postgres_programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


def _wait_for_postgres(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                said = (folder / "log").read_text(encoding="utf-8", errors="replace")
                pytest.fail(f"PostgreSQL did not start:\n{said[-2000:]}")
            time.sleep(0.05)
        else:
            return


SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()

Answer = int | tuple[int, dict[str, str]] | Callable[[], int]
"""A status, perhaps with headers, or what works it out while the sender waits."""


class Receiver(ThreadingHTTPServer):
    """A partner's web server: verifies each message as Standard Webhooks has it, then answers as it is told.

    `answers` are used up first; after that each message is taken with 204.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[Answer] = []
        self.body = b""
        self.asked: list[tuple[str, Any]] = []
        self.taken: list[tuple[str, Any]] = []
        self.ended = threading.Event()
        self.secret = SECRET

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks/wire"

    @property
    def told(self) -> list[tuple[str, str]]:
        """What was taken, in order: type and the story's main headline, or its uri where it is withdrawn."""
        return [(each["type"], _title(each["data"])) for _, each in self.taken]

    def hang(self) -> int:
        """Answer nothing for as long as the test takes."""
        self.ended.wait(30)
        return 204

    def handle_error(self, request, client_address):
        """A sender that hangs up is what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        payload = Webhook(SECRET).verify(body, headers)
        message = (headers["webhook-id"], payload)
        self.server.asked.append(message)
        answer = self.server.answers.pop(0) if self.server.answers else 204
        status, said = answer if isinstance(answer, tuple) else (answer, {})
        status = status if isinstance(status, int) else status()
        if 200 <= status < 300:
            self.server.taken.append(message)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(self.server.body)), **said}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _title(item: dict[str, Any]) -> str:
    return item["headlines"][0]["value"] if item["pubStatus"] == "usable" else item["uri"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.ended.set()
    server.shutdown()
    server.server_close()
    thread.join()
