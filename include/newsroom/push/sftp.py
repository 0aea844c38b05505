"""SFTP: a file for each story, under its name only once it is whole; the server proves who it is first."""

import contextlib
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import NoReturn

import paramiko

from newsroom import ssh
from newsroom.config import House, Partner
from newsroom.config.push import Sftp
from newsroom.connections import BadConnection, Connection
from newsroom.fetch.address import Reachable
from newsroom.fetch.connection import Watch
from newsroom.fetch.errors import FetchError
from newsroom.push.errors import PushError
from newsroom.push.message import Message
from newsroom.push.rendering import File, file_of
from newsroom.store.outbox import Receipt
from newsroom.story import digest


class SftpTransport:
    """A line to a partner's SFTP server; dialled with the first message."""

    def __init__(self, target: Sftp, connection: Connection, house: House, partner: Partner) -> None:
        """Read the keys that the connection has.

        Raises:
            PushError: `bad_url`, `bad_key`.
        """
        self._target, self._connection, self._house, self._partner = target, connection, house, partner
        if not connection.host or not connection.login:
            reason = f"connection {connection.name!r}: saw no host or no login; wanted both"
            raise PushError("bad_url", reason, retry=True, of_target=True)
        ports = frozenset({ssh.PORT, *target.ports})
        self._reachable = Reachable(target.private_addresses, ports, section="push: ")
        try:
            self._account = ssh.account_of(connection, connection.host, connection.port or ssh.PORT)
        except BadConnection as error:
            raise PushError("bad_key", error.reason, retry=True, of_target=True) from None
        self._line: socket.socket | None = None
        self._client: paramiko.SSHClient | None = None
        self._files: paramiko.SFTPClient | None = None

    def send(self, message: Message) -> Receipt:
        """Write the story's file; it seen under its final name, in its full size, is the receipt."""
        made = file_of(self._house, self._partner, message, self._target.format)
        with self._watched():
            files = self._files or self._dialled()
            return _put(files, self._target.folder, made, message.id)

    def probe(self) -> str:
        """Log in, and write and remove a file of no story."""
        name = f".newsroom-check-{secrets.token_hex(8)}.part"
        with self._watched():
            files = self._files or self._dialled()
            path = _written(files, self._target.folder, name, b"A check, to be ignored.\n")
            files.remove(path)
        return f"{self._where}: its key and our login hold, and {self._target.folder!r} can be written"

    def close(self) -> None:
        """Hang up."""
        for part in (self._files, self._client, self._line):
            with contextlib.suppress(Exception):
                if part:
                    part.close()
        self._files = self._client = self._line = None

    @property
    def _where(self) -> str:
        return f"sftp://{self._account.host}:{self._account.port}"

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Cut the line when the time is over; whatever goes wrong is one of our errors, and hangs up."""
        with Watch(time.monotonic() + self._target.timeout_seconds) as self._watch:
            if self._line:
                self._watch.hold(self._line)
            try:
                yield
            except PushError:
                self.close()
                raise
            except FetchError as error:
                self.close()
                raise PushError(error.code, error.reason, retry=True, of_target=True) from None
            except (paramiko.SSHException, OSError, EOFError) as error:
                self.close()
                self._failed(error)

    def _dialled(self) -> paramiko.SFTPClient:
        account, seconds = self._account, self._target.timeout_seconds
        self._line = self._reachable.dial(account.host, account.port, seconds)
        self._watch.hold(self._line)
        self._client = paramiko.SSHClient()
        ssh.log_in(self._client, self._line, account, seconds)
        self._files = ssh.open_files(self._client, paramiko.SFTPClient, seconds)
        return self._files

    def _failed(self, error: Exception) -> NoReturn:
        where = self._where
        if self._watch.over or isinstance(error, TimeoutError):
            seconds = self._target.timeout_seconds
            reason = f"{where}: not done within {seconds:g} s (`push: timeout_seconds:`)"
            raise PushError("deadline", reason, retry=True) from None
        if ssh.is_other_server(error):
            reason = (
                f"{where}: the server's key is not the extra `host_key` of {self._connection.name!r};"
                " nothing was sent: ask the partner whether it has a new one, or whether this is its server"
            )
            raise PushError("host_key", reason, retry=True, of_target=True) from None
        if isinstance(error, paramiko.AuthenticationException):
            reason = f"{where}: login refused; wanted that of connection {self._connection.name!r}"
            raise PushError("login", reason, retry=True, of_target=True) from None
        reason = f"{where}: {error or type(error).__name__}"
        raise PushError("sftp", reason, retry=True) from None


def _put(files: paramiko.SFTPClient, folder: str, made: File, id_: str) -> Receipt:
    """Write under a name of its own beside the final one, look at its size, then give it its name."""
    path, whole = f"{folder.rstrip('/')}/{made.name}", len(made.body)
    unfinished = _written(files, folder, f".{made.name}.{id_[-8:]}.part", made.body)
    _rename(files, unfinished, path)
    return {"path": path, "size": whole, "sha256": digest(made.body), "seen": _seen(files, path, whole)}


def _written(files: paramiko.SFTPClient, folder: str, name: str, body: bytes) -> str:
    """The path of a file that was written whole."""
    path, whole = f"{folder.rstrip('/')}/{name}", len(body)
    try:
        written = files.putfo(BytesIO(body), path, whole, confirm=True)
    except FileNotFoundError:
        raise _no_folder(folder, "it is not there") from None
    except PermissionError:
        raise _no_folder(folder, "it may not be written") from None
    if written.st_size != whole:
        raise PushError("size", f"{path}: saw {written.st_size} bytes; wanted {whole}", retry=True)
    return path


def _rename(files: paramiko.SFTPClient, unfinished: str, path: str) -> None:
    try:
        files.posix_rename(unfinished, path)
    except OSError:
        # A server without OpenSSH's extension refuses to rename onto what is there.
        with contextlib.suppress(FileNotFoundError):
            files.remove(path)
        files.rename(unfinished, path)


def _seen(files: paramiko.SFTPClient, path: str, whole: int) -> str:
    """How the file was seen; a partner may take it away at once, and then it has it."""
    try:
        size = files.stat(path).st_size
    except FileNotFoundError:
        return "taken already"
    if size != whole:
        raise PushError("size", f"{path}: saw {size} bytes under its final name; wanted {whole}", retry=True)
    return "there"


def _no_folder(folder: str, why: str) -> PushError:
    reason = f"folder {folder!r}: {why}; wanted one that this login may write (`push: folder:`)"
    return PushError("folder", reason, retry=True, of_target=True)
