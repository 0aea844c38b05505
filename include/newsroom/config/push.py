"""Where a partner is told of each story by itself: the list `push:` of its file. No secret stands here."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from newsroom.config.wire import Address, Port, Slug
from newsroom.config.yaml_file import Section

ConnectionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,200}$")]


class Target(Section):
    """What every target has.

    `connection` is the Airflow connection that holds its address and secrets. It must be public, save what
    `private_addresses` and `ports` name. `timeout_seconds` is how long one message may take as a whole.
    `kills_within_minutes` is the partner's limit for a kill: one that takes longer raises the alarm.
    """

    only_kills: ClassVar[bool] = False

    id: Slug
    connection: ConnectionId
    timeout_seconds: float = Field(15, gt=0, le=60)
    kills_within_minutes: float = Field(15, gt=0, le=10_080)
    private_addresses: tuple[Address, ...] = ()
    ports: tuple[Port, ...] = ()


class Webhook(Target):
    """POST to the partner's own server, signed (Standard Webhooks).

    The connection's host is the URL, its password the signing secret (`whsec_…`).
    """

    kind: Literal["webhook"]
    id: Slug = "webhook"


Push = Webhook
"""Any target, by its `kind`."""
