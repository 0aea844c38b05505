"""How messages travel: one module for each kind of target, all of the same verbs."""

from typing import Protocol

from newsroom.config import House, Partner
from newsroom.config.push import Push
from newsroom.connections import Connection
from newsroom.push.mail import MailTransport
from newsroom.push.message import Message
from newsroom.push.s3 import S3Transport
from newsroom.push.sftp import SftpTransport
from newsroom.push.webhook import WebhookTransport
from newsroom.store.outbox import Receipt


class Transport(Protocol):
    """A line to one target, open for several messages."""

    def send(self, message: Message) -> Receipt:
        """Send a message; what this returns is the proof that it arrived.

        The same message may come again, after a crash: it must do no harm.

        Raises:
            PushError: there is no proof.
        """

    def probe(self) -> str:
        """Try the line without a story; says what was tried.

        Raises:
            PushError: a message would not arrive.
        """

    def close(self) -> None:
        """Hang up."""


def open_transport(target: Push, connection: Connection, house: House, partner: Partner) -> Transport:
    """The transport of the target's kind; nothing is dialled yet.

    Raises:
        PushError: the connection can't be used as it is.
    """
    match target.kind:
        case "webhook":
            return WebhookTransport(target, connection, house)
        case "sftp":
            return SftpTransport(target, connection, house, partner)
        case "s3":
            return S3Transport(target, connection, house, partner)
        case "email":
            return MailTransport(target, connection, house)
