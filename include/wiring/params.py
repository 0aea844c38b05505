"""What a person may ask of a manual run."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import Param

from newsroom.config import Configuration, Wire


def manual_run(wire: Wire) -> dict[str, Param]:
    """The form of a manual run: one URL, one feed, or a span of publication times."""
    feeds = [feed.id for feed in wire.feeds]
    return {
        "url": Param(
            None,
            type=["null", "string"],
            format="uri",
            title="One page",
            description="Read this page only, as a story of this wire.",
        ),
        "feed": Param(
            None,
            type=["null", "string"],
            enum=[None, *feeds],
            title="One feed",
            description="Ask this feed only.",
        ),
        "since": _moment("Published since", "Read only entries published at this time or later."),
        "until": _moment("Published before", "Read only entries published before this time."),
        "again": Param(
            False,
            type="boolean",
            title="Read again",
            description="Read entries again that are known; the same content is filed once all the same.",
        ),
    }


def kill_or_lift() -> dict[str, Param]:
    """The form of a takedown: the story that a person kills, or whose kill is lifted."""
    return {
        "uri": Param(
            None,
            type=["null", "string"],
            title="Story",
            description="The uri of the story, or its first digits, as the feeds show it.",
        ),
        "reason": Param(
            None,
            type=["null", "string"],
            title="Reason",
            description="Why; it is filed with your name and told to no partner.",
        ),
        "lift": Param(
            False,
            type="boolean",
            title="Lift",
            description="Lift the story's kill instead: it may go out again with the next delivery.",
        ),
        "kill": Param(
            None,
            type=["null", "string"],
            title="Which kill",
            description="To lift one of several: its id, as the error or `newsroom kills` tells; or all.",
        ),
    }


def what_to_replay(configuration: Configuration) -> dict[str, Param]:
    """The form of a replay: since when, which wire, and whether what is read is filed."""
    return {
        "since": _moment("Filed since", "Read what was filed at this time or later; else the last week."),
        "wire": _one_wire(configuration, "Read this wire's stories only."),
        "apply": Param(
            False,
            type="boolean",
            title="Apply",
            description="File what is read: changed stories as revisions, and what the rules now say.",
        ),
    }


def what_to_review(configuration: Configuration) -> dict[str, Param]:
    """The form of a review: of which wire, and how many stories at once."""
    return {
        "wire": _one_wire(configuration, "Ask about this wire's stories only."),
        "at_once": Param(
            20,
            type="integer",
            minimum=1,
            maximum=50,
            title="Stories at once",
            description="The newest ones; the others are in the next review.",
        ),
    }


def since_when() -> dict[str, Param]:
    """The form of a comparison: how far back it looks."""
    told = "Compare what was written at this time or later; else the last two days."
    return {"since": _moment("Since", told)}


def moment_in(params: Mapping[str, Any], name: str) -> datetime | None:
    """A time that a form gave, in UTC where it names no zone; None where it gave none."""
    text = params.get(name)
    moment = datetime.fromisoformat(text) if text else None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _one_wire(configuration: Configuration, description: str) -> Param:
    wires = [None, *sorted(configuration.wires)]
    return Param(None, type=["null", "string"], enum=wires, title="One wire", description=description)


def _moment(title: str, description: str) -> Param:
    return Param(
        None,
        type=["null", "string"],
        format="date-time",
        pattern=r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d",
        title=title,
        description=description,
    )
