"""What is right in the configuration is noted, and holds while a file is wrong."""

import shutil

import pytest

from newsroom.config import config_root
from newsroom.stages.configured import configured


@pytest.fixture
def root(tmp_path):
    return shutil.copytree(config_root(), tmp_path / "config")


def test_a_slip_changes_nothing_and_is_told_until_it_is_mended(catalogue, root, caplog):
    right = configured(catalogue, root, note=True)
    path = root / "rights" / "cnn_newsource.yaml"
    text = path.read_text()
    path.write_text(text + "grantz: {}\n")
    for _ in range(2):
        caplog.clear()
        assert configured(catalogue, root, note=True).rights == right.rights
        assert any("rights/cnn_newsource.yaml" in each and "grantz" in each for each in caplog.messages)
    path.write_text(text.replace("title: ", "title: The new "))
    caplog.clear()
    assert configured(catalogue, root, note=True).rights["cnn_newsource"].title.startswith("The new ")
    assert caplog.messages == []


def test_a_file_that_is_taken_away_is_gone(catalogue, root):
    configured(catalogue, root, note=True)
    (root / "wires" / "coast_dispatch.yaml").rename(root / "coast.txt")
    assert "coast_dispatch" not in configured(catalogue, root, note=True).wires
    assert "wires/coast_dispatch.yaml" not in catalogue.config_texts()


def test_bytes_that_are_no_text_are_a_slip(catalogue, root):
    right = configured(catalogue, root, note=True)
    (root / "topics" / "cnn_newsource.yaml").write_bytes(b"\xff\xfe\x00")
    assert configured(catalogue, root, note=True).topics == right.topics


def test_who_only_looks_notes_no_draft(catalogue, root):
    right = configured(catalogue, root, note=True)
    path = root / "rights" / "cnn_newsource.yaml"
    text = path.read_text()
    path.write_text(text.replace("title: ", "title: A draft of the "))
    assert configured(catalogue, root, note=False).rights["cnn_newsource"].title.startswith("A draft of the ")
    path.write_text("title: [")
    assert configured(catalogue, root, note=False).rights == right.rights
