"""OpenSSH's own server, with internal-sftp: what most partners run."""

import getpass
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newsroom.config.push import Sftp
from newsroom.connections import Connection
from newsroom.stages.reach_push import by_push

pytestmark = pytest.mark.slow

KINDS = ("ed25519", "ecdsa", "rsa")


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
    changed(sftp, extra={"host_key": openssh.made_key(tmp_path, "other", "ed25519")})
    sftp.publish("one")
    sftp.push("sftp", budget=timedelta(seconds=1))
    (row,) = sftp.messages()
    assert (row.state, "host_key: " in (row.reason or "")) == ("waiting", True)
    assert openssh.files() == {}


def test_a_key_that_it_does_not_know_waits(sftp, openssh, tmp_path):
    openssh.made_key(tmp_path, "other", "ed25519")
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
