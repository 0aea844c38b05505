"""The newsroom as a DAG's task sees it: its bucket, and where partners are, come from Airflow connections."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException

from newsroom.config import load
from newsroom.push.account import Account, AccountMissing
from newsroom.settings import settings
from newsroom.stages import Newsroom
from newsroom.store.bucket import Bucket, client_config
from newsroom.store.catalogue import Catalogue

CONNECTION = os.environ.get("NEWSROOM_S3_CONN_ID", "newsroom_s3")
"""The Airflow connection (type `aws`) of the bucket."""


@contextmanager
def newsroom() -> Iterator[Newsroom]:
    """The newsroom, for the length of a task.

    Raises:
        AirflowFailException: the connection is missing, so that no retry could help.
    """
    catalogue = Catalogue.open()
    try:
        yield Newsroom(load(), _bucket(), catalogue)
    finally:
        catalogue.close()


def _bucket() -> Bucket:
    # The hook takes an unknown id for "use AWS itself" and would write somebody else's bucket.
    try:
        Connection.get(CONNECTION)
    except AirflowNotFoundException:
        raise AirflowFailException(
            f"connection {CONNECTION!r}: nothing found; wanted one of type aws for the bucket; add it under "
            f"Admin > Connections, or set AIRFLOW_CONN_{CONNECTION.upper()}"
        ) from None
    from airflow.providers.amazon.aws.hooks.base_aws import AwsGenericHook  # noqa: PLC0415 - half a second

    hook = AwsGenericHook(aws_conn_id=CONNECTION, client_type="s3")
    # Our bounds on time-outs and retries, unless the connection says otherwise.
    config = client_config().merge(hook.config)
    return Bucket(hook.get_client_type(region_name=hook.region_name, config=config), settings().bucket)


def account(id_: str) -> Account:
    """A partner's connection, for the length of a task.

    Raises:
        AccountMissing: Airflow knows none of this id.
    """
    try:
        known = Connection.get(id_)
    except AirflowNotFoundException:
        raise AccountMissing(
            f"connection {id_!r}: nothing found; wanted the one that a partner's `push:` names; add it under "
            f"Admin > Connections, or set AIRFLOW_CONN_{id_.upper()}"
        ) from None
    return Account(
        id=id_,
        host=known.host or "",
        port=known.port,
        login=known.login or "",
        password=known.password or "",
        extra=known.extra_dejson,
    )
