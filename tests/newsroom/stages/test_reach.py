"""Whether a partner can take its feeds over HTTP: a real S3 server, open, closed and too open."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from newsroom.config import House, Partner, load
from newsroom.deliver.release import RENDERERS
from newsroom.stages import Newsroom
from newsroom.stages.reach import reach
from newsroom.store.bucket import Bucket
from newsroom.store.catalogue import Catalogue, DocumentRow
from standalone.seaweedfs import SeaweedFS, free_ports


@pytest.fixture
def room(s3: SeaweedFS, bucket: Bucket, catalogue: Catalogue) -> Iterator[Newsroom]:
    house = House(name="Desk", contact="desk@example.com", feeds_url=f"{s3.endpoint}/{bucket.name}/")
    partner = Partner(id="krdo", name="KRDO")
    yield Newsroom(replace(load(), house=house, partners={"krdo": partner}), bucket, catalogue)
    with suppress(ClientError):  # there is none
        bucket.client.delete_bucket_policy(Bucket=bucket.name)


def let_everybody_read(bucket: Bucket, prefix: str) -> None:
    what = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    what["Resource"] = f"arn:aws:s3:::{bucket.name}/{prefix}*"
    policy = {"Version": "2012-10-17", "Statement": [what]}
    bucket.client.put_bucket_policy(Bucket=bucket.name, Policy=json.dumps(policy))


def write_document(bucket: Bucket, name: str = "rss", content_type: str | None = None) -> None:
    renderer = RENDERERS[name]  # type: ignore[index]
    bucket.put(
        f"partners/krdo/{renderer.filename}",
        b"<rss/>",
        content_type=content_type or renderer.content_type,
        metadata={"stories": "3"},
    )


def tried(room: Newsroom) -> dict[str, tuple[bool, str]]:
    return {each.part: (each.fine, each.found) for each in reach(room, "krdo")}


def test_feeds_that_everybody_may_read_are_fine_and_no_note_stays_behind(room):
    write_document(room.bucket)
    before = list(room.bucket.keys(""))
    found = tried(room)
    assert list(room.bucket.keys("")) == before
    assert set(found) == {"delivery", "http rss", "http ninjs", "http prefix", "http privacy"}
    assert all(fine for fine, _ in found.values()), found
    assert "3 stories, 6 bytes; unchanged, 304" in found["http rss"][1]
    assert "not written yet" in found["http ninjs"][1]


def test_a_feed_that_somebody_changed_or_took_away_is_told(room):
    write_document(room.bucket)
    key = f"partners/krdo/{RENDERERS['rss'].filename}"
    stat = room.bucket.stat(key)
    row = DocumentRow("krdo", "rss", key, "s", stat.sha256, stat.etag, 3, datetime(2026, 11, 20, tzinfo=UTC))
    room.catalogue.save_partner_documents([row])
    assert tried(room)["http rss"][0]
    room.bucket.client.put_object(Bucket=room.bucket.name, Key=key, Body=b"<rss />")
    fine, found = tried(room)["http rss"]
    assert not fine
    assert found.endswith("written 2026-11-20 00:00:00Z, and changed since, not by us")
    room.bucket.delete(key)
    assert tried(room)["http rss"][1].endswith("and gone since, not by us")


def test_a_prefix_that_nobody_may_read_and_a_wrong_type_are_told(room, s3, closed):
    house = room.house.model_copy(update={"feeds_url": f"{s3.endpoint}/{closed.name}"})
    room = replace(room, bucket=closed, configuration=replace(room.configuration, house=house))
    write_document(closed)
    found = tried(room)
    assert not found["http prefix"][0]
    assert "saw 403" in found["http prefix"][1]
    assert found["http rss"][1].endswith("saw HTTP 403; wanted 200")
    assert found["http privacy"][0]
    let_everybody_read(closed, "partners/")
    write_document(closed, content_type="text/plain")
    assert "saw the type 'text/plain'" in tried(room)["http rss"][1]


def test_a_bucket_that_is_open_as_a_whole_is_told(room):
    let_everybody_read(room.bucket, "")
    fine, found = tried(room)["http privacy"]
    assert (fine, found) == (False, "anybody can read what lies beside partners/")


def test_an_address_that_does_not_answer_or_is_not_told(room):
    write_document(room.bucket)
    nowhere = room.house.model_copy(update={"feeds_url": f"http://127.0.0.1:{free_ports(1)[0]}"})
    found = tried(replace(room, configuration=replace(room.configuration, house=nowhere)))
    assert found["http rss"][1].endswith(": ConnectionError")
    assert not found["http prefix"][0]
    nothing = room.house.model_copy(update={"feeds_url": None})
    found = tried(replace(room, configuration=replace(room.configuration, house=nothing)))
    assert found["http"] == (True, "not offered: house.yaml names no feeds_url")
