"""Open a feed's folder with the credentials that its connection names."""

from newsroom.config import Feed, Wire
from newsroom.connections import BadConnection, Connections
from newsroom.fetch.errors import FetchError
from newsroom.folder.files import Folder
from newsroom.folder.s3 import S3Folder


def open_folder(wire: Wire, feed: Feed, connections: Connections) -> Folder:
    """The folder of a wire's feed, open.

    Raises:
        FetchError: `bad_connection`, or whatever keeps us from the server.
    """
    try:
        if not feed.url.startswith("sftp://"):
            return S3Folder(connections.s3(feed.connection), feed.url, feed.folder_rules)
        from newsroom.folder.sftp import SftpFolder  # noqa: PLC0415 - a quarter of a second

        told = connections.get(feed.connection or "")
        return SftpFolder(feed.url, feed.folder_rules, told, wire.politeness.private_addresses)
    except BadConnection as error:
        raise FetchError(error.code, f"{feed.url}: {error.reason}") from None
