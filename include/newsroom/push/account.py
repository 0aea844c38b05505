"""Where a target is and who we are there: an Airflow connection, as the library sees it."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson


class AccountMissing(LookupError):  # noqa: N818 - names what is
    """No connection of this id is known, or it can't be read; the text says how to mend it."""

    code = "account_missing"
    retry = False


@dataclass(frozen=True)
class Account:
    """An Airflow connection. What is secret in it is never shown."""

    id: str
    host: str = ""
    port: int | None = None
    login: str = ""
    password: str = field(default="", repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)


Accounts = Callable[[str], Account]
"""Finds a connection by its id.

Raises:
    AccountMissing: there is none.
"""


def from_environment(id_: str) -> Account:
    """The connection in `AIRFLOW_CONN_{ID}`, in Airflow's JSON form: what the command line has.

    Raises:
        AccountMissing: the variable is not set, or is not such JSON.
    """
    name = f"AIRFLOW_CONN_{id_.upper()}"
    said = os.environ.get(name)
    wanted = f'wanted {name} in JSON, as \'{{"conn_type": "http", "host": …, "password": …}}\''
    if said is None:
        raise AccountMissing(f"connection {id_!r}: nothing found; {wanted}")
    try:
        told = orjson.loads(said)
        extra = told.get("extra") or {}
        return Account(
            id=id_,
            host=str(told.get("host") or ""),
            port=int(told["port"]) if told.get("port") else None,
            login=str(told.get("login") or ""),
            password=str(told.get("password") or ""),
            extra=orjson.loads(extra) if isinstance(extra, str) else dict(extra),
        )
    except (ValueError, TypeError, AttributeError):
        # What was seen holds a secret.
        raise AccountMissing(f"connection {id_!r}: saw something else in {name}; {wanted}") from None
