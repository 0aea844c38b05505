"""A folder on an SFTP server, which proves who it is before anything is asked: files moved by renaming."""

import contextlib
import socket
import stat
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Literal, Self, TypeVar
from urllib.parse import unquote, urlsplit

import paramiko
from paramiko.sftp import CMD_CLOSE, CMD_OPENDIR, CMD_READDIR

from newsroom import ssh
from newsroom.config import FolderRules
from newsroom.connections import BadConnection, Connection
from newsroom.fetch.address import Reachable
from newsroom.fetch.connection import Watch
from newsroom.fetch.errors import FetchError
from newsroom.folder.files import PROBE, Changed, EntryKind, File, Outcome
from newsroom.folder.name import REASON, names_for
from newsroom.story import digest

SILENCE_SECONDS = 30.0
"""How long the server may say nothing."""

VISIT_SECONDS = 600.0
"""How long one visit to a folder may take, however slowly the server sends."""

Result = TypeVar("Result")


class SftpFolder:
    """The folder at `url` (sftp://host[:port]/folder/), as the connection's user sees it."""

    trusts_times = False

    def __init__(
        self, url: str, rules: FolderRules, connection: Connection, private: tuple[str, ...]
    ) -> None:
        """Dial the server and log in; `private` are the networks that may be dialled beside public ones.

        Raises:
            BadConnection: it has no login, no host key, or one that can't be read.
            FetchError: the server can't be reached, or is another one, or refuses the login.
        """
        parts = urlsplit(url)
        self.url, self.rules = url, rules
        self.path = unquote(parts.path) or "/"
        self._connection = connection
        self._watch = Watch(time.monotonic() + VISIT_SECONDS)
        self._client = paramiko.SSHClient()
        self._line: socket.socket | None = None
        host, port = parts.hostname or "", parts.port or connection.port or ssh.PORT
        if connection.kind not in ("sftp", "ssh"):
            raise BadConnection(connection.name, f"saw the type {connection.kind!r}; wanted sftp")
        if not connection.login:
            raise BadConnection(connection.name, "saw no login; wanted the user's name")
        if connection.host and connection.host != host:
            reason = f"saw the host {connection.host}; wanted {host}, as the feed's url says"
            raise BadConnection(connection.name, reason)
        account = ssh.account_of(connection, host, port)
        reachable = Reachable(private, frozenset({port}))
        self._watch.__enter__()
        try:
            self._line = reachable.dial(host, port, SILENCE_SECONDS)
            self._files = self._asked("", lambda: self._login(account))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """The folder itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._watch.__exit__(None, None, None)
        for part in (self._client, self._line):
            with contextlib.suppress(Exception):
                if part:
                    part.close()

    def entries(self) -> Iterator[File]:
        """What lies in the folder; a name that is no UTF-8 has half characters in it, and is not fit."""
        listed = self._files.entries(self.path)
        while (found := self._asked("", lambda: next(listed, None))) is not None:
            name, attributes = found
            if name not in (".", ".."):
                yield _file(name, attributes)

    def read(self, file: File) -> bytes:
        """The whole file, if it is the one that was listed, before and after it was read."""
        path = self.path + file.name

        def read() -> bytes:
            with self._files.open(path, "rb") as opened:
                opened.prefetch(file.size)
                return opened.read(file.size + 1)

        body = self._asked(file.name, read)
        if len(body) != file.size:
            raise Changed
        self._check(file)
        return body

    def move(self, file: File, outcome: Outcome, *, sha256: str | None, reason: str | None = None) -> str:
        """Rename the file to where nothing else lies."""
        folder = f"{self.path}{self.rules.done if outcome == 'done' else self.rules.failed}/"
        self._make(folder)
        for name in names_for(file.name, sha256 or file.id):
            there = self._there(folder + name, file, sha256)
            if there == "other":
                continue
            if reason is not None:
                self._put(folder + name + REASON, reason)
            self._check(file)
            if there == "same":
                self._asked(file.name, lambda: self._files.remove(self.path + file.name))
            elif not self._renamed(file, folder + name):
                continue
            return name
        told = f"{self.url}{file.name}: other files have its name, and that with its digest, already"
        raise FetchError("name_taken", told)

    def probe(self) -> None:
        """Write and delete a file in each of the two folders."""
        for folder in (self.rules.done, self.rules.failed):
            self._make(f"{self.path}{folder}/")
            path = f"{self.path}{folder}/{PROBE}"
            self._put(path, "written by newsroom doctor\n")
            self._asked(f"{folder}/", lambda path=path: self._files.remove(path))  # type: ignore[misc]

    def _login(self, account: ssh.Account) -> "_Files":
        if self._line is None:
            raise EOFError
        self._watch.hold(self._line)
        ssh.log_in(self._client, self._line, account, SILENCE_SECONDS)
        return ssh.open_files(self._client, _Files, SILENCE_SECONDS)

    def _check(self, file: File) -> None:
        """Refuse a file that is not the one that was listed.

        Raises:
            Changed: its size or its time is another one, or it is gone.
        """
        now = _file(file.name, self._asked(file.name, lambda: self._files.lstat(self.path + file.name)))
        if now != file:
            raise Changed

    def _there(self, path: str, file: File, sha256: str | None) -> Literal["nothing", "same", "other"]:
        """What lies under a path."""
        try:
            size = self._asked(path, lambda: self._files.stat(path)).st_size
        except Changed:
            return "nothing"
        if sha256 is None or size != file.size:
            return "other"
        body = self._asked(path, lambda: self._read(path, file.size))
        return "same" if digest(body) == sha256 else "other"

    def _read(self, path: str, size: int) -> bytes:
        with self._files.open(path, "rb") as opened:
            return opened.read(size + 1)

    def _renamed(self, file: File, path: str) -> bool:
        """Rename without overwriting; False when another file came to lie there first.

        Raises:
            Changed: what was renamed is not the file that was listed; it is back in its place.
        """
        source = self.path + file.name
        try:
            self._asked(file.name, lambda: self._files.rename(source, path))
        except FetchError:
            # A server refuses to rename onto what is there, and says no more than that it failed.
            if self._there(path, file, None) == "nothing":
                raise
            return False
        if _file(file.name, self._asked(path, lambda: self._files.lstat(path))) != file:
            self._asked(path, lambda: self._files.rename(path, source))
            raise Changed
        return True

    def _make(self, folder: str) -> None:
        try:
            self._asked(folder, lambda: self._files.stat(folder))
        except Changed:
            self._asked(folder, lambda: self._files.mkdir(folder))

    def _put(self, path: str, text: str) -> None:
        try:
            self._asked(path, lambda: self._files.putfo(BytesIO(text.encode()), path, confirm=True))
        except Changed:
            raise FetchError("refused", f"{self.url}: {path} was taken away while it was written") from None

    def _asked(self, name: str, call: Callable[[], Result]) -> Result:
        """Ask the server; whatever goes wrong is one of our errors.

        Raises:
            Changed: what is asked for is not there.
            FetchError: everything else.
        """
        where = f"{self.url}{name}" if not name.startswith("/") else name
        try:
            return call()
        except FileNotFoundError:
            if name:
                raise Changed from None
            raise FetchError("no_folder", f"{where}: there is no such folder; see the feed's `url`") from None
        except PermissionError:
            mend = "the login may not do that; it must list, read, write, rename and make folders"
            raise FetchError("access_denied", f"{where}: {mend}") from None
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise self._failed(where, error) from None

    def _failed(self, where: str, error: Exception) -> FetchError:
        if self._watch.over or isinstance(error, TimeoutError):
            reason = f"{where}: nothing for {SILENCE_SECONDS:g} s, or not done in {VISIT_SECONDS:g} s"
            return FetchError("deadline", reason, retry=True)
        connection = f"connection {self._connection.name!r}"
        if ssh.is_other_server(error):
            reason = (
                f"{where}: the server's key is not the extra `host_key` of {connection}; nothing was sent"
            )
            return FetchError("host_key", f"{reason}: ask the wire whether this is its server")
        if isinstance(error, paramiko.AuthenticationException):
            return FetchError("login", f"{where}: login refused; wanted that of {connection}")
        return FetchError("sftp", f"{where}: {str(error) or type(error).__name__}", retry=True)


class _Files(paramiko.SFTPClient):
    """SFTP that lists names as they are: paramiko gives up a whole folder for one that is no UTF-8."""

    def entries(self, path: str) -> Iterator[tuple[str, paramiko.SFTPAttributes]]:
        _, answer = self._request(CMD_OPENDIR, path)  # type: ignore[attr-defined]
        handle = answer.get_binary()
        try:
            while True:
                _, answer = self._request(CMD_READDIR, handle)  # type: ignore[attr-defined]
                for _ in range(answer.get_int()):
                    name = answer.get_binary().decode("utf-8", "surrogateescape")
                    answer.get_binary()  # the name as `ls -l` shows it
                    yield name, paramiko.SFTPAttributes._from_msg(answer)  # type: ignore[attr-defined]  # noqa: SLF001
        except EOFError:
            return
        finally:
            with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
                self._request(CMD_CLOSE, handle)  # type: ignore[attr-defined]


def _file(name: str, attributes: paramiko.SFTPAttributes) -> File:
    kind: EntryKind = "other"
    mode = attributes.st_mode or 0
    for known, test in _KINDS.items():
        if test(mode):
            kind = known
    modified = datetime.fromtimestamp(attributes.st_mtime or 0, UTC)
    return File(name, attributes.st_size or 0, modified, kind=kind)


_KINDS: dict[EntryKind, Callable[[int], bool]] = {
    "file": stat.S_ISREG,
    "link": stat.S_ISLNK,
    "folder": stat.S_ISDIR,
}
