"""A partner's own keys to the bucket: they read its prefix, and nothing else, over the IAM API.

The same calls serve SeaweedFS, whose S3 port answers them too, and AWS.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from newsroom.store import keys
from newsroom.store.bucket import BucketError, client_config

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

POLICY = "read-own-feeds"
"""The name of the one inline policy that a partner's user has."""

ENDPOINTS = ("AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3")
"""Where IAM answers, the first that is set; SeaweedFS answers at its S3 port."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class AccessKey:
    """A key to the bucket. Its secret is told once, when it is made, and kept nowhere."""

    id: str
    secret: str | None = field(default=None, repr=False)
    made_at: datetime | None = None


def policy(bucket: str, partner: str) -> dict[str, Any]:
    """What a partner may do, as AWS writes it: read and list what lies under its own prefix."""
    prefix = keys.document(partner, "*")
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadOwnFeeds",
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{bucket}/{prefix}",
            },
            {
                "Sid": "ListOwnFeeds",
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": f"arn:aws:s3:::{bucket}",
                "Condition": {"StringLike": {"s3:prefix": prefix}},
            },
        ],
    }


class Grants:
    """The partners' users on the bucket's server, one for each partner.

    SeaweedFS lets a user make further keys for itself. They can do what its first one can, `keys_of` lists
    them, and `revoke` ends them too.
    """

    def __init__(self, client: "IAMClient", bucket: str) -> None:
        """Use `client`, which may administer users, for the bucket of this name."""
        self.client = client
        self.bucket = bucket

    @classmethod
    def from_environment(cls, bucket: str) -> Self | None:
        """The users of the server that the standard variables name; None where that is AWS itself.

        Whoever runs AWS makes users by its own ways, with the policy that `policy` writes.
        """
        endpoint = next((os.environ[name] for name in ENDPOINTS if os.environ.get(name)), None)
        if endpoint is None:
            return None
        session = boto3.Session()
        return cls(session.client("iam", endpoint_url=endpoint, config=client_config()), bucket)

    def user(self, partner: str) -> str:
        """The name of the partner's user: several newsrooms may share a server."""
        return f"{self.bucket}-partner-{partner}"

    def keys_of(self, partner: str) -> list[AccessKey]:
        """The keys that the partner has, without their secrets."""
        try:
            listed = self._call(self.client.list_access_keys, UserName=self.user(partner))
        except NoSuchUser:
            return []
        return [
            AccessKey(each["AccessKeyId"], made_at=each.get("CreateDate"))
            for each in listed["AccessKeyMetadata"]
        ]

    def grant(self, partner: str) -> AccessKey:
        """Make a further key for the partner; those that it has go on.

        Raises:
            BucketError: the server does not let us make users.
        """
        name = self.user(partner)
        try:
            self._call(self.client.get_user, UserName=name)
        except NoSuchUser:
            self._call(self.client.create_user, UserName=name)
        document = json.dumps(policy(self.bucket, partner))
        self._call(self.client.put_user_policy, UserName=name, PolicyName=POLICY, PolicyDocument=document)
        made = self._call(self.client.create_access_key, UserName=name)["AccessKey"]
        return AccessKey(made["AccessKeyId"], made["SecretAccessKey"], made.get("CreateDate"))

    def end(self, partner: str, key_id: str) -> None:
        """Make one key void at once; one that is not there is no error."""
        try:
            self._call(self.client.delete_access_key, UserName=self.user(partner), AccessKeyId=key_id)
        except NoSuchUser:
            return

    def revoke(self, partner: str) -> list[AccessKey]:
        """Make void all that the partner has, at once; returns the keys that it had."""
        had, name = self.keys_of(partner), self.user(partner)
        for key in had:
            self.end(partner, key.id)
        for remove, asked in (
            (self.client.delete_user_policy, {"UserName": name, "PolicyName": POLICY}),
            (self.client.delete_user, {"UserName": name}),
        ):
            try:
                self._call(remove, **asked)
            except NoSuchUser:
                continue
        return had

    def _call(self, operation: Callable[..., Result], **asked: Any) -> Result:
        try:
            return operation(**asked)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "unknown"))
            if code == "NoSuchEntity":
                raise NoSuchUser(
                    "no_such_user", f"{asked['UserName']}: the server knows no such user"
                ) from None
            mend = (
                "give the newsroom's own keys the right to administer users, and start SeaweedFS with "
                "-s3.iam.readOnly=false"
            )
            raise BucketError(
                "iam_refused", f"the server said {code} of {asked['UserName']}: {mend}"
            ) from None
        except BotoCoreError as error:
            mend = f"check {' or '.join(ENDPOINTS)}, and that the server runs"
            raise BucketError("unreachable", f"IAM: {type(error).__name__}; {mend}", retry=True) from error


class NoSuchUser(BucketError):  # noqa: N818 - names what is
    """The partner has no user there."""
