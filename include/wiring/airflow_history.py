"""`python -m wiring.airflow_history`: Airflow forgets its own old runs, and the logs of their tasks.

Airflow keeps every run and every log for ever, and its UI grows slow with them. Tasks may not write to its
database, so this runs beside Airflow, on a machine that has the database's address and the log folder.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from airflow.configuration import conf
from airflow.utils.db_cleanup import run_cleanup

ROWS_AT_ONCE = 10_000
"""In one transaction: the scheduler waits meanwhile where the database has one writer."""


def forget(
    days: Annotated[int, typer.Option(min=1, help="What is older than so many days goes.")] = 30,
) -> None:
    """Forget Airflow's runs and task logs that are older; the newsroom's own record is not touched.

    The last scheduled run of each DAG stays: the next one follows from it.
    """
    before = datetime.now(UTC) - timedelta(days=days)
    run_cleanup(
        clean_before_timestamp=before,
        skip_archive=True,
        confirm=False,
        batch_size=ROWS_AT_ONCE,
        error_on_cleanup_failure=True,
    )
    logs = Path(conf.get_mandatory_value("logging", "base_log_folder"))
    sys.stdout.write(f"removed {remove_logs(logs, before)} task logs older than {days} days from {logs}\n")


def remove_logs(folder: Path, before: datetime) -> int:
    """Remove the logs under a folder that were last written before a time, and folders left empty.

    Returns:
        How many logs.
    """
    # All ages first: what goes from a folder makes the folder itself look young.
    found = [(Path(each), names, _is_older(Path(each), before)) for each, _, names in os.walk(folder)]
    removed = 0
    for parent, names, old in reversed(found):
        for log in (parent / name for name in names if name.endswith(".log")):
            if _is_older(log, before):
                log.unlink()
                removed += 1
        if parent != folder and old and not any(parent.iterdir()):
            parent.rmdir()
    return removed


def _is_older(path: Path, before: datetime) -> bool:
    return path.lstat().st_mtime < before.timestamp()


if __name__ == "__main__":
    typer.run(forget)
