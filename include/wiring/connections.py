"""The newsroom as a DAG's task sees it: its bucket, and where partners are, come from Airflow connections."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException
from botocore.config import Config

from newsroom import connections as newsroom_connections
from newsroom.connections import OWN_ENDPOINT, BadConnection
from newsroom.settings import settings
from newsroom.stages import Newsroom
from newsroom.stages.configured import configured
from newsroom.store.bucket import Bucket, client_config
from newsroom.store.catalogue import Catalogue
from newsroom.store.whole import require_whole

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONNECTION = os.environ.get("NEWSROOM_S3_CONN_ID", "newsroom_s3")
"""The Airflow connection (type `aws`) of the bucket."""


@contextmanager
def newsroom() -> Iterator[Newsroom]:
    """The newsroom, for the length of a task.

    Raises:
        AirflowFailException: the connection is missing, so that no retry could help.
        CatalogueBehind: the catalogue must be rebuilt first.
    """
    catalogue = Catalogue.open()
    try:
        room = Newsroom(configured(catalogue, note=True), _bucket(), catalogue, FromAirflow())
        require_whole(room.bucket, catalogue)
        yield room
    finally:
        catalogue.close()


class FromAirflow:
    """Airflow's own connections."""

    def get(self, name: str) -> newsroom_connections.Connection:
        """The connection of this name.

        Raises:
            BadConnection: Airflow has none.
        """
        try:
            found = Connection.get(name)
        except AirflowNotFoundException:
            wanted = f"add it under Admin > Connections, or set AIRFLOW_CONN_{name.upper()}"
            raise BadConnection(name, f"nothing found; {wanted}") from None
        return newsroom_connections.Connection(
            name=name,
            kind=found.conn_type or "",
            host=found.host or None,
            port=found.port,
            login=found.login or None,
            password=found.password or None,
            extra=found.extra_dejson,
        )

    def s3(self, name: str | None) -> "S3Client":
        """An S3 client as the connection says, roles included; without a name, with the bucket's own.

        Raises:
            BadConnection: Airflow has none, or it is not of type `aws`.
        """
        if name is None:
            return _bucket().client
        told = self.get(name)
        if told.kind != "aws":
            raise BadConnection(name, f"saw the type {told.kind!r}; wanted aws")
        return _client(name, OWN_ENDPOINT)


def _bucket() -> Bucket:
    # The hook takes an unknown id for "use AWS itself" and would write somebody else's bucket.
    try:
        Connection.get(CONNECTION)
    except AirflowNotFoundException:
        raise AirflowFailException(
            f"connection {CONNECTION!r}: nothing found; wanted one of type aws for the bucket; add it under "
            f"Admin > Connections, or set AIRFLOW_CONN_{CONNECTION.upper()}"
        ) from None
    return Bucket(_client(CONNECTION), settings().bucket)


def _client(name: str, own: Config | None = None) -> "S3Client":
    from airflow.providers.amazon.aws.hooks.base_aws import AwsGenericHook  # noqa: PLC0415 - half a second

    hook = AwsGenericHook(aws_conn_id=name, client_type="s3")
    # Our bounds on time-outs and retries, unless the connection says otherwise.
    config = client_config().merge(own or Config()).merge(hook.config)
    client: S3Client = hook.get_client_type(region_name=hook.region_name, config=config)
    return client
