"""OpenSSH's own server, with internal-sftp: what most partners run."""

import getpass
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from newsroom.config.push import Sftp
from newsroom.connections import Connection
from newsroom.stages.reach_push import by_push
from standalone.seaweedfs import free_ports

pytestmark = pytest.mark.slow

PROGRAMS = ("sshd", "ssh-keygen")
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
KINDS = ("ed25519", "ecdsa", "rsa")
CONFIGURATION = """\
ListenAddress 127.0.0.1
Port {port}
{host_keys}
AuthorizedKeysFile {folder}/own_ed25519.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp
ForceCommand internal-sftp -d {folder}
"""


@dataclass
class OpenSsh:
    """A server that is up: its port, its keys by kind, the key that it lets in, where files arrive."""

    port: int
    host_keys: dict[str, str]
    own_key: str
    incoming: Path
    log: Path

    def files(self) -> dict[str, dict[str, Any]]:
        return {path.name: orjson.loads(path.read_bytes()) for path in self.incoming.iterdir()}


def made_key(folder: Path, name: str, kind: str) -> str:
    """A new key pair; what `ssh-keyscan` would tell of it."""
    path = folder / f"{name}_{kind}"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", str(path)],
        check=True,
        timeout=60,
        env={"PATH": PATH},
    )
    return path.with_suffix(".pub").read_text().strip()


@pytest.fixture(scope="module")
def openssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSsh]:
    lacking = [name for name in PROGRAMS if not shutil.which(name, path=PATH)]
    if lacking:
        pytest.skip(f"OpenSSH's server can't run: found no {', '.join(lacking)}; .ci/run installs it")
    folder = tmp_path_factory.mktemp("openssh")
    (port,) = free_ports(1)
    host_keys = {kind: made_key(folder, "host", kind) for kind in KINDS}
    made_key(folder, "own", "ed25519")
    (folder / "incoming").mkdir()
    named = "\n".join(f"HostKey {folder}/host_{kind}" for kind in KINDS)
    (folder / "sshd_config").write_text(
        CONFIGURATION.format(port=port, folder=folder, host_keys=named), encoding="utf-8"
    )
    if os.geteuid() == 0:  # the system's own service makes it, as it starts
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    log = folder / "log"
    program = shutil.which("sshd", path=PATH) or ""  # it starts itself anew, by its whole path
    server = subprocess.Popen([program, "-D", "-f", str(folder / "sshd_config"), "-E", str(log)])
    try:
        wait_until_up(server, log)
        yield OpenSsh(port, host_keys, (folder / "own_ed25519").read_text(), folder / "incoming", log)
    finally:
        server.terminate()
        server.wait(30)


def wait_until_up(server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 30
    while not (log.exists() and "Server listening" in log.read_text()):
        if server.poll() is not None or time.monotonic() > until:
            pytest.fail(f"sshd did not start:\n{log.read_text() if log.exists() else ''}")
        time.sleep(0.05)


@pytest.fixture
def sftp(desk, openssh):
    """The desk, with OpenSSH's server as the partner's one target."""
    for path in openssh.incoming.iterdir():
        path.unlink()
    target = Sftp(
        kind="sftp",
        connection="krdo_sftp",
        folder="incoming",
        private_addresses=("127.0.0.1",),
        ports=(openssh.port,),
        timeout_seconds=20,
    )
    desk.connections["krdo_sftp"] = Connection(
        "krdo_sftp",
        "sftp",
        "127.0.0.1",
        openssh.port,
        getpass.getuser(),
        None,
        {"host_key": openssh.host_keys["ed25519"], "private_key": openssh.own_key},
    )
    desk.targets = (target,)
    desk.push("sftp")
    return desk


def changed(desk, **changes: Any) -> None:
    before = desk.connections["krdo_sftp"]
    extra = {**before.extra, **changes.pop("extra", {})}
    desk.connections["krdo_sftp"] = replace(before, extra=extra, **changes)


def probed(desk) -> tuple[bool, str]:
    (each,) = by_push(desk.room, desk.partner)
    return each.fine, each.found


@pytest.mark.parametrize("kind", KINDS)
def test_a_story_its_new_version_and_its_kill_arrive_whatever_the_host_keys_kind(sftp, openssh, kind):
    changed(sftp, extra={"host_key": openssh.host_keys[kind]})
    sftp.publish("one", "two")
    assert sftp.push("sftp").counts == {"delivered": 2}
    name = f"{sftp.uri('one').removeprefix('urn:uuid:')}.json"
    assert set(openssh.files()) == {name, f"{sftp.uri('two').removeprefix('urn:uuid:')}.json"}
    row = next(row for row in sftp.messages("delivered") if row.uri == sftp.uri("one"))
    assert (row.receipt["path"], row.receipt["seen"]) == (f"incoming/{name}", "there")
    assert row.receipt["size"] == (openssh.incoming / name).stat().st_size
    sftp.publish("one", text="Second.")
    sftp.kill("two")
    assert sftp.push("sftp").counts == {"delivered": 2}
    told = openssh.files()
    assert len(told) == 2  # nothing unfinished is left
    assert told[name]["version"] == "2"
    (gone,) = (each for each in told.values() if each["uri"] == sftp.uri("two"))
    assert gone["pubStatus"] == "canceled"


def test_a_server_with_another_key_gets_nothing(sftp, openssh, tmp_path):
    changed(sftp, extra={"host_key": made_key(tmp_path, "other", "ed25519")})
    sftp.publish("one")
    sftp.push("sftp", budget=timedelta(seconds=1))
    (row,) = sftp.messages()
    assert (row.state, "host_key: " in (row.reason or "")) == ("waiting", True)
    assert openssh.files() == {}


def test_a_key_that_it_does_not_know_waits(sftp, openssh, tmp_path):
    made_key(tmp_path, "other", "ed25519")
    changed(sftp, extra={"private_key": (tmp_path / "other_ed25519").read_text()})
    sftp.publish("one")
    sftp.push("sftp", budget=timedelta(seconds=1))
    (row,) = sftp.messages()
    assert (row.state, "login: " in (row.reason or "")) == ("waiting", True)
    assert openssh.files() == {}


def test_the_way_to_it_is_tried_without_a_story(sftp, openssh):
    where = f"sftp://127.0.0.1:{openssh.port}"
    assert probed(sftp) == (True, f"{where}: its key and our login hold, and 'incoming' can be written")
    assert openssh.files() == {}
    (target,) = sftp.targets
    sftp.targets = (target.model_copy(update={"folder": "elsewhere"}),)
    assert probed(sftp)[1].startswith("folder: folder 'elsewhere': it is not there")
