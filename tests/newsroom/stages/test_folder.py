"""Files of a folder in S3: each is taken once and moved away, and a bad one stops no other."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import orjson
import pytest

from newsroom.config import Feed, FolderRules, Holder, Politeness, Rights, Wire, load
from newsroom.fetch.errors import FetchError
from newsroom.stages import Newsroom
from newsroom.stages.doctor import examine
from newsroom.stages.life import stuck_items
from newsroom.stages.poll import Selection, poll_feed
from newsroom.stages.run import run_feed
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue
from newsroom.store.reindex import reindex
from newsroom.story import Story

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SAMPLES = Path(__file__).parents[1] / "wireformat" / "samples"
CONFIG = Path(__file__).resolve().parents[3] / "include" / "config"
INBOX = "tests-inbox"
PAGE = """<!doctype html><html lang="en"><head><title>The night ferry sails again</title>
<link rel="canonical" href="https://wire.example/ferry"></head><body><article>
<h1>The night ferry sails again</h1>
<p>The council of the harbor town met on Tuesday to decide whether the old ferry should sail at night.</p>
<p>It was the third meeting in a month, and the first that ended before the last bus had left the square.</p>
<p>A decision is expected in the autumn, when the boats have been taken out of the water and counted.</p>
<p>© 2026 Northern Dispatch AS. All rights reserved.</p></article></body></html>"""


def ninjs(identity: str, version: int = 1, text: str = "", **said: Any) -> bytes:
    """One story as ninjs."""
    told = orjson.loads((SAMPLES / "ninjs_3.1.json").read_bytes())
    body = f"LAKE SENNA (Northern Dispatch) — Keepers mark the day when a boat can cross. {identity} {text}."
    return orjson.dumps(
        told
        | {
            "uri": f"urn:newsml:northerndispatch.example:{identity}",
            "version": str(version),
            "bodies": [{"role": "main", "contentType": "text/plain", "value": body}],
            "versionCreated": f"2026-06-11T05:3{version}:00Z",
        }
        | said
    )


class Crash(BaseException):
    """The process ends here; nothing in the pipeline may catch it."""


@dataclass
class Accounts:
    """Who we are at the folder's server; `calls` are those made there, `at` the one before which all ends."""

    make: "Callable[[], S3Client]"
    at: int | None = None
    calls: list[str] = field(default_factory=list)
    before: dict[str, Callable[[], Any]] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        raise AssertionError(name)

    def s3(self, name: str | None) -> "S3Client":
        client = self.make()
        client.meta.events.register("before-call.s3.*", self._called)
        return client

    def _called(self, model: Any, **_: Any) -> None:
        if self.at is not None and len(self.calls) >= self.at:
            raise Crash
        self.calls.append(model.name)
        if step := self.before.pop(model.name, None):
            step()


@dataclass
class Inbox:
    """A wire's folder, and the newsroom that takes its files."""

    room: Newsroom
    client: "S3Client"
    accounts: Accounts
    runs: int = 0

    def put(self, name: str, body: bytes | str) -> None:
        text = body.encode() if isinstance(body, str) else body
        self.client.put_object(Bucket=INBOX, Key=f"in/{name}", Body=text)

    def run(self) -> dict[str, int]:
        self.runs += 1
        return run_feed(self.room, "files", "inbox", f"run-{self.runs}")

    @property
    def names(self) -> list[str]:
        """What lies where, but for the reasons."""
        return [name for name in self.all_names if not name.endswith(".reason.txt")]

    @property
    def all_names(self) -> list[str]:
        listed = self.client.list_objects_v2(Bucket=INBOX, Prefix="in/").get("Contents", [])
        return sorted(each["Key"].removeprefix("in/") for each in listed)

    def read(self, name: str) -> bytes:
        return bytes(self.client.get_object(Bucket=INBOX, Key=f"in/{name}")["Body"].read())

    def stories(self) -> dict[str, list[Story]]:
        """Every revision by its story's uri."""
        found: dict[str, list[Story]] = {}
        for key in self.room.bucket.keys("stories/files/"):
            story = Story.model_validate(orjson.loads(self.room.bucket.get(key))["story"], strict=False)
            found.setdefault(story.uri, []).append(story)
        return found

    def with_rules(self, **said: Any) -> None:
        """Let other rules hold for the folder."""
        wire = self.room.configuration.wires["files"]
        feed = wire.feeds[0].model_copy(update={"folder": FolderRules.model_validate(said)})
        self.room.configuration.wires["files"] = wire.model_copy(update={"feeds": (feed,)})


@pytest.fixture
def inbox(s3, s3_client, bucket, catalogue) -> Iterator[Inbox]:
    clients = []

    def make() -> "S3Client":
        client = boto3.Session().client(
            "s3",
            endpoint_url=s3.endpoint,
            aws_access_key_id=s3.access_key,
            aws_secret_access_key=s3.secret_key,
            region_name="us-east-1",
            config=s3_client.meta.config,
        )
        clients.append(client)
        return client

    Bucket(s3_client, INBOX).make()
    configuration = load(CONFIG)
    configuration.wires["files"] = Wire(
        id="files",
        provider="Northern Dispatch",
        feeds=(Feed(id="inbox", url=f"s3://{INBOX}/in", folder=FolderRules(settle_seconds=0)),),
        politeness=Politeness(max_bytes=100_000, max_items=5),
        rights=Rights(holders=(Holder(name="Northern Dispatch", aliases=("Northern Dispatch AS",)),)),
        checks="wire_documents",
    )
    accounts = Accounts(make)
    yield Inbox(Newsroom(configuration, bucket, catalogue, accounts), s3_client, accounts)
    for client in clients:
        client.close()


def test_files_of_every_format_are_taken_once_and_moved_to_done(inbox):
    names = ("newsml_g2_item.xml", "ninjs_3.1.json", "nitf_doctype.xml")
    for name in names:
        inbox.put(name, (SAMPLES / name).read_bytes())
    inbox.put("ferry.html", PAGE)
    counts = inbox.run()
    assert (counts["files"], counts["new"], counts["filed"]) == (4, 4, 4)
    assert inbox.names == sorted(f"done/{name}" for name in (*names, "ferry.html"))
    stories = inbox.stories()
    assert len(stories) == 4
    (page,) = (story for (story,) in stories.values() if story.headline == "The night ferry sails again")
    assert (page.url, page.copyrightholder) == ("https://wire.example/ferry", "Northern Dispatch AS")
    assert inbox.run()["to_read"] == 0
    assert inbox.stories() == stories
    state = inbox.room.catalogue.feed_state("files", "inbox")
    assert (state.polls, state.failures, bool(state.last_new)) == (2, 0, True)
    # The same bytes once more, under another name: taken, and nothing new.
    inbox.put("again.xml", (SAMPLES / names[0]).read_bytes())
    counts = inbox.run()
    assert (counts["files"], counts["known"], counts["done_files"], counts["to_read"]) == (1, 1, 1, 0)
    assert "done/again.xml" in inbox.names


BAD = {
    "bomb.json.gz": (gzip.compress(b" " * 5_000_000), "archive: saw a gzip file"),
    "stories.zip": (b"PK\x03\x04" + b"0" * 99, "archive: saw a ZIP file"),
    "half.xml": (b"<nitf><body><p>half", "truncated_feed: "),
    "hostile.xml": (
        b"<!DOCTYPE nitf [<!ENTITY a SYSTEM 'file:///a'>]><nitf>&a;</nitf>",
        "hostile_feed: ",
    ),
    "empty.xml": (b"", "not_a_feed: feed: saw an empty body"),
    "photo.jpg": (b"\xff\xd8\xff\xe0JFIF", "not_a_feed: "),
    "large.json": (b" " * 100_001, "too_large: saw 100,001 bytes; wanted 100,000 at most"),
    "picture.json": (ninjs("picture", type="picture"), "no_story: "),
    "bare.xml": (b"<nitf><head><title>Only a title</title></head><body/></nitf>", "no_body: "),
    "many.json": (
        orjson.dumps([orjson.loads(ninjs(str(n))) for n in range(6)]),
        "too_many_entries: saw more than 5 entries",
    ),
}


def test_what_cannot_be_read_goes_to_failed_with_its_reason_and_stops_nobody(inbox):
    for name, (body, _) in BAD.items():
        inbox.put(name, body)
    inbox.put("good.json", ninjs("good"))
    counts = inbox.run()
    assert (counts["failed_files"], counts["files"], counts["filed"]) == (len(BAD) - 1, 2, 1)
    assert inbox.names == ["done/good.json", *sorted(f"failed/{name}" for name in BAD)]
    for name, (body, reason) in BAD.items():
        assert inbox.read(f"failed/{name}") == body
        told = inbox.read(f"failed/{name}.reason.txt").decode()
        assert told.startswith(f"{name}, {len(body):,} bytes, ")
        assert reason in told
    (stuck,) = stuck_items(inbox.room, "files", 9)
    assert stuck["reason"].startswith("no_body: ")
    assert inbox.run()["to_read"] == 0


def test_what_is_still_written_or_not_meant_is_left(inbox):
    inbox.with_rules(settle_seconds=3_600, names=("*.json",))
    left = ["half.json", "half.json.part", ".hidden.json", "notes.txt", "deeper/other.json"]
    for name in left:
        inbox.put(name, ninjs("left"))
    assert inbox.run()["still_written"] == 3
    assert inbox.names == sorted(left)
    inbox.with_rules(settle_seconds=0, names=("*.json",))
    assert inbox.run()["files"] == 1
    assert inbox.names == sorted(["done/half.json", *left[1:]])


@pytest.mark.slow
def test_more_than_the_most_wait_for_the_next_poll(inbox):
    inbox.with_rules(settle_seconds=0, max_files=2)
    for n in range(3):
        inbox.put(f"{n}.json", ninjs(str(n)))
    counts = inbox.run()
    assert (counts["files"], counts["later"], counts["filed"]) == (2, 1, 2)
    assert inbox.run()["filed"] == 1
    assert inbox.names == ["done/0.json", "done/1.json", "done/2.json"]


@pytest.mark.slow
def test_a_file_whose_name_is_taken_overwrites_nothing(inbox):
    inbox.put("a.json", ninjs("a"))
    inbox.run()
    inbox.put("a.json", ninjs("a", 2, "And more"))
    inbox.run()
    first, second = inbox.names
    assert first == "done/a.json"
    assert second.startswith("done/a~")
    assert inbox.read(second) == ninjs("a", 2, "And more")
    (chain,) = inbox.stories().values()
    assert len(chain) == 2


@pytest.mark.slow
def test_two_versions_in_one_poll_are_two_revisions_and_a_kill_waits_for_nothing(inbox):
    inbox.put("a1.json", ninjs("a", 1))
    inbox.run()
    inbox.put("b1.json", ninjs("b", 1))
    inbox.put("b2.json", ninjs("b", 2, "And more"))
    counts = inbox.run()
    assert (counts["filed"], counts["later"]) == (1, 1)
    assert "b2.json" in inbox.names
    inbox.put("b3.json", ninjs("b", 3, "No more", pubStatus="canceled"))
    assert inbox.run()["killed"] == 1
    assert inbox.names == ["done/a1.json", "done/b1.json", "done/b2.json", "done/b3.json"]
    (uri,) = (uri for uri, chain in inbox.stories().items() if len(chain) > 1)
    assert uri in inbox.room.catalogue.standing_kills([uri])


@pytest.mark.slow
def test_what_comes_in_place_of_a_file_while_it_is_read_is_taken_by_itself(inbox):
    inbox.put("a.json", ninjs("a", 1))
    inbox.accounts.before["CopyObject"] = lambda: inbox.put("a.json", ninjs("a", 2, "And more"))
    inbox.run()
    assert inbox.names == ["a.json"]
    inbox.run()
    assert inbox.names == ["done/a.json"]
    assert inbox.read("done/a.json") == ninjs("a", 2, "And more")
    (chain,) = inbox.stories().values()
    assert len(chain) == 2
    inbox.put("b.json", ninjs("b"))
    inbox.accounts.before["GetObject"] = lambda: inbox.put("b.json", ninjs("b", 2, "And more"))
    assert inbox.run()["still_written"] == 1
    assert inbox.run()["filed"] == 1


def crashed_at(inbox: Inbox, call: int) -> bool:
    """Run the wire until that call to the folder's server; whether it came to it."""
    inbox.accounts.calls, inbox.accounts.at = [], call
    try:
        inbox.run()
    except Crash:
        return True
    finally:
        inbox.accounts.at = None
    return False


@pytest.mark.slow
def test_a_crash_at_any_call_to_the_folder_takes_each_file_once(inbox):
    crashes = 0
    for call in range(60):
        for key in inbox.all_names:
            inbox.client.delete_object(Bucket=INBOX, Key=f"in/{key}")
        inbox.put(f"good-{call}.json", ninjs(f"good-{call}"))
        inbox.put(f"bad-{call}.zip", b"PK\x03\x04" + bytes([call]))
        before = len(inbox.stories())
        crashed = crashed_at(inbox, call)
        crashes += crashed
        inbox.run()
        inbox.run()
        assert inbox.all_names == [
            f"done/good-{call}.json",
            f"failed/bad-{call}.zip",
            f"failed/bad-{call}.zip.reason.txt",
        ]
        assert len(inbox.stories()) == before + 1
        assert all(len(chain) == 1 for chain in inbox.stories().values())
        if not crashed:
            break
    assert crashes > 8


@pytest.mark.slow
def test_a_catalogue_built_anew_takes_what_still_lies_there_and_doubles_nothing(inbox, tmp_path):
    inbox.put("a.json", ninjs("a"))
    poll_feed(inbox.room, "files", "inbox", "never ended", Selection())
    assert inbox.names == ["a.json"]
    anew = Catalogue.open(f"sqlite:///{tmp_path / 'anew.db'}")
    try:
        inbox.room = replace(inbox.room, catalogue=anew)
        reindex(inbox.room.bucket, anew)
        assert inbox.run()["filed"] == 1
        assert inbox.names == ["done/a.json"]
        assert len(inbox.stories()) == 1
    finally:
        anew.close()


def test_a_folder_that_cannot_be_had_is_told_with_what_to_mend(inbox):
    wire = inbox.room.configuration.wires["files"]
    feed = wire.feeds[0].model_copy(update={"url": "s3://tests-nowhere/in/"})
    inbox.room.configuration.wires["files"] = wire.model_copy(update={"feeds": (feed,)})
    with pytest.raises(FetchError, match="no_folder: s3://tests-nowhere/in/: there is no such") as raised:
        inbox.run()
    assert raised.value.retry is False
    state = inbox.room.catalogue.feed_state("files", "inbox")
    assert (state.failures, state.last_error) == (1, str(raised.value))


def folder_findings() -> list[tuple[bool, str]]:
    return [(each.fine, each.found) for each in examine() if each.part == "folder files/inbox"]


def test_doctor_tries_a_folder_and_says_what_to_mend(inbox, environment, monkeypatch, tmp_path):
    config = tmp_path / "config"
    for name in ("house.yaml", "checks/house.yaml"):
        (config / name).parent.mkdir(parents=True, exist_ok=True)
        (config / name).write_bytes((CONFIG / name).read_bytes())
    (config / "wires").mkdir()
    told = f"provider: Wire\nfeeds:\n  - {{id: inbox, url: s3://{INBOX}/in, connection: inbox}}\n"
    (config / "wires" / "files.yaml").write_text(told)
    monkeypatch.setenv("NEWSROOM_CONFIG", str(config))
    ((fine, found),) = folder_findings()
    assert (fine, "AIRFLOW_CONN_INBOX" in found) == (False, True)
    account = {
        "conn_type": "aws",
        "login": environment["AWS_ACCESS_KEY_ID"],
        "password": environment["AWS_SECRET_ACCESS_KEY"],
        "extra": {
            "endpoint_url": environment["AWS_ENDPOINT_URL_S3"],
            "region_name": "us-east-1",
            "config_kwargs": {"s3": {"addressing_style": "path"}},
        },
    }
    monkeypatch.setenv("AIRFLOW_CONN_INBOX", orjson.dumps(account).decode())
    told = "0 files wait; moving to done and failed works; connection inbox: found in AIRFLOW_CONN_INBOX"
    assert folder_findings() == [(True, f"s3://{INBOX}/in/: {told}")]
    assert inbox.all_names == []
    monkeypatch.setenv("AIRFLOW_CONN_INBOX", orjson.dumps(account | {"password": "wrong-one"}).decode())
    ((fine, found),) = folder_findings()
    assert (fine, found.split(":")[0], "wrong-one" in found) == (False, "access_denied", False)
