"""The sample wire with generated stories, as a process of its own: its work must not count as ours."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newsroom.config import config_root
from samplewire.configuration import write_configuration

WIRE = "bulk"

_WIRE_FILE = """\
provider: Plains Public News Agency
language: en
timezone: America/Chicago
schedule: "0 0 1 1 *"
feeds:
  - id: pages
    url: {url}/bulk/pages.xml
    kind: rss
    content: page
politeness:
  gap_seconds: 0
  private_addresses: ["127.0.0.1"]
  ports: [{port}]
rights:
  profile: public_domain
  holders:
    - name: Plains Public News Agency
topics: public_agency
checks: house
"""


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
    text = _WIRE_FILE.format(url=url, port=port)
    (root / "wires" / f"{WIRE}.yaml").write_text(text, encoding="utf-8")
    partner = root / "partners" / "krdo.yaml"
    told = partner.read_text(encoding="utf-8")
    partner.write_text(told.replace("wires: [", f"wires: [{WIRE}, "), encoding="utf-8")
    return root
