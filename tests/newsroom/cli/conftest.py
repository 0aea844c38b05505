"""The command line as a user has it: its own environment, on the sample wire and a real S3 server."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsroom.cli import main
from newsroom.store.bucket import THREADS, Bucket
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


@dataclass
class Kept:
    """What lies in the bucket, and the catalogue, as they were once."""

    catalogue: Path
    objects: list[dict[str, Any]]

    @classmethod
    def of(cls, bucket: Bucket, catalogue: Path, copy: Path) -> "Kept":
        _copied(catalogue, copy)
        return cls(copy, [_object(bucket, key) for key in bucket.keys("")])

    def put_back(self, bucket: Bucket, catalogue: Path) -> None:
        with (
            closing(sqlite3.connect(self.catalogue)) as source,
            closing(sqlite3.connect(catalogue)) as target,
        ):
            source.backup(target)
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda each: bucket.client.put_object(Bucket=bucket.name, **each), self.objects))


def _copied(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def _object(bucket: Bucket, key: str) -> dict[str, Any]:
    there: Mapping[str, Any] = bucket.client.get_object(Bucket=bucket.name, Key=key)
    told = {name: there[name] for name in ("ContentType", "CacheControl", "Metadata") if name in there}
    return {"Key": key, "Body": there["Body"].read(), **told}


@pytest.fixture(scope="session")
def after_one_round() -> list[Kept]:
    """Empty until a test was the first to go through a round."""
    return []


@pytest.fixture
def filled(
    newsroom: Run,
    bucket: Bucket,
    after_one_round: list[Kept],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Run:
    """The command line after one round, which is gone through once: each further test finds it put back."""
    catalogue = tmp_path / "catalogue.db"
    if after_one_round:
        after_one_round[0].put_back(bucket, catalogue)
        return newsroom
    assert newsroom("ingest", "--json").code == 0
    assert newsroom("deliver", "--json").code == 0
    copy = tmp_path_factory.mktemp("round") / "catalogue.db"
    after_one_round.append(Kept.of(bucket, catalogue, copy))
    return newsroom
