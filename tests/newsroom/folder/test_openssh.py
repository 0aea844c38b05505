"""A wire's folder on OpenSSH's own server: files of every name, and what happens to them meanwhile."""

import getpass
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import paramiko
import pytest

from newsroom.config import Feed, FolderRules, Politeness, Wire, load
from newsroom.connections import Connection
from newsroom.fetch.errors import FetchError
from newsroom.folder.sftp import SftpFolder
from newsroom.stages import Newsroom
from newsroom.stages.folder import take_files
from newsroom.stages.run import run_feed

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parents[1] / "wireformat" / "samples" / "ninjs_3.1.json"
CONFIG = Path(__file__).resolve().parents[3] / "include" / "config"
OLD = 1_700_000_000


class Accounts:
    """The one connection there is."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, _name: str) -> Connection:
        return self.connection

    def s3(self, name: str | None) -> Any:
        raise AssertionError(name)


class Inbox:
    """The folder, and the newsroom that takes its files."""

    def __init__(self, root: Path, room: Newsroom) -> None:
        self.root, self.room = root, room
        self.runs = 0

    def put(self, name: str | bytes, body: bytes, at: float = OLD) -> None:
        path = self.root / os.fsdecode(name)
        path.write_bytes(body)
        os.utime(path, (at, at))

    def run(self) -> dict[str, int]:
        self.runs += 1
        return run_feed(self.room, "files", "inbox", f"run-{self.runs}")

    @property
    def names(self) -> list[str]:
        return sorted(
            os.fsencode(path.relative_to(self.root)).decode("utf-8", "backslashreplace")
            for path in self.root.rglob("*")
            if not path.is_dir()
        )


@pytest.fixture
def inbox(openssh, bucket, catalogue, tmp_path) -> Inbox:
    root = tmp_path / "out"
    root.mkdir()
    feed = Feed(
        id="inbox",
        url=f"sftp://127.0.0.1:{openssh.port}{root}/",
        connection="wire_sftp",
        folder=FolderRules(settle_seconds=0),
    )
    told = {"host_key": openssh.host_keys["ed25519"], "private_key": openssh.own_key}
    connection = Connection("wire_sftp", "sftp", "127.0.0.1", openssh.port, getpass.getuser(), None, told)
    configuration = load(CONFIG)
    configuration.wires["files"] = Wire(
        id="files",
        provider="Northern Dispatch",
        feeds=(feed,),
        politeness=Politeness(private_addresses=("127.0.0.1",), max_bytes=100_000),
        checks="wire_documents",
    )
    return Inbox(root, Newsroom(configuration, bucket, catalogue, Accounts(connection)))


def ninjs(identity: str, **said: Any) -> bytes:
    """A story of its own: another one at the same address would be the same."""
    own = {
        "uri": f"urn:x:{identity}",
        "renditions": [],
        "headlines": [{"value": f"The ice is off {identity}"}],
    }
    return orjson.dumps(orjson.loads(SAMPLE.read_bytes()) | own | said)


ODD = (
    "a b.json", "-rf.json", "#1.json", "100%25.json", "[a]*?.json", "é\u0301.json", "\u65e5\u672c.json",
    "x;y&z.json", "'q\"uote.json", "~tilde.json", "a.json.reason.txt", f"{'n' * 190}.json", "\U0001f5de.json",
)  # fmt: skip
"""Names of one file each, which may be taken."""

UNFIT: tuple[str | bytes, ...] = (
    "new\nline.json", "tab\t.json", b"latin-\xe9.json", "turned\u202egnp.json", "back\\slash.json", "n" * 250,
)  # fmt: skip
"""Names that are never taken, and told."""


def test_files_of_every_name_are_taken_once(inbox):
    for unfit in UNFIT:
        inbox.put(unfit, ninjs("unfit"))
    left = inbox.names
    for name in ODD:
        inbox.put(name, ninjs(name))
    os.mkfifo(inbox.root / "pipe.json")
    (inbox.root / "link.json").symlink_to("/etc/passwd")
    (inbox.root / "folder.json").mkdir()
    counts = inbox.run()
    assert (counts["files"], counts["filed"]) == (len(ODD), len(ODD))
    assert inbox.names == sorted([*(f"done/{name}" for name in ODD), *left, "pipe.json", "link.json"])
    assert inbox.run()["to_read"] == 0


def test_what_is_bad_goes_to_failed_and_nothing_is_overwritten(inbox):
    inbox.put("a.json", ninjs("a"))
    inbox.put("bad.xml", b"<nitf><body><p>half")
    inbox.put("empty.json", b"")
    inbox.put("huge.json", b" " * 100_001)
    inbox.run()
    inbox.put("a.json", ninjs("a", version="2", slugline="more"))
    inbox.put("bad.xml", b"<nitf><body><p>other half")
    inbox.run()
    done = [name for name in inbox.names if name.startswith("done/")]
    failed = [name for name in inbox.names if name.startswith("failed/") and not name.endswith(".reason.txt")]
    assert len(done) == 2
    assert done[0] == "done/a.json"
    assert len(failed) == 4
    assert len(inbox.names) == 2 + 2 * 4
    assert "too_large: saw 100,001 bytes" in (inbox.root / "failed/huge.json.reason.txt").read_text()


def test_ten_thousand_files_come_in_parts(inbox):
    body = ninjs("same")
    for number in range(10_000):
        inbox.put(f"{number:05}.json", body, OLD + number)
    counts = take_files(inbox.room, inbox.room.wire("files"), inbox.room.feed("files", "inbox"))
    assert (counts["files"] + counts["later"], counts["files"]) == (10_000, 500)


@pytest.mark.parametrize("step", ["remove", "rewrite", "cut"])
@pytest.mark.parametrize("when", ["read", "move"])
def test_what_happens_to_a_file_meanwhile_loses_nothing(inbox, monkeypatch, step, when):
    def meanwhile() -> None:
        path = inbox.root / "a.json"
        if step == "remove":
            path.unlink()
        elif step == "rewrite":
            inbox.put("a.json", ninjs("a", version="2", slugline="more"), OLD + 1)
        else:
            inbox.put("a.json", ninjs("a")[:100], OLD + 1)

    before(monkeypatch, when, meanwhile)
    inbox.put("a.json", ninjs("a"))
    inbox.put("b.json", ninjs("b"))
    inbox.run()
    assert "done/b.json" in inbox.names
    assert ("a.json" in inbox.names) == (step != "remove")
    inbox.run()
    told = {"remove": [], "rewrite": ["done/a.json"], "cut": ["failed/a.json", "failed/a.json.reason.txt"]}
    assert inbox.names == sorted([*told[step], "done/b.json"])


def before(monkeypatch: pytest.MonkeyPatch, name: str, step: Callable[[], None]) -> None:
    """Let `step` happen once, before the folder's first `name` of a.json."""
    real, waiting = getattr(SftpFolder, name), [step]

    def called(self: SftpFolder, file: Any, *said: Any, **told: Any) -> Any:
        if waiting and file.name == "a.json":
            waiting.pop()()
        return real(self, file, *said, **told)

    monkeypatch.setattr(SftpFolder, name, called)


def test_a_server_that_is_down_is_told(inbox):
    wire = inbox.room.wire("files")
    feed = wire.feeds[0].model_copy(update={"url": "sftp://127.0.0.1:9/out/"})
    with pytest.raises(FetchError) as told:
        take_files(inbox.room, wire, feed)
    assert told.value.retry
    assert "127.0.0.1" in told.value.reason


class Crash(BaseException):
    """The process ends here; nothing in the pipeline may catch it."""


@pytest.mark.timeout(600)
def test_a_crash_at_any_request_to_the_server_takes_each_file_once(inbox, monkeypatch):
    real, asked = paramiko.SFTPClient._async_request, {"at": -1, "count": 0}  # type: ignore[attr-defined]

    def request(self: paramiko.SFTPClient, *told: Any) -> Any:
        if threading.current_thread() is threading.main_thread():  # and not one that reads ahead
            asked["count"] += 1
            if asked["count"] == asked["at"]:
                raise Crash
        return real(self, *told)

    monkeypatch.setattr(paramiko.SFTPClient, "_async_request", request)
    for at in range(1, 200):
        for path in inbox.root.rglob("*.*"):
            path.unlink()
        inbox.put("good.json", ninjs(f"good-{at}"))
        inbox.put("bad.zip", b"PK\x03\x04" + bytes([at]))
        asked |= {"at": at, "count": 0}
        crashed = False
        try:
            inbox.run()
        except Crash:
            crashed = True
        asked["at"] = -1
        inbox.run()
        inbox.run()
        assert inbox.names == ["done/good.json", "failed/bad.zip", "failed/bad.zip.reason.txt"], at
        keys = [key for key in inbox.room.bucket.keys("stories/files/") if key.endswith(".json")]
        assert len(keys) == at
        if not crashed:
            break
    assert at > 20
