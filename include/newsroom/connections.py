"""Connections: where a folder's server is and who we are there, by a name that the configuration may show.

In DAGs they are Airflow's own (`wiring.connections`). On the command line they are the environment variables
that Airflow reads, too, `AIRFLOW_CONN_{NAME}`, as JSON or as a URI; else Airflow is asked
(`newsroom.airflow_connections`).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import boto3
import orjson
from botocore.config import Config

from newsroom.store.bucket import client_config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class BadConnection(Exception):  # noqa: N818 - names what is
    """A connection is missing or can't be used; no retry helps. The text holds no secret."""

    code = "bad_connection"
    retry = False

    def __init__(self, name: str, reason: str) -> None:
        """Name the connection, what was seen and what is wanted."""
        self.name, self.reason = name, f"connection {name!r}: {reason}"
        super().__init__(f"{self.code}: {self.reason}")

    def __reduce__(self) -> "tuple[Any, ...]":
        """Travel between processes with all parts."""
        return type(self), (self.name, self.reason.removeprefix(f"connection {self.name!r}: "))


@dataclass(frozen=True)
class Connection:
    """What a connection says; the fields are Airflow's. What may be secret is never shown."""

    name: str
    kind: str
    host: str | None = None
    port: int | None = None
    login: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Connections(Protocol):
    """Where connections come from."""

    def get(self, name: str) -> Connection:
        """The connection of this name.

        Raises:
            BadConnection: there is none, or it can't be read.
        """

    def s3(self, name: str | None) -> "S3Client":
        """An S3 client with this connection's credentials; without a name, with those of our own bucket.

        Raises:
            BadConnection: there is none, or it is not of type `aws`.
        """


class FromEnvironment:
    """The connections that `AIRFLOW_CONN_…` variables tell, for those who have no scheduler."""

    def get(self, name: str) -> Connection:
        """The connection that the variable `AIRFLOW_CONN_{NAME}` tells.

        Raises:
            BadConnection: there is no such variable, or its text is neither JSON nor a URI.
        """
        variable = f"AIRFLOW_CONN_{name.upper()}"
        text = os.environ.get(variable, "").strip()
        if not text:
            raise BadConnection(name, f"nothing found; wanted it in {variable}, as JSON or as a URI")
        return read_connection(name, text)

    def s3(self, name: str | None) -> "S3Client":
        """An S3 client: the standard AWS_* variables make it where no connection is named."""
        if name is None:
            return boto3.Session().client("s3", config=client_config())
        return s3_client(self.get(name))


def read_connection(name: str, text: str) -> Connection:
    """Read a connection as Airflow writes it into a variable.

    Raises:
        BadConnection: the text is neither a JSON object with a `conn_type` nor a URI.
    """
    try:
        return _from_json(name, text) if text.startswith("{") else _from_uri(name, text)
    except (ValueError, TypeError, AttributeError):
        # The text of these errors may quote a secret.
        wanted = (
            'wanted {"conn_type": …, "login": …, "password": …, "extra": {…}} or type://login:password@host'
        )
        raise BadConnection(name, f"its text can't be read; {wanted}") from None


def s3_client(connection: Connection) -> "S3Client":
    """A client for a connection of type `aws`; without a login, the machine's own credentials serve.

    Raises:
        BadConnection: it is of another type, or asks for what only a DAG's task can do.
    """
    if connection.kind != "aws":
        raise BadConnection(connection.name, f"saw the type {connection.kind!r}; wanted aws")
    extra = connection.extra
    if extra.get("role_arn"):
        reason = "saw `role_arn`; wanted keys: a role is taken in DAGs alone, not on the command line"
        raise BadConnection(connection.name, reason)
    session = boto3.Session(
        aws_access_key_id=connection.login or extra.get("aws_access_key_id"),
        aws_secret_access_key=connection.password or extra.get("aws_secret_access_key"),
        aws_session_token=extra.get("aws_session_token"),
        region_name=extra.get("region_name"),
    )
    try:
        own = OWN_ENDPOINT.merge(Config(**(extra.get("config_kwargs") or {})))
        config = client_config().merge(own)
        return session.client("s3", endpoint_url=extra.get("endpoint_url"), config=config)
    except (ValueError, TypeError) as error:
        raise BadConnection(connection.name, f"its extra can't be used: {type(error).__name__}") from None


OWN_ENDPOINT = Config(ignore_configured_endpoint_urls=True)  # type: ignore[call-arg]  # the stubs lack it
"""A connection names its own endpoint or means AWS: AWS_ENDPOINT_URL_S3 is that of the newsroom's bucket."""


def _from_json(name: str, text: str) -> Connection:
    told = orjson.loads(text)
    extra = told.get("extra") or {}
    return Connection(
        name=name,
        kind=_kind(told["conn_type"]) if "conn_type" in told else "",
        host=told.get("host") or None,
        port=int(told["port"]) if told.get("port") else None,
        login=told.get("login") or None,
        password=told.get("password") or None,
        extra=orjson.loads(extra) if isinstance(extra, str) else dict(extra),
    )


def _from_uri(name: str, text: str) -> Connection:
    parts = urlsplit(text)
    if not parts.scheme:
        raise ValueError
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    whole = query.pop("__extra__", None)
    return Connection(
        name=name,
        kind=_kind(parts.scheme),
        host=unquote(parts.hostname) if parts.hostname else None,
        port=parts.port,
        login=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        extra=orjson.loads(whole) if whole else query,
    )


def _kind(text: str) -> str:
    return text.strip().lower().replace("-", "_")
