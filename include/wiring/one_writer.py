"""Airflow's API on SQLite, which has one writer at a time: requests that write, one after the other."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Airflow's own dependency, not one of ours
    from starlette.types import ASGIApp, Receive, Scope, Send

READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass
class OneWriter:
    """ASGI middleware: a request that may write waits until the one before it has been answered.

    Airflow's API server notes an editor's action in its event loop, and ends the transaction of any other
    request, a task's report among them, from the same loop. On SQLite the note waits for that transaction
    and so blocks what would end it, until the database gives up after seconds: the editor's kill is answered
    with a 500, and the tasks beside it fail. Other databases lock rows, and have no need of this.
    """

    app: "ASGIApp"
    _turn: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass a reading request on at once, any other in its turn."""
        if scope["type"] != "http" or scope["method"] in READING:
            await self.app(scope, receive, send)
            return
        async with self._turn:
            await self.app(scope, receive, send)
