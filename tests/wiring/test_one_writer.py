"""Requests that write take turns; those that read don't wait."""

import asyncio
from typing import Any

import pytest

from wiring.one_writer import OneWriter


class Watched:
    """An application that counts how many requests it has under way."""

    def __init__(self) -> None:
        self.under_way = 0
        self.most = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0.01)
        self.under_way -= 1
        if scope["path"] == "/fails":
            raise OSError(scope["path"])


def at_once(*requests: tuple[str, str]) -> tuple[int, list[BaseException | None]]:
    """How many were under way together at most, and how each ended."""

    async def nothing(*_: Any) -> Any:
        raise AssertionError("nobody reads a body here")

    async def run() -> tuple[int, list[BaseException | None]]:
        watched = Watched()
        middleware = OneWriter(watched)
        scopes = [{"type": "http", "method": method, "path": path} for method, path in requests]
        ends = await asyncio.gather(
            *(middleware(scope, nothing, nothing) for scope in scopes), return_exceptions=True
        )
        return watched.most, ends

    return asyncio.run(run())


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_writing_requests_take_turns(method):
    assert at_once(*[(method, "/")] * 5) == (1, [None] * 5)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_requests_do_not_wait_for_a_writing_one(method):
    assert at_once(("POST", "/"), *[(method, "/")] * 4) == (5, [None] * 5)


def test_a_request_that_fails_gives_its_turn_on():
    most, (failed, *others) = at_once(("POST", "/fails"), ("POST", "/"), ("POST", "/"))
    assert (most, others) == (1, [None, None])
    assert isinstance(failed, OSError)
