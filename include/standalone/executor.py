"""Airflow's LocalExecutor, with the slow imports done once before it forks its workers."""

import importlib
import logging

from airflow.executors.local_executor import LocalExecutor

log = logging.getLogger(__name__)

HEAVY = ("great_expectations", "trafilatura", "boto3", "newsroom.stages.run", "newsroom.stages.deliver")
"""Great Expectations alone takes seconds: without this, in every check task."""


class PreloadedExecutor(LocalExecutor):
    """Tasks are forks of this process and find these modules loaded."""

    def start(self) -> None:
        """Import, then fork the workers."""
        for module in HEAVY:
            importlib.import_module(module)
        importlib.import_module("newsroom.extract.children").preload()
        log.info("loaded before the workers: %s", ", ".join(HEAVY))
        super().start()
