"""`python -m standalone`: run the whole newsroom on this machine until Ctrl-C."""

import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from newsroom.config import ConfigError
from newsroom.settings import settings
from standalone.children import PartFailedError
from standalone.desk import Desk, PortTakenError
from standalone.places import STANDARD, Places, Ports
from standalone.seaweedfs import ServerError

LOG_WIDTH = 120
"""Columns, where the output goes into a file."""


def run(
    data: Annotated[Path | None, typer.Option(help="Where everything is kept; .data by default.")] = None,
    airflow_port: Annotated[int, typer.Option(help="Airflow's port on loopback.")] = STANDARD.airflow,
    s3_port: Annotated[int, typer.Option(help="The S3 server's port on loopback.")] = STANDARD.s3,
    sample_port: Annotated[int, typer.Option(help="The sample wire's port on loopback.")] = STANDARD.sample,
) -> None:
    """Start S3 server, sample wire and Airflow; show the first stories; run until Ctrl-C ends all of it."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = LOG_WIDTH
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    places = Places((data or settings().data).absolute())
    ports = Ports(airflow=airflow_port, s3=s3_port, sample=sample_port)
    console.print("Starting the newsroom:")
    try:
        with Desk(places, ports, console) as desk:
            if desk.wait_for_first_story():
                desk.wait_until_settled()
            desk.show()
            console.print("Running on schedule. Ctrl-C ends all of it.")
            while True:
                desk.keep_up()
                time.sleep(1)
    except KeyboardInterrupt:
        console.print("Ended; `make run` goes on from here.")
    except (PortTakenError, ServerError, PartFailedError, ConfigError, ValueError) as error:
        console.print(str(error), style="red", markup=False)
        sys.exit(1)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    typer.run(run)
