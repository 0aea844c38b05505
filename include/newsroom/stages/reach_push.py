"""reach_push: does each of a partner's own servers take what we push. No story is sent."""

from collections.abc import Iterator
from contextlib import closing

from newsroom.config import Partner
from newsroom.connections import BadConnection
from newsroom.push.errors import PushError
from newsroom.push.transport import open_transport
from newsroom.stages import Newsroom
from newsroom.stages.doctor import Examined


def by_push(room: Newsroom, partner: Partner) -> Iterator[Examined]:
    """Dial each target of `push:` with its connection, up to where a story would be sent."""
    for target in partner.push:
        part = f"push {target.id}"
        mend = f"mend connection {target.connection}, or `push:` in partners/{partner.id}.yaml"
        try:
            connection = room.connections.get(target.connection)
            with closing(open_transport(target, connection, room.house, partner)) as line:
                yield Examined(part, True, line.probe())
        except BadConnection as error:
            yield Examined(part, False, error.reason, f"set AIRFLOW_CONN_{target.connection.upper()}")
        except PushError as error:
            yield Examined(part, False, f"{error.code}: {error.reason}", mend)
