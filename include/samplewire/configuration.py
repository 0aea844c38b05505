"""The house's configuration for a sample wire on another port: for tests, and where 8099 is taken."""

import re
import shutil
from pathlib import Path

from newsroom.config import config_root

PORT = 8099
"""The port that the wires of include/config name."""

_PORT = re.compile(rf"(?<=127\.0\.0\.1:){PORT}\b|(?<=ports: \[){PORT}\b")


def write_configuration(target: Path, port: int, source: Path | None = None) -> Path:
    """Copy the configuration folder, by default the house's own, with the sample's port put in.

    Args:
        target: a folder that does not exist yet; returned, for `newsroom.config.load`.
        port: the sample wire's, as `SampleWire.port` tells.
        source: the folder to copy.

    Raises:
        FileExistsError: `target` is there already.
    """
    shutil.copytree(source or config_root(), target)
    for path in (target / "wires").glob("*.yaml"):
        path.write_text(_PORT.sub(str(port), path.read_text(encoding="utf-8")), encoding="utf-8")
    return target
