"""The command line as a user has it: its own environment, on the sample wire and a real S3 server."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsroom.cli import main
from newsroom.store.bucket import Bucket
from samplewire import ManualClock, SampleWire
from samplewire.configuration import write_configuration


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime.now(UTC) - timedelta(hours=1))


@pytest.fixture
def wire(clock: ManualClock) -> Iterator[SampleWire]:
    with SampleWire(clock=clock) as served:
        yield served


@pytest.fixture
def config(tmp_path: Path, wire: SampleWire) -> Path:
    return write_configuration(tmp_path / "config", wire.port)


@pytest.fixture
def newsroom(s3, bucket: Bucket, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd) -> Run:
    """Runs `newsroom …` in this process."""
    for name, value in s3.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("NEWSROOM_BUCKET", bucket.name)
    monkeypatch.setenv("NEWSROOM_CATALOGUE", f"sqlite:///{tmp_path / 'catalogue.db'}")
    monkeypatch.setenv("NEWSROOM_CONFIG", str(config))
    monkeypatch.setenv("NEWSROOM_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> Said:
        monkeypatch.setattr("sys.argv", ["newsroom", *arguments])
        capfd.readouterr()
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capfd.readouterr()
        return Said(code, out, err)

    return run
