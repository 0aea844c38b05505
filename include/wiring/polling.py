"""When a wire is polled."""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable

from newsroom.config import Wire


def polling_of(wire: Wire) -> timedelta | CronTriggerTimetable:
    """A wire's schedule as Airflow takes it: a cron line goes by the wire's clock, like its other times."""
    interval = wire.interval
    if isinstance(interval, timedelta):
        return interval
    # Bare, the line would go by the zone of the DAG's start: UTC.
    return CronTriggerTimetable(interval, timezone=wire.timezone)
