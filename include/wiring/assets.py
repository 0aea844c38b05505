"""What the DAGs tell each other: an event is a wake-up call, never the data itself."""

from airflow.sdk import Asset, AssetAlias

PASSED = Asset(name="stories_passed", uri="newsroom://stories/passed", group="newsroom")
"""Stories were filed that passed their checks: the partners' feeds may be out of date."""


def passed_by(wire: str) -> AssetAlias:
    """The alias through which a wire raises `PASSED`, only when something passed."""
    return AssetAlias(name=f"passed_by_{wire}", group="newsroom")
