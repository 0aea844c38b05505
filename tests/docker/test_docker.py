"""The image and the compose file, as far as they can be judged without a Docker daemon."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from newsroom.settings import CHECKOUT

DOCKER = CHECKOUT / "docker"
COMPOSE = YAML(typ="safe").load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))


def filled_in() -> dict[str, str]:
    """The example's variables, each with a value."""
    lines = (DOCKER / ".env.example").read_text(encoding="utf-8").splitlines()
    names = [line.partition("=")[0] for line in lines if re.match(r"[A-Z_0-9]+=", line)]
    assert names
    return dict.fromkeys(names, "filled-in-for-a-test")


def test_hadolint_finds_nothing():
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, DOCKER / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_is_the_locked_airflow_and_runs_as_nobody_special():
    text = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    locked = re.search(r"^apache-airflow==(\S+)", (DOCKER / "requirements.lock").read_text(), re.MULTILINE)
    assert locked
    assert re.search(rf"^FROM apache/airflow:slim-{re.escape(locked[1])}-python3\.11", text, re.MULTILINE)
    assert "--require-hashes" in text
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE)[-1] not in ("root", "0")


def compose(env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("docker-compose is not installed")
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [program, "--file", str(DOCKER / "compose.yaml"), "config"]
    return subprocess.run(command, env=clean | env, capture_output=True, text=True, check=False, cwd=DOCKER)


def test_compose_is_valid_once_the_example_is_filled_in():
    done = compose(filled_in())
    assert done.returncode == 0, done.stderr
    services = YAML(typ="safe").load(done.stdout)["services"]
    airflow = {"api-server", "scheduler", "dag-processor", "triggerer", "worker"}
    assert airflow | {"postgres", "redis", "bucket"} <= set(services)


def test_nothing_grows_for_ever_beside_the_record():
    services = COMPOSE["services"]
    assert {name for name, each in services.items() if each["logging"] != {"driver": "local"}} == set()
    assert "python -m wiring.airflow_history" in services["history"]["command"]
    logs = {name for name, each in services.items() if "logs:/opt/airflow/logs" in each.get("volumes", ())}
    assert {"api-server", "worker", "history"} <= logs


def test_nothing_that_compose_asks_for_has_a_default():
    asked = re.findall(r"\$\{(\w+)(\W*)", (DOCKER / "compose.yaml").read_text(encoding="utf-8"))
    assert {name for name, _ in asked} == set(filled_in())
    assert {how for _, how in asked} == {":?"}


@pytest.mark.slow
def test_compose_refuses_each_secret_that_is_missing():
    for name in filled_in():
        if re.search(r"PASSWORD|SECRET|KEY", name):
            done = compose({other: value for other, value in filled_in().items() if other != name})
            assert done.returncode != 0, f"{name} has a default"
            assert name in done.stderr


def test_every_lasting_service_has_a_healthcheck_and_listens_on_loopback_only():
    for name, service in COMPOSE["services"].items():
        if service.get("restart") not in (None, "no"):
            assert "healthcheck" in service, name
        for port in service.get("ports", ()):
            assert str(port).startswith("127.0.0.1:"), f"{name}: {port}"


def test_the_catalogue_is_migrated_before_anything_else_looks_at_it():
    steps = COMPOSE["services"]["init"]["command"][-1].split("&&")
    ours = [step.strip() for step in steps if "newsroom " in step]
    assert ours == ["newsroom migrate", "newsroom doctor"]
    for name in ("worker", "scheduler", "dag-processor", "triggerer", "api-server"):
        assert COMPOSE["services"][name]["depends_on"]["init"] == {
            "condition": "service_completed_successfully"
        }
