"""own_keys: what a partner's own keys can do, tried out: read its prefix, and nothing else."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import FORBIDDEN
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from newsroom.config import Partner
from newsroom.stages import Newsroom
from newsroom.stages.doctor import Examined
from newsroom.stages.grant import endpoint
from newsroom.store import keys
from newsroom.store.bucket import Bucket, client_config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Attempt = Callable[[], Any]

GRANT = "make its keys with `newsroom partners grant`, or give its user the policy that this prints"

LESS = f"{GRANT}; where a bucket policy lets everybody read partners/, keys of its own hide nothing"


def session_of(profile: str) -> boto3.Session:
    """The keys under this name in ~/.aws/credentials.

    Raises:
        LookupError: there is no such profile, or no key in it.
    """
    try:
        session = boto3.Session(profile_name=profile)
        found = session.get_credentials() is not None
    except BotoCoreError:
        found = False
    if not found:
        raise LookupError(f"profile: saw {profile!r}; wanted one of ~/.aws/credentials with a key in it")
    return session


def prove(room: Newsroom, partner_id: str, key_id: str, secret: str) -> Iterator[Examined]:
    """Try keys that were just made."""
    session = boto3.Session(aws_access_key_id=key_id, aws_secret_access_key=secret)
    yield from by_keys(room, room.partner(partner_id), session)


def by_keys(room: Newsroom, partner: Partner, session: boto3.Session) -> Iterator[Examined]:
    """Try the keys of `session` on notes of ours, which are removed again; no feed is touched."""
    where = endpoint(room.house, room.bucket)
    region = room.bucket.client.meta.region_name
    client = session.client("s3", endpoint_url=where, region_name=region, config=client_config())
    own = keys.document(partner.id, f"check-{secrets.token_hex(8)}.txt")
    others = (f"partners/{partner.id}-{secrets.token_hex(8)}/check.txt", f"work/probe/{secrets.token_hex(8)}")
    with _notes(room.bucket, own, *others):
        try:
            yield _reads(client, room.bucket.name, partner, own)
            done = [
                name
                for name, attempt in _forbidden(client, room.bucket.name, own, others).items()
                if _does(attempt)
            ]
        except BotoCoreError as error:
            mend = f"see that {where} answers from outside; s3_url in house.yaml names another address"
            yield Examined("s3", False, f"{where}: {type(error).__name__}", mend)
            return
    if done:
        yield Examined("s3 nothing else", False, f"these keys may also: {', '.join(done)}", LESS)
    else:
        yield Examined(
            "s3 nothing else", True, "refused: other prefixes, listing beyond its own, every write"
        )


def _reads(client: "S3Client", bucket: str, partner: Partner, own: str) -> Examined:
    prefix = keys.document(partner.id, "")
    try:
        client.get_object(Bucket=bucket, Key=own)["Body"].read()
        listed = client.list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"] - 1
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code")
        return Examined("s3 own prefix", False, f"{bucket}/{prefix}: {code}", GRANT)
    return Examined("s3 own prefix", True, f"{bucket}/{prefix} can be read and listed: {listed} objects")


def _forbidden(client: "S3Client", bucket: str, own: str, others: tuple[str, str]) -> Mapping[str, Attempt]:
    """What must be refused, by what it would be."""
    neighbour, beside = others
    return {
        "read beside its prefix": lambda: client.get_object(Bucket=bucket, Key=neighbour),
        "read beside partners/": lambda: client.get_object(Bucket=bucket, Key=beside),
        "list the bucket": lambda: client.list_objects_v2(Bucket=bucket),
        "list all partners": lambda: client.list_objects_v2(Bucket=bucket, Prefix="partners/"),
        "list a neighbour": lambda: client.list_objects_v2(
            Bucket=bucket, Prefix=neighbour.rpartition("/")[0]
        ),
        "write": lambda: client.put_object(Bucket=bucket, Key=own, Body=b"written by the partner"),
        "delete": lambda: client.delete_object(Bucket=bucket, Key=own),
    }


def _does(attempt: Attempt) -> bool:
    """Whether it is done; an answer of another kind than a refusal says nothing, and is raised."""
    try:
        attempt()
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") != FORBIDDEN:
            raise
        return False
    return True


@contextmanager
def _notes(bucket: Bucket, *names: str) -> Iterator[None]:
    try:
        for name in names:
            bucket.put(
                name, b"A check, to be ignored.\n", content_type="text/plain", cache_control="no-store"
            )
        yield
    finally:
        for name in names:
            bucket.delete(name)
