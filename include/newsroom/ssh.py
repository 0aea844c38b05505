"""SSH: an account on a server that proves who it is before anything is asked, and SFTP over it."""

import base64
import contextlib
import logging
import socket
from dataclasses import dataclass, field
from io import StringIO
from typing import TypeVar

import paramiko

from newsroom.connections import BadConnection, Connection

PORT = 22

Files = TypeVar("Files", bound=paramiko.SFTPClient)

_KINDS: tuple[type[paramiko.PKey], ...] = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)

# What a line's end says in tracebacks stands in our own errors, in a sentence.
logging.getLogger("paramiko.transport").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Account:
    """Who we are on which server; its `host_key` must be the one that the server proves to have."""

    host: str
    port: int
    login: str
    host_key: paramiko.PKey
    own_key: paramiko.PKey | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


def account_of(connection: Connection, host: str, port: int) -> Account:
    """The account that a connection tells; where it has a key of ours, its password is not used.

    Raises:
        BadConnection: it has no host key, or a key that can't be read.
    """
    known, own = _host_key(connection), _private_key(connection)
    return Account(host, port, connection.login or "", known, own, None if own else connection.password)


def log_in(client: paramiko.SSHClient, line: socket.socket, account: Account, seconds: float) -> None:
    """Log in over a line that is dialled; `seconds` is how long the server may say nothing, now and later.

    Raises:
        paramiko.SSHException: it is another server (`is_other_server`), or refuses the login.
        OSError: the line broke.
    """
    line.settimeout(seconds)
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    name = account.host if account.port == PORT else f"[{account.host}]:{account.port}"
    client.get_host_keys().add(name, account.host_key.get_name(), account.host_key)
    client.connect(
        account.host,
        account.port,
        username=account.login,
        password=account.password,
        pkey=account.own_key,
        timeout=seconds,
        banner_timeout=seconds,
        auth_timeout=seconds,
        channel_timeout=seconds,
        allow_agent=False,
        look_for_keys=False,
        sock=line,
    )


def open_files(client: paramiko.SSHClient, kind: type[Files], seconds: float) -> Files:
    """SFTP over a client that is logged in.

    Raises:
        EOFError: the line is gone.
        paramiko.SSHException: the server offers no SFTP.
    """
    transport = client.get_transport()
    files = kind.from_transport(transport) if transport else None
    if files is None:
        raise EOFError
    channel = files.get_channel()
    if channel:
        channel.settimeout(seconds)
    return files


def is_other_server(error: Exception) -> bool:
    """Whether the server has another key than the account's."""
    return isinstance(error, paramiko.BadHostKeyException) or "known_hosts" in str(error)


def _host_key(connection: Connection) -> paramiko.PKey:
    """The key of the extra `host_key`, by which the server proves who it is.

    Raises:
        BadConnection: there is none, or it can't be read.
    """
    said = str(connection.extra.get("host_key") or "").split()
    try:
        kind, data = said[0], said[1]
        return paramiko.PKey.from_type_string(kind, base64.b64decode(data, validate=True))
    except (IndexError, ValueError, paramiko.SSHException, paramiko.pkey.UnknownKeyType):
        reason = (
            "saw no host key that can be read; wanted the extra `host_key` as `ssh-ed25519 AAAA…`: ask the"
            " server's owner for it, or compare what `ssh-keyscan` tells"
        )
        raise BadConnection(connection.name, reason) from None


def _private_key(connection: Connection) -> paramiko.PKey | None:
    """Our key of the extra `private_key`, with its `private_key_passphrase`; None where there is none.

    Raises:
        BadConnection: it can't be read.
    """
    said = connection.extra.get("private_key")
    if not said:
        return None
    passphrase = connection.extra.get("private_key_passphrase") or None
    for kind in _KINDS:
        with contextlib.suppress(paramiko.SSHException, ValueError):
            return kind.from_private_key(StringIO(str(said)), passphrase)
    reason = "its extra `private_key` can't be read; wanted PEM or OpenSSH's form"
    raise BadConnection(connection.name, reason)
