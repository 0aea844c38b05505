"""Open a client that asks a wire's servers, with the key that a feed's connection names."""

from newsroom.config import Feed, Wire
from newsroom.connections import BadConnection, Connections
from newsroom.fetch.api_key import key_of
from newsroom.fetch.errors import FetchError
from newsroom.fetch.http import READ_SECONDS, Client

LONG_POLL_SECONDS = 25.0
"""How long an API may be silent: AP's holds a request for 15 s when it has nothing new."""


def open_client(user_agent: str, wire: Wire, feed: Feed, connections: Connections) -> Client:
    """A client for a feed and what it links to.

    Raises:
        FetchError: `bad_connection`.
    """
    patience = LONG_POLL_SECONDS if feed.connection or feed.kind == "ap_media" else READ_SECONDS
    if feed.is_folder or feed.connection is None:
        return Client(user_agent, wire.politeness, read_seconds=patience)
    try:
        key = key_of(connections.get(feed.connection), feed.url)
    except BadConnection as error:
        raise FetchError(error.code, error.reason) from None
    return Client(user_agent, wire.politeness, read_seconds=patience, key=key)
