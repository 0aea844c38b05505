"""A partner's own keys on a real S3 server: its prefix alone, by boto3 and by the aws command line."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from newsroom.config import House, Partner, load
from newsroom.stages import Newsroom, now
from newsroom.stages.grant import grant, link, policy_of, profile, revoke
from newsroom.stages.own_keys import by_keys, prove, session_of
from newsroom.store.bucket import Bucket
from newsroom.store.grants import Grants
from standalone.seaweedfs import SeaweedFS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

OWN = "partners/krdo/rss.xml"
FOREIGN = (
    "partners/krdo2/rss.xml",
    "partners/radio/rss.xml",
    "raw/x",
    "stories/s/1.json",
    "deliveries/krdo/1",
)


@pytest.fixture
def room(environment, closed: Bucket, catalogue) -> Iterator[Newsroom]:
    """Two partners, and something under every kind of prefix."""
    bucket = closed
    for key in (OWN, *FOREIGN):
        bucket.put(key, key.encode(), content_type="text/plain")
    partners = {name: Partner(id=name, name=name.upper()) for name in ("krdo", "krdo2")}
    house = House(name="Desk", contact="desk@example.com")
    made = Newsroom(replace(load(), house=house, partners=partners), bucket, catalogue)
    grants = Grants.from_environment(bucket.name)
    yield made
    for name in partners:
        assert grants is not None
        grants.revoke(name)


def client_of(s3: SeaweedFS, made: dict[str, Any], service: str = "s3") -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=s3.endpoint,
        aws_access_key_id=made["access_key_id"],
        aws_secret_access_key=made["secret_access_key"],
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
    )


def refusal(attempt: Callable[[], Any]) -> int:
    with pytest.raises(ClientError) as refused:
        attempt()
    return int(refused.value.response["ResponseMetadata"]["HTTPStatusCode"])


def reads(client: "S3Client", bucket: str) -> dict[str, Callable[[], Any]]:
    tried: dict[str, Callable[[], Any]] = {}
    for key in FOREIGN:
        tried[f"get {key}"] = partial(client.get_object, Bucket=bucket, Key=key)
        tried[f"head {key}"] = partial(client.head_object, Bucket=bucket, Key=key)
        tried[f"get a version of {key}"] = partial(
            client.get_object, Bucket=bucket, Key=key, VersionId="null"
        )
    for prefix in ("", "partners", "partners/", "partners/krdo", "partners/krdo2/", "raw/", "stories/"):
        tried[f"list {prefix}"] = partial(client.list_objects_v2, Bucket=bucket, Prefix=prefix)
        tried[f"list, of old, {prefix}"] = partial(
            client.list_objects, Bucket=bucket, Prefix=prefix, Delimiter="/"
        )
    tried["list versions"] = lambda: client.list_object_versions(Bucket=bucket)
    tried["list uploads"] = lambda: client.list_multipart_uploads(Bucket=bucket)
    tried["policy"] = lambda: client.get_bucket_policy(Bucket=bucket)
    tried["acl"] = lambda: client.get_bucket_acl(Bucket=bucket)
    return tried


def writes(client: "S3Client", bucket: str) -> dict[str, Callable[[], Any]]:
    rule: Any = {"ID": "a", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    tried: dict[str, Callable[[], Any]] = {}
    for key in (OWN, "partners/krdo/new", *FOREIGN):
        tried[f"put {key}"] = partial(client.put_object, Bucket=bucket, Key=key, Body=b"no")
        tried[f"delete {key}"] = partial(client.delete_object, Bucket=bucket, Key=key)
        tried[f"begin {key}"] = partial(client.create_multipart_upload, Bucket=bucket, Key=key)
    source = {"Bucket": bucket, "Key": "raw/x"}
    return tried | {
        "copy": lambda: client.copy_object(Bucket=bucket, Key="partners/krdo/x", CopySource=source),  # type: ignore[arg-type]
        "tag": lambda: client.put_object_tagging(
            Bucket=bucket, Key=OWN, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]}
        ),
        "open an object": lambda: client.put_object_acl(Bucket=bucket, Key=OWN, ACL="public-read"),
        "open the bucket": lambda: client.put_bucket_policy(
            Bucket=bucket, Policy=json.dumps({"Statement": []})
        ),
        "expire": lambda: client.put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration={"Rules": [rule]}
        ),
        "version": lambda: client.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
        ),
        "make a bucket": lambda: client.create_bucket(Bucket="mine"),
        "remove the bucket": lambda: client.delete_bucket(Bucket=bucket),
    }


def test_its_keys_read_its_own_prefix_and_are_refused_everything_else(room, s3):
    client, name = client_of(s3, grant(room, "krdo")), room.bucket.name
    assert client.get_object(Bucket=name, Key=OWN)["Body"].read() == OWN.encode()
    listed = client.list_objects_v2(Bucket=name, Prefix="partners/krdo/")["Contents"]
    assert [each["Key"] for each in listed] == [OWN]
    before = room.bucket.stat_many(room.bucket.keys(""))
    for what, attempt in (reads(client, name) | writes(client, name)).items():
        assert refusal(attempt) == 403, what
    several = [{"Key": OWN}, {"Key": "raw/x"}]
    batch = client.delete_objects(Bucket=name, Delete={"Objects": several})
    assert [each["Code"] for each in batch["Errors"]] == ["AccessDenied", "AccessDenied"]
    assert refusal(lambda: client.get_object(Bucket=name, Key="partners/krdo/../krdo2/rss.xml")) in (400, 403)
    assert "Contents" not in client.list_objects_v2(Bucket=name, Prefix="partners/krdo/../krdo2/")
    assert client.list_buckets()["Buckets"] == []
    signed = client.generate_presigned_url("get_object", Params={"Bucket": name, "Key": "raw/x"})
    assert requests.get(signed, timeout=10).status_code == 403
    assert room.bucket.stat_many(room.bucket.keys("")) == before


@pytest.mark.slow
def test_its_keys_can_make_nobody_and_nothing_mightier(room, s3):
    made = grant(room, "krdo")
    iam = client_of(s3, made, "iam")
    user = f"{room.bucket.name}-partner-krdo"
    everything = json.dumps(policy_of(room, "krdo")).replace("partners/krdo/", "")
    for attempt in (
        iam.list_users,
        lambda: iam.create_user(UserName="evil"),
        lambda: iam.put_user_policy(UserName=user, PolicyName="more", PolicyDocument=everything),
        lambda: iam.create_access_key(UserName="newsroom"),
    ):
        assert refusal(attempt) == 403
    # SeaweedFS lets it make a further key for itself, which can do no more, and ends with the others.
    more = iam.create_access_key(UserName=user)["AccessKey"]
    own = {"access_key_id": more["AccessKeyId"], "secret_access_key": more["SecretAccessKey"]}
    client = client_of(s3, own)
    client.get_object(Bucket=room.bucket.name, Key=OWN)
    assert refusal(lambda: client.get_object(Bucket=room.bucket.name, Key="raw/x")) == 403
    assert len(revoke(room, "krdo")["ended_keys"]) == 2
    for ended in (client, client_of(s3, made)):
        assert refusal(partial(ended.get_object, Bucket=room.bucket.name, Key=OWN)) == 403
    assert revoke(room, "krdo")["ended_keys"] == []
    with pytest.raises(LookupError, match="saw 'nobody'"):
        revoke(room, "nobody")


@pytest.mark.slow
def test_a_further_key_leaves_the_first_and_replace_ends_it(room, s3):
    first, second = grant(room, "krdo"), grant(room, "krdo")
    assert [key.split(",")[0] for key in second["other_keys"]] == [first["access_key_id"]]
    third = grant(room, "krdo", replace=True)
    assert len(third["ended_keys"]) == 2
    client_of(s3, third).get_object(Bucket=room.bucket.name, Key=OWN)
    for made in (first, second):
        assert refusal(partial(client_of(s3, made).get_object, Bucket=room.bucket.name, Key=OWN)) == 403


def test_the_proof_passes_what_is_granted_and_tells_what_is_too_much(room, s3, tmp_path, monkeypatch):
    made = grant(room, "krdo")
    before = list(room.bucket.keys(""))
    proof = list(prove(room, "krdo", made["access_key_id"], made["secret_access_key"]))
    assert [(each.part, each.fine) for each in proof] == [("s3 own prefix", True), ("s3 nothing else", True)]
    assert proof[0].found == f"{room.bucket.name}/partners/krdo/ can be read and listed: 1 objects"
    mighty = list(prove(room, "krdo", s3.access_key, s3.secret_key))
    assert not mighty[1].fine
    assert mighty[1].found == (
        "these keys may also: read beside its prefix, read beside partners/, list the bucket, "
        "list all partners, list a neighbour, write, delete"
    )
    wrong = list(prove(room, "krdo2", made["access_key_id"], made["secret_access_key"]))
    assert not wrong[0].fine
    assert list(room.bucket.keys("")) == before
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    (tmp_path / "credentials").write_text(profile(made))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    session = session_of(f"{room.bucket.name}-krdo")
    assert all(each.fine for each in by_keys(room, room.partner("krdo"), session))
    with pytest.raises(LookupError, match="profile: saw 'krxx'"):
        session_of("krxx")


def test_on_aws_itself_no_keys_are_made_and_the_policy_is_told(room, monkeypatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3")
    told = grant(room, "krdo")
    assert (told["access_key_id"], told["secret_access_key"]) == (None, None)
    assert told["policy"] == policy_of(room, "krdo")
    with pytest.raises(LookupError, match="remove the partner's user there"):
        revoke(room, "krdo")


def test_a_link_reads_one_feed_without_keys_and_for_so_long(room):
    rows = link(room, "krdo", 2)
    assert [(row["format"], row["written"]) for row in rows] == [("rss", True), ("ninjs", False)]
    url = rows[0]["url"]
    got = requests.get(url, timeout=10)
    assert (got.status_code, got.text) == (200, OWN)
    assert requests.get(url.replace("krdo/rss", "krdo2/rss"), timeout=10).status_code == 403
    assert requests.put(url, data=b"no", timeout=10).status_code == 403
    assert (
        requests.get(url.replace("X-Amz-Expires=7200", "X-Amz-Expires=72000"), timeout=10).status_code == 403
    )
    assert 7_190 < (rows[0]["until"] - now()).total_seconds() <= 7_200
    for hours in (0, -1, 169, float("nan"), float("inf")):
        with pytest.raises(LookupError, match="wanted more than 0 and at most 168"):
            link(room, "krdo", hours)


@pytest.mark.slow
def test_a_link_names_the_address_that_partners_know(room):
    house = room.house.model_copy(update={"s3_url": "https://s3.newsroom.example"})
    outside = replace(room, configuration=replace(room.configuration, house=house))
    assert link(outside, "krdo", 1)[0]["url"].startswith("https://s3.newsroom.example/")
    assert grant(outside, "krdo")["endpoint_url"] == "https://s3.newsroom.example"


@pytest.mark.slow
def test_the_aws_command_line_takes_the_feed_and_no_more(room, s3, tmp_path):
    made = grant(room, "krdo")
    (tmp_path / "credentials").write_text(profile(made))
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_PROFILE": f"{room.bucket.name}-krdo",
        "AWS_EC2_METADATA_DISABLED": "true",
    }

    def aws(*arguments: str) -> subprocess.CompletedProcess[str]:
        program = str(Path(sys.executable).with_name("aws"))
        return subprocess.run(
            [program, *arguments],
            env=variables,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    own = f"s3://{room.bucket.name}/partners/krdo/"
    assert "rss.xml" in aws("s3", "ls", own).stdout
    synced = aws("s3", "sync", "--delete", own, "feeds")
    assert (synced.returncode, synced.stderr) == (0, "")
    assert (tmp_path / "feeds" / "rss.xml").read_text() == OWN
    (tmp_path / "mine.xml").write_text("no")
    for arguments in (
        ("ls", f"s3://{room.bucket.name}/"),
        ("ls", f"s3://{room.bucket.name}/partners/"),
        ("ls", f"s3://{room.bucket.name}/partners/krdo2/"),
        ("cp", f"s3://{room.bucket.name}/raw/x", "x"),
        ("cp", "mine.xml", f"{own}mine.xml"),
        ("rm", f"{own}rss.xml"),
    ):
        said = aws("s3", *arguments)
        assert said.returncode != 0, arguments
        assert "AccessDenied" in said.stderr or "403" in said.stderr, (arguments, said.stderr)
    assert room.bucket.get(OWN) == OWN.encode()
