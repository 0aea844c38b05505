"""A folder in S3: the objects right under a prefix, moved by conditional copies and deletions."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from newsroom.config import FolderRules
from newsroom.fetch.errors import FetchError
from newsroom.folder.files import PROBE, Changed, File, Outcome
from newsroom.folder.name import REASON, names_for
from newsroom.story import digest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef

Result = TypeVar("Result")

_CHANGED = frozenset({"PreconditionFailed", "412", "NoSuchKey", "404", "NotFound"})
_MENDS = {
    "NoSuchBucket": ("no_folder", "there is no such bucket; see `url` and `connection` in the wire's file"),
    "AccessDenied": ("access_denied", "the credentials may not do that; they must list, get, put and delete"),
    "403": ("access_denied", "the credentials may not do that; they must list, get, put and delete"),
    "InvalidAccessKeyId": ("access_denied", "the server does not know the access key of the connection"),
    "SignatureDoesNotMatch": ("access_denied", "the secret key of the connection is not the access key's"),
    "RequestTimeTooSkewed": ("clock_skew", "set this machine's clock: it is 15 minutes or more off"),
    "PermanentRedirect": ("wrong_region", "the bucket is elsewhere; set `region_name` of the connection"),
}


class S3Folder:
    """The folder at `url` (s3://bucket/folder/), reached with `client`."""

    trusts_times = True

    def __init__(self, client: "S3Client", url: str, rules: FolderRules) -> None:
        """Use `client`, made with `client_config()`."""
        parts = urlsplit(url)
        self.client, self.url, self.rules = client, url, rules
        self.bucket, self.prefix = parts.netloc, parts.path.removeprefix("/")

    def __enter__(self) -> Self:
        """The folder itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self.client.close()

    def entries(self) -> Iterator[File]:
        """The objects under the prefix, page by page; what lies deeper shows as folders."""
        paginator = self.client.get_paginator("list_objects_v2")
        pages = iter(paginator.paginate(Bucket=self.bucket, Prefix=self.prefix, Delimiter="/"))
        while page := self._asked("", partial(next, pages, None)):
            for folder in page.get("CommonPrefixes", ()):
                name = folder["Prefix"].removeprefix(self.prefix).removesuffix("/")
                yield File(name, 0, datetime.min.replace(tzinfo=UTC), kind="folder")
            for each in page.get("Contents", ()):
                if name := each["Key"].removeprefix(self.prefix):
                    yield File(name, each["Size"], each["LastModified"], each["ETag"])

    def read(self, file: File) -> bytes:
        """The whole object, if it is the one that was listed."""
        body = self._body(self.prefix + file.name, file.version)
        if len(body) != file.size:
            raise Changed
        return body

    def move(self, file: File, outcome: Outcome, *, sha256: str | None, reason: str | None = None) -> str:
        """Copy the object where nothing else lies, then delete it: each only if it is the one listed."""
        folder = f"{self.prefix}{self.rules.done if outcome == 'done' else self.rules.failed}/"
        for name in names_for(file.name, sha256 or file.id):
            there = self._there(folder + name, file, sha256)
            if there == "other":
                continue
            if reason is not None:
                self._put(folder + name + REASON, reason)
            if there == "nothing" and not self._copied(file, folder + name, sha256):
                continue
            self._delete(file)
            return name
        told = f"{self.url}{file.name}: other files have its name, and that with its digest, already"
        raise FetchError("name_taken", told)

    def probe(self) -> None:
        """Write and delete an object in each of the two folders."""
        for folder in (self.rules.done, self.rules.failed):
            key = f"{self.prefix}{folder}/{PROBE}"
            self._put(key, "written by newsroom doctor\n")
            self._call(key, self.client.delete_object)

    def _there(self, key: str, file: File, sha256: str | None) -> Literal["nothing", "same", "other"]:
        """What lies under a key. The same file does when a crash came between its copy and its deletion."""
        try:
            stat = self._call(key, self.client.head_object)
            if stat["ETag"] == file.version:
                return "same"
            if sha256 is None or stat["ContentLength"] != file.size:
                return "other"
            return "same" if digest(self._body(key)) == sha256 else "other"
        except Changed:
            return "nothing"

    def _copied(self, file: File, key: str, sha256: str | None) -> bool:
        """Copy the object within the server; False when another one came to lie there first.

        Raises:
            Changed: it is gone, or another was put in its place.
        """
        source: CopySourceTypeDef = {"Bucket": self.bucket, "Key": self.prefix + file.name}
        copied = partial(
            self.client.copy_object, CopySource=source, CopySourceIfMatch=file.version, IfNoneMatch="*"
        )
        try:
            self._call(key, copied)
        except Changed:
            # A retry after a lost answer meets its own copy.
            there = self._there(key, file, sha256)
            if there == "nothing":
                raise
            return there == "same"
        return True

    def _delete(self, file: File) -> None:
        """Delete the object, unless another was put in its place: that one stays, and is new."""
        key = self.prefix + file.name
        try:
            self._call(key, partial(self.client.delete_object, IfMatch=file.version))
        except Changed:
            return
        except FetchError as error:
            if error.code != "not_implemented":
                raise
            if self._there(key, file, None) == "same":
                self._call(key, self.client.delete_object)

    def _body(self, key: str, version: str | None = None) -> bytes:
        get = partial(self.client.get_object, IfMatch=version) if version else self.client.get_object
        answer = self._call(key, get)
        return self._asked(key, lambda: bytes(answer["Body"].read()))

    def _put(self, key: str, text: str) -> None:
        plain = "text/plain; charset=utf-8"
        self._call(key, partial(self.client.put_object, Body=text.encode(), ContentType=plain))

    def _call(self, key: str, operation: Callable[..., Any]) -> Any:
        return self._asked(key, partial(operation, Bucket=self.bucket, Key=key))

    def _asked(self, key: str, call: Callable[[], Result]) -> Result:
        where = f"s3://{self.bucket}/{key or self.prefix}"
        try:
            return call()
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "unknown"))
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if code in _CHANGED:
                raise Changed from None
            if code in ("NotImplemented", "501"):
                raise FetchError("not_implemented", f"{where}: the server can't do that") from None
            name, mend = _MENDS.get(code, ("refused", f"the server said {code}"))
            raise FetchError(name, f"{where}: {mend}", retry=status >= 500 or code == "SlowDown") from None
        except BotoCoreError as error:
            kind = type(error).__name__
            mend = "check the endpoint and the credentials of the connection, and that the server runs"
            raise FetchError("unreachable", f"{where}: {kind}; {mend}", retry=True) from None
