"""`python -m samplewire`: serve the sample until it is told to end."""

import argparse
import errno
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from newsroom.config import ConfigError
from samplewire.agenda import StateError
from samplewire.configuration import PORT
from samplewire.server import HOST, PACE, SampleWire

STATE = Path(".data/samplewire.json")


def main() -> None:
    """Serve; a port that is taken or a state file that is not one ends it with one line."""
    asked = _parser().parse_args()
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    try:
        wire = SampleWire(port=asked.port, state=asked.state, pace=asked.pace, extra=asked.extra)
    except OSError as error:
        sys.exit(f"samplewire: {_port_trouble(error, asked.port)}")
    except (StateError, ConfigError) as error:
        sys.exit(f"samplewire: {error}")
    sys.stdout.write(f"samplewire: {len(wire.published)} stories at {wire.url}/\n")
    sys.stdout.flush()
    wire.run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="samplewire", description="Serve sample wires on loopback.")
    parser.add_argument("--port", type=_port, default=PORT, help=f"TCP port on {HOST} (default {PORT})")
    parser.add_argument("--state", type=Path, default=STATE, help=f"state file (default {STATE})")
    parser.add_argument(
        "--pace", type=_seconds, default=PACE, help="seconds from story to story (default 30)"
    )
    parser.add_argument("--extra", type=int, default=0, help="generated stories in /bulk/ (default none)")
    return parser


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65_535:
        raise argparse.ArgumentTypeError(f"{text}: wanted a port from 1 to 65535, or 0 for any free one")
    return value


def _seconds(text: str) -> float:
    value = float(text)
    if not 0.1 <= value <= 86_400:
        raise argparse.ArgumentTypeError(f"{text}: wanted seconds from 0.1 to 86400")
    return value


def _port_trouble(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {HOST} is taken: end the program that holds it, or choose another with --port"
    return f"port {port} on {HOST} can't be used ({error.strerror}): choose another with --port"


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    main()
