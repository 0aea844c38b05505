"""Files of a folder on an SFTP server on loopback: the right server only, and nothing overwritten."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import paramiko
import pytest
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED
from paramiko.sftp import SFTP_FAILURE, SFTP_OK

from newsroom.config import Feed, FolderRules, Politeness, Wire, load
from newsroom.connections import FromEnvironment
from newsroom.fetch.errors import FetchError
from newsroom.folder.files import Changed, File, Folder
from newsroom.folder.opening import open_folder
from newsroom.stages import Newsroom
from newsroom.stages.folder import take_files
from newsroom.story import digest

HOST_KEY = paramiko.ECDSAKey.generate()
OTHER_KEY = f"{HOST_KEY.get_name()} {paramiko.ECDSAKey.generate().get_base64()}"
ONE_STORY = Path(__file__).parents[1] / "wireformat" / "samples" / "ninjs_3.1.json"
OLD = 1_700_000_000


class Files(paramiko.SFTPServerInterface):
    """A folder as SFTP shows it."""

    def __init__(self, server: "Login", *_: Any) -> None:
        self.server = server

    def local(self, path: str) -> Path:
        return self.server.root / path.lstrip("/")

    def answered(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def list_folder(self, path: str) -> Any:
        def listed() -> list[paramiko.SFTPAttributes]:
            found = []
            for entry in os.scandir(os.fsencode(self.local(path))):
                told = paramiko.SFTPAttributes.from_stat(entry.stat(follow_symlinks=False))
                told.filename = entry.name  # type: ignore[assignment]
                found.append(told)
            return found

        return self.answered(listed)

    def stat(self, path: str) -> Any:
        return self.answered(lambda: paramiko.SFTPAttributes.from_stat(self.local(path).stat()))

    def lstat(self, path: str) -> Any:
        return self.answered(lambda: paramiko.SFTPAttributes.from_stat(self.local(path).lstat()))

    def open(self, path: str, flags: int, _attr: Any) -> Any:
        if step := self.server.before.pop("open", None):
            step()
        number = self.answered(lambda: os.open(self.local(path), flags, 0o644))
        opened = os.fdopen(number, "wb" if flags & os.O_WRONLY else "rb")
        handle = paramiko.SFTPHandle(flags)
        handle.writefile = handle.readfile = opened  # type: ignore[attr-defined]
        return handle

    def remove(self, path: str) -> Any:
        return self.answered(self.local(path).unlink) or SFTP_OK

    def mkdir(self, path: str, _attr: Any) -> Any:
        return self.answered(self.local(path).mkdir) or SFTP_OK

    def rename(self, oldpath: str, newpath: str) -> Any:
        if step := self.server.before.pop("rename", None):
            step()
        if self.local(newpath).exists():
            return SFTP_FAILURE
        done = self.answered(lambda: self.local(oldpath).rename(self.local(newpath)))
        return done if isinstance(done, int) else SFTP_OK


class Login(paramiko.ServerInterface):
    """Whoever knows the password, or has the key, gets the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.key: paramiko.PKey | None = None
        self.before: dict[str, Callable[[], Any]] = {}

    def check_auth_password(self, username: str, password: str) -> int:
        right = (username, password) == ("desk", "s3cret") and self.key is None
        return AUTH_SUCCESSFUL if right else AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return AUTH_SUCCESSFUL if username == "desk" and key == self.key else AUTH_FAILED

    def get_allowed_auths(self, _username: str) -> str:
        return "password,publickey"

    def check_channel_request(self, _kind: str, _chanid: int) -> int:
        return OPEN_SUCCEEDED


class Server:
    """The server, and a wire that puts files into its folder /out/."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, serve_ssh: Callable[..., Any]) -> None:
        self.login, self.monkeypatch = Login(root), monkeypatch
        serving = serve_ssh(self.login, Files, HOST_KEY)
        self.port, self.lines = serving.port, serving.lines
        self.out = root / "out"
        self.out.mkdir()
        self.feed = Feed(
            id="inbox",
            url=f"sftp://127.0.0.1:{self.port}/out/",
            connection="wire_sftp",
            folder=FolderRules(settle_seconds=0),
        )
        self.account()

    def account(self, **said: Any) -> None:
        key = f"{HOST_KEY.get_name()} {HOST_KEY.get_base64()}"
        told = {"conn_type": "sftp", "login": "desk", "password": "s3cret", "extra": {"host_key": key}} | said
        self.monkeypatch.setenv("AIRFLOW_CONN_WIRE_SFTP", orjson.dumps(told).decode())

    @property
    def wire(self) -> Wire:
        polite = Politeness(private_addresses=("127.0.0.1",))
        return Wire(id="files", provider="Wire", feeds=(self.feed,), politeness=polite, checks="house")

    def open(self) -> Folder:
        return open_folder(self.wire, self.feed, FromEnvironment())

    def put(self, name: str, body: bytes = b"{}") -> None:
        path = self.out / name
        path.write_bytes(body)
        os.utime(path, (OLD, OLD))

    @property
    def names(self) -> list[str]:
        return sorted(str(path.relative_to(self.out)) for path in self.out.rglob("*") if path.is_file())


@pytest.fixture
def server(tmp_path, monkeypatch, serve_ssh) -> Server:
    root = tmp_path / "sftp"
    root.mkdir()
    return Server(root, monkeypatch, serve_ssh)


def listed(folder: Folder) -> dict[str, File]:
    return {file.name: file for file in folder.entries()}


def test_files_are_listed_read_and_moved(server):
    server.put("a.json", b'{"a": 1}')
    server.put("b.zip", b"PK")
    (server.out / "inside").mkdir()
    (server.out / "link.json").symlink_to("a.json")
    (server.out / os.fsdecode(b"caf\xe9.json")).write_bytes(b"1")
    with server.open() as folder:
        files = listed(folder)
        kinds = {name.encode("utf-8", "surrogateescape"): file.kind for name, file in files.items()}
        assert kinds == {
            b"a.json": "file", b"b.zip": "file", b"caf\xe9.json": "file",
            b"inside": "folder", b"link.json": "link",
        }  # fmt: skip
        assert files["a.json"].modified == datetime.fromtimestamp(OLD, UTC)
        assert folder.read(files["a.json"]) == b'{"a": 1}'
        assert folder.move(files["a.json"], "done", sha256="0" * 64) == "a.json"
        assert folder.move(files["b.zip"], "failed", sha256=None, reason="archive") == "b.zip"
        folder.probe()
    assert {"done/a.json", "failed/b.zip", "failed/b.zip.reason.txt"} <= set(server.names)
    assert (server.out / "failed/b.zip.reason.txt").read_text() == "archive"
    assert not any("probe" in name for name in server.names)


def test_nothing_is_overwritten_and_the_same_bytes_are_not_doubled(server):
    (server.out / "done").mkdir()
    server.put("done/a.json", b"other")
    server.put("done/b.json", b"b")
    server.put("a.json", b"a")
    server.put("b.json", b"b")
    with server.open() as folder:
        files = listed(folder)
        named = folder.move(files["a.json"], "done", sha256=digest(b"a"))
        assert named == f"a~{digest(b'a')[:12]}.json"
        assert folder.move(files["b.json"], "done", sha256=digest(b"b")) == "b.json"
    assert server.names == sorted(["done/a.json", "done/b.json", f"done/{named}"])
    assert (server.out / "done/a.json").read_bytes() == b"other"


def test_a_file_that_changes_meanwhile_is_left(server):
    server.put("a.json", b"1")
    with server.open() as folder:
        (file,) = listed(folder).values()
        server.login.before["open"] = lambda: (server.out / "a.json").write_bytes(b"12")
        with pytest.raises(Changed):
            folder.read(file)
        (file,) = listed(folder).values()
        server.login.before["rename"] = lambda: (server.out / "a.json").write_bytes(b"123")
        with pytest.raises(Changed):
            folder.move(file, "done", sha256="0" * 64)
        (server.out / "a.json").unlink()
        with pytest.raises(Changed):
            folder.move(file, "done", sha256="0" * 64)
    assert server.names == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"extra": {}}, "bad_connection"),
        ({"extra": {"host_key": "ssh-ed25519 nonsense"}}, "bad_connection"),
        ({"host": "other.example"}, "bad_connection"),
        ({"conn_type": "aws"}, "bad_connection"),
        ({"login": None}, "bad_connection"),
        ({"password": "wrong-one"}, "login"),
        ({"extra": {"host_key": OTHER_KEY}}, "host_key"),
        ({"extra": {"host_key": f"{HOST_KEY.get_name()} {HOST_KEY.get_base64()}", "private_key": "x"}},
         "bad_connection"),
    ],
)  # fmt: skip
def test_a_server_that_is_not_ours_or_refuses_us_is_told(server, said, code):
    server.account(**said)
    with pytest.raises(FetchError) as raised:
        server.open()
    assert (raised.value.code, "wrong-one" in str(raised.value)) == (code, False)


def test_a_key_of_our_own_opens_it(server):
    own = paramiko.ECDSAKey.generate()
    server.login.key = own
    text = StringIO()
    own.write_private_key(text)
    key = f"{HOST_KEY.get_name()} {HOST_KEY.get_base64()}"
    server.account(password=None, extra={"host_key": key, "private_key": text.getvalue()})
    with server.open() as folder:
        assert listed(folder) == {}


def test_only_named_private_addresses_are_dialled_and_a_missing_folder_is_told(server):
    stranger = server.wire.model_copy(update={"politeness": Politeness()})
    with pytest.raises(FetchError, match="blocked_address"):
        open_folder(stranger, server.feed, FromEnvironment())
    server.out.rmdir()
    with server.open() as folder, pytest.raises(FetchError, match="no_folder"):
        list(folder.entries())


@pytest.fixture
def room(bucket, catalogue, server) -> Newsroom:
    configuration = load(Path(__file__).resolve().parents[3] / "include" / "config")
    configuration.wires["files"] = server.wire
    return Newsroom(configuration, bucket, catalogue)


def test_a_file_is_taken_once_it_was_seen_unchanged_for_long_enough(server, room, monkeypatch):
    server.feed = server.feed.model_copy(update={"folder": FolderRules(settle_seconds=30)})
    wire = room.configuration.wires["files"] = server.wire
    server.put("bad.zip", b"PK\x03\x04")
    path = server.out / "a.json"
    path.write_bytes(ONE_STORY.read_bytes()[:100])
    # The server's clock is five minutes behind: by its time the half-written file is settled.
    behind = (datetime.now(UTC) - timedelta(minutes=5)).timestamp()
    os.utime(path, (behind, behind))
    counts = take_files(room, wire, server.feed)
    assert (counts["files"], counts["still_written"], counts["failed_files"]) == (0, 1, 1)
    path.write_bytes(ONE_STORY.read_bytes())
    os.utime(path, (behind, behind))
    assert take_files(room, wire, server.feed)["still_written"] == 1
    later = datetime.now(UTC) + timedelta(seconds=31)
    monkeypatch.setattr("newsroom.stages.folder.now", lambda: later)
    counts = take_files(room, wire, server.feed)
    assert (counts["files"], counts["new"]) == (1, 1)
    assert server.names == ["a.json", "failed/bad.zip", "failed/bad.zip.reason.txt"]
    assert take_files(room, wire, server.feed)["files"] == 0
