"""The DAG files as Airflow's DAG processor reads them, with a configuration of which one wire is broken."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newsroom.stages.configured import configured
from newsroom.store.catalogue import Catalogue

DAGS = Path(__file__).parents[2] / "dags"

PARSE = """
import json, sys
from airflow.dag_processing.dagbag import BundleDagBag
from pathlib import Path
folder = sys.argv[1]
bag = BundleDagBag(dag_folder=folder, bundle_path=Path(folder), bundle_name="dags")
print(json.dumps({
    "dags": {dag.dag_id: sorted(dag.task_ids) for dag in bag.dags.values()},
    "pools": {dag.dag_id: sorted({task.pool for task in dag.tasks}) for dag in bag.dags.values()},
    "owners": {dag.dag_id: dag.owner for dag in bag.dags.values()},
    "weights": {
        dag.dag_id: sorted({(task.priority_weight, task.weight_rule) for task in dag.tasks})
        for dag in bag.dags.values()
    },
    "raises": {
        dag.dag_id: sorted(outlet.name for task in dag.tasks for outlet in task.outlets)
        for dag in bag.dags.values()
    },
    "wakes": {
        dag.dag_id: sorted(asset.name for asset in condition.objects)
        for dag in bag.dags.values()
        if (condition := getattr(dag.timetable, "asset_condition", None))
    },
    "zones": {dag.dag_id: str(getattr(dag.timetable, "timezone", "")) for dag in bag.dags.values()},
    "errors": bag.import_errors,
    "heavy": [m for m in ("great_expectations", "trafilatura", "pandas", "lxml.etree") if m in sys.modules],
}))
"""

HOUSE_RULES = "title: House\nrules:\n  credit: {expect: any_present}\n"

WIRE = """\
provider: North Wire
owner: night desk
timezone: America/Denver
schedule: "*/5 6-23 * * *"
feeds:
  - {id: world, url: "https://wire.example/world.xml"}
  - {id: local, url: "https://wire.example/local.xml"}
"""

BROKEN = """\
provider: South Wire
feeds:
  - id: world
    url: https://wire.example/world.xml
    kind: rsss
"""


def parse(root: Path, home: Path) -> dict[str, Any]:
    """What the DAG processor sees, from a process of its own."""
    env = {**os.environ, "NEWSROOM_CONFIG": str(root), "AIRFLOW_HOME": str(home), "PYTHONWARNINGS": "ignore"}
    env["NEWSROOM_DATA"] = str(home)
    env["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "CRITICAL"
    done = subprocess.run(
        [sys.executable, "-c", PARSE, str(DAGS)], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


FILES = {
    "house.yaml": "name: Desk\ncontact: desk@example.org\n",
    "checks/house.yaml": HOUSE_RULES,
    "wires/north.yaml": WIRE,
    "wires/south.yaml": BROKEN,
    "partners/krdo.yaml": "name: KRDO\npush: [{kind: webhook, connection: krdo_cms}]\n",
}


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp("config")
    write(root, FILES)
    return parse(root, tmp_path_factory.mktemp("airflow"))


def test_each_sound_wire_has_its_dag_with_the_stages_by_name(seen):
    others = {path.stem for path in DAGS.glob("*.py")} - {"wire", "configuration"}
    assert set(seen["dags"]) == others | {"wire_north"}
    stages = ["feed.check", "feed.extract", "feed.fetch", "feed.poll", "feed.store"]
    assert seen["dags"]["wire_north"] == stages
    assert seen["dags"]["partner_delivery"] == ["deliver"]
    assert seen["dags"]["partner_push"] == ["send", "watch_kills", "whom_to_send"]
    assert seen["dags"]["wake"] == ["whose_time_has_come"]
    assert seen["dags"]["takedown"] == ["tell", "whom_to_reach", "whom_to_tell", "withdraw"]
    assert seen["dags"]["replay"] == ["replay", "which_wires"]
    assert seen["dags"]["story_review"] == ["review", "which_wait"]
    assert seen["dags"]["housekeeping"] == ["remove_old_work"]
    assert seen["dags"]["reconcile"] == [
        "compare_partners",
        "compare_stores",
        "tell",
        "which_partners",
        "which_stores",
    ]


def test_each_event_wakes_somebody(seen):
    assert seen["wakes"]["partner_delivery"] == ["feeds_due", "stories_passed"]
    assert seen["raises"]["wake"] == ["feeds_due"]
    assert seen["wakes"]["takedown"] == ["stories_killed"]
    assert {"killed_by_north", "passed_by_north"} <= set(seen["raises"]["wire_north"])


def test_kills_go_before_news_and_news_before_upkeep(seen):
    weights = seen["weights"]  # Under "downstream" a task's weight is also that of each task behind it.
    assert weights["wire_north"] == weights["partner_delivery"] == [[1, "downstream"]]
    assert weights["takedown"] == [[1_000, "absolute"]]
    assert weights["reconcile"] == weights["replay"] == weights["housekeeping"] == [[0, "absolute"]]


def test_a_wire_is_polled_by_its_own_clock(seen):
    assert seen["zones"]["wire_north"] == "America/Denver"


def test_a_wire_has_its_own_pool_and_owner(seen):
    assert seen["pools"]["wire_north"] == ["wire_north"]
    assert seen["pools"]["partner_push"] == ["push"]
    assert seen["pools"]["takedown"] == ["push", "takedown"]
    assert seen["owners"]["wire_north"] == "night desk"


def test_a_broken_wire_is_an_import_error_that_names_file_line_and_field(seen):
    assert list(seen["errors"]) == ["configuration.py"]
    text = seen["errors"]["configuration.py"]
    assert "wires/south.yaml:5: feeds[0].kind: saw 'rsss'; wanted 'auto', 'rss'" in text


@pytest.mark.slow
def test_what_was_right_once_keeps_its_dag(tmp_path, seen):
    """Whatever file is wrong by now, and `house.yaml` with it: nothing stops, and each mistake is told."""
    root, home = tmp_path / "config", tmp_path / "home"
    root.mkdir()
    write(root, FILES | {"wires/south.yaml": BROKEN.replace("rsss", "rss")})
    with closing(Catalogue.open(f"sqlite:///{home}/catalogue.db")) as catalogue:
        configured(catalogue, root, note=True)
    write(root, {name: f"{text}nonsense: 1\n" for name, text in FILES.items()})
    now = parse(root, home)
    assert set(now["dags"]) == {*seen["dags"], "wire_south"}
    assert now["dags"]["wire_south"] == now["dags"]["wire_north"]
    assert now["owners"] == seen["owners"] | {"wire_south": "newsdesk"}
    told = now["errors"].pop("configuration.py")
    assert now["errors"] == {}
    for name in FILES:
        assert f"{name}:" in told


def test_a_dag_file_imports_nothing_heavy(seen):
    assert seen["heavy"] == []
