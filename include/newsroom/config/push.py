"""Where a partner is told of each story by itself: the list `push:` of its file. No secret stands here."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from newsroom.config.wire import Address, Port, Slug
from newsroom.config.yaml_file import Section

ConnectionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,200}$")]
Folder = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f\\]{1,500}$")]
MailAddress = Annotated[str, Field(pattern=r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}$")]

Item = Literal["ninjs", "ninjs_2_2", "ninjs_1_6"]
Document = Literal["ninjs", "ninjs_2_2", "ninjs_1_6", "newsml_g2", "nitf", "markdown", "json_ld"]
"""Formats in which one story can stand alone: as JSON, or as a file."""


class Target(Section):
    """What every target has.

    `connection` is the Airflow connection that holds its address and secrets. It must be public, save what
    `private_addresses` and `ports` name. `timeout_seconds` is how long one message may take as a whole.

    A kill that has not arrived after `kills_within_minutes`, the partner's limit, raises the alarm; with
    `acknowledges_kills` also one of which the partner has not said that the story is gone.
    """

    only_kills: ClassVar[bool] = False

    id: Slug
    connection: ConnectionId
    timeout_seconds: float = Field(15, gt=0, le=60)
    kills_within_minutes: float = Field(15, gt=0, le=10_080)
    acknowledges_kills: bool = False
    private_addresses: tuple[Address, ...] = ()
    ports: tuple[Port, ...] = ()


class Webhook(Target):
    """POST to the partner's own server, signed (Standard Webhooks).

    The connection's host is the URL, its password the signing secret (`whsec_…`).
    """

    kind: Literal["webhook"]
    id: Slug = "webhook"
    format: Item = "ninjs"


class Sftp(Target):
    """A file for each story in a folder of the partner's SFTP server, which a new version replaces.

    The connection has host, port and login, a password or the extra `private_key` (PEM), and the extra
    `host_key` (`ssh-ed25519 AAAA…`), without which nothing is sent.
    """

    kind: Literal["sftp"]
    id: Slug = "sftp"
    folder: Folder = "."
    format: Document = "ninjs"


class S3Bucket(Target):
    """An object for each story in a bucket of the partner's, which a new version replaces.

    The connection is of type aws; its keys must write and read under `prefix`.
    """

    kind: Literal["s3"]
    id: Slug = "s3"
    bucket: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    prefix: str = Field("", pattern=r"^([A-Za-z0-9!_.*'()-]+/)*$")
    format: Document = "ninjs"


class Email(Target):
    """A mail for each kill. The connection is of type smtp, as Airflow's own mails use it."""

    only_kills = True

    kind: Literal["email"]
    id: Slug = "email"
    to: tuple[MailAddress, ...] = Field(min_length=1, max_length=50)
    format: ClassVar[Item] = "ninjs"


Push = Annotated[Webhook | Sftp | S3Bucket | Email, Field(discriminator="kind")]
"""Any target, by its `kind`."""
