"""A server on loopback that answers as badly as a test wants."""

import contextlib
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from newsroom.config.wire import Politeness
from newsroom.fetch.http import Client

Route = bytes | Callable[["Exchange"], None]


class Exchange:
    """One request: its head, and a way to answer piece by piece."""

    def __init__(self, server: "FaultServer", head: list[str], send: Callable[[bytes], object]) -> None:
        self.server = server
        self.path = head[0].split(" ")[1]
        self.headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])
        }
        self.send = send

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than the test."""
        self.server.ended.wait(seconds)

    @property
    def ended(self) -> bool:
        return self.server.ended.is_set()


class FaultServer(socketserver.ThreadingTCPServer):
    """Answers each path with its bytes, or as its function does; then hangs up, unless a length was said."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.context = context
        self.routes: dict[str, Route] = {}
        self.exchanges: list[Exchange] = []
        self.connections = 0
        self.ended = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}" if self.context else f"http://127.0.0.1:{self.port}"

    @staticmethod
    def answer(body: bytes = b"", *, status: str = "200 OK", **headers: str) -> bytes:
        """A whole response; a header's name is written with underscores."""
        said = {"Content-Type": "text/plain", "Content-Length": str(len(body))}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in said.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    @staticmethod
    def moved(location: str, status: str = "302 Found") -> bytes:
        """A redirect."""
        return FaultServer.answer(status=status, Location=location)

    def paths(self) -> list[str]:
        return [exchange.path for exchange in self.exchanges]

    def handle_error(self, request, client_address):
        """A client that hangs up is what the tests are about."""


class _Handler(socketserver.StreamRequestHandler):
    server: FaultServer

    def setup(self) -> None:
        self.server.connections += 1
        if self.server.context:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            while head := self._head():
                exchange = Exchange(self.server, head, self.request.sendall)
                self.server.exchanges.append(exchange)
                route = self.server.routes.get(exchange.path, self.server.answer(status="404 Not Found"))
                if not isinstance(route, bytes):
                    route(exchange)
                    return
                self.request.sendall(route)
                if b"Content-Length" not in route or b"Connection: close" in route:
                    return

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        if self.server.context:
            self.request.close()

    def _head(self) -> list[str]:
        lines = []
        while (line := self.rfile.readline(65_536).decode("latin-1").rstrip("\r\n")) != "":
            lines.append(line)
        return lines


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with serving(FaultServer()) as running:
        yield running


@pytest.fixture
def other_server() -> Iterator[FaultServer]:
    with serving(FaultServer()) as running:
        yield running


@contextlib.contextmanager
def serving(server: FaultServer) -> Iterator[FaultServer]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


ClientMaker = Callable[..., Client]


@pytest.fixture
def client_of() -> Iterator[ClientMaker]:
    """Makes clients that may reach these servers, with no gap and next to no backoff."""
    with contextlib.ExitStack() as stack:

        def make(
            *servers: FaultServer, ca_file: Path | None = None, read_seconds: float = 5.0, **polite: Any
        ) -> Client:
            ports = tuple(server.port for server in servers)
            usual = {"gap_seconds": 0.0, "deadline_seconds": 5.0, "private_addresses": ("127.0.0.1",)}
            politeness = Politeness(ports=ports, **usual | polite)
            client = Client(
                "newsroom-test/1.0 (+mailto:desk@example.org)",
                politeness,
                backoff=0.01,
                read_seconds=read_seconds,
                ca_file=ca_file,
            )
            return stack.enter_context(client)

        yield make


@pytest.fixture
def client(client_of: ClientMaker, server: FaultServer) -> Client:
    return client_of(server)


def certificate(folder: Path, days: int, name: str) -> Path:
    """A self-signed certificate with its key, as PEM; `days` may lie in the past."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "certificate.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass(frozen=True)
class Tls:
    """A server under TLS, and the file that makes its certificate trusted."""

    server: FaultServer
    ca_file: Path


@pytest.fixture
def tls_of(tmp_path: Path) -> Iterator[Callable[..., Tls]]:
    """Makes servers under TLS, whose certificates last for `days` and are for `name`."""
    with contextlib.ExitStack() as stack:

        def make(*, days: int = 1, name: str = "localhost") -> Tls:
            pem = certificate(tmp_path, days, name)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
            return Tls(stack.enter_context(serving(FaultServer(context))), pem)

        yield make
