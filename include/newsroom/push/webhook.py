"""Webhooks: one POST for each message, signed as Standard Webhooks 1.0 has it."""

import base64
import binascii
import contextlib
import hashlib
import hmac
import http.client
import re
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NoReturn
from urllib.parse import urlsplit

import orjson
import requests
import urllib3.exceptions

from newsroom.config import House
from newsroom.config.push import Item, Webhook
from newsroom.connections import Connection
from newsroom.fetch.address import WEB_PORTS, Reachable
from newsroom.fetch.connection import Session, Watch
from newsroom.fetch.errors import FetchError, shown
from newsroom.fetch.meaning import tell
from newsroom.fetch.response import clean_headers, retry_after
from newsroom.push.address import checked_web_address
from newsroom.push.errors import PushError
from newsroom.push.message import Message
from newsroom.push.rendering import item
from newsroom.store.outbox import REMOVED, Receipt
from newsroom.story import digest

CHECK = "newsroom.check"
"""The type of a message that tries the line and holds no story."""

MOST_ANSWERED = 2_048
"""Bytes of an answer's body that are read: what the partner says of a refusal."""

ANSWER_SECONDS = 2.0
"""How long they are waited for: the status has come, and is the receipt."""

_PREFIX = "whsec_"
_SHORTEST_SECRET = 24
"""Bytes of a secret, at the least (Standard Webhooks, "Signature scheme")."""

_PASSING = {408, 425, 429}
_OF_TARGET = {401, 403, 404, 405, 407, 410, 429, 502, 503, 504, *range(300, 400)}
"""Statuses that no other message would change."""

_OF_MESSAGE = {"read_timeout", "reset", "truncated", "bad_answer"}
"""Failures on the way that this very message may have caused."""

_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\uffff]+")


class WebhookTransport:
    """A line to a partner's web server. No redirect is followed, no proxy is asked."""

    def __init__(self, target: Webhook, connection: Connection, house: House) -> None:
        """Check what the connection says.

        Raises:
            PushError: `bad_url`, `plain_http`, `bad_secret`.
        """
        self._target = target
        self._agent = house.user_agent
        self._url = checked_url(target, connection)
        self._secret = _secret(connection)
        ports = WEB_PORTS | frozenset(target.ports)
        self._session = Session(Reachable(target.private_addresses, ports, "push: "), None)

    def send(self, message: Message) -> Receipt:
        """POST the message; a 2xx is its receipt."""
        body, moment = envelope(message, self._target.format), int(time.time())
        status, answer = self._sent(message.id, moment, body)
        receipt: Receipt = {"status": status, "id": message.id, "sha256": digest(body), "timestamp": moment}
        return receipt | {REMOVED: 1} if message.act == "killed" and _says_removed(answer) else receipt

    def probe(self) -> str:
        """POST a signed message that holds no story."""
        now = datetime.now(UTC)
        told = {"type": CHECK, "timestamp": _stamp(now), "data": {}}
        status, _ = self._sent(f"check-{secrets.token_hex(12)}", int(now.timestamp()), orjson.dumps(told))
        return f"{shown(self._url)}: a signed message of the type {CHECK} was answered with {status}"

    def _sent(self, id_: str, moment: int, body: bytes) -> tuple[int, str]:
        """The status of a signed POST, a 2xx, and the beginning of what was answered."""
        headers = {
            "Content-Type": "application/json",
            "User-Agent": self._agent,
            "webhook-id": id_,
            "webhook-timestamp": str(moment),
            "webhook-signature": signature(self._secret, id_, moment, body),
        }
        status, said, answer = self._posted(body, headers)
        if not 200 <= status < 300:
            _refused(shown(self._url), status, said, answer)
        return status, answer

    def close(self) -> None:
        """Close its connection."""
        self._session.close()

    def _posted(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and the beginning of the body that answered."""
        seconds = self._target.timeout_seconds
        with Watch(time.monotonic() + seconds) as watch:
            self._session.line.watch = watch
            try:
                request = requests.Request("POST", self._url, data=body, headers=dict(headers))
                prepared = self._session.prepare_request(request)
                answer = self._session.send(
                    prepared, stream=True, allow_redirects=False, timeout=(seconds, seconds)
                )
                with answer:
                    said = clean_headers(answer.headers)
                    watch.shorten(ANSWER_SECONDS)
                    return answer.status_code, said, _beginning(answer)
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                self._failed(error, watch)
            except FetchError as error:
                self._failed(error, watch)
            finally:
                self._session.line.watch = None

    def _failed(self, error: Exception, watch: Watch) -> NoReturn:
        where = shown(self._url)
        if watch.over:
            # Whether the server hangs, or hangs at this message, only another one can tell.
            seconds = self._target.timeout_seconds
            reason = f"{where}: no answer within {seconds:g} s (`push: timeout_seconds:`)"
            raise PushError("deadline", reason, retry=True) from None
        try:
            if isinstance(error, FetchError):
                raise error
            tell(error, where)
        except FetchError as told:
            # Whatever is wrong with the address or the way to it, a person or time can mend it.
            raise PushError(
                told.code, told.reason, retry=True, of_target=told.code not in _OF_MESSAGE
            ) from None


def envelope(message: Message, format: Item = "ninjs") -> bytes:  # noqa: A002 - as the configuration has it
    """The body: a type, when it happened, and the story as an item of IPTC ninjs."""
    told = {
        "type": f"story.{message.act}",
        "timestamp": _stamp(message.at),
        "data": item(message, format),
    }
    return orjson.dumps(told)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def signature(secret: bytes, id_: str, moment: int, body: bytes) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 over id, time and body, as `v1,` and base64."""
    signed = hmac.new(secret, f"{id_}.{moment}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed.digest()).decode()}"


def checked_url(target: Webhook, connection: Connection) -> str:
    """The connection's URL: https, or http to this machine itself where the target names it.

    Raises:
        PushError: `bad_url`, `plain_http`.
    """
    url = checked_web_address(target, connection, (connection.host or "").strip())
    if connection.port and urlsplit(url).port is None:
        reason = f"connection {connection.name!r}: saw a port of its own; wanted it in the URL"
        raise PushError("bad_url", reason, retry=True, of_target=True)
    return url


def _secret(connection: Connection) -> bytes:
    """The signing secret; what was seen is never shown."""
    try:
        secret = base64.b64decode((connection.password or "").removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) < _SHORTEST_SECRET:
        reason = (
            f"connection {connection.name!r}: its password is no signing secret; wanted {_PREFIX} and at"
            f" least {_SHORTEST_SECRET} random bytes in base64"
        )
        raise PushError("bad_secret", reason, retry=True, of_target=True)
    return secret


def _beginning(answer: requests.Response) -> str:
    """The beginning of an answer's body as a line of text; an answer is one without it, too."""
    with contextlib.suppress(requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError):
        if answer.headers.get("content-encoding", "identity").lower() != "identity":
            return ""
        read = answer.raw.read1(MOST_ANSWERED, decode_content=False)
        return " ".join(_UNPRINTABLE.sub(" ", read.decode("utf-8", "replace")).split())[:200]
    return ""


def _says_removed(answer: str) -> bool:
    """Whether the answer to a kill says that the story is gone: JSON with `"removed": true`."""
    try:
        told = orjson.loads(answer)
    except orjson.JSONDecodeError:
        return False
    return isinstance(told, dict) and told.get("removed") is True


def _refused(where: str, status: int, headers: Mapping[str, str], answer: str) -> NoReturn:
    name = http.client.responses.get(status, "a status of its own")
    said = f": {answer}" if answer else ""
    reason = f"{where}: saw {status} {name}{said}; wanted 2xx"
    if 300 <= status < 400:
        reason += "; a redirect is not followed: put the new address into the connection"
    retry = status in _PASSING or status >= 500
    raise PushError(
        f"http_{status}",
        reason,
        retry=retry,
        retry_after=retry_after(headers) if retry else None,
        of_target=status in _OF_TARGET,
    )
