import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from samplewire import ManualClock, SampleWire


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    # This interpreter, with arguments of these tests.
    process = subprocess.Popen(
        [sys.executable, "-m", "samplewire", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serves_until_a_signal_ends_it(tmp_path, number):
    with started("--port", "0", "--state", str(tmp_path / "state.json")) as process:
        assert process.stdout
        line = process.stdout.readline()
        url = line.split()[-1]
        assert requests.get(f"{url}robots.txt", timeout=5).status_code == 200
        process.send_signal(number)
        _, errors = process.communicate(timeout=2)
        assert (process.returncode, errors) == (0, "")
    assert (tmp_path / "state.json").exists()


def test_a_taken_port_is_one_line(tmp_path):
    with (
        SampleWire(clock=ManualClock()) as wire,
        started("--port", str(wire.port), "--state", str(tmp_path / "state.json")) as process,
    ):
        output, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert output == ""
    assert errors == (
        f"samplewire: port {wire.port} on 127.0.0.1 is taken: end the program that holds it, "
        "or choose another with --port\n"
    )


def test_a_state_file_that_is_none_is_one_line(tmp_path):
    (tmp_path / "state.json").write_text("{}", encoding="utf-8")
    with started("--port", "0", "--state", str(tmp_path / "state.json")) as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert errors.count("\n") == 1
    assert "remove the file" in errors


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("--port", "70000"), ("--pace", "0"), ("--pace", "soon")])
def test_an_impossible_option_is_told(arguments):
    with started(*arguments) as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert arguments[0] in errors
