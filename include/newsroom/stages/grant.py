"""grant: a partner's own keys to its prefix of the bucket, and links that need none."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import boto3
from botocore.config import Config

from newsroom.config import House, Partner
from newsroom.deliver.address import FILENAMES
from newsroom.stages import Newsroom, now
from newsroom.store import keys
from newsroom.store.bucket import Bucket, client_config
from newsroom.store.grants import AccessKey, Grants, policy

Record = dict[str, Any]

LONGEST_LINK = timedelta(days=7)
"""Signature Version 4 knows no longer one; nothing but a change of our own keys ends a link before."""


def grant(room: Newsroom, partner_id: str, *, replace: bool = False) -> Record:
    """Make keys for the partner; with `replace` those that it had end at once.

    `secret_access_key` is told here once and kept nowhere. On AWS itself no keys are made: `policy` is what
    its user there needs.

    Raises:
        LookupError: there is no such partner; the text lists the known ones.
        BucketError: the server does not let us make users.
    """
    partner = room.partner(partner_id)
    nothing: Record = {"access_key_id": None, "secret_access_key": None, "other_keys": [], "ended_keys": []}
    record = _address(room, partner) | nothing | {"policy": policy(room.bucket.name, partner.id)}
    grants = Grants.from_environment(room.bucket.name)
    if grants is None:
        return record
    before = grants.keys_of(partner.id)
    made = grants.grant(partner.id)
    if replace:
        for key in before:
            grants.end(partner.id, key.id)
    return record | {
        "access_key_id": made.id,
        "secret_access_key": made.secret,
        "other_keys": [] if replace else _told(before),
        "ended_keys": _told(before) if replace else [],
    }


def policy_of(room: Newsroom, partner_id: str) -> Record:
    """What the partner's user must be allowed, as AWS writes it.

    Raises:
        LookupError: there is no such partner; the text lists the known ones.
    """
    return policy(room.bucket.name, room.partner(partner_id).id)


def revoke(room: Newsroom, partner_id: str) -> Record:
    """End all keys of the partner at once, also of one whose file is gone.

    Raises:
        LookupError: nobody knows such a partner, and it has no keys; or the bucket is on AWS itself.
        BucketError: the server does not let us remove users.
    """
    grants = Grants.from_environment(room.bucket.name)
    if grants is None:
        raise LookupError("grant: the bucket is on AWS itself; remove the partner's user there")
    had = grants.revoke(partner_id)
    if not had:
        room.partner(partner_id)
    return {"partner": partner_id, "ended_keys": _told(had)}


def link(room: Newsroom, partner_id: str, hours: float) -> list[Record]:
    """A link for each of the partner's feeds that needs no keys, and ends by itself.

    Raises:
        LookupError: there is no such partner, or the time is not within 0 and 168 hours.
    """
    partner = room.partner(partner_id)
    most = LONGEST_LINK / timedelta(hours=1)
    if not 0 < hours <= most:
        raise LookupError(f"hours: saw {hours:g}; wanted more than 0 and at most {most:g}")
    client, length = _signer(room), timedelta(hours=hours)
    until = (now() + length).replace(microsecond=0)
    there = room.bucket.stat_many(keys.document(partner.id, FILENAMES[name]) for name in partner.formats)
    return [
        {
            "format": name,
            "written": there[key] is not None,
            "until": until,
            "url": client.generate_presigned_url(
                "get_object",
                Params={"Bucket": room.bucket.name, "Key": key},
                ExpiresIn=int(length.total_seconds()),
            ),
        }
        for name in partner.formats
        for key in (keys.document(partner.id, FILENAMES[name]),)
    ]


def endpoint(house: House, bucket: Bucket) -> str:
    """Where a partner reaches the S3 API."""
    return house.s3_url or bucket.client.meta.endpoint_url


def profile(record: Record) -> str:
    """The keys as a profile of ~/.aws/credentials, with which every S3 client takes them."""
    return "\n".join(
        (
            f"[{record['bucket']}-{record['partner']}]",
            f"aws_access_key_id = {record['access_key_id']}",
            f"aws_secret_access_key = {record['secret_access_key']}",
            f"endpoint_url = {record['endpoint_url']}",
            f"region = {record['region']}",
        )
    )


def _signer(room: Newsroom) -> Any:
    """A client with our own keys at the address that partners know: a signature holds for its host alone."""
    signed = client_config().merge(Config(signature_version="s3v4"))
    return boto3.Session().client("s3", endpoint_url=endpoint(room.house, room.bucket), config=signed)


def _address(room: Newsroom, partner: Partner) -> Record:
    return {
        "partner": partner.id,
        "endpoint_url": endpoint(room.house, room.bucket),
        "region": room.bucket.client.meta.region_name,
        "bucket": room.bucket.name,
        "prefix": keys.document(partner.id, ""),
    }


def _told(had: Iterable[AccessKey]) -> list[str]:
    return [f"{key.id}, made {key.made_at:%Y-%m-%d %H:%M}Z" if key.made_at else key.id for key in had]
