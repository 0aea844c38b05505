"""A partner's SFTP server on loopback: whole files under their names, and only if it is the right server."""

import os
import socket
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import paramiko
import pytest
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED
from paramiko.sftp import SFTP_FAILURE, SFTP_OK, SFTP_OP_UNSUPPORTED

from newsroom.config.push import Sftp
from newsroom.connections import Connection
from newsroom.stages.reach_push import by_push

HOST_KEY = paramiko.ECDSAKey.generate()


class Files(paramiko.SFTPServerInterface):
    """A folder as SFTP shows it; what is done to it is kept."""

    def __init__(self, server: "Login", *_: Any) -> None:
        self.server = server

    def local(self, path: str) -> Path:
        return self.server.root / path.lstrip("/")

    def answer(self, work: Any) -> int:
        try:
            work()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return SFTP_OK

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self.local(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, _attr: Any) -> Any:
        self.server.done.append(f"open {Path(path).name}")
        try:
            number = os.open(self.local(path), flags, 0o644)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        handle = paramiko.SFTPHandle(flags)
        handle.writefile = handle.readfile = os.fdopen(number, "wb" if flags & os.O_WRONLY else "rb")  # type: ignore[attr-defined]
        return handle

    def remove(self, path: str) -> int:
        self.server.done.append(f"remove {Path(path).name}")
        return self.answer(self.local(path).unlink)

    def rename(self, oldpath: str, newpath: str) -> int:
        if self.local(newpath).exists():
            return SFTP_FAILURE
        return self.posix_rename(oldpath, newpath, allowed=True)

    def posix_rename(self, oldpath: str, newpath: str, *, allowed: bool | None = None) -> int:
        if not (self.server.posix if allowed is None else allowed):
            return SFTP_OP_UNSUPPORTED
        self.server.done.append(f"rename to {Path(newpath).name}")
        answer = self.answer(lambda: self.local(oldpath).rename(self.local(newpath)))
        if self.server.takes_away:
            self.local(newpath).rename(self.server.root / "taken.json")
        return answer


class Login(paramiko.ServerInterface):
    """Whoever knows the password, or has the key, gets the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.done: list[str] = []
        self.posix, self.takes_away = True, False
        self.key: paramiko.PKey | None = None
        self.logins = 0

    def check_auth_password(self, username: str, password: str) -> int:
        return self.judged((username, password) == ("wire", "s3cret") and self.key is None)

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return self.judged(username == "wire" and key == self.key)

    def judged(self, right: bool) -> int:
        self.logins += right
        return AUTH_SUCCESSFUL if right else AUTH_FAILED

    def get_allowed_auths(self, _username: str) -> str:
        return "password,publickey"

    def check_channel_request(self, _kind: str, _chanid: int) -> int:
        return OPEN_SUCCEEDED


@pytest.fixture
def server(tmp_path, serve_ssh):
    root = tmp_path / "sftp"
    (root / "incoming").mkdir(parents=True)
    return serve_ssh(Login(root), Files, HOST_KEY)


@pytest.fixture
def sftp(desk, server):
    """The desk, with this server as the partner's one target."""
    target = Sftp(
        kind="sftp",
        connection="krdo_sftp",
        folder="incoming",
        private_addresses=("127.0.0.1",),
        ports=(server.port,),
        timeout_seconds=20,
    )
    key = f"{HOST_KEY.get_name()} {HOST_KEY.get_base64()}"
    desk.connections["krdo_sftp"] = Connection(
        "krdo_sftp", "sftp", "127.0.0.1", server.port, "wire", "s3cret", {"host_key": key}
    )
    desk.targets = (target,)
    desk.push("sftp")
    return desk


def changed(desk, **changes: Any) -> None:
    desk.connections["krdo_sftp"] = replace(desk.connections["krdo_sftp"], **changes)


def files(server) -> dict[str, dict[str, Any]]:
    return {path.name: orjson.loads(path.read_bytes()) for path in server.login.root.glob("incoming/*")}


def told(desk) -> str:
    desk.publish("one")
    desk.push("sftp", budget=timedelta(seconds=1))
    (row,) = desk.messages()
    return f"{row.state}: {row.reason}"


@pytest.mark.parametrize("posix", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_file_gets_its_name_when_it_is_whole_and_a_new_version_and_a_kill_replace_it(sftp, server, posix):
    server.login.posix = posix
    sftp.publish("one", "two")
    sftp.push("sftp")
    name = f"{sftp.uri('one').removeprefix('urn:uuid:')}.json"
    assert set(files(server)) == {name, f"{sftp.uri('two').removeprefix('urn:uuid:')}.json"}
    opened = [each for each in server.login.done if each.startswith("open")]
    assert all(each.endswith(".part") for each in opened)
    receipt = sftp.messages("delivered")[0].receipt
    assert receipt["path"] == f"incoming/{name}"
    assert receipt["size"] == len((server.login.root / "incoming" / name).read_bytes())
    sftp.publish("one", text="Second.")
    sftp.push("sftp")
    assert files(server)[name]["version"] == "2"
    sftp.kill("one")
    sftp.push("sftp")
    assert (files(server)[name]["pubStatus"], files(server)[name]["version"]) == ("canceled", "3")
    assert server.login.logins == 3  # one line for each call, however many files


def test_another_server_than_the_partners_gets_nothing(sftp, server):
    other = paramiko.ECDSAKey.generate()
    changed(sftp, extra={"host_key": f"{other.get_name()} {other.get_base64()}"})
    said = told(sftp)
    assert "waiting: host_key: sftp://127.0.0.1" in said
    assert "nothing was sent" in said
    assert (server.login.logins, files(server)) == (0, {})


@pytest.mark.slow
def test_without_a_host_key_nothing_is_dialled(sftp, server):
    for extra in ({}, {"host_key": "ssh-ed25519"}, {"host_key": "ssh-ed25519 !!"}, {"host_key": "x AAAA"}):
        changed(sftp, extra=extra)
        assert sftp.push("sftp").counts == {}
    assert "saw no host key that can be read" in told(sftp)
    assert server.lines == []


@pytest.mark.slow
def test_a_wrong_password_waits_and_is_not_shown(sftp, server):
    changed(sftp, password="hunter2")
    said = told(sftp)
    assert "waiting: login: " in said
    assert "hunter2" not in said


@pytest.mark.slow
def test_a_key_is_a_login(sftp, server):
    key = paramiko.ECDSAKey.generate()
    server.login.key = key
    form = StringIO()
    key.write_private_key(form)
    changed(sftp, extra={**sftp.connections["krdo_sftp"].extra, "private_key": form.getvalue()})
    assert told(sftp) == "delivered: None"


@pytest.mark.slow
def test_a_key_that_cannot_be_read_is_told_and_not_shown(sftp):
    changed(sftp, extra={**sftp.connections["krdo_sftp"].extra, "private_key": "-----BEGIN hunter2"})
    said = told(sftp)
    assert "waiting: bad_key: " in said
    assert "hunter2" not in said


@pytest.mark.slow
def test_a_folder_that_is_not_there_is_named(sftp, server):
    (server.login.root / "incoming").rmdir()
    assert "waiting: folder: folder 'incoming': it is not there" in told(sftp)


@pytest.mark.slow
def test_a_file_that_is_taken_at_once_has_arrived(sftp, server):
    server.login.takes_away = True
    assert told(sftp) == "delivered: None"
    (row,) = sftp.messages()
    assert row.receipt["seen"] == "taken already"


@pytest.mark.slow
def test_a_server_that_says_nothing_costs_its_timeout(sftp):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        changed(sftp, port=port)
        (target,) = sftp.targets
        sftp.targets = (target.model_copy(update={"ports": (port,), "timeout_seconds": 0.5}),)
        assert "waiting: deadline: " in told(sftp)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("newsml_g2", "stat:canceled"),
        ("nitf", 'management-status="canceled"'),
        ("markdown", "withdrawn"),
        ("json_ld", "dateDeleted"),
        ("ninjs_2_2", '"pubstatus": "canceled"'),
        ("ninjs_1_6", '"pubstatus": "canceled"'),
    ],
)
def test_every_format_in_which_a_story_stands_alone(sftp, server, name, gone):
    (target,) = sftp.targets
    sftp.targets = (target.model_copy(update={"format": name}),)
    sftp.publish("one")
    sftp.push("sftp")
    sftp.kill("one")
    sftp.push("sftp")
    (path,) = (server.login.root / "incoming").iterdir()
    assert gone in path.read_text(encoding="utf-8")
    assert {row.state for row in sftp.messages()} == {"delivered"}


@pytest.mark.slow
def test_a_line_that_was_cut_is_dialled_anew(sftp, server):
    sftp.publish("one")
    assert sftp.push("sftp").counts == {"delivered": 1}
    for each in server.lines:
        each.close()
    sftp.publish("two")
    assert sftp.push("sftp").counts == {"delivered": 1}


@pytest.mark.slow
def test_a_probe_leaves_nothing_and_tells_what_would_keep_a_story_back(sftp, server):
    def probed() -> tuple[bool, str]:
        ((part, fine, found),) = (
            (each.part, each.fine, each.found) for each in by_push(sftp.room, sftp.partner)
        )
        assert part == "push sftp"
        return fine, found

    where = f"sftp://127.0.0.1:{server.port}"
    assert probed() == (True, f"{where}: its key and our login hold, and 'incoming' can be written")
    assert files(server) == {}
    (server.login.root / "incoming").rmdir()
    assert probed()[1].startswith(
        "folder: folder 'incoming': it is not there; wanted one that this login may write"
    )
    changed(sftp, password="wrong")
    assert probed() == (False, f"login: {where}: login refused; wanted that of connection 'krdo_sftp'")
    other = paramiko.ECDSAKey.generate()
    changed(sftp, extra={"host_key": f"{other.get_name()} {other.get_base64()}"})
    assert probed()[1].startswith("host_key: ")
