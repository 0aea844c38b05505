"""What the DAGs tell each other: an event is a wake-up call, never the data itself."""

from airflow.sdk import Asset, AssetAlias

PASSED = Asset(name="stories_passed", uri="newsroom://stories/passed", group="newsroom")
"""Stories were filed that passed their checks: the partners' feeds may be out of date."""


def passed_by(wire: str) -> AssetAlias:
    """The alias through which a wire raises `PASSED`, only when something passed."""
    return AssetAlias(name=f"passed_by_{wire}", group="newsroom")


KILLED = Asset(name="stories_killed", uri="newsroom://stories/killed", group="newsroom")
"""Stories were killed: every partner that ever got them is to be reached."""


def killed_by(wire: str) -> AssetAlias:
    """The alias through which a wire raises `KILLED`, only when it killed something."""
    return AssetAlias(name=f"killed_by_{wire}", group="newsroom")


DELIVERED = Asset(name="feeds_written", uri="newsroom://feeds/written", group="newsroom")
"""A partner's feeds were written: what it is told of besides may wait for a push."""


DUE = Asset(name="feeds_due", uri="newsroom://feeds/due", group="newsroom")
"""A moment came at which a partner's feeds change by themselves: an embargo ended."""
