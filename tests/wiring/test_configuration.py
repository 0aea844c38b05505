"""The configuration that DAGs are made of, where a file is wrong."""

import shutil
from contextlib import closing

import pytest

from newsroom.config import config_root, load
from newsroom.config.last import HELD
from newsroom.stages.configured import configured as noted
from newsroom.store.catalogue import Catalogue
from wiring.configuration import configured

WIRE = "wires/cnn_newsource.yaml"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """The sample's configuration, a copy, and no catalogue yet."""
    shutil.copytree(config_root(), tmp_path / "config")
    monkeypatch.setenv("NEWSROOM_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("NEWSROOM_CATALOGUE", f"sqlite:///{tmp_path}/catalogue.db")
    return tmp_path / "config"


def test_where_all_is_right_the_catalogue_is_not_asked(root, tmp_path):
    assert configured() == load(root)
    assert not (tmp_path / "catalogue.db").exists()


def test_a_wrong_file_counts_as_it_was_last_right(root):
    right = load(root)
    with closing(Catalogue.open()) as catalogue:
        noted(catalogue, root, note=True)
    for name in (WIRE, "house.yaml"):
        (root / name).write_text("provider: 7: 8\n")
    found = configured()
    assert (found.wires, found.house) == (right.wires, right.house)
    assert [each.file for each in found.problems] == ["house.yaml", WIRE]
    assert all(HELD in each.wanted for each in found.problems)


@pytest.mark.parametrize("catalogue", ["none", "broken", "behind"])
def test_where_nothing_is_known_it_is_left_out(root, tmp_path, catalogue):
    database = tmp_path / "catalogue.db"
    if catalogue == "broken":
        database.write_bytes(b"no database " * 500)
    elif catalogue == "behind":
        with closing(Catalogue.open()) as made, made.writing() as connection:
            connection.exec_driver_sql("UPDATE catalogue_version SET version_num = '0001'")
    (root / WIRE).write_text("provider: 7: 8\n")
    found = configured()
    assert "cnn_newsource" not in found.wires
    assert set(found.wires) == set(load(root).wires) != set()
    assert [HELD in each.wanted for each in found.problems] == [False]
    assert database.exists() is (catalogue != "none")
