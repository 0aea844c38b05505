"""Open a feed's folder with the credentials that its connection names."""

from newsroom.config import Feed
from newsroom.connections import BadConnection, Connections
from newsroom.fetch.errors import FetchError
from newsroom.folder.files import Folder
from newsroom.folder.s3 import S3Folder


def open_folder(feed: Feed, connections: Connections) -> Folder:
    """The folder of a feed, open.

    Raises:
        FetchError: `bad_connection`, or whatever keeps us from the server.
    """
    try:
        client = connections.s3(feed.connection)
    except BadConnection as error:
        raise FetchError(error.code, f"{feed.url}: {error.reason}") from None
    return S3Folder(client, feed.url, feed.folder_rules)
