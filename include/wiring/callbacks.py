"""Who is told when a run fails: the house's `alerts`, over an Airflow connection."""

import logging
from collections.abc import Callable
from typing import Any

from airflow.sdk.definitions.context import Context

from newsroom.config import House

log = logging.getLogger(__name__)

Callback = Callable[[Context], Any]

SECONDS = 10
"""How long a web hook may take; the callback must not hold up the DAG processor."""


def on_failure(house: House, owner: str | None = None) -> list[Callback]:
    """The callbacks of a failed run: none where the house names no `alerts`."""
    if not house.alerts:
        return []
    if house.alerts.emails:
        return [_mail(house.alerts.connection, house.alerts.emails, owner or house.name)]
    return [_web_hook(house.alerts.connection, owner or house.name)]


def _mail(connection: str, emails: tuple[str, ...], owner: str) -> Callback:
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier  # noqa: PLC0415 - only where asked for

    notifier: Callback = SmtpNotifier(
        to=list(emails),
        smtp_conn_id=connection,
        subject="{{ dag.dag_display_name }} failed",
        html_content=f"<p>{{{{ run_id }}}} of {{{{ dag.dag_id }}}} failed. Owner: {owner}.</p>",
    )
    return notifier


def _web_hook(connection: str, owner: str) -> Callback:
    def tell(context: Context) -> None:
        """POST what failed; a hook that can't be reached is logged, with no secret of its URL."""
        import requests  # noqa: PLC0415 - only when something failed
        from airflow.sdk import Connection  # noqa: PLC0415

        text = f"{context['dag'].dag_display_name} failed: run {context['run_id']}. Owner: {owner}."
        try:
            url = _address(Connection.get(connection))
            requests.post(url, json={"text": text}, timeout=SECONDS).raise_for_status()
        except Exception as error:  # noqa: BLE001 - an alert that fails must not fail anything else
            # The traceback would show the URL, which is the secret.
            log.error(  # noqa: TRY400
                "alert over connection %r was not sent: %s", connection, type(error).__name__
            )

    return tell


def _address(connection: Any) -> str:
    """A web hook's URL: scheme, host and port as Airflow's HTTP hook takes them; the password is its path."""
    host = connection.host or ""
    base = host if "://" in host else f"{connection.schema or 'https'}://{host}"
    port = f":{connection.port}" if connection.port else ""
    return f"{base.rstrip('/')}{port}/{(connection.password or '').lstrip('/')}"
