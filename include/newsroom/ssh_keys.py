"""The keys of a connection to an SSH server: by which it proves who it is, and by which we log in."""

import base64
import contextlib
import logging
from io import StringIO

import paramiko

from newsroom.connections import BadConnection, Connection

_KINDS: tuple[type[paramiko.PKey], ...] = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)

# What a line's end says in tracebacks stands in our own errors, in a sentence.
logging.getLogger("paramiko.transport").setLevel(logging.CRITICAL)


def host_key(connection: Connection) -> paramiko.PKey:
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


def private_key(connection: Connection) -> paramiko.PKey | None:
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
