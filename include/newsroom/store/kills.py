"""Kills: the mandatory withdrawal of a story, and how a person lifts one."""

from typing import Literal

from newsroom.story import Moment, Noun

KillSource = Literal["pubstatus", "mark", "deleted", "gone", "editor"]
"""How a kill was told: the wire's status, a mark in its text, a deletion in its feed, a page that is gone
(HTTP 410), or a person at the desk."""


class Kill(Noun):
    """A story that nobody may use any more. `at` is when the kill was seen here, `by` who told it."""

    uri: str
    at: Moment
    source: KillSource
    by: str
    reason: str
