"""One feed's whole way in this process, for those who have no scheduler."""

from collections.abc import Callable

from newsroom.stages import Newsroom
from newsroom.stages.check import check_stories
from newsroom.stages.extract import extract_stories
from newsroom.stages.fetch import fetch_pages
from newsroom.stages.poll import Selection, poll_feed
from newsroom.stages.store import store_stories
from newsroom.stages.work import Handover

STAGES: tuple[tuple[Callable[[Newsroom, Handover], Handover], str], ...] = (
    (fetch_pages, "to_read"),
    (extract_stories, "read"),
    (check_stories, "checked"),
)
"""The stages between poll and store, and the count without which the next has nothing to do."""


def run_feed(
    room: Newsroom, wire: str, feed: str, run: str, selection: Selection | None = None
) -> dict[str, int]:
    """Poll a feed and take what is due through to the store; returns the counts of all stages.

    Raises:
        FetchError: the feed could not be had.
        NotAFeed: what came is no feed.
    """
    done = poll_feed(room, wire, feed, run, selection or Selection())
    counts = dict(done["counts"])
    if not counts["to_read"]:
        return counts
    for stage, needed in STAGES:
        done = stage(room, done)
        counts |= done["counts"]
        if not done["counts"][needed]:
            return counts
    return counts | store_stories(room, done, run)["counts"]
