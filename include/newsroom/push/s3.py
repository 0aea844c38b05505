"""S3: an object for each story in a bucket of the partner's, read back to see that it is there."""

import secrets
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from newsroom.config import House, Partner
from newsroom.config.push import S3Bucket
from newsroom.connections import OWN_ENDPOINT, Connection
from newsroom.fetch.address import WEB_PORTS, Reachable
from newsroom.fetch.errors import FetchError, shown
from newsroom.push.address import checked_web_address
from newsroom.push.errors import PushError
from newsroom.push.message import Message
from newsroom.push.rendering import file_of
from newsroom.store.outbox import Receipt
from newsroom.story import digest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHECK = "newsroom-check.txt"
"""The name of the object with which the line is tried."""

_OF_TARGET = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchBucket", "403", "404"}
"""Answers that no other message would change."""


class S3Transport:
    """A line to a partner's bucket."""

    def __init__(self, target: S3Bucket, connection: Connection, house: House, partner: Partner) -> None:
        """Use the connection's keys; where it names no endpoint, AWS itself.

        Raises:
            PushError: `bad_url`, `plain_http`, `no_keys`, and what `Reachable.resolve` raises.
        """
        self._target, self._house, self._partner = target, house, partner
        endpoint = connection.extra.get("endpoint_url") or None
        if endpoint:
            _check_endpoint(target, connection, str(endpoint))
        if not connection.login or not connection.password:
            # Without keys boto3 would send those of this machine.
            reason = f"connection {connection.name!r}: saw no keys; wanted them as its login and password"
            raise PushError("no_keys", reason, retry=True, of_target=True)
        seconds = target.timeout_seconds
        self._where = f"s3://{target.bucket}/{target.prefix}"
        self._client: S3Client = boto3.Session(
            aws_access_key_id=connection.login,
            aws_secret_access_key=connection.password,
            region_name=connection.extra.get("region_name") or "us-east-1",
        ).client(
            "s3",
            endpoint_url=endpoint,
            config=OWN_ENDPOINT.merge(
                Config(
                    connect_timeout=seconds / 3,
                    read_timeout=seconds / 3,
                    retries={"mode": "standard", "total_max_attempts": 1},
                    s3={"addressing_style": "path" if endpoint else "auto"},
                    proxies={},
                )
            ),
        )

    def send(self, message: Message) -> Receipt:
        """Write the story's object; its bytes read back, by their sha256, are the receipt."""
        made = file_of(self._house, self._partner, message, self._target.format)
        key, sha256 = f"{self._target.prefix}{made.name}", digest(made.body)
        told = {"sha256": sha256, "message": message.id, "version": str(message.version)}
        etag, read = self._read_back(key, made.body, ContentType=made.content_type, Metadata=told)
        if digest(read) != sha256:
            reason = f"{self._where}{made.name}: read back other bytes than were written"
            raise PushError("read_back", reason, retry=True)
        return {"key": key, "sha256": sha256, "size": len(made.body), "etag": etag}

    def probe(self) -> str:
        """Write, read back and remove an object of no story."""
        key = f"{self._target.prefix}{CHECK}"
        note = f"A check, to be ignored: {secrets.token_hex(8)}\n".encode()
        _, read = self._read_back(key, note, ContentType="text/plain")
        if read != note:
            raise PushError("read_back", f"{self._where}{CHECK}: read back other bytes than were written")
        try:
            self._client.delete_object(Bucket=self._target.bucket, Key=key)
        except (BotoCoreError, ClientError):
            return f"{self._where} can be written and read; {CHECK} stays there, as its keys may not delete"
        return f"{self._where} can be written and read"

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def _read_back(self, key: str, body: bytes, **told: Any) -> tuple[str, bytes]:
        """Write an object; its ETag, and what lies there then."""
        bucket = self._target.bucket
        try:
            put = self._client.put_object(Bucket=bucket, Key=key, Body=body, **told)
            with self._client.get_object(Bucket=bucket, Key=key)["Body"] as there:
                return put["ETag"].strip('"'), there.read(len(body) + 1)
        except (BotoCoreError, ClientError) as error:
            self._failed(error)

    def _failed(self, error: BotoCoreError | ClientError) -> NoReturn:
        if isinstance(error, ClientError):
            code = str(error.response.get("Error", {}).get("Code", "unknown"))
            mine = code in _OF_TARGET
            mend = "; wanted s3:PutObject and s3:GetObject under the prefix" if mine else ""
            raise PushError(
                f"s3_{code}", f"{self._where}: the server says {code}{mend}", retry=True, of_target=mine
            ) from None
        reason = f"{self._where}: {type(error).__name__}"
        raise PushError("s3_unreachable", reason, retry=True, of_target=True) from None


def _check_endpoint(target: S3Bucket, connection: Connection, endpoint: str) -> None:
    """Refuse an address that is not public, unless it is named; the server's own name is looked up."""
    parts = urlsplit(checked_web_address(target, connection, endpoint))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    reachable = Reachable(target.private_addresses, WEB_PORTS | frozenset(target.ports), section="push: ")
    try:
        reachable.check_port(str(parts.hostname), port)
        reachable.resolve(str(parts.hostname), port, target.timeout_seconds)
    except FetchError as error:
        reason = f"{shown(endpoint)}: {error.reason}"
        raise PushError(error.code, reason, retry=True, of_target=True) from None
