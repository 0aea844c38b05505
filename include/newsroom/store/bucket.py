"""The bucket: the truth, over the S3 API of AWS or of any server that honours conditional writes."""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError

from newsroom import __version__
from newsroom.settings import settings
from newsroom.story import digest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef, HeadObjectOutputTypeDef

THREADS = 16

AT_ONCE = 1000
"""How many objects are waited for at a time where there may be millions."""
"""How many requests are under way at once; more brings nothing from one process."""

IMMUTABLE = "private, max-age=31536000, immutable"
"""Cache-Control of what is written once."""

ONLY_NEW = ""
"""`if_match` of a put that must find nothing there."""

Result = TypeVar("Result")


class BucketError(Exception):
    """The bucket did not do what was asked; `code` is stable, `retry` says whether a retry may help."""

    def __init__(self, code: str, reason: str, *, retry: bool = False) -> None:
        """Keep the code, and a sentence that says how to mend it."""
        super().__init__(f"{code}: {reason}")
        self.code, self.reason, self.retry = code, reason, retry

    def __reduce__(self) -> "tuple[Any, ...]":
        """Travel between processes with all parts."""
        return partial(type(self), retry=self.retry), (self.code, self.reason)


class Missing(BucketError):  # noqa: N818 - names what is
    """Nothing lies under this key."""


class Conflict(BucketError):  # noqa: N818
    """Other bytes lie under a key that is written once, or another writer was first."""


class Corrupt(BucketError):  # noqa: N818
    """The bytes are not those that were written: their sha256 differs."""


@dataclass(frozen=True)
class ObjectStat:
    """What the bucket says of an object without its bytes; `sha256` only of what we wrote."""

    etag: str
    size: int
    sha256: str | None
    last_modified: datetime
    metadata: Mapping[str, str]


_MENDS = {
    "NoSuchBucket": ("no_bucket", "create the bucket, or set NEWSROOM_BUCKET to one that is there", False),
    "AccessDenied": ("access_denied", "give these credentials read and write on the bucket", False),
    "InvalidAccessKeyId": ("access_denied", "set an access key that the server knows", False),
    "SignatureDoesNotMatch": ("access_denied", "set the secret key that belongs to the access key", False),
    "RequestTimeTooSkewed": ("clock_skew", "set this machine's clock: it is 15 minutes or more off", False),
    "QuotaExceeded": ("full", "make room in the bucket", True),
    "SlowDown": ("slow_down", "the server is busy; the run is tried again", True),
    "ServiceUnavailable": ("slow_down", "the server is busy; the run is tried again", True),
    "ConditionalRequestConflict": ("busy", "another writer is at this key; the run is tried again", True),
    "InternalError": ("server_error", "see the server's own log; its disk may be full", True),
}
CHECK = "check AWS_ENDPOINT_URL_S3 and the credentials, and that the server runs"
_NO_ANSWER = {
    "NoCredentialsError": "set the credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), or `make run`",
    "ParamValidationError": "check NEWSROOM_BUCKET: that is no name of a bucket",
}
"""What mends a request that got no answer, by boto's name for what went wrong; else `CHECK`."""
_MISSING = frozenset({"NoSuchKey", "404", "NotFound"})
_PRECONDITION = frozenset({"PreconditionFailed", "412"})


def client_config() -> Config:
    """How every client of ours talks: bounded retries and time-outs, enough connections for the threads."""
    style = os.environ.get("NEWSROOM_S3_ADDRESSING", "auto")
    return Config(
        connect_timeout=5,
        read_timeout=30,
        retries={"mode": "standard", "total_max_attempts": 4},
        max_pool_connections=THREADS * 4,
        s3={"addressing_style": style},  # type: ignore[arg-type]
        user_agent=f"newsroom/{__version__}",  # boto3's own is put together anew for each request
    )


class Bucket:
    """One bucket. Safe to share between threads; a fork must open its own."""

    def __init__(self, client: "S3Client", name: str) -> None:
        """Use `client`, made with `client_config()`, for the bucket `name`."""
        self.client = client
        self.name = name

    @classmethod
    def from_environment(cls) -> Self:
        """The bucket that NEWSROOM_BUCKET and the standard AWS_* variables name.

        Raises:
            BucketError: one of the variables can't be meant so.
        """
        try:
            # A session of its own: the default one keeps the keys of the first call for ever.
            client = boto3.Session().client("s3", config=client_config())
        except (BotoCoreError, ValueError) as error:
            # An address may hold a password.
            seen = type(error).__name__ if "@" in str(error) else str(error)
            mend = "check AWS_ENDPOINT_URL_S3, AWS_PROFILE and NEWSROOM_S3_ADDRESSING"
            raise BucketError("settings", f"saw “{seen}”; {mend}") from error
        return cls(client, settings().bucket)

    def put_once(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str = "application/json",
        cache_control: str = IMMUTABLE,
        metadata: Mapping[str, str] | None = None,
    ) -> bool:
        """Write an object that never changes; False when the same bytes were there already.

        Raises:
            Conflict: other bytes lie there.
            BucketError: the bucket can't be written.
        """
        try:
            self.put(
                key,
                body,
                content_type=content_type,
                cache_control=cache_control,
                metadata=metadata,
                if_match=ONLY_NEW,
            )
        except Conflict:
            # Another run may have been first with the same bytes, or our own answer was lost.
            if self.get(key) == body:
                return False
            raise
        return True

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str | None = None,
        metadata: Mapping[str, str] | None = None,
        if_match: str | None = None,
    ) -> str:
        """Write an object; returns its ETag. `if_match` is the ETag it must replace, or `ONLY_NEW`.

        Raises:
            Conflict: `if_match` does not hold.
            BucketError: the bucket can't be written.
        """
        sha256 = digest(body)
        nonce = secrets.token_hex(8)
        asked: dict[str, Any] = {
            "Bucket": self.name,
            "Key": key,
            "Body": body,
            "ContentType": content_type,
            "Metadata": {**(metadata or {}), "sha256": sha256, "write": nonce},
        }
        if cache_control:
            asked["CacheControl"] = cache_control
        if if_match is not None:
            asked |= {"IfNoneMatch": "*"} if if_match == ONLY_NEW else {"IfMatch": if_match}
        try:
            return str(self._call(key, self.client.put_object, **asked)["ETag"])
        except Conflict:
            # A retry after a lost answer meets its own success: the nonce tells.
            there = self.stat(key)
            if there and there.metadata.get("write") == nonce:
                return there.etag
            raise

    def get(self, key: str) -> bytes:
        """Read an object.

        Raises:
            Missing: there is none.
            Corrupt: the bytes are not those that were written.
        """
        return self.read(key)[0]

    def read(self, key: str) -> tuple[bytes, ObjectStat]:
        """Read an object, with what the bucket says of these very bytes.

        Raises:
            Missing: there is none.
            Corrupt: the bytes are not those that were written.
        """
        answer = self._call(key, self.client.get_object, Bucket=self.name, Key=key)
        try:
            body = bytes(answer["Body"].read())
        except (HTTPClientError, IncompleteReadError) as error:
            raise BucketError(
                "cut", f"{key}: the answer was cut ({type(error).__name__})", retry=True
            ) from error
        written = answer["Metadata"].get("sha256")
        if written and written != digest(body):
            raise Corrupt(
                "corrupt", f"{key}: its sha256 is not {written}; restore it, or read the raw bytes again"
            )
        return body, _stat(answer)

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Read objects, many at once; the first error is raised."""
        wanted = sorted(set(keys))
        with ThreadPoolExecutor(THREADS) as pool:
            return dict(zip(wanted, pool.map(self.get, wanted), strict=True))

    def get_whole(self, keys: Iterable[str]) -> tuple[dict[str, bytes], dict[str, BucketError]]:
        """Read objects as `read_whole` does, their bytes alone."""
        found, wrong = self.read_whole(keys)
        return {key: body for key, (body, _) in found.items()}, wrong

    def read_whole(
        self, keys: Iterable[str]
    ) -> tuple[dict[str, tuple[bytes, ObjectStat]], dict[str, BucketError]]:
        """Read objects, many at once; of those that are gone or broken, what was wrong instead.

        Raises:
            BucketError: the bucket can't be read.
        """
        wanted = sorted(set(keys))

        def read(key: str) -> tuple[bytes, ObjectStat] | BucketError:
            try:
                return self.read(key)
            except (Missing, Corrupt) as error:
                return error

        with ThreadPoolExecutor(THREADS) as pool:
            found = dict(zip(wanted, pool.map(read, wanted), strict=True))
        wrong = {key: each for key, each in found.items() if isinstance(each, BucketError)}
        return {key: each for key, each in found.items() if not isinstance(each, BucketError)}, wrong

    def put_many_once(self, objects: Iterable[tuple[str, bytes]]) -> int:
        """Write objects that never change, many at once; returns how many were not there yet."""
        with ThreadPoolExecutor(THREADS) as pool:
            return sum(pool.map(lambda each: self.put_once(*each), objects))

    def stat(self, key: str) -> ObjectStat | None:
        """What the bucket says of an object; None when there is none."""
        try:
            answer = self._call(key, self.client.head_object, Bucket=self.name, Key=key)
        except Missing:
            return None
        return _stat(answer)

    def stat_many(self, keys: Iterable[str]) -> dict[str, ObjectStat | None]:
        """What the bucket says of objects, many at once; the first error is raised."""
        wanted = sorted(set(keys))
        with ThreadPoolExecutor(THREADS) as pool:
            return dict(zip(wanted, pool.map(self.stat, wanted), strict=True))

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key that begins with `prefix`, in order."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        try:
            for page in pages:
                yield from (each["Key"] for each in page.get("Contents", ()))
        except (ClientError, BotoCoreError) as error:
            self._raise(prefix, error)

    def listed(
        self, prefix: str, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[tuple[str, datetime]]:
        """Every key that begins with `prefix` and was last written in this span, with when; in order.

        The server lists a thousand keys an answer, whatever their times: a million take a minute or so.
        """
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        try:
            for page in pages:
                for each in page.get("Contents", ()):
                    at = each["LastModified"]
                    if (since is None or at >= since) and (until is None or at <= until):
                        yield each["Key"], at
        except (ClientError, BotoCoreError) as error:
            self._raise(prefix, error)

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        self._call(key, self.client.delete_object, Bucket=self.name, Key=key)

    def delete_many(self, keys: Iterable[str]) -> int:
        """Remove objects, many at once; returns how many were named.

        One by one, as not every S3-compatible server knows the request that names a thousand.
        """
        left, removed = iter(keys), 0
        with ThreadPoolExecutor(THREADS) as pool:
            while some := list(islice(left, AT_ONCE)):
                removed += sum(1 for _ in pool.map(self.delete, some))
        return removed

    def make(self) -> bool:
        """Create the bucket if it is not there; True when it was made now."""
        try:
            self._call("", self.client.head_bucket, Bucket=self.name)
        except (Missing, BucketError) as error:
            if error.code not in ("missing", "no_bucket"):
                raise
            self._call("", self.client.create_bucket, Bucket=self.name)
            return True
        return False

    def probe(self) -> list[str]:
        """Try what the pipeline stands on; each sentence names something the server does not do.

        Raises:
            BucketError: the bucket can't be reached or written at all.
        """
        key = f"work/probe/{secrets.token_hex(8)}"
        wrong = []
        first = self.put(key, b"1", content_type="text/plain", if_match=ONLY_NEW)
        if not self._refuses(key, ONLY_NEW):
            wrong.append("If-None-Match is ignored: two runs could overwrite each other's revisions")
        second = self.put(key, b"2", content_type="text/plain", if_match=first)
        if second != first and not self._refuses(key, first):
            wrong.append("If-Match is ignored: two deliveries could overwrite each other's feeds")
        if self.get(key) != b"2" and not wrong:
            wrong.append("a read after a write gave older bytes")
        self.delete(key)
        return wrong

    def _refuses(self, key: str, if_match: str) -> bool:
        try:
            self.put(key, b"3", content_type="text/plain", if_match=if_match)
        except Conflict:
            return True
        return False

    def _call(self, key: str, operation: Callable[..., Result], **asked: Any) -> Result:
        try:
            return operation(**asked)
        except (ClientError, BotoCoreError) as error:
            self._raise(key, error)

    def _raise(self, key: str, error: ClientError | BotoCoreError) -> NoReturn:
        where = f"{self.name}/{key}"
        if not isinstance(error, ClientError):
            kind = type(error).__name__
            raise BucketError(
                "unreachable", f"{where}: {kind}; {_NO_ANSWER.get(kind, CHECK)}", retry=True
            ) from error
        code = str(error.response.get("Error", {}).get("Code", "unknown"))
        if code in _MISSING:
            if key:
                raise Missing("missing", f"{where}: nothing lies there") from error
            code = "NoSuchBucket"
        if code in _PRECONDITION:
            raise Conflict("conflict", f"{where}: something else lies there already") from error
        if code in ("403", "Forbidden"):
            code = "AccessDenied"
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        name, mend, retry = _MENDS.get(code, ("refused", f"the server said {code}", status >= 500))
        raise BucketError(name, f"{where}: {mend}", retry=retry) from error


def _stat(answer: "HeadObjectOutputTypeDef | GetObjectOutputTypeDef") -> ObjectStat:
    return ObjectStat(
        etag=answer["ETag"],
        size=answer["ContentLength"],
        sha256=answer["Metadata"].get("sha256"),
        last_modified=answer["LastModified"],
        metadata=answer["Metadata"],
    )
