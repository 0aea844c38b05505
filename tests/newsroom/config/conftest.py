from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

HOUSE = "name: Example Newsroom\ncontact: desk@example.org\n"
HOUSE_RULES = "title: House rules\nrules:\n  headline: {expect: present, field: headline}\n"
WIRE = "provider: Wire One\nfeeds:\n  - {id: world, url: 'https://wire.example/rss'}\n"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file below the configuration's root, `tmp_path`."""

    def write(name: str, text: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return path

    return write


@pytest.fixture
def root(tmp_path: Path, write: Callable[[str, str | bytes], Path]) -> Path:
    """A small configuration without a mistake: a house, its rules and one wire."""
    write("house.yaml", HOUSE)
    write("checks/house.yaml", HOUSE_RULES)
    write("wires/one.yaml", WIRE)
    return tmp_path
