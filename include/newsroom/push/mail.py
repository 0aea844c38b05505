"""E-mail for kills: a mail that says which story must go, and not a word of it."""

import contextlib
import logging
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, NoReturn, TypeVar

from newsroom.config import House
from newsroom.config.push import Email
from newsroom.connections import Connection
from newsroom.fetch.address import Reachable
from newsroom.fetch.connection import Watch
from newsroom.fetch.errors import FetchError
from newsroom.push.address import is_loopback
from newsroom.push.errors import PushError
from newsroom.push.message import Message
from newsroom.store.outbox import Receipt

log = logging.getLogger(__name__)

Said = TypeVar("Said")

PORTS = frozenset({25, 465, 587})

TEXT = """\
{house} withdraws a story that you were sent. This is a kill: it is mandatory.

Story: {uri}
Since: {at:%Y-%m-%d %H:%M:%S} UTC

Remove it at once, with its pictures: from your site, apps, newsletters not yet sent, social posts, playout.
Publish neither this notice nor its reason. Don't publish the story again unless we send it again with a
version higher than {version}.

Questions: {contact}
"""


class MailTransport:
    """A line to a mail server; dialled anew for each mail, as kills are rare."""

    def __init__(self, target: Email, connection: Connection, house: House) -> None:
        """Read how the connection wants to be used, in Airflow's own terms: `disable_ssl`, `disable_tls`.

        Raises:
            PushError: `bad_url`, `plain_smtp`, `no_sender`.
        """
        self._target, self._connection, self._house = target, connection, house
        self._ssl = not connection.extra.get("disable_ssl")
        self._start_tls = not self._ssl and not connection.extra.get("disable_tls")
        self._port = connection.port or (465 if self._ssl else 587)
        self._sender = str(connection.extra.get("from_email") or connection.login or "")
        self._host = connection.host or ""
        if not self._host:
            raise _unusable(connection, "bad_url", "no host", "the mail server's name")
        if "@" not in self._sender or any(c <= " " for c in self._sender):
            raise _unusable(connection, "no_sender", "no sender", "the extra `from_email`")
        if not self._ssl and not self._start_tls and not is_loopback(self._host):
            wanted = "TLS: plain SMTP is for this machine itself"
            raise _unusable(connection, "plain_smtp", "disable_ssl and disable_tls", wanted)
        self._reachable = Reachable(target.private_addresses, PORTS | frozenset(target.ports), "push: ")

    def send(self, message: Message) -> Receipt:
        """Hand the mail over; that the server took it for every address is the receipt."""
        mail = self._mail(message)
        return self._talked(lambda server: self._handed_over(server, mail))

    def probe(self) -> str:
        """Log in and name every address to the server, then take it back: no mail is sent."""
        refused = self._talked(self._introduced)
        if refused:
            raise PushError("address_refused", f"{self._where}: it refuses {_told(refused)}")
        return f"{self._where}: the login holds, and mail is taken for {', '.join(self._target.to)}"

    def close(self) -> None:
        """Nothing stays open."""

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = f"KILL: remove story {message.uri}"
        mail["From"] = self._sender
        mail["To"] = ", ".join(self._target.to)
        mail["Date"] = format_datetime(message.at)
        # The same kill again is the same mail: readers show it once.
        mail["Message-ID"] = f"<{message.id}@{self._sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Priority"] = "1"
        mail["Importance"] = "high"
        mail.set_content(
            TEXT.format(
                house=self._house.name,
                uri=message.uri,
                at=message.at,
                version=message.version,
                contact=self._house.contact,
            )
        )
        return mail

    @property
    def _where(self) -> str:
        return f"smtp://{self._host}:{self._port}"

    def _talked(self, talk: Callable[[smtplib.SMTP], Said]) -> Said:
        """Dial, talk and hang up, within the target's time."""
        with Watch(time.monotonic() + self._target.timeout_seconds) as watch:
            try:
                server = self._dialled(watch)
                try:
                    return talk(server)
                finally:
                    with contextlib.suppress(smtplib.SMTPException, OSError):
                        server.quit()
            except FetchError as error:
                raise PushError(error.code, error.reason, retry=True, of_target=True) from None
            except (smtplib.SMTPException, OSError) as error:
                self._failed(error, watch)

    def _introduced(self, server: smtplib.SMTP) -> dict[str, tuple[int, bytes]]:
        """The addresses that the server refuses; it is an error when those are all."""
        server.ehlo_or_helo_if_needed()
        if self._connection.login and self._connection.password:
            server.login(self._connection.login, self._connection.password)
        code, said = server.mail(self._sender)
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, said, self._sender)
        refused = {to: told for to in self._target.to if (told := server.rcpt(to))[0] not in (250, 251)}
        if len(refused) == len(self._target.to):
            raise smtplib.SMTPRecipientsRefused(refused)
        return refused

    def _handed_over(self, server: smtplib.SMTP, mail: EmailMessage) -> Receipt:
        refused = self._introduced(server)
        code, said = server.data(mail.as_bytes())
        if code != 250:
            raise smtplib.SMTPDataError(code, said)
        if refused:
            # One wrong address must not keep the kill from the others.
            log.error("%s: some addresses were refused: %s", self._host, _told(refused))
        taken = len(self._target.to) - len(refused)
        return {"id": mail["Message-ID"], "taken": taken, "refused": _told(refused), "said": _line(said)}

    def _dialled(self, watch: Watch) -> smtplib.SMTP:
        seconds, reachable = self._target.timeout_seconds, self._reachable

        class Checked(smtplib.SMTP):
            """Dials what was checked, under watch."""

            def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
                sock = reachable.dial(host, port, timeout)
                sock.settimeout(seconds)
                watch.hold(sock)
                return sock

        class CheckedTLS(Checked, smtplib.SMTP_SSL):
            """The same under TLS from the first byte."""

            def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
                plain = super()._get_socket(host, port, timeout)
                return self.context.wrap_socket(plain, server_hostname=host)

        trusted = ssl.create_default_context()
        if self._ssl:
            return CheckedTLS(self._host, self._port, timeout=seconds, context=trusted)
        server = Checked(self._host, self._port, timeout=seconds)
        if self._start_tls:
            self._secure(server, trusted)
        return server

    def _secure(self, server: smtplib.SMTP, trusted: ssl.SSLContext) -> None:
        try:
            server.starttls(context=trusted)
        except BaseException as error:
            server.close()  # no word more in clear, be it a goodbye
            if isinstance(error, smtplib.SMTPNotSupportedError):
                raise self._no_tls("it offers no STARTTLS") from None
            raise

    def _no_tls(self, seen: str) -> PushError:
        """There is no line that can be trusted: neither login nor address was told to the server."""
        at_once = "TLS from the first byte (the extra `disable_ssl` asks for STARTTLS)"
        wanted = f"wanted {'STARTTLS' if self._start_tls else at_once}, and a certificate for {self._host}"
        reason = f"{self._where}: {seen}; {wanted} of an authority that this machine trusts; nothing was sent"
        return PushError("tls", reason, retry=True, of_target=True)

    def _failed(self, error: Exception, watch: Watch) -> NoReturn:
        where = self._where
        if watch.over or isinstance(error, TimeoutError):
            seconds = self._target.timeout_seconds
            reason = f"{where}: not done within {seconds:g} s (`push: timeout_seconds:`)"
            raise PushError("deadline", reason, retry=True, of_target=True) from None
        if isinstance(error, ssl.SSLCertVerificationError):
            raise self._no_tls(f"its certificate can't be trusted: {error.verify_message}") from None
        if isinstance(error, ssl.SSLError):
            raise self._no_tls(_line(str(error))) from None
        if isinstance(error, smtplib.SMTPAuthenticationError):
            reason = f"{where}: login refused; wanted that of connection {self._connection.name!r}"
            raise PushError("login", reason, retry=True, of_target=True) from None
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            for_good = all(500 <= code < 600 for code, _ in error.recipients.values())
            reason = f"{where}: it refuses every address: {_told(error.recipients)}"
            raise PushError("address_refused", reason, retry=not for_good, of_target=True) from None
        if isinstance(error, smtplib.SMTPResponseException):
            reason = f"{where}: saw {error.smtp_code} {_line(error.smtp_error)}"
            raise PushError(f"smtp_{error.smtp_code}", reason, retry=error.smtp_code < 500) from None
        reason = f"{where}: {error or type(error).__name__}"
        raise PushError("smtp", reason, retry=True, of_target=True) from None


def _unusable(connection: Connection, code: str, seen: str, wanted: str) -> PushError:
    reason = f"connection {connection.name!r}: saw {seen}; wanted {wanted}"
    return PushError(code, reason, retry=True, of_target=True)


def _told(refused: Mapping[str, tuple[int, bytes]]) -> str:
    return "; ".join(f"{to}: {code} {_line(said)}" for to, (code, said) in refused.items())


def _line(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]
