"""Mail for kills under TLS: to the server whose certificate proves it, and not a word in clear."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from newsroom.config.push import Email
from newsroom.connections import Connection
from newsroom.stages.reach_push import by_push
from standalone.seaweedfs import free_ports

HERE = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
ELSEWHERE = x509.SubjectAlternativeName([x509.DNSName("mail.other.example")])
STARTTLS: dict[str, Any] = {"disable_ssl": True}
IMPLICIT: dict[str, Any] = {}


@dataclass
class Mailbox:
    """Notes each command and each mail, with whether it came under TLS."""

    said: list[tuple[str, bool]] = field(default_factory=list)
    logins: list[tuple[bytes, bytes, bool]] = field(default_factory=list)
    got: list[tuple[bytes, bool]] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append((envelope.content, under_tls(server)))
        return "250 queued as 17"

    def authenticate(self, server: SMTP, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> Any:
        self.logins.append((data.login, data.password, under_tls(server)))
        return AuthResult(success=(data.login, data.password) == (b"kills", b"s3cret"))


def under_tls(server: SMTP) -> bool:
    transport = server.transport
    return transport is not None and transport.get_extra_info("sslcontext") is not None


class Noting(SMTP):
    """A server that notes what is said to it."""

    async def _call_handler_hook(self, command: str, *told: Any) -> Any:
        self.event_handler.said.append((command, under_tls(self)))
        return await super()._call_handler_hook(command, *told)


class Served(Controller):
    """`tls` is the certificate; `implicit` says that TLS begins with the first byte."""

    def __init__(self, box: Mailbox, port: int, tls: ssl.SSLContext | None, *, implicit: bool) -> None:
        self._options: dict[str, Any] = {"authenticator": box.authenticate, "auth_require_tls": not implicit}
        if tls and not implicit:
            self._options |= {"tls_context": tls, "require_starttls": True}
        super().__init__(box, hostname="127.0.0.1", port=port, ssl_context=tls if implicit else None)

    def factory(self) -> SMTP:
        return Noting(self.handler, loop=asyncio.get_event_loop(), **self._options)


@dataclass
class Authority:
    """Signs certificates; its own lies at `path`."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def path(self) -> Path:
        return self.folder / "authority.pem"

    def write(self) -> None:
        made = self._signed("Test authority", self.key, x509.BasicConstraints(ca=True, path_length=None))
        self.path.write_bytes(made.public_bytes(Encoding.PEM))

    def certificate(self, names: x509.SubjectAlternativeName) -> ssl.SSLContext:
        """A server's context with a certificate for these names."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._signed("mail", key, names)
        file = self.folder / "server.pem"
        file.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + made.public_bytes(Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _signed(
        self, name: str, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test authority")])
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        return (
            x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
            .sign(self.key, SHA256())
        )


class Post:
    """The desk, and the mail server of its one target."""

    def __init__(self, desk: Any, servers: ExitStack, authority: Authority) -> None:
        self.desk, self.box, self.authority = desk, Mailbox(), authority
        self._servers = servers

    def serve(
        self, names: x509.SubjectAlternativeName | None, extra: dict[str, Any], *, implicit: bool
    ) -> None:
        (port,) = free_ports(1)
        tls = self.authority.certificate(names) if names else None
        server = Served(self.box, port, tls, implicit=implicit)
        server.start()
        self._servers.callback(server.stop)
        said = {"from_email": "kills@frontrange.example", **extra}
        self.desk.connections["smtp"] = Connection("smtp", "smtp", "127.0.0.1", port, "kills", "s3cret", said)
        target = Email(
            kind="email",
            connection="smtp",
            to=("desk@krdo.example",),
            private_addresses=("127.0.0.1",),
            ports=(port,),
            timeout_seconds=20,
        )
        self.desk.targets = (target,)
        self.desk.push("email")

    def kill(self) -> Any:
        """Kill a story, and tell what came of its mail."""
        self.desk.publish("one")
        self.desk.kill("one")
        self.desk.push("email", budget=timedelta(seconds=1))
        (row,) = self.desk.messages()
        return row


@pytest.fixture
def post(desk, tmp_path, monkeypatch) -> Iterator[Post]:
    """The machine trusts one authority more: the test's."""
    authority = Authority(tmp_path)
    authority.write()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    with ExitStack() as servers:
        yield Post(desk, servers, authority)


@pytest.mark.parametrize(
    ("extra", "implicit"), [(STARTTLS, False), pytest.param(IMPLICIT, True, marks=pytest.mark.slow)]
)
def test_login_and_mail_go_to_the_server_that_proves_who_it_is_under_tls_alone(post, extra, implicit):
    post.serve(HERE, extra, implicit=implicit)
    row = post.kill()
    assert (row.state, row.receipt["said"]) == ("delivered", "queued as 17")
    assert [tls for _, tls in post.box.got] == [True]
    assert post.box.logins == [(b"kills", b"s3cret", True)]
    # Before STARTTLS there is a greeting, and no more.
    assert {command for command, tls in post.box.said if not tls} <= {"EHLO", "STARTTLS"}


REFUSALS = {
    "another name": (ELSEWHERE, STARTTLS, False, "IP address mismatch"),
    "another name, TLS at once": (ELSEWHERE, IMPLICIT, True, "IP address mismatch"),
    "no STARTTLS": (None, STARTTLS, False, "it offers no STARTTLS; wanted STARTTLS"),
    "no TLS at once": (None, IMPLICIT, False, "wanted TLS from the first byte"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", REFUSALS)
def test_a_server_that_does_not_prove_who_it_is_is_told_nothing(post, case):
    names, extra, implicit, wanted = REFUSALS[case]
    post.serve(names, extra, implicit=implicit)
    row = post.kill()
    assert (row.state, row.reason.startswith("tls: "), wanted in row.reason) == ("waiting", True, True)
    assert "nothing was sent" in row.reason
    assert "s3cret" not in row.reason
    assert (post.box.got, post.box.logins) == ([], [])
    assert {command for command, _ in post.box.said} <= {"EHLO", "STARTTLS"}


@pytest.mark.parametrize("extra", [STARTTLS, pytest.param(IMPLICIT, marks=pytest.mark.slow)])
def test_a_certificate_of_nobody_we_trust_is_refused(post, monkeypatch, extra):
    post.serve(HERE, extra, implicit=extra is IMPLICIT)
    monkeypatch.delenv("SSL_CERT_FILE")
    row = post.kill()
    assert (row.state, "tls: " in row.reason) == ("waiting", True)
    assert "unable to get local issuer certificate" in row.reason
    assert (post.box.got, post.box.logins) == ([], [])


@pytest.mark.slow
def test_a_probe_names_a_certificate_that_cannot_be_trusted(post):
    post.serve(ELSEWHERE, STARTTLS, implicit=False)
    (each,) = by_push(post.desk.room, post.desk.partner)
    assert (each.fine, each.found.startswith("tls: smtp://127.0.0.1")) == (False, True)
