"""The sample wire with generated stories, as a process of its own: its work must not count as ours."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ruamel.yaml import YAML

from newsroom.config import config_root
from samplewire.configuration import write_configuration

WIRE = "bulk"

LIKE = "cnn_newsource"
"""The wire that the generated stories are of."""


@contextmanager
def serving(stories: int, folder: Path) -> Iterator[str]:
    """Serve so many generated stories; gives the server's address."""
    command = [sys.executable, "-m", "samplewire", "--port", "0", "--extra", str(stories)]
    command += ["--state", str(folder / "samplewire.json")]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
    assert server.stdout  # noqa: S101 - asked for above
    try:
        first = server.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", first)
        if not found:
            raise RuntimeError(f"the sample wire did not come up: saw {first!r}")
        yield found[0]
    finally:
        server.terminate()
        server.wait()


def configuration(folder: Path, url: str) -> Path:
    """A copy of the house's configuration with one more wire: the generated stories, as pages."""
    port = int(url.rsplit(":", 1)[1])
    root = write_configuration(folder / "config", port, config_root())
    yaml = YAML(typ="safe")
    wire = yaml.load(root / "wires" / f"{LIKE}.yaml")
    wire["feeds"] = [{"id": "pages", "url": f"{url}/bulk/pages.xml", "kind": "rss", "content": "page"}]
    wire["schedule"] = "0 0 1 1 *"  # by hand only
    wire["politeness"]["gap_seconds"] = 0
    yaml.dump(wire, root / "wires" / f"{WIRE}.yaml")
    partner = root / "partners" / "krdo.yaml"
    told = partner.read_text(encoding="utf-8")
    partner.write_text(told.replace("wires: [", f"wires: [{WIRE}, "), encoding="utf-8")
    return root
